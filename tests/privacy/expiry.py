"""Deletes documents whose time is over, as Firestore does by its TTL policies."""

from collections.abc import Callable, Iterable
from datetime import datetime

from werkplaats.store.wire import Fields


def delete_expired(documents: Iterable[tuple[str, Fields]], delete: Callable[[str], None], now: datetime) -> int:
    """Delete the documents whose `expire_at` has passed, as Firestore does within a day. Returns how many."""
    over = [path for path, fields in documents if _has_expired(fields.get("expire_at"), now)]
    for path in over:
        delete(path)
    return len(over)


def _has_expired(expire_at: object, now: datetime) -> bool:
    return isinstance(expire_at, datetime) and expire_at <= now
