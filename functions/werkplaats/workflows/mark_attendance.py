"""The attendance list, and marking people as present or absent."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from enum import Enum, auto

from werkplaats.domain.attendance import Days, Mark, on_list
from werkplaats.domain.journal import NO_MARK, Entry, Happened
from werkplaats.domain.kept import MAILS_KEPT
from werkplaats.domain.registration import Registration, State
from werkplaats.store import Store, TakenError


class MarkResult(Enum):
    """The result of `mark_attendance`."""

    MARKED = auto()
    """The mark is stored."""

    NOT_ON_LIST = auto()
    """Nothing was changed: the person has no seat and was never marked, or their personal data has been erased."""


def mark_attendance(
    store: Store, registration: Registration, day: date, mark: Mark | None, now: datetime, *, by: str
) -> MarkResult:
    """Set the mark of `registration` on `day`, or remove it if `mark` is None, at `now` (UTC).

    The journal tells of it once, with `by`, the address of whoever did it: a mark that is there already is not written
    again. Raises OutcomeUnknownError if it is unknown whether the mark was stored; then it can be repeated safely.
    """
    there = store.attendance.of_one(registration.id)
    if not on_list(registration, there):
        return MarkResult.NOT_ON_LIST
    if there.get(day.isoformat()) is mark:
        return MarkResult.MARKED
    detail = f"{day.isoformat()} {mark.value if mark else NO_MARK}"
    entry = Entry(
        id=f"mark-{registration.id}-{now:%Y%m%d%H%M%S%f}-{detail.replace(' ', '-')}",
        workshop=registration.workshop,
        kind=Happened.MARKED,
        at=now,
        version=registration.state_version,
        registration=registration.id,
        by=by,
        detail=detail,
        notified=True,
        expire_at=now + MAILS_KEPT,
    )
    with suppress(TakenError):  # the very same tap, sent twice at the same moment
        store.attendance.mark(registration.workshop, registration.id, day, mark, now, entry)
    return MarkResult.MARKED


def people_on_list(store: Store, workshop: str, marks: Mapping[str, Days]) -> list[Registration]:
    """Everybody on the list of `workshop` (an id). `marks` are all that were made, by the id of the registration.

    Read are those who have a seat, and those who were marked and have none any more.
    """
    seated = {one.id: one for one in store.people.everybody_in(workshop, State.CONFIRMED)}
    left = store.seats.registrations(id for id in marks if id not in seated)
    return [one for one in (seated | left).values() if on_list(one, marks.get(one.id, {}))]
