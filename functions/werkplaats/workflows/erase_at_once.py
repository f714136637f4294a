"""Erases one person when they ask for it (art. 17 GDPR), long before the time of keeping is over."""

from datetime import datetime

from werkplaats.domain.kept import COMES_IN_LATE
from werkplaats.domain.seats.commands import Done, ErasePerson, Outcome
from werkplaats.store import Store
from werkplaats.workflows.failures import despite_conflicts
from werkplaats.workflows.seats.queue import SeatQueue


def erase_at_once(
    store: Store, queue: SeatQueue, workshop: str, registration: str, *, seen: int | None, by: str
) -> Outcome:
    """Erase the person of `registration` (an id), and all that can be tied to them. Their seat goes to the next.

    It is refused if something about the registration has changed since the version `seen` (None: whatever it is now),
    unless the person has been erased already: then what may be left of them is erased once more, as after a crash.
    `by` is the address of the organiser who decided it, "" if the person did.

    What comes in later, such as a mail that came back, is erased in the nights that follow (`forget_late_traces`). The
    erasure is remembered for longer than any backup is kept. Answers to surveys are tied to nobody, and stay.

    Raises SeatsBusyError, UnknownWorkshopError or StoreError.
    """
    outcome = queue.do(workshop, ErasePerson(registration, seen=seen, by=by, at_once=True))
    if isinstance(outcome, Done):
        forget_traces(store, workshop, registration)
    return outcome


def forget_late_traces(store: Store, now: datetime) -> None:
    """Erase what came in about people who were erased at once, for COMES_IN_LATE after that. `now` is in UTC.

    That time is counted up to the last night in which this was done. So if the schedule stood still for weeks, the
    traces of somebody whose erasing broke off at the beginning of them are erased nevertheless.
    """
    erased = tuple(store.erasures.at_once())
    if not erased:
        return
    chores = {one.workshop: f"erase.{one.workshop}.late" for one in erased}
    done = store.chores.progress((), chores.values()).done
    for one in erased:
        last = done.get(chores[one.workshop])
        if last is None or one.at >= last.at - COMES_IN_LATE:
            forget_traces(store, one.workshop, one.registration)
    first, *others = chores.values()
    store.chores.mark_done(first, 0, now, *others)


def forget_traces(store: Store, workshop: str, registration: str) -> None:
    """Erase what is kept about `registration` (an id) outside of it: attendance, invitations, mails' texts, details."""

    def forget() -> None:
        store.erasures.forget_traces(registration)
        store.outbox.forget_texts(registration)
        store.journal.forget_details(workshop, registration)

    despite_conflicts(forget)
