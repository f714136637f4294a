"""Erases personal data when the time for which the privacy statement promises to keep it is over.

`domain/kept.py` says what is erased here, and what goes in other ways.
"""

from datetime import datetime

from werkplaats import log
from werkplaats.domain.seats.commands import Command, EraseAnswers, ErasePerson
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.failures import isolate_failures
from werkplaats.workflows.seats.queue import SeatQueue


def erase_personal_data(store: Store, queue: SeatQueue, now: datetime) -> int:
    """Erase everything that must be erased by `now` (UTC). Returns how many registrations were changed.

    Raises SomeFailedError if that failed for some workshops.
    """
    total = 0
    with isolate_failures("registrations.not_erased") as isolated:
        for workshop in store.workshops.all():
            with isolated(workshop=workshop.id):
                total += _erase(store, queue, workshop, now)
                _erase_results(store, workshop, now)
    return total


def _erase_results(store: Store, workshop: Workshop, now: datetime) -> None:
    """Delete the opened answers of `workshop`, and the questions they answer, if their own time is over."""
    while now >= workshop.erase_results_at() and store.surveys.erase_results(workshop.id):
        pass


def _erase(store: Store, queue: SeatQueue, workshop: Workshop, now: datetime) -> int:
    everything = now >= workshop.erase_registrations_at()
    questions = workshop.questions_to_erase(now)
    if not everything and not questions:
        return 0
    if everything:
        # Each night anew: a mark of attendance or a mail that came back may have been under way the night before.
        while store.surveys.erase(workshop.id) or store.attendance.erase(workshop.id):
            pass
        store.journal.erase_details(workshop.id)
    chore = f"erase.{workshop.id}.{'all' if everything else '+'.join(questions)}"
    ledger = store.seats.ledger(workshop.id)
    done = store.chores.done_up_to(chore)
    if ledger is None or (done is not None and done.version == ledger.version):
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
