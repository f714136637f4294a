"""The one Firestore client: documents to domain records and back, and the commits of what was decided."""

from werkplaats.store.errors import ConflictError, OutcomeUnknownError, StoreError, StoreUnavailableError, TakenError
from werkplaats.store.store import Store

__all__ = ["ConflictError", "OutcomeUnknownError", "Store", "StoreError", "StoreUnavailableError", "TakenError"]
