"""Reads one page of the list of people. It reads as much for a workshop of 10,000 people as for one of 100.

What fits on one page is in the order of `domain/people.py`: by family name within each group. What does not fit would
have to be read whole to be put in that order. So it is in the order of the registrations' numbers, which is that in
which people joined, group by group, and each page begins after the last line of the one before.

A search reads at most MOST_FOUND people whom its longest word finds, and compares its other words with those.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.people import PAGE, Group, Listed, finds, list_people, words_of
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.store import Store

MOST_FOUND = 300
"""The most people that are read for a search."""

_MOST_PLACES = 10
"""The most places on the waitlist that are counted one by one, for people who were found by a search."""


_ORDER = list(Group)


class Start(Struct, frozen=True):
    """Where a page begins: after the line with this number in this group."""

    group: Group
    sequence: int


class PeoplePage(Struct, frozen=True, kw_only=True):
    """One page of the list.

    - `totals`: the number of people in each group, of those who were searched for.
    - `following`: where the next page begins, or None if this is the last.
    - `by_number`: whether the lines are in order of number, because not all are on one page.
    - `cut`: whether the search finds more people than were read, so that somebody may be missing.
    """

    lines: tuple[Listed, ...]
    totals: Mapping[Group, int]
    following: Start | None = None
    by_number: bool = False
    cut: bool = False


def list_page(store: Store, ledger: Ledger, query: str, group: Group | None, start: Start | None) -> PeoplePage:
    """The page that begins after `start` of the people whom `query` finds, all for "", in `group` or in any.

    `start` may be anything that an address can hold, also of another workshop: it is only a position.
    """
    totals = {
        Group.SEAT: ledger.confirmed,
        Group.OFFER: ledger.offered,
        Group.WAITLIST: ledger.waitlisted,
        Group.ENDED: store.people.count_ended(ledger.id),
    }
    if query.strip():
        return _found(store, ledger.id, totals, query, group, start)
    groups = [one for one in Group if totals[one] and group in (None, one)]
    return _unsearched(store, ledger.id, groups, start, totals)


def _unsearched(
    store: Store, workshop: str, groups: Iterable[Group], start: Start | None, totals: Mapping[Group, int]
) -> PeoplePage:
    read: list[Registration] = []
    for group in groups:
        if start is not None and _ORDER.index(group) < _ORDER.index(start.group):
            continue
        after = start.sequence if start is not None and start.group is group else None
        read += store.people.some_of(workshop, group, after, PAGE + 1 - len(read))
        if len(read) > PAGE:
            break
    if start is None and len(read) <= PAGE:
        return PeoplePage(lines=list_people(read), totals=totals)
    lines = _with_places(store, list_people(read[:PAGE]))
    lines = tuple(sorted(lines, key=lambda line: (_ORDER.index(line.group), line.registration.sequence)))
    following = _position(lines[-1]) if len(read) > PAGE else None
    return PeoplePage(lines=lines, totals=totals, following=following, by_number=True)


def _with_places(store: Store, lines: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """`lines` with places that count those of earlier pages too. Only that of the first needs to be counted.

    Those who are passed over come last and have no place here: each would have to be counted.
    """
    in_line = [line.registration for line in lines if line.place and not line.registration.is_passed_over]
    before = store.seats.place(in_line[0]) - 1 if in_line else 0
    places = {one.id: place for place, one in enumerate(in_line, before + 1)}
    return tuple(replace(line, place=places.get(line.registration.id)) for line in lines)


def _found(
    store: Store, workshop: str, totals: Mapping[Group, int], query: str, group: Group | None, start: Start | None
) -> PeoplePage:
    words = words_of(query)
    # Few people are read whole, because those of an earlier version of the program have no words to be found by.
    if sum(totals.values()) <= PAGE:
        read = tuple(one for of in Group if totals[of] for one in store.people.some_of(workshop, of, None, PAGE))
        cut, whole = False, True
    else:
        read = store.people.found_by(workshop, words[0], MOST_FOUND + 1)
        cut, whole = len(read) > MOST_FOUND, False
    found = [line for line in list_people(read[:MOST_FOUND]) if finds(words, line.registration.person)]
    counted = Counter(line.group for line in found)
    shown = [line for line in found if group in (None, line.group)]
    positions = [_position(line) for line in shown]
    begin = positions.index(start) + 1 if start in positions else 0
    lines = shown[begin : begin + PAGE]
    return PeoplePage(
        lines=tuple(lines if whole else _with_counted_places(store, lines)),
        totals={one: counted[one] for one in Group},
        following=positions[begin + PAGE - 1] if len(shown) > begin + PAGE else None,
        cut=cut,
    )


def _with_counted_places(store: Store, lines: list[Listed]) -> list[Listed]:
    """`lines` with their places on the waitlist, or without if that are too many to count."""
    few = sum(line.group is Group.WAITLIST for line in lines) <= _MOST_PLACES
    return [
        replace(line, place=store.seats.place(line.registration) if few else None)
        if line.group is Group.WAITLIST
        else line
        for line in lines
    ]


def _position(line: Listed) -> Start:
    return Start(line.group, line.registration.sequence)
