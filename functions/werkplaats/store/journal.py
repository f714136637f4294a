"""The journal of each workshop: workshops/{workshop}/journal/{entry}."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.outbox import Mail
from werkplaats.store import codec, paths
from werkplaats.store.outbox import create_mail
from werkplaats.store.wire import Put, Query, Revision, Where, Wire, pages


class GuardedEntry(Struct, frozen=True):
    """An entry as it was read, and the revision it had."""

    entry: Entry
    guard: Revision


class Journal:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, workshop: str, id: str) -> GuardedEntry | None:
        path = paths.entry(workshop, id)
        found = self._wire.get([path]).get(path)
        return None if found is None else GuardedEntry(codec.read(found, Entry), found.revision)

    def without_notice(self, before: datetime) -> Iterator[Entry]:
        """Entries written up to `before` (UTC) of which organisers have not been told, the earliest first.

        One that cannot be read is logged and passed over.
        """
        yield from codec.readable(pages(self._wire, _without_notice(before)), Entry)

    def count_without_notice(self, before: datetime) -> int:
        """How many there are, also those that cannot be read."""
        return self._wire.count(_without_notice(before))

    def tell(self, guarded: GuardedEntry, mails: tuple[Mail, ...]) -> None:
        """Queue `mails` and mark the entry as told, in one commit; ConflictError if somebody did so already."""
        path = paths.entry(guarded.entry.workshop, guarded.entry.id)
        told = Put(path, {"notified": True}, guarded.guard, mask=(("notified",),))
        self._wire.commit([told, *map(create_mail, mails)])


def _without_notice(before: datetime) -> Query:
    return Query(
        collection=paths.JOURNAL,
        everywhere=True,
        where=(Where("notified", "==", False), Where("at", "<=", before)),
        order_by="at",
    )
