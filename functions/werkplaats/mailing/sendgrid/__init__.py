"""SendGrid as the mail provider: its client, its messages and its events. No other module knows SendGrid."""
