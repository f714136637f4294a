"""The forms that people fill in, and their fields."""
