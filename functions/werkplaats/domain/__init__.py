"""The rules. Pure: no clock, no randomness, no I/O; every moment is an aware UTC datetime."""
