"""The attendance list, and marking people as present or absent."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum, auto

from werkplaats.domain.attendance import Days, Mark, on_list
from werkplaats.domain.registration import Registration, State
from werkplaats.store import Store


class MarkResult(Enum):
    """The result of `mark_attendance`."""

    MARKED = auto()
    """The mark is stored."""

    NOT_ON_LIST = auto()
    """Nothing was changed: the person has no seat and was never marked, or their personal data has been erased."""


def mark_attendance(
    store: Store, registration: Registration, day: date, mark: Mark | None, now: datetime
) -> MarkResult:
    """Set the mark of `registration` on `day`, or remove it if `mark` is None, at `now` (UTC).

    It can be repeated safely. Raises OutcomeUnknownError if it is unknown whether the mark was stored.
    """
    if not on_list(registration, store.attendance.of_one(registration.id)):
        return MarkResult.NOT_ON_LIST
    store.attendance.mark(registration.workshop, registration.id, day, mark, now)
    return MarkResult.MARKED


def people_on_list(store: Store, workshop: str, marks: Mapping[str, Days]) -> list[Registration]:
    """Everybody on the list of `workshop` (an id). `marks` are all that were made, by the id of the registration.

    Read are those who have a seat, and those who were marked and have none any more.
    """
    seated = {one.id: one for one in store.people.everybody_in(workshop, State.CONFIRMED)}
    left = store.seats.registrations(id for id in marks if id not in seated)
    return [one for one in (seated | left).values() if on_list(one, marks.get(one.id, {}))]
