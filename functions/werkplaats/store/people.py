"""Lists of people: a part of a list at a time, or everybody, without the words that they are searched by.

What is read here has an empty `search`, so it is for showing and not for writing.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from werkplaats.domain.people import LONGEST_BEGINNING, STATES, Group, search_words
from werkplaats.domain.registration import Hold, Registration, State
from werkplaats.store import codec, paths
from werkplaats.store.errors import ConflictError
from werkplaats.store.wire import Found, Put, Query, Where, Wire, pages

_AT_ONCE = 300
"""How many registrations are fetched in a round trip, where all are read."""

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Before every time that is stored. What has no time at all is not after it."""

_SHOWN = tuple(name for name in Registration.__struct_encode_fields__ if name != "search")


class People:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def count_ended(self, workshop: str) -> int:
        """How many people have left. The ledger knows the numbers of all others. One read for each thousand."""
        return self._wire.count(_all(workshop, *_in(Group.ENDED)))

    def some_of(self, workshop: str, group: Group, after: int | None, most: int) -> tuple[Registration, ...]:
        """The first people of `group`, up to `most`, in order of their number; only those with a number over `after`"""
        further = () if after is None else (Where("sequence", ">", after),)
        where = (*_all(workshop, *_in(group)).where, *further)
        return _records(self._wire.query(_list(where, order_by="sequence", limit=most)))

    def unconfirmed(self, workshop: str, most: int) -> tuple[Registration, ...]:
        """The people, up to `most`, who still have to confirm their address, in the order in which the time ends.

        Somebody who left is not among them: nothing is held for them any more.
        """
        where = (
            Where("workshop", "==", workshop),
            Where("held_for", "==", Hold.CONFIRM.value),
            Where("offer_expires_at", ">", _LONG_AGO),
        )
        found = _records(self._wire.query(_list(where, order_by="offer_expires_at", limit=most)))
        return tuple(one for one in found if one.is_unconfirmed)

    def found_by(self, workshop: str, word: str, most: int) -> tuple[Registration, ...]:
        """The first people, up to `most`, of whom a word begins as `word` does, in order of their number.

        Only the first letters of `word` (LONGEST_BEGINNING) are compared.
        """
        where = (Where("workshop", "==", workshop), Where("search", "array-contains", word[:LONGEST_BEGINNING]))
        return _records(self._wire.query(_list(where, order_by="sequence", limit=most)))

    def everybody(self, workshop: str) -> Iterator[Registration]:
        """All registrations, in no particular order, each once: also if somebody's state changes meanwhile."""
        yield from (
            codec.read(one, Registration)
            for one in pages(self._wire, _list((Where("workshop", "==", workshop),)), _AT_ONCE)
        )

    def everybody_in(self, workshop: str, state: State) -> Iterator[Registration]:
        """All registrations in `state`, in no particular order."""
        where = (Where("workshop", "==", workshop), Where("state", "==", state.value))
        yield from (codec.read(one, Registration) for one in pages(self._wire, _list(where), _AT_ONCE))

    def keep_searchable(self, workshop: str) -> int:
        """Write the words to search by of everybody who lacks them, or has others. Returns how many people that were.

        Earlier versions of the program stored none. Nothing else is written, and nothing at all of somebody who is
        changed at that moment: that change writes their words itself.
        """
        written = 0
        for found in pages(self._wire, Query(collection=paths.REGISTRATIONS, where=_all(workshop).where), _AT_ONCE):
            one = codec.read(found, Registration)
            words = search_words(one.person)
            if words == one.search:
                continue
            try:
                self._wire.commit([Put(found.path, {"search": list(words)}, found.revision, mask=(("search",),))])
                written += 1
            except ConflictError:
                pass
        return written


def _in(group: Group) -> tuple[Where, ...]:
    states = STATES[group]
    if len(states) == 1:
        return (Where("state", "==", states[0].value),)
    return (Where("state", "in", tuple(state.value for state in states)),)


def _all(workshop: str, *also: Where) -> Query:
    return Query(collection=paths.REGISTRATIONS, where=(Where("workshop", "==", workshop), *also))


def _list(where: tuple[Where, ...], order_by: str | None = None, limit: int | None = None) -> Query:
    return Query(collection=paths.REGISTRATIONS, where=where, order_by=order_by, limit=limit, only=_SHOWN)


def _records(found: Iterable[Found]) -> tuple[Registration, ...]:
    return tuple(codec.read(one, Registration) for one in found)
