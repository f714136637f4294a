"""Mail: sending it, trying again, recording the provider's events, and notices to organisers."""
