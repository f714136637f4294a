"""Makes a practice workshop real: erases the people who tried it out, and everything else that practice left."""

from werkplaats import log
from werkplaats.domain.seats.commands import Done, ErasePerson, MakeReal, Refusal
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.workflows.remind import last_reminded, not_placed_chore, reminder_chore
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.survey.invite import wave_chores

_ATTEMPTS = 5
"""How many times it starts again if somebody signs up while the others are being erased."""


def make_real(store: Store, queue: SeatQueue, workshop: str, *, by: str) -> Refusal | None:
    """Make `workshop` (its id) real. Returns why that was refused, or None if it is real, now or already.

    It is refused with PEOPLE_LEFT if people keep signing up meanwhile, and with UNKNOWN if there is no such workshop.
    After a crash, another call finishes it. What still comes in about those who practised, such as a mark of attendance
    whose answer was lost, is erased in the nights that follow, and so are the texts of their mails. `by` is the address
    of whoever makes it real. Raises SeatsBusyError.
    """
    published = store.workshops.get(workshop)
    if published is None:
        return Refusal.UNKNOWN
    for _ in range(_ATTEMPTS if published.practice else 0):
        people = [one.id for one in store.seats.all_of(workshop) if one.person is not None]
        queue.do_all(workshop, [ErasePerson(id, who_practised=True, by=by, at_once=True) for id in people])
        _forget(store, published)  # after that nobody can be marked or invited any more
        if isinstance(queue.do(workshop, MakeReal(by)), Done):
            log.event("workshop.made_real", workshop=workshop, erased=len(people))
            return None
    return Refusal.PEOPLE_LEFT if published.practice else None


def _forget(store: Store, workshop: Workshop) -> None:
    """Delete surveys, attendance, and the marks of chores that are done, so that they run again for real people."""
    while store.surveys.erase(workshop.id) or store.surveys.erase_results(workshop.id):
        pass
    while store.attendance.erase(workshop.id):
        pass
    reminders = [reminder_chore(workshop, reminder) for reminder in workshop.reminders]
    told = [last_reminded(workshop), not_placed_chore(workshop)]
    store.chores.forget(
        [*reminders, *told, *(chore for wave in workshop.waves for chore in wave_chores(workshop, wave))]
    )
