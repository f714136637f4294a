"""The rules of mail: kinds, the outbox, and when a mail is no longer true."""
