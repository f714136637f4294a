"""The errors of the store. Each tells a workflow whether anything was written, and whether trying again can help."""


class StoreError(Exception):
    """Any error of the store."""


class ConflictError(StoreError):
    """Another commit came first, so nothing of this commit was written. Read again and decide again."""


class TakenError(ConflictError):
    """A document that this commit should create already exists, so nothing of this commit was written."""


class RefusedError(StoreError):
    """The database refuses this request, however often it is tried: a document is too large, say, or access is denied.

    Nothing was written. The message is the database's own. It may contain personal data, so it must not be logged.
    """


class OutcomeUnknownError(StoreError):
    """No answer to a commit came. It may have been written, or may still be. Read again before deciding again."""


class StoreUnavailableError(StoreError):
    """Firestore did not answer a read. Nothing was written."""
