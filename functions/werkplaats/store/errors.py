"""What can go wrong between the program and Firestore, in the terms a workflow can act on."""


class StoreError(Exception):
    pass


class ConflictError(StoreError):
    """Somebody else committed first: nothing of this commit was written. Read again and decide again."""


class TakenError(ConflictError):
    """There is something already where this commit was to create a document: nothing of it was written."""


class RefusedError(StoreError):
    """Firestore will never take this commit, because a document is too large, say. Nothing of it was written."""


class OutcomeUnknownError(StoreError):
    """The answer to a commit was lost: it may have been written, or may be yet. Read again before deciding again."""


class StoreUnavailableError(StoreError):
    """Firestore does not answer a read. Nothing was written."""
