"""Queues reminders before the workshop, and mails about changed days or a changed place."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.changes import Change, announcements, reminder_due, reminders, summed_up
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import State
from werkplaats.domain.workshop import Workshop
from werkplaats.store import ConflictError, Store
from werkplaats.workflows.failures import isolate_failures

AT_ONCE = 200
"""Mails in one commit."""


def send_reminders(store: Store, now: datetime) -> int:
    """Queue the mails about changes, and the reminders that are due at `now` (UTC). Returns how many were queued.

    Raises SomeFailedError if that failed for some workshops.
    """
    total = 0
    with isolate_failures("reminders.not_sent") as isolated:
        for workshop_id, changes in groupby(store.changes.unannounced(), key=lambda change: change.workshop):
            with isolated(workshop=workshop_id):
                total += _announce(store, tuple(changes), now)
        for workshop in store.workshops.all():
            with isolated(workshop=workshop.id):
                total += _remind(store, workshop, now)
    return total


def _announce(store: Store, changes: tuple[Change, ...], now: datetime) -> int:
    """Queue one mail about all `changes` of one workshop to each person they concern. Returns how many were queued.

    If a later change undoes an earlier one, nobody is mailed.
    """
    change = summed_up(changes)
    queued = 0
    if change is not None:
        # This must be stored before the mails are queued, because their text is made from it.
        store.changes.put([change])
        queued = _queue(store, announcements(change, store.seats.all_of(change.workshop), now))
        changes = (*changes[:-1], change)
    store.changes.put([replace(one, announced=True) for one in changes])
    log.event("workshop.change_announced", workshop=changes[-1].workshop, change=changes[-1].id, mails=queued)
    return queued


def _remind(store: Store, workshop: Workshop, now: datetime) -> int:
    due = reminder_due(workshop, now)
    ledger = store.seats.ledger(workshop.id)
    if due is None or ledger is None:
        return 0
    reminder, since = due
    chore = f"reminder.{workshop.id}.{reminder.replace(' ', '')}.{workshop.first_day.isoformat()}"
    if store.chores.done_up_to(chore) is not None:
        return 0
    seated = store.seats.in_state(workshop.id, State.CONFIRMED)
    queued = _queue(store, reminders(workshop, reminder, since, seated, ledger.version, now))
    store.chores.mark_done(chore, ledger.version, now)
    log.event("workshop.reminded", workshop=workshop.id, reminder=reminder, mails=queued)
    return queued


def _queue(store: Store, mails: Sequence[Mail]) -> int:
    """Queue those of `mails` that do not exist yet. Returns how many that were.

    Another run may be queueing the same mails. Then the commit fails, and is tried once more without those.
    """
    total = 0
    for start in range(0, len(mails), AT_ONCE):
        some = mails[start : start + AT_ONCE]
        try:
            total += store.outbox.add_missing(some)
        except ConflictError:
            total += store.outbox.add_missing(some)
    return total
