"""The list of people that organisers see: its order, its groups, and how it is searched."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

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


class Listed(Struct, frozen=True, kw_only=True):
    """One line of the list. `place` is the place on the waitlist (1 is next), or None if the person is not on it."""

    registration: Registration
    group: Group
    place: int | None = None


def list_people(registrations: Iterable[Registration]) -> tuple[Listed, ...]:
    """The list of `registrations`: first those with a seat, then those with an offer, the waitlist, and those who left.

    The waitlist is in its own order, the other groups are by family name.
    """
    everybody = tuple(registrations)
    waiting = sorted(one.sequence for one in everybody if one.state is State.WAITLISTED)
    places = {sequence: place for place, sequence in enumerate(waiting, 1)}
    lines = [
        Listed(
            registration=one,
            group=_GROUPS.get(one.state, Group.ENDED),
            place=places[one.sequence] if one.state is State.WAITLISTED else None,
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


def fold(text: str) -> str:
    """`text` in lower case and without accents, so that a search for "jose" finds José."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _position(line: Listed) -> tuple[int, int, str, str]:
    person = line.registration.person
    return _ORDER.index(line.group), line.place or 0, fold(_family_first(person)), line.registration.id


def _family_first(person: Person | None) -> str:
    return f"{person.family_name} {person.given_name}" if person else "\uffff"
