"""Give free seats to the head of the waitlist, looking at the ledger as it is now and not at what an event says."""

from datetime import datetime

from werkplaats.domain.seats.commands import Promote, Promoted
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue


def promote_waitlist(store: Store, queue: SeatQueue, workshop_id: str, now: datetime) -> int:
    """Promote until no seat is free or nobody waits; how many were promoted. Called at any time, it does no harm."""
    total = 0
    while could_promote(store, workshop_id, now):
        outcome = queue.do(workshop_id, Promote())
        if not isinstance(outcome, Promoted) or outcome.count == 0:
            break
        total += outcome.count
    return total


def could_promote(store: Store, workshop_id: str, now: datetime) -> bool:
    """Whether there is a free seat, somebody waiting, and a workshop that still gives seats."""
    ledger = store.seats.ledger(workshop_id)
    if ledger is None or ledger.free <= 0 or ledger.waitlisted == 0:
        return False
    workshop = store.workshops.get(workshop_id)
    return workshop is not None and workshop.gives_seats(now)
