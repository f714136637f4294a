"""Ends holds that are over, and promotes waitlists whose event was lost."""

from datetime import datetime

from werkplaats.domain.seats.commands import Expire
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.seats.promote import gives_seats, promote_waitlist
from werkplaats.workflows.seats.queue import SeatQueue


def expire_offers(store: Store, queue: SeatQueue, now: datetime) -> int:
    """End every hold that is over at `now` (UTC), of offers and of addresses, and give free seats to the waitlist.

    Returns how many ended.

    What there is to do is found for all workshops together, in three round trips, and one more for each workshop whose
    ledger says that somebody has to confirm the address. Workshops that have ended are not read, unless one of their
    offers is still standing: an address that nobody confirmed holds nothing then that anybody could get.

    Raises SomeFailedError if that failed for some workshops.
    """
    lapsed = store.seats.lapsed_offers(now)
    workshops = _to_look_at(store, lapsed, now)
    ledgers = store.seats.ledgers(workshop.id for workshop in workshops)
    ended = 0
    with isolate_failures("offers.not_expired") as isolated:
        for workshop in workshops:
            with isolated(workshop=workshop.id):
                ledger = ledgers.get(workshop.id) or store.seats.ledger(workshop.id)
                if ledger is None:
                    continue
                overdue = _overdue(store, workshop, ledger, lapsed.get(workshop.id, ()), now)
                queue.do_all(workshop.id, [Expire(registration) for registration in overdue])
                ended += len(overdue)
                if overdue or gives_seats(workshop, ledger, now):
                    promote_waitlist(store, queue, workshop.id, now)
    return ended


def _to_look_at(store: Store, lapsed: dict[str, tuple[str, ...]], now: datetime) -> tuple[Workshop, ...]:
    """The workshops that can have something to do: those that have not ended, and those with `lapsed` offers.

    Offers of a workshop that was called off stay as they are.
    """
    there = store.workshops.not_ended(now)
    elsewhere = lapsed.keys() - {workshop.id for workshop in there}
    more = store.workshops.get_all(sorted(elsewhere)) if elsewhere else ()
    return tuple(workshop for workshop in (*there, *more) if workshop.called_off is None)


def _overdue(
    store: Store, workshop: Workshop, ledger: Ledger, lapsed: tuple[str, ...], now: datetime
) -> tuple[str, ...]:
    """The ids of the registrations whose holds are over: once the workshop has begun, all that it has."""
    unconfirmed = store.seats.lapsed_confirmations(workshop, now) if ledger.unconfirmed > 0 else ()
    if workshop.has_begun(now) and ledger.offered > 0:
        return unconfirmed + tuple(registration.id for registration in store.seats.overdue_offers(workshop, now))
    return unconfirmed + lapsed
