"""Calls a workshop off in one commit, and then queues one mail to each person who signed up."""

from datetime import datetime

from werkplaats import log
from werkplaats.domain.calling_off import make_farewells
from werkplaats.domain.seats.commands import CallOff, Done, Refusal, Refused
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.mail.enqueue import enqueue
from werkplaats.workflows.seats.queue import SeatQueue


def call_off(queue: SeatQueue, workshop: str, reason: str, *, by: str) -> Refusal | None:
    """Call `workshop` (its id) off. Returns why that was refused, or None if it is called off, now or earlier.

    It is refused with OVER if the workshop has ended, and with NO_REASON if `reason` is blank or too long. `by` is the
    address of whoever calls it off. The mails are queued by `tell_participants`, which is called for the journal's
    entry: at once by its event, or by the schedule if that event is lost.

    Raises SeatsBusyError or UnknownWorkshopError.
    """
    match queue.do(workshop, CallOff(reason, by)):
        case Done():
            return None
        case Refused(why):
            return why
        case outcome:
            raise AssertionError(f"calling off ends in {outcome}")


def tell_participants(store: Store, workshop: Workshop, now: datetime) -> int:
    """Queue the mails that tell that `workshop` was called off. Returns how many were queued.

    Mails that exist already are left out, so another call after a crash queues only what is missing.
    """
    queued = enqueue(store, make_farewells(workshop, store.seats.all_of(workshop.id), now))
    log.event("workshop.called_off_told", workshop=workshop.id, mails=queued)
    return queued
