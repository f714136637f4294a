"""The list of people: its order, and what a search finds."""

import pytest
from msgspec.structs import replace

from tests.shipped import DEADLINE, REGISTRATION
from werkplaats.domain.people import (
    LONGEST_BEGINNING,
    MOST_BEGINNINGS,
    Group,
    finds,
    list_people,
    matches,
    search_words,
    sort_by_name,
    words_of,
)
from werkplaats.domain.registration import PASSED_OVER, Hold, Paused, Person, Registration, State


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


def test_whoever_is_passed_over_comes_last_and_has_the_place_that_is_kept() -> None:
    """As their own page tells it; those in line are counted as if the others were not there."""
    held = {"held_for": Hold.CONFIRM, "held_until": DEADLINE}
    people = [one(str(number), State.WAITLISTED, number) for number in (1, 2, 3)]
    first = replace(one("4", State.WAITLISTED, 4 + PASSED_OVER), paused=Paused.ADDRESS)
    lines = list_people([replace(people[0], sequence=1 + PASSED_OVER, **held), *people[1:], first])  # type: ignore[arg-type]
    assert [(line.registration.id, line.place) for line in lines] == [("2", 1), ("3", 2), ("1", 1), ("4", 4)]


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


JOSE = Person(
    given_name="José", family_name="van der Ünal-Bos", email="j.unal+x@example.org", organisation="’t Woonhuis"
)


@pytest.mark.parametrize(
    "query",
    ["j", "jose", "JOSÉ", "van der", "bos", "unal-bos", "j.unal", "j.unal+x@example.org", "example.org", "@example.org",
     "woon jo", "’t woonhuis", "t woonhuis", "  "],
)  # fmt: skip
def test_somebody_is_found_by_the_beginning_of_any_word(query: str) -> None:
    """Each word of the search begins a word, or a part of one. The first of them is stored to be found by."""
    words = words_of(query)
    assert finds(words, JOSE)
    assert all(word[:LONGEST_BEGINNING] in search_words(JOSE) for word in words)


@pytest.mark.parametrize("query", ["ose", "nal", "jose piet", "xample", "j.unal+y@example.org", "&", "jose &", "()"])
def test_somebody_is_not_found_by_anything_else(query: str) -> None:
    """Such as the middle of a word, or a sign that is no letter."""
    assert not finds(words_of(query), JOSE)


def test_the_longest_word_is_looked_up() -> None:
    """It finds the fewest people; the others are compared with what it found."""
    assert words_of("de Vries van  VRIES") == ("vries", "van", "de")


def test_who_is_erased_has_no_words_and_is_found_by_none() -> None:
    """Nothing is left to search by."""
    assert search_words(None) == ()
    assert finds(words_of(""), None)
    assert not finds(words_of("jan"), None)


def test_the_words_of_one_person_are_bounded() -> None:
    """However much somebody types, a bounded number of short texts is stored, the name among them."""
    long = " ".join(f"{number:x}woord{number}" for number in range(500))
    words = search_words(replace(JOSE, organisation=long))
    assert len(words) == len(set(words)) == MOST_BEGINNINGS
    assert max(map(len, words)) == LONGEST_BEGINNING
    assert {"jose", "bos", "example.or"} <= set(words)
