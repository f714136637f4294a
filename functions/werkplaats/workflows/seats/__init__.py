"""Changing registrations, giving free seats to the waitlist, and ending offers that have expired."""
