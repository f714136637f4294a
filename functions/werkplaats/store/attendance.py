"""Attendance: attendance/{registration}. Marks do not change seats, so they are written without the ledger."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct

from werkplaats.domain.attendance import Attendance, Mark
from werkplaats.domain.journal import Entry
from werkplaats.store import codec, paths
from werkplaats.store.wiping import delete_some
from werkplaats.store.wire import MOST_IN_ONE_QUERY, Fields, Guard, Put, Query, Where, Wire


class AttendanceMarks:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def mark(
        self, workshop: str, registration: str, day: date, mark: Mark | None, now: datetime, entry: Entry | None = None
    ) -> None:
        """Set the mark of one day, or remove it if `mark` is None, at `now` (UTC).

        The `entry` of the journal that tells of it is stored together with it.

        Only that day is written, so two organisers who mark different days of the same person do not overwrite each
        other. Raises OutcomeUnknownError if the answer was lost; then it is safe to mark again.
        """
        told = [codec.create(paths.entry(workshop, entry.id), entry)] if entry else []
        self._wire.commit([marking(workshop, registration, {day: mark}, now), *told])

    def of(self, workshop: str) -> dict[str, dict[str, Mark]]:
        """The marks of everybody who has any, by registration id and then by day as an ISO date."""
        records = [codec.read(found, Attendance) for found in self._wire.query(_of(workshop))]
        return {record.registration: record.days for record in records if record.days}

    def of_one(self, registration: str) -> dict[str, Mark]:
        """The marks of one registration by day, as an ISO date. Empty if it has none."""
        path = paths.of(paths.ATTENDANCE, registration)
        record = codec.read_if_found(self._wire.get([path]).get(path), Attendance)
        return record.days if record else {}

    def count_marked(self, workshop: str) -> int:
        """How many people had a mark changed at some time. Whoever has none left is counted too."""
        return self._wire.count(_of(workshop))

    def count_marked_since(self, workshop: str, at: datetime) -> int:
        """How many people had a mark changed at or after `at` (UTC)."""
        return self._wire.count(_of(workshop, Where("marked_at", ">=", at)))

    def last_marked(self, workshops: Iterable[str], since: datetime) -> dict[str, datetime]:
        """When somebody's marks last changed in each of `workshops` (ids), if that was at or after `since` (UTC).

        If there are more than thirty workshops, the marks of all are counted first, and nearly always there are none.
        Otherwise thirty workshops take one round trip.
        """
        wanted = sorted(workshops)
        if len(wanted) > MOST_IN_ONE_QUERY and self._wire.count(_all(Where("marked_at", ">=", since))) == 0:
            return {}
        last: dict[str, datetime] = {}
        for start in range(0, len(wanted), MOST_IN_ONE_QUERY):
            among = Where("workshop", "in", tuple(wanted[start : start + MOST_IN_ONE_QUERY]))
            query = _all(among, Where("marked_at", ">=", since), only=("workshop", "marked_at"))
            for mark in codec.readable(self._wire.query(query), _Marked):
                last[mark.workshop] = max(mark.marked_at, last.get(mark.workshop, mark.marked_at))
        return last

    def erase(self, workshop: str, most: int = 200) -> int:
        """Delete the marks of up to `most` people of `workshop`. Returns how many people that were."""
        return delete_some(self._wire, [_of(workshop)], most)


def marking(
    workshop: str, registration: str, marks: Mapping[date, Mark | None], now: datetime, guard: Guard = None
) -> Put:
    """The write that sets each of `marks` by its day, or removes it if it is None. Other days stay as they are."""
    fields: Fields = {"id": registration, "workshop": workshop, "registration": registration, "marked_at": now}
    mask = (*((name,) for name in fields), *(("days", day.isoformat()) for day in marks))
    fields["days"] = {day.isoformat(): mark.value for day, mark in marks.items() if mark is not None}
    return Put(paths.of(paths.ATTENDANCE, registration), fields, guard, mask=mask)


class _Marked(Struct, frozen=True):
    """Of whose workshop a mark changed, and when."""

    workshop: str
    marked_at: datetime


def _of(workshop: str, *also: Where) -> Query:
    return _all(Where("workshop", "==", workshop), *also)


def _all(*where: Where, only: tuple[str, ...] | None = None) -> Query:
    return Query(collection=paths.ATTENDANCE, where=where, only=only)
