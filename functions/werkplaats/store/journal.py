"""The journal of each workshop: workshops/{workshop}/journal/{entry}."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from google.cloud import firestore
from google.cloud.firestore import FieldFilter
from msgspec import Struct

from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.outbox import Mail
from werkplaats.store.documents import from_document, readable, to_document
from werkplaats.store.reading import commit, count, pages, read, unchanged_since


class GuardedEntry(Struct, frozen=True):
    entry: Entry
    guard: datetime


class Journal:
    def __init__(self, client: firestore.Client) -> None:
        self._client = client

    def get(self, workshop: str, id: str) -> GuardedEntry | None:
        snapshot = read(self._document(workshop, id))
        return GuardedEntry(from_document(snapshot, Entry), snapshot.update_time) if snapshot.exists else None

    def without_notice(self, before: datetime) -> Iterator[Entry]:
        """Entries written up to `before` (UTC) of which organisers have not been told, the earliest first.

        One that cannot be read is logged and passed over.
        """
        yield from readable(pages(self._without_notice(before)), Entry)

    def count_without_notice(self, before: datetime) -> int:
        """How many there are, also those that cannot be read."""
        return count(self._without_notice(before))

    def tell(self, guarded: GuardedEntry, mails: tuple[Mail, ...]) -> None:
        """Queue `mails` and mark the entry as told, in one commit; ConflictError if somebody did so already."""
        batch = self._client.batch()
        entry = guarded.entry
        told = {"notified": True}
        batch.update(
            self._document(entry.workshop, entry.id), told, option=unchanged_since(self._client, guarded.guard)
        )
        for mail in mails:
            batch.create(self._client.collection("mails").document(mail.id), to_document(mail))
        commit(batch)

    def _without_notice(self, before: datetime) -> Any:
        journals = self._client.collection_group("journal")
        untold = journals.where(filter=FieldFilter("notified", "==", False))
        return untold.where(filter=FieldFilter("at", "<=", before)).order_by("at")

    def _document(self, workshop: str, id: str) -> Any:
        journal = self._client.collection("workshops").document(workshop).collection("journal")
        return journal.document(id)
