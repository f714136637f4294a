"""The rules of mail: its kinds, the outbox, and whether a mail should still be sent."""
