"""The list of people as organisers look at it: in order, searched, and by where they stand."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.registration import Person, Registration, State


class Group(StrEnum):
    """Where somebody stands, as far as a list tells it apart; in the order of the list."""

    SEAT = "seat"
    OFFER = "offer"
    WAITLIST = "waitlist"
    ENDED = "ended"


_GROUPS = {State.CONFIRMED: Group.SEAT, State.OFFERED: Group.OFFER, State.WAITLISTED: Group.WAITLIST}
_ORDER = list(Group)


class Listed(Struct, frozen=True, kw_only=True):
    """One line of the list. `place` on the waitlist, 1 is next; None for who does not wait."""

    registration: Registration
    group: Group
    place: int | None = None


def listed(registrations: Iterable[Registration]) -> tuple[Listed, ...]:
    """Everybody: those with a seat or an offer by name, the waitlist in its order, and last those who left."""
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


def by_name(registrations: Iterable[Registration]) -> tuple[Registration, ...]:
    """In the order of given names, as people are called at the door."""
    return tuple(sorted(registrations, key=lambda one: (fold(one.person.name if one.person else "\uffff"), one.id)))


def found(registration: Registration, query: str) -> bool:
    """Whether every word of `query` is somewhere in the name, address or organisation, whatever its accents."""
    person = registration.person
    if person is None:
        return not query.strip()
    text = fold(f"{person.name} {person.email} {person.organisation}")
    return all(word in text for word in fold(query).split())


def fold(text: str) -> str:
    """`text` without case and accents: José is found as jose."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _position(line: Listed) -> tuple[int, int, str, str]:
    person = line.registration.person
    return _ORDER.index(line.group), line.place or 0, fold(_family_first(person)), line.registration.id


def _family_first(person: Person | None) -> str:
    return f"{person.family_name} {person.given_name}" if person else "\uffff"
