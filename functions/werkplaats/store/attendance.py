"""Attendance: attendance/{registration}. Marks change no seats, so they do not go by the ledger."""

from datetime import date, datetime

from werkplaats.domain.attendance import Attendance, Mark
from werkplaats.store import codec, paths
from werkplaats.store.wiping import delete_some
from werkplaats.store.wire import Fields, Put, Query, Where, Wire


class AttendanceBook:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def mark(self, workshop: str, registration: str, day: date, mark: Mark | None, now: datetime) -> None:
        """Note `mark` for one day, or take away what was noted, at `now` (UTC).

        Only that day is written: two people at two doors mark two days of the same person without undoing each other,
        and the same mark twice is the same document. Raises OutcomeUnknownError; marking again is safe.
        """
        fields: Fields = {"id": registration, "workshop": workshop, "registration": registration, "marked_at": now}
        mask = (*((name,) for name in fields), ("days", day.isoformat()))
        fields["days"] = {} if mark is None else {day.isoformat(): mark.value}
        self._wire.commit([Put(paths.of(paths.ATTENDANCE, registration), fields, mask=mask)])

    def of(self, workshop: str) -> dict[str, dict[str, Mark]]:
        """The marks of everybody who has one, by registration and then by day (2027-08-29)."""
        records = [codec.read(found, Attendance) for found in self._wire.query(_of(workshop))]
        return {record.registration: record.days for record in records if record.days}

    def of_one(self, registration: str) -> dict[str, Mark]:
        """The marks of one registration by day; none if there are none."""
        path = paths.of(paths.ATTENDANCE, registration)
        record = codec.read_if_found(self._wire.get([path]).get(path), Attendance)
        return record.days if record else {}

    def count_marked_since(self, workshop: str, at: datetime) -> int:
        """How many people's marks were changed at or after `at` (UTC)."""
        return self._wire.count(_of(workshop, Where("marked_at", ">=", at)))

    def erase(self, workshop: str, most: int = 200) -> int:
        """Delete the marks of up to `most` people; how many there were."""
        return delete_some(self._wire, [_of(workshop)], most)


def _of(workshop: str, *also: Where) -> Query:
    return Query(collection=paths.ATTENDANCE, where=(Where("workshop", "==", workshop), *also))
