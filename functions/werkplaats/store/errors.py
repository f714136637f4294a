"""What can go wrong between the program and Firestore, in the terms a workflow can act on."""


class StoreError(Exception):
    pass


class ConflictError(StoreError):
    """Somebody else committed first: nothing of this commit was written. Read again and decide again."""


class TakenError(ConflictError):
    """There is something already where this commit was to create a document: nothing of it was written."""


class RefusedError(StoreError):
    """The database will not do this, however often it is asked: a document is too large, say, or we may not see it.

    Nothing was written. The message is the database's own, and may quote what was to be written: it is not for logs.
    """


class OutcomeUnknownError(StoreError):
    """The answer to a commit was lost: it may have been written, or may be yet. Read again before deciding again."""


class StoreUnavailableError(StoreError):
    """Firestore does not answer a read. Nothing was written."""
