"""Mails: their texts, the calendar file, our own message, and the providers that take it."""
