"""What a restored backup knows of its workshops, for people to compare with what they know, before anything is done.

A workshop may have been moved or called off since. Then people would be mailed, and erased, as if it had not been.
"""

from datetime import date, datetime

from msgspec import Struct, ValidationError

from werkplaats.store import Store


class Known(Struct, frozen=True, kw_only=True):
    """A workshop as it is in the backup.

    `first_day` is None if the workshop cannot be read, and `called_off` (UTC) if it goes on. `people` is how many
    registrations would be erased now, None if they cannot be read. `questions` are the ids of the questions whose
    answers would be erased now, and `results` says whether the answers to its surveys would be.
    """

    id: str
    first_day: date | None = None
    last_day: date | None = None
    called_off: datetime | None = None
    people: int | None = 0
    questions: tuple[str, ...] = ()
    results: bool = False


def look_at_workshops(store: Store, now: datetime) -> tuple[Known, ...]:
    """What `store` knows of each of its workshops, and what would be erased at `now` (UTC). It only reads."""
    return tuple(_look_at(store, id, now) for id in store.inspection.workshops())


def _look_at(store: Store, id: str, now: datetime) -> Known:
    try:
        workshop = store.workshops.get(id)
    except ValidationError:
        workshop = None
    if workshop is None:
        return Known(id=id)
    everything = now >= workshop.erase_registrations_at()
    questions = workshop.questions_to_erase(now)
    people: int | None = 0
    try:
        there = store.seats.all_of(id) if everything or questions else ()
        people = sum(one.person is not None for one in there) if everything else 0
        questions = tuple(one for one in questions if any(one in registration.answers for registration in there))
    except ValidationError:
        people = None
    return Known(
        id=id,
        first_day=workshop.first_day,
        last_day=workshop.last_day,
        called_off=workshop.called_off.at if workshop.called_off else None,
        people=people,
        questions=questions,
        results=now >= workshop.erase_results_at(),
    )
