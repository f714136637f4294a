"""Ends offers that have expired, and promotes waitlists whose event was lost."""

from datetime import datetime

from werkplaats.domain.seats.commands import Expire
from werkplaats.store import Store
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.seats.promote import promote_waitlist
from werkplaats.workflows.seats.queue import SeatQueue


def expire_offers(store: Store, queue: SeatQueue, now: datetime) -> int:
    """End every offer that has expired at `now` (UTC), and give free seats to the waitlist.

    Returns how many offers ended.

    Raises SomeFailedError if that failed for some workshops.
    """
    ended = 0
    with isolate_failures("offers.not_expired") as isolated:
        for workshop in store.workshops.all():
            if workshop.called_off is not None:
                continue
            with isolated(workshop=workshop.id):
                overdue = store.seats.overdue_offers(workshop, now)
                queue.do_all(workshop.id, [Expire(registration.id) for registration in overdue])
                ended += len(overdue)
                promote_waitlist(store, queue, workshop.id, now)
    return ended
