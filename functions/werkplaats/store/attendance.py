"""Attendance: attendance/{registration}. Marks change no seats, so they do not go by the ledger."""

from datetime import date, datetime
from typing import Any

from google.cloud import firestore
from google.cloud.firestore import DELETE_FIELD, FieldFilter

from werkplaats.domain.attendance import Attendance, Mark
from werkplaats.store.documents import found, from_document
from werkplaats.store.reading import commit, count, read, run


class AttendanceBook:
    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("attendance")

    def mark(self, workshop: str, registration: str, day: date, mark: Mark | None, now: datetime) -> None:
        """Note `mark` for one day, or take away what was noted, at `now` (UTC).

        One merged field: two people at two doors mark two days of the same person without undoing each other, and the
        same mark twice is the same document. Raises OutcomeUnknownError; marking again is safe.
        """
        noted = DELETE_FIELD if mark is None else mark.value
        fields = {"workshop": workshop, "registration": registration, "days": {day.isoformat(): noted}}
        batch = self._client.batch()
        batch.set(self._collection.document(registration), {**fields, "id": registration, "marked_at": now}, merge=True)
        commit(batch)

    def of(self, workshop: str) -> dict[str, dict[str, Mark]]:
        """The marks of everybody who has one, by registration and then by day (2027-08-29)."""
        records = [from_document(snapshot, Attendance) for snapshot in run(self._of(workshop))]
        return {record.registration: record.days for record in records if record.days}

    def of_one(self, registration: str) -> dict[str, Mark]:
        """The marks of one registration by day; none if there are none."""
        record = found(read(self._collection.document(registration)), Attendance)
        return record.days if record else {}

    def count_marked_since(self, workshop: str, at: datetime) -> int:
        """How many people's marks were changed at or after `at` (UTC)."""
        return count(self._of(workshop).where(filter=FieldFilter("marked_at", ">=", at)))

    def erase(self, workshop: str, most: int = 200) -> int:
        """Delete the marks of up to `most` people; how many there were."""
        snapshots = run(self._of(workshop).limit(most))
        if snapshots:
            batch = self._client.batch()
            for snapshot in snapshots:
                batch.delete(snapshot.reference)
            commit(batch)
        return len(snapshots)

    def _of(self, workshop: str) -> Any:
        return self._collection.where(filter=FieldFilter("workshop", "==", workshop))
