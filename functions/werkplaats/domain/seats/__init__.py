"""The rules of seats: the ledger, what can be asked, and what each command decides."""
