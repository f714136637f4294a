"""What is kept: domain records to documents and back, and the commits of what was decided, over one wire."""

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
