"""End offers whose time is over, and look after waitlists whose event was lost."""

from datetime import datetime

from werkplaats.domain.seats.commands import Expire
from werkplaats.store import Store
from werkplaats.workflows.each import each
from werkplaats.workflows.seats.promote import promote_waitlist
from werkplaats.workflows.seats.queue import SeatQueue


def expire_offers(store: Store, queue: SeatQueue, now: datetime) -> int:
    """End every offer that is over at `now` (UTC) and promote into what is free; how many offers ended."""
    ended = 0
    with each("offers.not_expired") as one:
        for workshop in store.workshops.all():
            if workshop.called_off is not None:
                continue
            with one(workshop=workshop.id):
                overdue = store.seats.overdue_offers(workshop, now)
                queue.do_all(workshop.id, [Expire(registration.id) for registration in overdue])
                ended += len(overdue)
                promote_waitlist(store, queue, workshop.id, now)
    return ended
