"""Queues notices to organisers: for each journal entry that is not folded a mail to each organiser."""

from datetime import datetime, timedelta

from werkplaats import log
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.notices import make_notices
from werkplaats.domain.workshop import Workshop
from werkplaats.store import ConflictError, Store
from werkplaats.store.journal import GuardedEntry
from werkplaats.workflows.call_off import tell_participants
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.messages import message_of, queue_message
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.seats.undelivered import end_undeliverable_offer
from werkplaats.workflows.surroundings import Clock

LOST_AFTER = timedelta(minutes=2)
"""If an entry this old has no notices yet, its event was probably lost."""

BUDGET = 30.0
"""After this many seconds a run of the schedule takes no further entry, so that time is left for mails."""


def notify_organisers(store: Store, queue: SeatQueue, workshop_id: str, entry_id: str, now: datetime) -> int:
    """Queue the notices about the entry, unless that has been done, or it is folded. Returns how many were queued."""
    guarded = _to_notify(store, workshop_id, entry_id)
    return 0 if guarded is None else _notify(store, queue, guarded, store.workshops.get(workshop_id), now)


def notify_of_lost_entries(store: Store, queue: SeatQueue, now: datetime, clock: Clock) -> int:
    """Queue the notices about entries whose event was lost. Returns how many were queued.

    If this fails for one entry, the others are done all the same, and SomeFailedError is raised at the end. If a
    workshop cannot be read, that is tried once in a run, and its other entries are left for a later run.
    """
    began, total = clock.elapsed(), 0
    workshops: dict[str, Workshop | None] = {}
    passed_over = set[str]()
    with isolate_failures("organisers.not_notified") as isolated:
        for entry in store.journal.without_notice(now - LOST_AFTER):
            if clock.elapsed() - began >= BUDGET:
                break
            if (id := entry.workshop) in passed_over:
                continue
            with isolated(workshop=id, entry=entry.id):
                if id not in workshops:
                    passed_over.add(id)
                    workshops[id] = store.workshops.get(id)
                    passed_over.discard(id)
                if (guarded := _to_notify(store, id, entry.id)) is not None:
                    total += _notify(store, queue, guarded, workshops[id], now)
    return total


def _to_notify(store: Store, workshop_id: str, entry_id: str) -> GuardedEntry | None:
    """The entry if its notices still have to be queued."""
    guarded = store.journal.get(workshop_id, entry_id)
    return None if guarded is None or guarded.entry.notified else guarded


def _notify(store: Store, queue: SeatQueue, guarded: GuardedEntry, workshop: Workshop | None, now: datetime) -> int:
    """Queue the notices about one entry. Returns how many were queued.

    If the workshop no longer exists there is nobody to notify. The entry is marked as notified all the same, so that
    later runs do not look at it again. The same if the entry is about a mail with an offer that has ended because of
    that: the notice about the end of the offer tells of the mail too. Mails to participants are queued before the entry
    is marked, and an offer that cannot be delivered is ended before, so that this is done again after a crash.
    """
    entry = guarded.entry
    if workshop is not None and entry.kind is Happened.CALLED_OFF:
        tell_participants(store, workshop, now)
    if entry.kind is Happened.MESSAGE_SENT:
        queue_message(store, message_of(entry.id), now)
    told_with_the_offer = workshop is not None and end_undeliverable_offer(store, queue, entry)
    mails = make_notices(workshop, entry, now) if workshop and not told_with_the_offer else ()
    try:
        store.journal.queue_notices(guarded, mails)
    except ConflictError:
        return 0
    log.event("organisers.notified", workshop=entry.workshop, entry=entry.id, mails=len(mails))
    return len(mails)
