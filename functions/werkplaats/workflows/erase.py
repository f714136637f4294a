"""Erases personal data when the time for which the privacy statement promises to keep it is over.

`domain/kept.py` says what is erased here, and what goes in other ways.
"""

from collections.abc import Iterator
from datetime import datetime

from werkplaats import log
from werkplaats.domain.kept import COMES_IN_LATE, WISHES_KEPT
from werkplaats.domain.seats.commands import Command, DropWish, EraseAnswers, ErasePerson
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.store.chores import Progress
from werkplaats.workflows.erase_at_once import forget_late_traces
from werkplaats.workflows.failures import despite_conflicts, isolate_failures
from werkplaats.workflows.seats.queue import SeatQueue


def erase_personal_data(store: Store, queue: SeatQueue, now: datetime) -> int:
    """Erase everything that must be erased by `now` (UTC). Returns how many registrations were changed.

    Every workshop is read, also those of years ago. No day is so long ago that what comes before it could be left out:
    an organiser can move a workshop to any day. Two round trips find which of them have something to erase.

    Raises SomeFailedError if that failed for some workshops.
    """
    total = 0
    with isolate_failures("registrations.not_erased") as isolated:
        with isolated(part="erased at once"):
            forget_late_traces(store, now)
        with isolated(part="wishes"):
            _drop_old_wishes(store, queue, now)
        due = []
        for workshop in store.workshops.all():
            with isolated(workshop=workshop.id):
                if chores := tuple(_chores(workshop, now)):
                    due.append((workshop, chores))
        names = [chore for _, chores in due for chore in chores]
        progress = store.chores.progress([workshop.id for workshop, _ in due], names)
        for workshop, chores in due:
            if not all(_is_over(workshop, chore, progress) for chore in chores):
                with isolated(workshop=workshop.id):
                    total += _erase(store, queue, workshop, now)
                    _erase_results(store, workshop, now)
    return total


def _drop_old_wishes(store: Store, queue: SeatQueue, now: datetime) -> None:
    """Erase the addresses that people asked for and did not confirm in time."""
    for workshop, ids in store.seats.with_old_wishes(now - WISHES_KEPT).items():
        queue.do_all(workshop, [DropWish(registration=id, only_if_over=True) for id in ids])


def _chores(workshop: Workshop, now: datetime) -> Iterator[str]:
    """The names of what has to be erased in `workshop` by `now` (UTC)."""
    if now >= workshop.erase_registrations_at():
        yield _all_chore(workshop)
    elif questions := workshop.questions_to_erase(now):
        yield _answers_chore(workshop, questions)
    if now >= workshop.erase_results_at():
        yield _results_chore(workshop)


def _all_chore(workshop: Workshop) -> str:
    return f"erase.{workshop.id}.all"


def _answers_chore(workshop: Workshop, questions: tuple[str, ...]) -> str:
    """A name that no other chore has, whatever the questions are called: ids have no dots."""
    return f"erase.{workshop.id}.only.{'+'.join(questions)}"


def _results_chore(workshop: Workshop) -> str:
    return f"erase.{workshop.id}.results"


def _is_over(workshop: Workshop, chore: str, progress: Progress) -> bool:
    """Whether `chore` was done, nothing has changed since, and nothing more can come in."""
    done, ledger = progress.done.get(chore), progress.ledgers.get(workshop.id)
    if done is None or ledger is None:
        return False
    nothing_comes_in = done.at >= workshop.erase_registrations_at() + COMES_IN_LATE
    if chore == _results_chore(workshop):
        return nothing_comes_in  # sealed answers, which could still be opened, are erased with the registrations
    return done.version == ledger.version and (nothing_comes_in or chore != _all_chore(workshop))


def _erase_results(store: Store, workshop: Workshop, now: datetime) -> None:
    """Delete the opened answers of `workshop`, and the questions they answer, if their own time is over."""
    if now < workshop.erase_results_at():
        return
    while store.surveys.erase_results(workshop.id):
        pass
    store.chores.mark_done(_results_chore(workshop), 0, now)


def _erase(store: Store, queue: SeatQueue, workshop: Workshop, now: datetime) -> int:
    everything = now >= workshop.erase_registrations_at()
    questions = workshop.questions_to_erase(now)
    if not everything and not questions:
        return 0
    if everything:
        # Each night anew: a mark of attendance or a mail that came back may have been under way the night before.
        while store.surveys.erase(workshop.id) or store.attendance.erase(workshop.id):
            pass
        despite_conflicts(lambda: store.journal.erase_details(workshop.id))
        despite_conflicts(lambda: store.outbox.erase_texts(workshop.id))
    chore = _all_chore(workshop) if everything else _answers_chore(workshop, questions)
    ledger = store.seats.ledger(workshop.id)
    done = store.chores.done_up_to(chore)
    if ledger is None:
        return 0
    if done is not None and done.version == ledger.version:
        if everything:
            store.chores.mark_done(chore, ledger.version, now)
        return 0
    commands: list[Command] = []
    for registration in store.seats.all_of(workshop.id):
        if everything and registration.person is not None:
            commands.append(ErasePerson(registration.id))
        elif not everything and any(id in registration.answers for id in questions):
            commands.append(EraseAnswers(registration.id, questions))
    queue.do_all(workshop.id, commands)
    fresh = store.seats.ledger(workshop.id)
    if not commands and fresh is not None:
        store.chores.mark_done(chore, fresh.version, now)
    log.event("registrations.erased", workshop=workshop.id, count=len(commands))
    return len(commands)
