"""The rules of what fits together in the store: pure functions that compare records and list what does not fit."""
