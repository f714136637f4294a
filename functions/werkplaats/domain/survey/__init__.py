"""The rules of surveys: waves, lots of answers, and results."""
