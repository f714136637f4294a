"""Ends holds that are over, reminds of offers half-way, and promotes waitlists whose event was lost."""

from collections.abc import Iterable
from datetime import datetime

from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Registration
from werkplaats.domain.reminding import is_by_day, offer_reminder, offer_reminder_due
from werkplaats.domain.seats.commands import Expire
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.mail.enqueue import enqueue
from werkplaats.workflows.seats.promote import gives_seats, promote_waitlist
from werkplaats.workflows.seats.queue import SeatQueue


def expire_offers(store: Store, queue: SeatQueue, now: datetime) -> int:
    """End every hold that is over at `now` (UTC), of offers and of addresses, and give free seats to the waitlist.

    By day, those whose offer has stood for half its time are reminded of it: it costs no round trip more to read these
    offers together with those that have expired.

    Returns how many holds ended.

    What there is to do is found for all workshops together, in three round trips, and one more for each workshop whose
    ledger says that somebody has to confirm the address. Workshops that have ended are not read, unless one of their
    offers is still standing: an address that nobody confirmed holds nothing then that anybody could get.

    Raises SomeFailedError if that failed for some workshops.
    """
    offers = store.seats.open_offers(now, standing=is_by_day(now))
    lapsed = offers.lapsed
    there = store.workshops.not_ended(now)
    workshops = _to_look_at(store, there, lapsed)
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
        with isolated(kind=Kind.OFFER_REMINDER):
            _remind(store, there, offers.standing, now)
    return ended


def remind_of_offers(store: Store, now: datetime) -> int:
    """Only queue the reminders that `expire_offers` would queue at `now` (UTC). Returns how many were queued."""
    return _remind(store, store.workshops.not_ended(now), store.seats.open_offers(now, standing=True).standing, now)


def _remind(store: Store, there: Iterable[Workshop], standing: Iterable[Registration], now: datetime) -> int:
    """Remind those whose offer has stood for half its time, by day. There is one mail for each offer."""
    workshops = {workshop.id: workshop for workshop in there}
    known = [(workshops[one.workshop], one) for one in standing if one.workshop in workshops]
    return enqueue(
        store, [offer_reminder(one, now) for workshop, one in known if offer_reminder_due(workshop, one, now)]
    )


def _to_look_at(store: Store, there: tuple[Workshop, ...], lapsed: dict[str, tuple[str, ...]]) -> tuple[Workshop, ...]:
    """The workshops that can have something to do: those `there`, which have not ended, and those with `lapsed` offers.

    Offers of a workshop that was called off stay as they are.
    """
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
