"""Reads the journal of a workshop in parts, newest first, with the people whom it is about."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from werkplaats.domain.journal import Entry
from werkplaats.domain.registration import Registration
from werkplaats.store import Store
from werkplaats.store.journal import JournalPart

AT_ONCE = 100
"""How many entries a page shows at most."""

MOST_READ = 3
"""How many times so many are read to find them. If few are wanted, a page has fewer, and goes on from there."""

MOST_EXPORTED = 5_000
"""How many entries a file has at most: the newest."""


class JournalPage(Struct, frozen=True):
    """Some `entries`, newest first, and the registrations that they are about, by id.

    The next page begins before the entry with the id `last`; "" if there is none.
    """

    entries: tuple[Entry, ...]
    people: dict[str, Registration]
    last: str


def read_journal(store: Store, workshop: str, wanted: Callable[[Entry], bool], before: str = "") -> JournalPage:
    """The newest entries that are `wanted`, or those before the one with the id `before`.

    It reads at most AT_ONCE times MOST_READ entries, and the registrations of those that it returns in one round trip.
    """
    entries: list[Entry] = []
    last = before
    for _ in range(MOST_READ):
        part = _part(store, workshop, last, AT_ONCE)
        last = part.last
        for entry in part.entries:
            if wanted(entry):
                entries.append(entry)
                if len(entries) == AT_ONCE:
                    more = last or entry is not part.entries[-1]
                    return _page(store, entries, entry.id if more else "")
        if not last:
            break
    return _page(store, entries, last)


def export_journal(store: Store, workshop: str, wanted: Callable[[Entry], bool]) -> JournalPage:
    """All wanted entries among the newest MOST_EXPORTED. `last` is "" unless there are older ones."""
    entries, last = list[Entry](), ""
    for _ in range(MOST_EXPORTED // 500):
        part = _part(store, workshop, last, 500)
        entries += filter(wanted, part.entries)
        last = part.last
        if not last:
            break
    return _page(store, entries, last)


def _part(store: Store, workshop: str, before: str, at_most: int) -> JournalPart:
    journal = store.journal
    return journal.before(workshop, before, at_most) if before else journal.newest(workshop, at_most)


def _page(store: Store, entries: list[Entry], last: str) -> JournalPage:
    ids = sorted(set(_people(entries)))
    people: dict[str, Registration] = {}
    for start in range(0, len(ids), 500):
        people |= store.seats.registrations(ids[start : start + 500])
    return JournalPage(tuple(entries), people, last)


def _people(entries: list[Entry]) -> Iterator[str]:
    return (entry.registration for entry in entries if entry.registration is not None)
