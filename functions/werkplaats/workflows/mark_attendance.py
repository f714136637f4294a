"""Note who came: one tap at the door."""

from datetime import date, datetime
from enum import Enum, auto

from werkplaats.domain.attendance import Mark, on_list
from werkplaats.domain.registration import Registration
from werkplaats.store import Store


class Noted(Enum):
    """What became of a tap."""

    NOTED = auto()
    """It is kept, now or from an earlier time."""

    NOT_ON_LIST = auto()
    """The person neither has a seat nor was marked before, or their data has been erased. Nothing was changed."""


def mark_attendance(store: Store, registration: Registration, day: date, mark: Mark | None, now: datetime) -> Noted:
    """Note `mark` of `registration` on one `day` of the workshop; None takes away what was noted.

    Said again it changes nothing, so that whoever is unsure may repeat it. Raises OutcomeUnknownError.
    """
    if not on_list(registration, store.attendance.of_one(registration.id)):
        return Noted.NOT_ON_LIST
    store.attendance.mark(registration.workshop, registration.id, day, mark, now)
    return Noted.NOTED
