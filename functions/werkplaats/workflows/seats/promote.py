"""Gives free seats to the waitlist. It looks at the ledger as it is now, and not at what the event says."""

from datetime import datetime

from werkplaats.domain.seats.commands import Promote, Promoted
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue


def promote_waitlist(store: Store, queue: SeatQueue, workshop_id: str, now: datetime) -> int:
    """Promote people until no seat is free or nobody is on the waitlist. Returns how many were promoted.

    It can be called at any time without harm.
    """
    total = 0
    while _could_promote(store, workshop_id, now):
        outcome = queue.do(workshop_id, Promote())
        if not isinstance(outcome, Promoted) or outcome.count == 0:
            break
        total += outcome.count
    return total


def gives_seats(workshop: Workshop, ledger: Ledger, now: datetime) -> bool:
    """Whether a seat is free, somebody is on the waitlist, and the workshop gives seats at `now` (UTC)."""
    return ledger.could_promote and workshop.gives_seats(now)


def promotable(store: Store, now: datetime) -> tuple[str, ...]:
    """The ids of the workshops with a free seat for somebody on the waitlist at `now` (UTC), in two round trips."""
    workshops = store.workshops.not_begun(now)
    ledgers = store.seats.ledgers(workshop.id for workshop in workshops)
    return tuple(one.id for one in workshops if one.id in ledgers and gives_seats(one, ledgers[one.id], now))


def _could_promote(store: Store, workshop_id: str, now: datetime) -> bool:
    ledger = store.seats.ledger(workshop_id)
    if ledger is None or not ledger.could_promote:
        return False
    workshop = store.workshops.of(ledger)
    return workshop is not None and gives_seats(workshop, ledger, now)
