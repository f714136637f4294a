"""SendGrid: the one place that knows it."""
