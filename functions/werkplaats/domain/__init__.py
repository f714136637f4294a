"""The rules. They use no clock, no randomness and no I/O. Every moment is an aware datetime in UTC."""
