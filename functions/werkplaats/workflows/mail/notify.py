"""Tell organisers what happened: from each journal entry, a mail to each of them."""

from datetime import datetime, timedelta

from werkplaats import log
from werkplaats.domain.journal import NOTICE, Entry
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.workshop import Workshop
from werkplaats.store import ConflictError, Store
from werkplaats.workflows.each import each

LOST_AFTER = timedelta(minutes=2)
"""An entry this old that nobody has been told of has lost its event."""


def notify_organisers(store: Store, workshop_id: str, entry_id: str, now: datetime) -> int:
    """Queue the mails that tell of the entry, once; how many. A repeated event finds it told already."""
    guarded = store.journal.get(workshop_id, entry_id)
    workshop = store.workshops.get(workshop_id)
    if guarded is None or workshop is None or guarded.entry.notified:
        return 0
    mails = notices(workshop, guarded.entry, now)
    try:
        store.journal.tell(guarded, mails)
    except ConflictError:
        return 0
    log.event("organisers.notified", workshop=workshop_id, entry=entry_id, mails=len(mails))
    return len(mails)


def notify_of_lost_entries(store: Store, now: datetime, most: int = 200) -> int:
    """The schedule's net: tell of entries whose event never came; how many mails."""
    total = 0
    with each("organisers.not_notified") as one:
        for entry in store.journal.without_notice(now - LOST_AFTER, most):
            with one(workshop=entry.workshop, entry=entry.id):
                total += notify_organisers(store, entry.workshop, entry.id, now)
    return total


def notices(workshop: Workshop, entry: Entry, now: datetime) -> tuple[Mail, ...]:
    """One mail for each organiser; their ids follow from the entry's, so that a rerun cannot write them twice."""
    kind = NOTICE.get(entry.kind)
    if kind is None:
        return ()
    return tuple(
        queue(
            f"{workshop.id}-{entry.id}-{number}",
            kind,
            workshop.id,
            now,
            registration=entry.registration,
            version=entry.version,
            organiser=organiser.email,
            entry=entry.id,
        )
        for number, organiser in enumerate(workshop.organisers, start=1)
    )
