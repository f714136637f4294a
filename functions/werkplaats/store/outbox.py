"""The outbox: mails/{id}."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.delivery import Delivery
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.kinds import BEFORE_BULK, URGENT
from werkplaats.domain.mail.outbox import Mail
from werkplaats.store import codec, paths
from werkplaats.store.wire import Fields, Found, Put, Query, Revision, Where, Wire, Write, pages

MOST_OF_ONE = 300
"""The most mails about one person that are read at once. Nobody gets as many."""

_FORGOTTEN_AT_ONCE = 200


class GuardedMail(Struct, frozen=True):
    """A mail, and the revision that it had when it was read. A change is written only if it still has that revision."""

    mail: Mail
    guard: Revision


class MailChange(Struct, frozen=True):
    """A mail to write if the stored one still has the revision `guard`, and the journal entry to write with it."""

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
        """The mails with `ids` that exist, by id, in one round trip. One that cannot be read is logged and left out."""
        there = self._wire.get(paths.of(paths.MAILS, id) for id in ids).values()
        return {
            found.id: GuardedMail(mail, found.revision) for found in there for mail in codec.readable([found], Mail)
        }

    def due(self, now: datetime, at_once: int = 100) -> Iterator[Mail]:
        """The mails that are due at `now` (UTC), those that have been due longest first.

        They are fetched `at_once` in a request. One that cannot be read is logged and left out.
        """
        yield from codec.readable(pages(self._wire, _due(now), at_once), Mail)

    def first_due(self) -> datetime | None:
        """When the first of the mails that are not settled is due (UTC), or None if all are settled.

        Also of a mail that cannot be read.
        """
        first = self._wire.query(
            Query(collection=paths.MAILS, order_by="due_at", where=_WAITS, limit=1, only=("due_at",))
        )
        at = first[0].fields["due_at"] if first else None
        return at if isinstance(at, datetime) else None

    def unsettled(self, at_once: int = 300) -> Iterator[Mail]:
        """All mails that are not settled. One that cannot be read is logged and left out."""
        states = tuple(state.value for state in Delivery if not state.final)
        query = Query(collection=paths.MAILS, where=(Where("state", "in", states),))
        yield from codec.readable(pages(self._wire, query, at_once), Mail)

    def urgent(self, at_once: int = 20) -> list[Mail]:
        """Mails of the urgent kinds that are not settled and that no worker holds."""
        kinds = tuple(sorted(kind.value for kind in URGENT))
        waiting = (Delivery.QUEUED.value, Delivery.RETRY.value, Delivery.UNCERTAIN.value)
        where = (Where("kind", "in", kinds), Where("state", "in", waiting))
        return list(codec.readable(self._wire.query(Query(collection=paths.MAILS, where=where, limit=at_once)), Mail))

    def before_bulk(self, at_once: int = 20) -> list[Mail]:
        """Mails of the kinds in BEFORE_BULK of which no attempt has been made, and those of the urgent kinds."""
        kinds = tuple(sorted(kind.value for kind in URGENT | BEFORE_BULK))
        where = (Where("kind", "in", kinds), Where("state", "==", Delivery.QUEUED.value))
        return list(codec.readable(self._wire.query(Query(collection=paths.MAILS, where=where, limit=at_once)), Mail))

    def oldest_waiting(self) -> datetime | None:
        """When the oldest mail that is not settled was queued (UTC), or None if there is no such mail.

        Mails that wait for a better time of day do not count, and neither do those that cannot be read.
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
        """How many mails are due at `now` (UTC), including those that cannot be read."""
        return self._wire.count(_due(now))

    def count_under_way(self) -> int:
        """How many mails are queued or being sent."""
        states = (Delivery.QUEUED.value, Delivery.SENDING.value)
        return self._wire.count(Query(collection=paths.MAILS, where=(Where("state", "in", states),)))

    def add_missing(self, mails: Sequence[Mail]) -> int:
        """Queue those of `mails` that do not exist yet. Returns how many that were.

        Raises ConflictError if somebody else queued one of them at the same moment.
        """
        there = {found.id for found in self._wire.get(paths.of(paths.MAILS, mail.id) for mail in mails).values()}
        new = [mail for mail in mails if mail.id not in there]
        if new:
            self._wire.commit([create_mail(mail) for mail in new])
        return len(new)

    def of_registration(self, registration: str, at_most: int = MOST_OF_ONE) -> list[Mail]:
        """The mails about `registration` (an id), to its person, in no particular order. At most so many.

        Their ids begin with that of the registration. One that cannot be read is logged and left out.
        """
        found = self._wire.query(replace(_of(registration), limit=at_most))
        mails = codec.readable(found, Mail)
        return [mail for mail in mails if mail.registration == registration]

    def forget_texts(self, registration: str) -> None:
        """Empty the texts, and the addresses, of all mails about `registration` (an id).

        Raises ConflictError if one of them is changed at the same moment.
        """
        self._forget(_of(registration))

    def erase_texts(self, workshop: str) -> None:
        """The same for all mails of `workshop` (an id)."""
        self._forget(_with_text(workshop))

    def _forget(self, query: Query) -> None:
        found = [one for one in pages(self._wire, query, at_once=_FORGOTTEN_AT_ONCE) if _has_something(one)]
        for start in range(0, len(found), _FORGOTTEN_AT_ONCE):
            some = found[start : start + _FORGOTTEN_AT_ONCE]
            self._wire.commit([_forgetting(one) for one in some])

    def update(self, mail: Mail, guard: Revision, entry: Entry | None = None) -> GuardedMail:
        """Write `mail`, and `entry` in the journal, if the stored mail still has the revision `guard`.

        Raises ConflictError if it does not.
        """
        return GuardedMail(mail, self.update_all([MailChange(mail, guard, entry)]))

    def update_all(self, changes: Iterable[MailChange]) -> Revision:
        """Write all of `changes` in one commit. Returns the new revision of the mails.

        Raises ConflictError, and writes nothing, if one of the stored mails no longer has the revision `guard`.
        """
        writes: list[Write] = []
        for change in changes:
            writes.append(codec.update(paths.of(paths.MAILS, change.mail.id), change.mail, change.guard))
            if (entry := change.entry) is not None:
                writes.append(codec.create(paths.entry(entry.workshop, entry.id), entry))
        return self._wire.commit(writes)[0]


def _of(registration: str) -> Query:
    """The mails whose ids begin with `registration` and a hyphen; the character after that in order is a dot."""
    return Query(
        collection=paths.MAILS,
        where=(Where("id", ">=", f"{registration}-"), Where("id", "<", f"{registration}.")),
        order_by="id",
    )


def _with_text(workshop: str) -> Query:
    return Query(collection=paths.MAILS, where=(Where("workshop", "==", workshop), Where("has_text", "==", True)))


def _has_something(found: Found) -> bool:
    return bool(found.fields.get("has_text") or _address_in(found))


def _address_in(found: Found) -> bool:
    about = found.fields.get("about")
    return isinstance(about, dict) and bool(about.get("email"))


def _forgetting(found: Found) -> Put:
    """The write that empties the text of a mail. An address that is still to be told is emptied too: it is not told."""
    fields: Fields = {"subject": "", "text": "", "has_text": False}
    mask: tuple[tuple[str, ...], ...] = (("subject",), ("text",), ("has_text",))
    if _address_in(found):
        fields["about"] = {"email": ""}
        mask = (*mask, ("about", "email"))
    return Put(found.path, fields, found.revision, mask=mask)


def create_mail(mail: Mail) -> Write:
    """The write that queues `mail`, for the commit that decides on it."""
    return codec.create(paths.of(paths.MAILS, mail.id), mail)


_WAITS = (Where("due_at", ">", datetime.fromtimestamp(0, UTC)),)
"""Of a mail that is not settled. The others have no such time."""


def _due(now: datetime) -> Query:
    return Query(collection=paths.MAILS, where=(Where("due_at", "<=", now),), order_by="due_at")
