"""Pages for participants: sign-up, my registration, surveys."""
