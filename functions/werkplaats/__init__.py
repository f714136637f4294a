"""Werkplaats: runs a workshop's whole course, from sign-up to the survey afterwards."""
