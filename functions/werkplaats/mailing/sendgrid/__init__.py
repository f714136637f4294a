"""SendGrid as the mail provider: its client, its messages and its events. The one place that knows it."""
