"""Queues many mails."""

from collections.abc import Sequence

from werkplaats.domain.mail.outbox import Mail
from werkplaats.store import ConflictError, Store

AT_ONCE = 200
"""How many mails are queued in one commit."""


def enqueue(store: Store, mails: Sequence[Mail]) -> int:
    """Queue those of `mails` that do not exist yet. Returns how many that were.

    Another run may be queueing the same mails. Then the commit fails, and is tried once more without those.
    """
    total = 0
    for start in range(0, len(mails), AT_ONCE):
        some = mails[start : start + AT_ONCE]
        try:
            total += store.outbox.add_missing(some)
        except ConflictError:
            total += store.outbox.add_missing(some)
    return total
