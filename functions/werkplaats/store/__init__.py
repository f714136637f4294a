"""The store: reads and writes domain records as documents, and commits what was decided, all through one Wire."""

from werkplaats.store.errors import (
    ConflictError,
    OutcomeUnknownError,
    RefusedError,
    StoreError,
    StoreUnavailableError,
    TakenError,
)
from werkplaats.store.store import Store

__all__ = [
    "ConflictError",
    "OutcomeUnknownError",
    "RefusedError",
    "Store",
    "StoreError",
    "StoreUnavailableError",
    "TakenError",
]
