"""Put many mails into the outbox."""

from collections.abc import Sequence

from werkplaats.domain.mail.outbox import Mail
from werkplaats.store import ConflictError, Store

AT_ONCE = 200
"""Mails in one commit."""


def enqueue(store: Store, mails: Sequence[Mail]) -> int:
    """Queue those of `mails` that are not there yet; how many. Another run may be at the same."""
    total = 0
    for start in range(0, len(mails), AT_ONCE):
        some = mails[start : start + AT_ONCE]
        try:
            total += store.outbox.add_missing(some)
        except ConflictError:
            total += store.outbox.add_missing(some)
    return total
