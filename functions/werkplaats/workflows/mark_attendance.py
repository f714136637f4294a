"""Marks people as present or absent."""

from datetime import date, datetime
from enum import Enum, auto

from werkplaats.domain.attendance import Mark, on_list
from werkplaats.domain.registration import Registration
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
