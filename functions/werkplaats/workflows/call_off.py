"""Call a workshop off: one commit, and then a mail to everybody who signed up, once each."""

from datetime import datetime

from werkplaats import log
from werkplaats.domain.calling_off import farewells
from werkplaats.domain.seats.commands import CallOff, Done, Refusal, Refused
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.mail.enqueue import enqueue
from werkplaats.workflows.seats.queue import SeatQueue


def call_off(queue: SeatQueue, workshop: str, reason: str, *, by: str) -> Refusal | None:
    """Call `workshop` (its id) off; why it was refused, or None if it is called off, now or earlier.

    Refused with OVER once the workshop is over, and with NO_REASON without a `reason` or with one that is too long.
    `by`: the address of whoever decides so. The mails follow by the journal: its entry calls `tell_participants`, at
    once or, if that event is lost, by the schedule. Raises SeatsBusyError or UnknownWorkshopError.
    """
    match queue.do(workshop, CallOff(reason, by)):
        case Done():
            return None
        case Refused(why):
            return why
        case outcome:
            raise AssertionError(f"calling off ends in {outcome}")


def tell_participants(store: Store, workshop: Workshop, now: datetime) -> int:
    """Queue the mails that say that `workshop` was called off, those that are not there yet; how many.

    After a crash in the middle, calling it again queues what is missing.
    """
    queued = enqueue(store, farewells(workshop, store.seats.all_of(workshop.id), now))
    log.event("workshop.called_off_told", workshop=workshop.id, mails=queued)
    return queued
