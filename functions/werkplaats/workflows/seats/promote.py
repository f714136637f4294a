"""Gives free seats to the waitlist. It looks at the ledger as it is now, and not at what the event says."""

from datetime import datetime

from werkplaats.domain.seats.commands import Promote, Promoted
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue


def promote_waitlist(store: Store, queue: SeatQueue, workshop_id: str, now: datetime) -> int:
    """Promote people until no seat is free or nobody is on the waitlist. Returns how many were promoted.

    It can be called at any time without harm.
    """
    total = 0
    while could_promote(store, workshop_id, now):
        outcome = queue.do(workshop_id, Promote())
        if not isinstance(outcome, Promoted) or outcome.count == 0:
            break
        total += outcome.count
    return total


def could_promote(store: Store, workshop_id: str, now: datetime) -> bool:
    """Whether a seat is free, somebody is on the waitlist, and the workshop gives seats at `now` (UTC)."""
    ledger = store.seats.ledger(workshop_id)
    if ledger is None or ledger.free <= 0 or ledger.waitlisted == 0:
        return False
    workshop = store.workshops.get(workshop_id)
    return workshop is not None and workshop.gives_seats(now)
