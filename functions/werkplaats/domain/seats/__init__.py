"""The rules of seats: the ledger, the commands, and how each command is decided."""
