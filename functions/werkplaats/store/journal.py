"""The journal of each workshop: workshops/{workshop}/journal/{entry}."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.kinds import FOLDABLE
from werkplaats.domain.mail.outbox import Mail
from werkplaats.store import codec, paths
from werkplaats.store.outbox import create_mail
from werkplaats.store.wire import Found, Put, Query, Revision, Where, Wire, pages

_ABOUT_PEOPLE = tuple(
    kind.value for kind in (Happened.MAIL_FAILED, Happened.MAIL_BOUNCED, Happened.OFFER_UNDELIVERED, Happened.MARKED)
)
"""The kinds of entry whose detail goes with the person: it has what other servers wrote, or the attendance of a day."""

MOST_OF_ONE = 300
"""The most entries about one person that are read at once."""

_AT_ONCE = 200
"""How many entries are changed in one commit."""


_TROUBLE = (Happened.MAIL_FAILED.value, Happened.MAIL_BOUNCED.value)
_SIGN_UPS = (Happened.SIGNED_UP.value, Happened.REJOINED.value)
_FOLDABLE = frozenset(happened.value for happened in FOLDABLE)


class GuardedEntry(Struct, frozen=True):
    """A journal entry, and the revision that it had when it was read."""

    entry: Entry
    guard: Revision


class JournalPart(Struct, frozen=True):
    """Some `entries`, newest first. `last` is the id of the last one that was read if there may be more, or ""."""

    entries: tuple[Entry, ...]
    last: str


class Journal:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, workshop: str, id: str) -> GuardedEntry | None:
        path = paths.entry(workshop, id)
        found = self._wire.get([path]).get(path)
        return None if found is None else GuardedEntry(codec.read(found, Entry), found.revision)

    def folded(self, workshop: str, first: int, last: int, at_most: int) -> list[Entry]:
        """The folded entries of the ledger's versions `first` to `last`, by version, but only the first `at_most`.

        One that cannot be read is logged and left out. Raises ValueError if that goes for all of them.
        """
        return self._between(workshop, first, last, at_most, lambda one: bool(one.fields.get("folded")))

    def foldable(self, workshop: str, first: int, last: int, at_most: int) -> list[Entry]:
        """The same of all entries that can be folded, whether they were or not: those of a digest."""
        return self._between(workshop, first, last, at_most, lambda one: one.fields.get("kind") in _FOLDABLE)

    def _between(
        self, workshop: str, first: int, last: int, at_most: int, wanted: Callable[[Found], bool]
    ) -> list[Entry]:
        versions = (Where("version", ">=", first), Where("version", "<=", last))
        query = Query(collection=paths.journal(workshop), where=versions, order_by="version")
        told = islice((one for one in pages(self._wire, query, at_once=at_most) if wanted(one)), at_most)
        found = list(told)
        entries = list(codec.readable(found, Entry))
        if found and not entries:
            raise ValueError(f"none of {len(found)} entries can be read")
        return entries

    def of_mails_in_trouble(self, workshop: str, since: datetime, at_most: int) -> list[Entry]:
        """The entries since that time (UTC) about mails that failed or came back, newest first, at most so many."""
        where = (Where("kind", "in", _TROUBLE), Where("at", ">=", since))
        query = Query(collection=paths.journal(workshop), where=where, order_by="at", descending=True, limit=at_most)
        return list(codec.readable(self._wire.query(query), Entry))

    def count_sign_ups(self, workshop: str, since: datetime, before: datetime) -> int:
        """How many people signed up from `since` on and before `before` (both UTC), whatever became of it."""
        where = (Where("kind", "in", _SIGN_UPS), Where("at", ">=", since), Where("at", "<", before))
        return self._wire.count(Query(collection=paths.journal(workshop), where=where))

    def without_notice(self, before: datetime) -> Iterator[Entry]:
        """Entries of all workshops up to `before` (UTC) whose notices have not been queued yet, oldest first.

        One that cannot be read is logged and left out.
        """
        yield from codec.readable(pages(self._wire, _without_notice(before)), Entry)

    def count_without_notice(self, before: datetime) -> int:
        """The number of such entries, including those that cannot be read."""
        return self._wire.count(_without_notice(before))

    def erase_details(self, workshop: str) -> None:
        """Empty the detail of the entries in which it is about people: mails that did not arrive, and attendance.

        Raises ConflictError if one of them is changed or deleted at the same moment.
        """
        query = Query(collection=paths.journal(workshop), where=(Where("kind", "in", _ABOUT_PEOPLE),))
        self._empty(found for found in pages(self._wire, query) if found.fields.get("detail"))

    def forget_details(self, workshop: str, registration: str) -> None:
        """The same for the entries about `registration` (an id) only."""
        self._empty(
            one
            for one in pages(self._wire, _about(workshop, registration))
            if one.fields.get("kind") in _ABOUT_PEOPLE and one.fields.get("detail")
        )

    def about(self, workshop: str, registration: str, at_most: int = MOST_OF_ONE) -> list[Entry]:
        """The entries about `registration` (an id), at most so many, in no particular order.

        One that cannot be read is logged and left out.
        """
        found = self._wire.query(replace(_about(workshop, registration), limit=at_most))
        return list(codec.readable(found, Entry))

    def newest(self, workshop: str, at_most: int) -> "JournalPart":
        """The newest entries, at most so many, newest first. One that cannot be read is logged and left out."""
        return self._part(_newest(workshop, at_most))

    def before(self, workshop: str, id: str, at_most: int) -> "JournalPart":
        """The same of those that came before the entry `id`. None at all if there is no such entry."""
        path = paths.entry(workshop, id)
        after = self._wire.get([path]).get(path)
        return JournalPart((), "") if after is None else self._part(replace(_newest(workshop, at_most), after=after))

    def _part(self, query: Query) -> "JournalPart":
        found = self._wire.query(query)
        last = found[-1].id if len(found) == query.limit else ""
        return JournalPart(tuple(codec.readable(found, Entry)), last)

    def _empty(self, entries: Iterator[Found]) -> None:
        told = list(entries)
        for start in range(0, len(told), _AT_ONCE):
            some = told[start : start + _AT_ONCE]
            self._wire.commit([Put(one.path, {"detail": ""}, one.revision, mask=(("detail",),)) for one in some])

    def queue_notices(self, guarded: GuardedEntry, notices: tuple[Mail, ...]) -> None:
        """Queue `notices` about the entry and mark it as notified, in one commit.

        Raises ConflictError if the entry has changed since it was read, which means that somebody else has done so.
        """
        path = paths.entry(guarded.entry.workshop, guarded.entry.id)
        notified = Put(path, {"notified": True}, guarded.guard, mask=(("notified",),))
        self._wire.commit([notified, *map(create_mail, notices)])


def _about(workshop: str, registration: str) -> Query:
    return Query(collection=paths.journal(workshop), where=(Where("registration", "==", registration),))


def _newest(workshop: str, at_most: int) -> Query:
    return Query(collection=paths.journal(workshop), order_by="at", descending=True, limit=at_most)


def _without_notice(before: datetime) -> Query:
    return Query(
        collection=paths.JOURNAL,
        everywhere=True,
        where=(Where("notified", "==", False), Where("at", "<=", before)),
        order_by="at",
    )
