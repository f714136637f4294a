"""The one Firestore client: documents to domain records and back, and the commits of what was decided."""

from werkplaats.store.errors import ConflictError, OutcomeUnknownError, StoreUnavailableError, TakenError
from werkplaats.store.store import Store

__all__ = ["ConflictError", "OutcomeUnknownError", "Store", "StoreUnavailableError", "TakenError"]
