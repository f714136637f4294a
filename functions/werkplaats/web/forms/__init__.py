"""The forms people fill in, and their fields."""
