"""The list of people that organisers see: its order, its groups, and how it is searched."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import islice

from msgspec import Struct

from werkplaats.domain.registration import Person, Registration, State


class Group(StrEnum):
    """The groups of the list, in the order in which the list shows them."""

    SEAT = "seat"
    OFFER = "offer"
    WAITLIST = "waitlist"
    ENDED = "ended"


_GROUPS = {State.CONFIRMED: Group.SEAT, State.OFFERED: Group.OFFER, State.WAITLISTED: Group.WAITLIST}
_ORDER = list(Group)


STATES = {group: tuple(state for state in State if _GROUPS.get(state, Group.ENDED) is group) for group in Group}
"""The states of each group."""

PAGE = 100
"""How many people one page of the list has. If that is everybody, they are searched without stored words."""

LONGEST_BEGINNING = 10
"""How many letters of a word people are searched by. What was found is then compared with the whole word."""

MOST_BEGINNINGS = 200
"""How many beginnings of words are kept of one person, so that nobody makes an index large with a long organisation."""

_LETTERS = re.compile(r"[^\W_]+")


class Listed(Struct, frozen=True, kw_only=True):
    """One line of the list. `place` is the place on the waitlist (1 is next), or None if the person is not on it.

    For whoever is passed over it is the place that is kept for them, as their own page tells it.
    """

    registration: Registration
    group: Group
    place: int | None = None


def list_people(registrations: Iterable[Registration]) -> tuple[Listed, ...]:
    """The list of `registrations`: first those with a seat, then those with an offer, the waitlist, and those who left.

    The waitlist is in its own order, the other groups are by family name.
    """
    everybody = tuple(registrations)
    waiting = sorted((one for one in everybody if one.state is State.WAITLISTED), key=lambda one: one.number)
    kept = {one.id: place for place, one in enumerate(waiting, 1) if one.is_passed_over}
    in_line = (one for one in waiting if not one.is_passed_over)
    places = kept | {one.id: place for place, one in enumerate(in_line, 1)}
    lines = [
        Listed(
            registration=one,
            group=_GROUPS.get(one.state, Group.ENDED),
            place=places.get(one.id),
        )
        for one in everybody
    ]
    return tuple(sorted(lines, key=_position))


def sort_by_name(registrations: Iterable[Registration]) -> tuple[Registration, ...]:
    """`registrations` by given name, the name that people give at the door. Erased ones come last."""
    return tuple(sorted(registrations, key=lambda one: (fold(one.person.name if one.person else "\uffff"), one.id)))


def matches(registration: Registration, query: str) -> bool:
    """Whether each word of `query` occurs in the name, address or organisation. Case and accents make no difference."""
    person = registration.person
    if person is None:
        return not query.strip()
    text = fold(f"{person.name} {person.email} {person.organisation}")
    return all(word in text for word in fold(query).split())


def search_words(person: Person | None) -> tuple[str, ...]:
    """The beginnings of all words of the name, address and organisation, which are stored to search by.

    Each has at most LONGEST_BEGINNING letters. A word that has parts, such as an address, can be found by each of them.
    A person of whom nothing is left has none.
    """
    if person is None:
        return ()
    beginnings = (
        start[:length]
        for start in _starts(_text_of(person))
        for length in range(1, min(len(start), LONGEST_BEGINNING) + 1)
    )
    return tuple(islice(dict.fromkeys(beginnings), MOST_BEGINNINGS))


def words_of(query: str) -> tuple[str, ...]:
    """The words of a search, as `finds` compares them; the longest, which finds the fewest people, comes first."""
    words = dict.fromkeys(word[_first_letter(word) :] for word in fold(query).split())
    return tuple(sorted(words, key=len, reverse=True))


def finds(words: Iterable[str], person: Person | None) -> bool:
    """Whether a word of the name, address or organisation begins with each of `words` (of `words_of`)."""
    wanted = tuple(words)
    starts = tuple(_starts(_text_of(person))) if person and wanted else ()
    return all(any(start.startswith(word) for start in starts) for word in wanted)


def fold(text: str) -> str:
    """`text` in lower case and without accents, so that a search for "jose" finds José."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _text_of(person: Person) -> str:
    return fold(f"{person.name} {person.email} {person.organisation}")


def _starts(text: str) -> Iterator[str]:
    """Each word of `text`, which is folded, and what is left of it from each further part on: jan@example.org has 3."""
    for word in text.split():
        for part in _LETTERS.finditer(word):
            yield word[part.start() :]


def _first_letter(word: str) -> int:
    """Where the first letter or digit of `word` is; 0 if it has none, so that nobody is found by it."""
    found = _LETTERS.search(word)
    return found.start() if found else 0


def _position(line: Listed) -> tuple[int, int, str, str]:
    one = line.registration
    in_line = one.sequence if line.group is Group.WAITLIST else 0
    return _ORDER.index(line.group), in_line, fold(_family_first(one.person)), one.id


def _family_first(person: Person | None) -> str:
    return f"{person.family_name} {person.given_name}" if person else "\uffff"
