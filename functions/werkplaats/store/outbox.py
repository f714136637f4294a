"""The outbox: mails/{id}."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from werkplaats.domain.delivery import Delivery
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.kinds import URGENT
from werkplaats.domain.mail.outbox import Mail
from werkplaats.store import codec, paths
from werkplaats.store.wire import Query, Revision, Where, Wire, Write, pages


class GuardedMail(Struct, frozen=True):
    """A mail as it was read, and the revision it had: what is decided on it is written only if it still has that."""

    mail: Mail
    guard: Revision


class MailChange(Struct, frozen=True):
    """`mail` as it is to be written if it is still as guarded, and the journal entry that goes with it."""

    mail: Mail
    guard: Revision
    entry: Entry | None = None


class Outbox:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, id: str) -> GuardedMail | None:
        path = paths.of(paths.MAILS, id)
        found = self._wire.get([path]).get(path)
        return None if found is None else GuardedMail(codec.read(found, Mail), found.revision)

    def get_all(self, ids: Iterable[str]) -> dict[str, GuardedMail]:
        """Those of the mails `ids` that exist, in one round trip; one that cannot be read is logged and left out."""
        there = self._wire.get(paths.of(paths.MAILS, id) for id in ids).values()
        return {
            found.id: GuardedMail(mail, found.revision) for found in there for mail in codec.readable([found], Mail)
        }

    def due(self, now: datetime, at_once: int = 100) -> Iterator[Mail]:
        """Mails the schedule is to look at by `now` (UTC), the longest due first, fetched `at_once` in a request.

        One that cannot be read is logged and passed over.
        """
        yield from codec.readable(pages(self._wire, _due(now), at_once), Mail)

    def urgent(self, at_once: int = 20) -> list[Mail]:
        """Mails of the urgent kinds that are not settled and that no worker holds."""
        kinds = tuple(sorted(kind.value for kind in URGENT))
        waiting = (Delivery.QUEUED.value, Delivery.RETRY.value, Delivery.UNCERTAIN.value)
        where = (Where("kind", "in", kinds), Where("state", "in", waiting))
        return list(codec.readable(self._wire.query(Query(collection=paths.MAILS, where=where, limit=at_once)), Mail))

    def oldest_waiting(self) -> datetime | None:
        """When the oldest of the mails that are not settled was queued (UTC); None if there is none.

        Those that were put off on purpose do not count, nor do those that cannot be read.
        """
        unsettled = tuple(state.value for state in Delivery if not state.final)
        waiting = Query(
            collection=paths.MAILS,
            where=(Where("state", "in", unsettled), Where("put_off", "==", False)),
            order_by="created_at",
        )
        oldest = next(codec.readable(pages(self._wire, waiting, at_once=10), Mail), None)
        return oldest.created_at if oldest else None

    def count_due(self, now: datetime) -> int:
        """How many mails are due at `now` (UTC), also those that cannot be read."""
        return self._wire.count(_due(now))

    def count_under_way(self) -> int:
        """Mails queued or being sent."""
        states = (Delivery.QUEUED.value, Delivery.SENDING.value)
        return self._wire.count(Query(collection=paths.MAILS, where=(Where("state", "in", states),)))

    def add_missing(self, mails: Sequence[Mail]) -> int:
        """Queue those of `mails` that are not there yet; how many. ConflictError: somebody was faster."""
        there = {found.id for found in self._wire.get(paths.of(paths.MAILS, mail.id) for mail in mails).values()}
        new = [mail for mail in mails if mail.id not in there]
        if new:
            self._wire.commit([create_mail(mail) for mail in new])
        return len(new)

    def update(self, mail: Mail, guard: Revision, entry: Entry | None = None) -> GuardedMail:
        """Write `mail` if it is still as guarded, and note `entry` in the journal; ConflictError if it is not."""
        return GuardedMail(mail, self.update_all([MailChange(mail, guard, entry)]))

    def update_all(self, changes: Iterable[MailChange]) -> Revision:
        """Write all of `changes` in one commit, or none: ConflictError if one mail is no longer as guarded.

        Returns their new revision, which guards what is written next.
        """
        writes: list[Write] = []
        for change in changes:
            writes.append(codec.update(paths.of(paths.MAILS, change.mail.id), change.mail, change.guard))
            if (entry := change.entry) is not None:
                writes.append(codec.create(paths.entry(entry.workshop, entry.id), entry))
        return self._wire.commit(writes)[0]


def create_mail(mail: Mail) -> Write:
    """The write that queues `mail`: part of the commit that decides on it."""
    return codec.create(paths.of(paths.MAILS, mail.id), mail)


def _due(now: datetime) -> Query:
    return Query(collection=paths.MAILS, where=(Where("due_at", "<=", now),), order_by="due_at")
