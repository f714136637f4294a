"""Tell organisers what happened: from each journal entry, a mail to each of them."""

from datetime import datetime, timedelta

from werkplaats import log
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutEntry
from werkplaats.domain.mail.kinds import NOTICE
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.workshop import Workshop
from werkplaats.store import ConflictError, Store
from werkplaats.workflows.call_off import tell_participants
from werkplaats.workflows.each import each
from werkplaats.workflows.surroundings import Clock

LOST_AFTER = timedelta(minutes=2)
"""An entry this old that nobody has been told of has lost its event."""

BUDGET = 30.0
"""Seconds after which a run of the schedule begins on no further entry: mails are to have their turn."""


def notify_organisers(store: Store, workshop_id: str, entry_id: str, now: datetime) -> int:
    """Queue the mails that tell of the entry, once; how many. A repeated event finds it told already."""
    return _tell(store, workshop_id, entry_id, store.workshops.get(workshop_id), now)


def notify_of_lost_entries(store: Store, now: datetime, clock: Clock) -> int:
    """The schedule's net: tell of entries whose event never came; how many mails.

    One that makes trouble harms none of the others. A workshop that cannot be read is tried once, and its entries are
    left for when it can.
    """
    began, total = clock.elapsed(), 0
    workshops: dict[str, Workshop | None] = {}
    passed_over = set[str]()
    with each("organisers.not_notified") as one:
        for entry in store.journal.without_notice(now - LOST_AFTER):
            if clock.elapsed() - began >= BUDGET:
                break
            if (id := entry.workshop) in passed_over:
                continue
            with one(workshop=id, entry=entry.id):
                if id not in workshops:
                    passed_over.add(id)
                    workshops[id] = store.workshops.get(id)
                    passed_over.discard(id)
                total += _tell(store, id, entry.id, workshops[id], now)
    return total


def _tell(store: Store, workshop_id: str, entry_id: str, workshop: Workshop | None, now: datetime) -> int:
    """Of a workshop that is gone nobody is told: the entry counts as told, so that no run looks at it again.

    What participants are told is queued before that, so that it is queued again after a crash.
    """
    guarded = store.journal.get(workshop_id, entry_id)
    if guarded is None or guarded.entry.notified:
        return 0
    if workshop is not None and guarded.entry.kind is Happened.CALLED_OFF:
        tell_participants(store, workshop, now)
    mails = notices(workshop, guarded.entry, now) if workshop else ()
    try:
        store.journal.tell(guarded, mails)
    except ConflictError:
        return 0
    log.event("organisers.notified", workshop=workshop_id, entry=entry_id, mails=len(mails))
    return len(mails)


def notices(workshop: Workshop, entry: Entry, now: datetime) -> tuple[Mail, ...]:
    """One mail for each person whose role is organiser; none if organisers are not told of what `entry` says."""
    kind = NOTICE.get(entry.kind)
    if kind is None:
        return ()
    return tuple(
        queue(
            kind,
            AboutEntry(entry.id, organiser.email, number, entry.version, entry.registration),
            workshop.id,
            now,
        )
        for number, organiser in enumerate(workshop.in_charge, start=1)
    )
