"""The outbox: mails/{id}."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from google.cloud import firestore
from google.cloud.firestore import FieldFilter
from msgspec import Struct

from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.outbox import Delivery, Mail
from werkplaats.store.documents import from_document, readable, to_document
from werkplaats.store.reading import commit, count, is_possible, pages, read, read_all, unchanged_since


class GuardedMail(Struct, frozen=True):
    mail: Mail
    guard: datetime


class MailChange(Struct, frozen=True):
    """`mail` as it is to be written if it is still as guarded, and the journal entry that goes with it."""

    mail: Mail
    guard: datetime
    entry: Entry | None = None


class Outbox:
    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("mails")

    def get(self, id: str) -> GuardedMail | None:
        snapshot = read(self._collection.document(id))
        return GuardedMail(from_document(snapshot, Mail), snapshot.update_time) if snapshot.exists else None

    def get_all(self, ids: Iterable[str]) -> dict[str, GuardedMail]:
        """Those of the mails `ids` that exist, in one round trip; one that cannot be read is logged and left out."""
        references = [self._collection.document(id) for id in ids if is_possible(id)]
        there = [snapshot for snapshot in read_all(self._client, references).values() if snapshot.exists]
        return {
            snapshot.id: GuardedMail(mail, snapshot.update_time)
            for snapshot in there
            for mail in readable([snapshot], Mail)
        }

    def due(self, now: datetime, at_once: int = 100) -> Iterator[Mail]:
        """Mails the schedule is to look at by `now` (UTC), the longest due first, fetched `at_once` in a request.

        One that cannot be read is logged and passed over.
        """
        yield from readable(pages(self._due(now).order_by("due_at"), at_once), Mail)

    def oldest_waiting(self) -> datetime | None:
        """When the oldest of the mails that are not settled was queued (UTC); None if there is none.

        Those that were put off on purpose do not count, nor do those that cannot be read.
        """
        unsettled = [state.value for state in Delivery if not state.final]
        waiting = self._collection.where(filter=FieldFilter("state", "in", unsettled))
        waiting = waiting.where(filter=FieldFilter("put_off", "==", False)).order_by("created_at")
        oldest = next(readable(pages(waiting, at_once=10), Mail), None)
        return oldest.created_at if oldest else None

    def count_due(self, now: datetime) -> int:
        """How many mails are due at `now` (UTC), also those that cannot be read."""
        return count(self._due(now))

    def count_under_way(self) -> int:
        """Mails queued or being sent."""
        states = [Delivery.QUEUED.value, Delivery.SENDING.value]
        return count(self._collection.where(filter=FieldFilter("state", "in", states)))

    def add_missing(self, mails: Sequence[Mail]) -> int:
        """Queue those of `mails` that are not there yet; how many. ConflictError: somebody was faster."""
        references = {mail.id: self._collection.document(mail.id) for mail in mails}
        there = {one.id for one in read_all(self._client, references.values()).values() if one.exists}
        new = [mail for mail in mails if mail.id not in there]
        if new:
            batch = self._client.batch()
            for mail in new:
                batch.create(references[mail.id], to_document(mail))
            commit(batch)
        return len(new)

    def update(self, mail: Mail, guard: datetime, entry: Entry | None = None) -> GuardedMail:
        """Write `mail` if it is still as guarded, and note `entry` in the journal; ConflictError if it is not."""
        return GuardedMail(mail, self.update_all([MailChange(mail, guard, entry)]))

    def update_all(self, changes: Iterable[MailChange]) -> datetime:
        """Write all of `changes` in one commit, or none: ConflictError if one mail is no longer as guarded.

        Returns when they were written, which guards what is written next.
        """
        batch = self._client.batch()
        for change in changes:
            reference = self._collection.document(change.mail.id)
            batch.update(reference, to_document(change.mail), option=unchanged_since(self._client, change.guard))
            if (entry := change.entry) is not None:
                journal = self._client.collection("workshops").document(entry.workshop).collection("journal")
                batch.create(journal.document(entry.id), to_document(entry))
        written: datetime = commit(batch)[0].update_time
        return written

    def _due(self, now: datetime) -> Any:
        return self._collection.where(filter=FieldFilter("due_at", "<=", now))
