"""Queues reminders before the workshop, and mails about changed days or a changed place."""

from datetime import datetime
from itertools import groupby

from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.changes import Change, announce_change, combine_changes, make_reminders, reminder_due
from werkplaats.domain.registration import State
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.mail.enqueue import enqueue


def send_reminders(store: Store, now: datetime) -> int:
    """Queue the mails about changes, and the reminders that are due at `now` (UTC). Returns how many were queued.

    Workshops that have begun send no reminders and are not read. Three round trips find all that there is to do.

    Raises SomeFailedError if that failed for some workshops.
    """
    total = 0
    with isolate_failures("reminders.not_sent") as isolated:
        for workshop_id, changes in groupby(store.changes.unannounced(), key=lambda change: change.workshop):
            with isolated(workshop=workshop_id):
                total += _announce(store, tuple(changes), now)
        due = []
        for workshop in store.workshops.not_begun(now):
            with isolated(workshop=workshop.id):
                if falls_due := reminder_due(workshop, now):
                    due.append((workshop, *falls_due))
        done = store.chores.progress((), [reminder_chore(workshop, reminder) for workshop, reminder, _ in due]).done
        for workshop, reminder, since in due:
            if reminder_chore(workshop, reminder) not in done:
                with isolated(workshop=workshop.id):
                    total += _remind(store, workshop, reminder, since, now)
    return total


def reminder_chore(workshop: Workshop, reminder: str) -> str:
    """The name under which it is kept that `reminder` was sent, for the day on which the workshop now begins."""
    return f"reminder.{workshop.id}.{reminder.replace(' ', '')}.{workshop.first_day.isoformat()}"


def _announce(store: Store, changes: tuple[Change, ...], now: datetime) -> int:
    """Queue one mail about all `changes` of one workshop to each person they concern. Returns how many were queued.

    If a later change undoes an earlier one, or if the workshop has been called off since, nobody is mailed.
    """
    workshop = store.workshops.get(changes[0].workshop)
    change = combine_changes(changes) if workshop is None or workshop.called_off is None else None
    queued = 0
    if change is not None:
        # This must be stored before the mails are queued, because their text is made from it.
        store.changes.put([change])
        queued = enqueue(store, announce_change(change, store.seats.all_of(change.workshop), now))
        changes = (*changes[:-1], change)
    store.changes.put([replace(one, announced=True) for one in changes])
    log.event("workshop.change_announced", workshop=changes[-1].workshop, change=changes[-1].id, mails=queued)
    return queued


def _remind(store: Store, workshop: Workshop, reminder: str, since: datetime, now: datetime) -> int:
    ledger = store.seats.ledger(workshop.id)
    chore = reminder_chore(workshop, reminder)
    if ledger is None or store.chores.done_up_to(chore) is not None:
        return 0
    seated = store.seats.in_state(workshop.id, State.CONFIRMED)
    queued = enqueue(store, make_reminders(workshop, reminder, since, seated, ledger.version, now))
    store.chores.mark_done(chore, ledger.version, now)
    log.event("workshop.reminded", workshop=workshop.id, reminder=reminder, mails=queued)
    return queued
