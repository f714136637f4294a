"""The rules of surveys: waves, lots and results."""
