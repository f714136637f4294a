"""Werkplaats runs a workshop's whole course, from signing up to the survey afterwards."""
