"""Queues reminders of the workshop, mails about changes, and those to whoever got no seat."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.changes import Change, announce_change, combine_changes, make_reminders, reminder_due
from werkplaats.domain.registration import State
from werkplaats.domain.reminding import may_remind, not_placed, tells_not_placed
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.mail.enqueue import enqueue


def send_reminders(store: Store, now: datetime) -> int:
    """Queue the mails about changes, and what is due for whole workshops at `now` (UTC). Returns how many were queued.

    Due for a workshop are its latest reminder, and once it has begun the mail to those who still wait: each is a chore
    that is done once. Workshops that have ended are not read. Three round trips find all that there is to do. Whoever
    has an offer is reminded of it by `expire_offers`, which reads the offers anyway.

    Raises SomeFailedError if that failed for some workshops.
    """
    total = 0
    with isolate_failures("reminders.not_sent") as isolated:
        for workshop_id, changes in groupby(store.changes.unannounced(), key=lambda change: change.workshop):
            with isolated(workshop=workshop_id):
                total += _announce(store, tuple(changes), now)
        due: list[_Chore] = []
        for workshop in store.workshops.not_ended(now):
            with isolated(workshop=workshop.id):
                due += _chores(store, workshop, now)
        done = store.chores.progress((), [chore.name for chore in due]).done
        for chore in due:
            if chore.name not in done:
                with isolated(workshop=chore.workshop):
                    total += chore.do()
    return total


def reminder_chore(workshop: Workshop, reminder: str) -> str:
    """The name under which it is kept that `reminder` was sent, for the day on which the workshop now begins."""
    return f"reminder.{workshop.id}.{reminder.replace(' ', '')}.{workshop.first_day.isoformat()}"


def last_reminded(workshop: Workshop) -> str:
    """The name under which it is kept when people of `workshop` were last reminded: of it, or of one of its waves."""
    return f"reminded.{workshop.id}"


def not_placed_chore(workshop: Workshop) -> str:
    """The name under which it is kept that those who waited were told, for the day on which the workshop began."""
    return f"not_placed.{workshop.id}.{workshop.first_day.isoformat()}"


class _Chore(Struct, frozen=True):
    """Something to `do` once for a `workshop` (its id). That it is done is kept under `name`.

    `do` queues the mails and returns how many.
    """

    name: str
    workshop: str
    do: Callable[[], int]


def _chores(store: Store, workshop: Workshop, now: datetime) -> list[_Chore]:
    """What is due for `workshop` at `now` (UTC), whether or not it was done already."""
    due = []
    if falls_due := reminder_due(workshop, now):
        send = partial(_remind, store, workshop, *falls_due, now)
        due.append(_Chore(reminder_chore(workshop, falls_due[0]), workshop.id, send))
    if tells_not_placed(workshop, now):
        due.append(_Chore(not_placed_chore(workshop), workshop.id, partial(_tell_not_placed, store, workshop, now)))
    return due


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
    last = store.chores.done_up_to(last_reminded(workshop))
    if not may_remind(last.at if last else None, now):
        return 0  # tomorrow's runs send it, unless the workshop begins before that
    seated = store.seats.in_state(workshop.id, State.CONFIRMED)
    queued = enqueue(store, make_reminders(workshop, reminder, since, seated, ledger.version, now))
    store.chores.mark_done(chore, ledger.version, now, last_reminded(workshop))
    log.event("workshop.reminded", workshop=workshop.id, reminder=reminder, mails=queued)
    return queued


def _tell_not_placed(store: Store, workshop: Workshop, now: datetime) -> int:
    """Tell those who still wait that it did not work out. If the ledger says that nobody does, nobody is read."""
    ledger = store.seats.ledger(workshop.id)
    if ledger is None:
        return 0
    waiting = store.seats.in_state(workshop.id, State.WAITLISTED) if ledger.waitlisted else ()
    queued = enqueue(store, not_placed(workshop, waiting, ledger.version, now))
    store.chores.mark_done(not_placed_chore(workshop), ledger.version, now)
    log.event("workshop.not_placed", workshop=workshop.id, mails=queued)
    return queued
