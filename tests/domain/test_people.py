"""The list of people: its order, and what a search finds."""

import pytest
from msgspec.structs import replace

from tests.shipped import REGISTRATION
from werkplaats.domain.people import Group, list_people, matches, sort_by_name
from werkplaats.domain.registration import Person, Registration, State


def one(
    id: str, state: State = State.CONFIRMED, sequence: int = 1, given: str = "Jan", family: str = "Bos"
) -> Registration:
    person = Person(given_name=given, family_name=family, email=f"{id}@example.org", organisation="Gemeente Súdwest")
    return replace(REGISTRATION, id=id, state=state, sequence=sequence, person=person)


def test_seats_by_name_then_the_waitlist_in_its_order_then_who_left() -> None:
    """Seats come first by name, then offers, then the waitlist with places from 1, then those who left."""
    lines = list_people(
        [
            one("a", State.WAITLISTED, 9),
            one("b", State.CANCELLED, 1),
            one("c", State.WAITLISTED, 4),
            one("d", family="Zwart"),
            one("e", family="Ámsterdam"),
            one("f", State.OFFERED, 3),
        ]
    )
    assert [line.registration.id for line in lines] == ["e", "d", "f", "c", "a", "b"]
    assert [line.place for line in lines] == [None, None, None, 1, 2, None]
    assert lines[-1].group is Group.ENDED


def test_erased_people_come_last_of_their_kind() -> None:
    """Erased people have no name, so they follow all names of their group, in any script."""
    erased, greek = replace(one("a"), person=None), one("b", given="Ωμέγα", family="Ωμέγα")
    assert [line.registration.id for line in list_people([erased, one("c"), greek])] == ["c", "b", "a"]
    assert [who.id for who in sort_by_name([erased, one("c"), greek])] == ["c", "b", "a"]


@pytest.mark.parametrize("query", ["", "jan", "BOS jan", "a@example", "sudwest", "súdwest", "  gemeente   bos "])
def test_found_by_any_of_its_words(query: str) -> None:
    """A search looks in name, address and organisation, and ignores case, accents and order."""
    assert matches(one("a"), query)


@pytest.mark.parametrize("query", ["piet", "jan piet", "@example.com"])
def test_not_found_unless_every_word_is(query: str) -> None:
    """Somebody is found only if every word of the search is."""
    assert not matches(one("a"), query)


def test_who_is_erased_is_not_found_by_name() -> None:
    """Somebody who was erased is found only by an empty search."""
    assert not matches(replace(one("a"), person=None), "jan")
    assert matches(replace(one("a"), person=None), " ")
