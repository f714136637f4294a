"""Who came, per day, and whom a survey for those who attended is for."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.registration import Registration, State
from werkplaats.domain.times import AMSTERDAM
from werkplaats.domain.workshop import Workshop


class Mark(StrEnum):
    """What an organiser noted for one person on one day; where there is no mark, nobody noted anything."""

    PRESENT = "present"
    ABSENT = "absent"


Days = Mapping[str, Mark]
"""Marks by day, written 2027-08-29."""


class Attendance(Struct, frozen=True, kw_only=True):
    """The marks of one registration, whose id is `id` too. It holds no name. `marked_at` (UTC): changed last."""

    id: str
    workshop: str
    registration: str
    marked_at: datetime
    days: dict[str, Mark] = {}


class Count(Struct, frozen=True, kw_only=True):
    """How many of those on a day's list are marked how."""

    present: int
    absent: int
    unmarked: int


def days_of(workshop: Workshop) -> tuple[date, ...]:
    """The days of `workshop`, in order."""
    length = (workshop.last_day - workshop.first_day).days + 1
    return tuple(workshop.first_day + timedelta(days=number) for number in range(length))


def day_to_mark(workshop: Workshop, now: datetime) -> date:
    """The day an organiser most likely wants at `now` (UTC): today in Amsterdam, or the nearest day there is."""
    today = now.astimezone(AMSTERDAM).date()
    return min(max(today, workshop.first_day), workshop.last_day)


def on_list(registration: Registration, days: Days) -> bool:
    """Whether somebody stands on the list to mark: with a seat or marked already, until their data is erased."""
    return registration.person is not None and (registration.state is State.CONFIRMED or bool(days))


def count(marks: Iterable[Days], day: date) -> Count:
    """The marks of one `day` of those on the list."""
    given = [days.get(day.isoformat()) for days in marks]
    return Count(
        present=given.count(Mark.PRESENT),
        absent=given.count(Mark.ABSENT),
        unmarked=given.count(None),
    )


def attended(marks: Mapping[str, Days], registrations: Iterable[Registration]) -> tuple[Registration, ...]:
    """Those of `registrations` who were present on any day, whatever became of their seat.

    Where none of them was marked present, nobody kept the list to the end: then all with a seat who were not marked
    absent. `marks` by registration.
    """
    given = [(one, set(marks.get(one.id, {}).values())) for one in registrations]
    present = tuple(one for one, marked in given if Mark.PRESENT in marked)
    if present:
        return present
    return tuple(one for one, marked in given if one.state is State.CONFIRMED and Mark.ABSENT not in marked)
