"""Who attended the workshop on which day, and who therefore gets the survey meant for those who attended."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.registration import Registration, State
from werkplaats.domain.times import AMSTERDAM
from werkplaats.domain.workshop import Workshop


class Mark(StrEnum):
    """What an organiser noted for one person on one day. A person without a mark has not been checked yet."""

    PRESENT = "present"
    ABSENT = "absent"


Days = Mapping[str, Mark]
"""The marks of one person by day. The key is the day as an ISO date, such as 2027-08-29."""


class Attendance(Struct, frozen=True, kw_only=True):
    """The marks of one registration. It holds no name.

    `id` is the id of the registration. `marked_at` (UTC) is when a mark was last changed.
    """

    id: str
    workshop: str
    registration: str
    marked_at: datetime
    days: dict[str, Mark] = {}


class Count(Struct, frozen=True, kw_only=True):
    """How many of the people on one day's list are marked present, marked absent, or not marked yet."""

    present: int
    absent: int
    unmarked: int


def days_of(workshop: Workshop) -> tuple[date, ...]:
    """The days of `workshop`, in order."""
    length = (workshop.last_day - workshop.first_day).days + 1
    return tuple(workshop.first_day + timedelta(days=number) for number in range(length))


def day_to_mark(workshop: Workshop, now: datetime) -> date:
    """The day to show first at `now` (UTC): today in Amsterdam, or the workshop's nearest day if today is not one."""
    today = now.astimezone(AMSTERDAM).date()
    return min(max(today, workshop.first_day), workshop.last_day)


def on_list(registration: Registration, days: Days) -> bool:
    """Whether the person is on the attendance list.

    Everybody with a seat is, and so is anybody who has been marked and gave up the seat afterwards. People whose
    personal data has been erased are not.
    """
    return registration.person is not None and (registration.state is State.CONFIRMED or bool(days))


def count(marks: Iterable[Days], day: date) -> Count:
    """Count the marks for `day`. `marks` has one item for each person on the list."""
    given = [days.get(day.isoformat()) for days in marks]
    return Count(
        present=given.count(Mark.PRESENT),
        absent=given.count(Mark.ABSENT),
        unmarked=given.count(None),
    )


def attended(
    marks: Mapping[str, Days], registrations: Iterable[Registration], *, complete: bool = False
) -> tuple[Registration, ...]:
    """Those of `registrations` who count as having been there. `marks` is by registration id.

    Whoever was present on any day was, even if they gave up their seat. As long as organisers have not said that the
    list is `complete` (`Ledger.list_complete`), so does everybody with a seat and without any mark: nobody has looked
    yet whether they came. The same holds for a list on which nobody is present, whatever was said of it.
    """
    given = [(one, marks.get(one.id, {})) for one in registrations]
    anybody = any(Mark.PRESENT in days.values() for _, days in given)
    unmarked_too = counts_unmarked(complete=complete, anybody_present=anybody)
    return tuple(one for one, days in given if came(one, days, unmarked_too=unmarked_too))


def counts_unmarked(*, complete: bool, anybody_present: bool) -> bool:
    """Whether those with a seat and without any mark count as having been there (see `attended`)."""
    return not (complete and anybody_present)


def came(registration: Registration, days: Days, *, unmarked_too: bool) -> bool:
    """Whether one person, with the marks `days`, counts as having been there. `unmarked_too`: see `counts_unmarked`."""
    if not days:
        return unmarked_too and registration.state is State.CONFIRMED
    return Mark.PRESENT in days.values()


class Keeping(StrEnum):
    """How far the attendance list has been kept."""

    EMPTY = "empty"
    """Nobody is marked."""

    HALF = "half"
    """Somebody is marked, and somebody is not."""

    FULL = "full"
    """Everybody is marked, but no organiser has said that the list is complete."""

    COMPLETE = "complete"
    """An organiser has said so."""


def keeping(seats: int, marked: int, *, complete: bool) -> Keeping:
    """How far the list is kept if `marked` people have a mark, and `seats` have a seat.

    Both are numbers that can be had without reading the list. Whoever was marked and gave up the seat afterwards is
    among the marked only; so this is exact as long as nobody has left since.
    """
    if complete:
        return Keeping.COMPLETE
    if marked == 0:
        return Keeping.EMPTY
    return Keeping.HALF if marked < seats else Keeping.FULL
