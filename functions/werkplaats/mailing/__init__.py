"""Mails: their texts, the calendar file, and the only SendGrid client."""
