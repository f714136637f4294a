"""What can go wrong between the program and Firestore, in the terms a workflow can act on."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core import exceptions as google


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


@contextmanager
def committing() -> Iterator[None]:
    """Turn what Google's client raises on a commit into the terms above; the rest (a bad document) passes."""
    try:
        yield
    except google.AlreadyExists as error:
        raise TakenError from error
    except (google.FailedPrecondition, google.Aborted, google.NotFound) as error:
        raise ConflictError(type(error).__name__) from error
    except (google.ServerError, google.RetryError, google.TooManyRequests, google.Cancelled) as error:
        raise OutcomeUnknownError(type(error).__name__) from error
    except google.InvalidArgument as error:
        raise RefusedError(type(error).__name__) from error


@contextmanager
def reading() -> Iterator[None]:
    try:
        yield
    except (google.ServerError, google.RetryError, google.TooManyRequests, google.Cancelled) as error:
        raise StoreUnavailableError(type(error).__name__) from error
