"""The list of people, a page at a time: its order, its places, and how little it reads however many people there are.

The simulated Firestore counts the reads, and refuses queries that have no index.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from tests.counting import CountingWire
from tests.samples import NOW, sign_up, workshop
from tests.seats import seat_queue
from werkplaats.domain.people import PAGE, Group, search_words
from werkplaats.domain.registration import PASSED_OVER, Paused, Person, Registration, State
from werkplaats.domain.seats.commands import ErasePerson
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.store import Store, codec, paths
from werkplaats.workflows.list_people import MOST_FOUND, PeoplePage, Start, list_page
from werkplaats.workflows.publish import create_workshop

STATES = (State.CONFIRMED, State.CONFIRMED, State.OFFERED, State.WAITLISTED, State.CANCELLED, State.EXPIRED)


def one(number: int, workshop: str = "proef", **changes: Any) -> Registration:
    """Person `number`, whose state is the next of STATES; family names run against the numbers."""
    name = f"{chr(ord('z') - number % 26)}{number}"
    person = Person(given_name=f"Naam{number}", family_name=name, email=f"p{number}@example.org")
    made = Registration(
        id=f"{workshop}-{number}",
        workshop=workshop,
        person=person,
        answers={},
        mailbox="m",
        identity="i",
        state=STATES[number % len(STATES)],
        sequence=number,
        state_version=1,
        signed_up_at=NOW,
        state_since=NOW,
    )
    changed = replace(made, **changes)
    return replace(changed, search=search_words(changed.person))


def ledger_of(people: list[Registration]) -> Ledger:
    states = [one.state for one in people]
    return Ledger(
        id="proef",
        capacity=10_000,
        confirmed=states.count(State.CONFIRMED),
        offered=states.count(State.OFFERED),
        waitlisted=states.count(State.WAITLISTED),
    )


class House:
    """A store with `count` people of the workshop proef, and as many of another workshop."""

    def __init__(self, count: int, **changes: Any) -> None:
        self.wire = CountingWire()
        self.store = Store(self.wire)
        self.people = [one(number, **changes) for number in range(1, count + 1)]
        everybody = self.people + [one(number, "ander") for number in range(1, count + 1)]
        for start in range(0, len(everybody), 400):
            some = everybody[start : start + 400]
            self.wire.commit([codec.create(paths.of(paths.REGISTRATIONS, each.id), each) for each in some])
        self.ledger = ledger_of(self.people)

    def page(self, query: str = "", group: Group | None = None, start: Start | None = None) -> PeoplePage:
        return list_page(self.store, self.ledger, query, group, start)

    def reads(self, *asked: Any) -> tuple[int, int]:
        """The documents and round trips that a page takes."""
        before = self.wire.reads, self.wire.trips
        self.page(*asked)
        return self.wire.reads - before[0], self.wire.trips - before[1]

    def pages(self, query: str = "", group: Group | None = None) -> Iterator[PeoplePage]:
        page = self.page(query, group)
        yield page
        while page.following is not None:
            page = self.page(query, group, page.following)
            yield page


@pytest.fixture(scope="module")
def many() -> House:
    return House(2_000)


def test_a_page_costs_the_same_however_many_people_there_are(many: House) -> None:
    """The first page and later ones take the same for 120 people, each group of which is there, as for 2,000.

    Counting those who left costs one read for each thousand, which neither the emulator nor the simulation shows.
    """
    few = House(120, state=State.CONFIRMED)
    assert few.reads() == (1 + PAGE + 1, 2)
    assert many.reads() == few.reads()
    later = Start(Group.SEAT, 300)
    assert many.reads("", None, later) == (1 + PAGE + 1, 2)
    waits = Start(Group.WAITLIST, 300)
    assert many.reads("", None, waits) == (1 + PAGE + 1 + 1, 3), "one more counts the place of the first"
    assert many.reads("", Group.ENDED) == (1 + PAGE + 1, 2)


def test_a_search_reads_no_more_than_it_may(many: House) -> None:
    """A rare word reads whom it finds. One that finds everybody reads MOST_FOUND, and says that there are more."""
    assert many.reads("naam1234 p1234@example") == (1 + 1, 2)
    reads, trips = many.reads("example.org")
    assert (reads, trips) == (1 + MOST_FOUND + 1, 2), "no places: too many of them wait"
    assert many.page("example.org").cut
    assert not many.page("naam1234").cut
    nobody = many.reads("niemand")
    assert nobody == (2, 2)


def test_all_pages_together_are_everybody_once_and_nobody_of_another_workshop(many: House) -> None:
    """Going from page to page shows everybody once, by group and number, and whoever waits at their place."""
    order = list(Group)
    lines = [line for page in many.pages() for line in page.lines]
    assert sorted(line.registration.id for line in lines) == sorted(each.id for each in many.people)
    positions = [(order.index(line.group), line.registration.sequence) for line in lines]
    assert positions == sorted(positions)
    places = [line.place for line in lines if line.group is Group.WAITLIST]
    assert places == list(range(1, len(places) + 1))
    assert all(line.place is None for line in lines if line.group is not Group.WAITLIST)


def test_whoever_is_passed_over_comes_last_and_changes_nobodys_place() -> None:
    """On a list of more than a page they have no place: the page of each tells it."""
    house = House(300, state=State.WAITLISTED)
    passed = [replace(each, sequence=each.sequence + PASSED_OVER, paused=Paused.ADDRESS) for each in house.people[::2]]
    for start in (0, 100):
        some = passed[start : start + 100]
        house.wire.commit([codec.update(paths.of(paths.REGISTRATIONS, each.id), each) for each in some])
    lines = [line for page in house.pages() for line in page.lines]
    assert [line.place for line in lines] == [*range(1, 151), *[None] * 150]
    assert [line.registration.number for line in lines] == [*range(2, 301, 2), *range(1, 301, 2)]


@pytest.mark.parametrize("group", Group)
def test_a_group_is_shown_by_itself(many: House, group: Group) -> None:
    """The pages of one group have its people, as many as its number says."""
    pages = list(many.pages("", group))
    lines = [line for page in pages for line in page.lines]
    assert {line.group for line in lines} == {group}
    assert len(lines) == pages[0].totals[group]
    assert all(len(page.lines) == PAGE for page in pages[:-1])


def test_what_fits_on_one_page_is_by_name_and_what_does_not_by_number() -> None:
    """One hundred people are in the order of their family names; with one more, in that of their numbers."""
    fits = House(PAGE, state=State.CONFIRMED).page()
    assert [line.registration.sequence for line in fits.lines] != sorted(
        line.registration.sequence for line in fits.lines
    )
    assert not fits.by_number
    assert fits.following is None
    more = House(PAGE + 1, state=State.CONFIRMED).page()
    assert [line.registration.sequence for line in more.lines] == list(range(1, PAGE + 1))
    assert more.by_number
    assert more.following == Start(Group.SEAT, PAGE)


def test_what_was_found_has_pages_too(many: House) -> None:
    """A search for a word of 300 people shows them on three pages, each person once."""
    lines = [line for page in many.pages("example") for line in page.lines]
    assert len({line.registration.id for line in lines}) == len(lines) == MOST_FOUND
    assert sum(many.page("example").totals.values()) == MOST_FOUND


def test_a_search_tells_the_places_of_a_few(many: House) -> None:
    """Somebody who waits and is found is shown with the place on the whole waitlist."""
    last = max((each for each in many.people if each.state is State.WAITLISTED), key=lambda each: each.sequence)
    assert last.person is not None
    [line] = many.page(last.person.email).lines
    assert (line.registration.id, line.place) == (last.id, many.ledger.waitlisted)


@pytest.mark.parametrize("start", [Start(Group.ENDED, 10**12), Start(Group.SEAT, 10**12), Start(Group.SEAT, -(10**12))])
def test_a_position_that_no_line_has_is_only_a_position(many: House, start: Start) -> None:
    """Such as one of another workshop: it shows what comes after it, of this workshop, also in a search."""
    assert all(line.registration.workshop == "proef" for line in many.page("", None, start).lines)
    assert len(many.page("", None, start).lines) == (0 if start.group is Group.ENDED else PAGE)
    assert len(many.page("naam12", None, start).lines) > 0


def test_people_of_an_earlier_version_are_found() -> None:
    """They have no words to be found by: where few people are they are found all the same, elsewhere once written."""
    few, many = House(PAGE), House(PAGE + 1)
    for house in (few, many):
        old = replace(house.people[6], search=())
        house.wire.commit([codec.update(paths.of(paths.REGISTRATIONS, old.id), old)])
    assert len(few.page("p7@").lines) == 1
    assert len(many.page("p7@").lines) == 0
    assert many.store.people.keep_searchable("proef") == 1
    assert len(many.page("p7@").lines) == 1
    assert many.store.people.keep_searchable("proef") == 0, "nothing is written twice"


def test_erased_people_are_not_found_and_have_no_words() -> None:
    """What somebody was found by goes with the person."""
    wire = CountingWire()
    store = Store(wire)
    create_workshop(store, workshop(), NOW, "test")
    queue = seat_queue(store, lambda: NOW)
    queue.do("proef", sign_up(1))
    path = paths.of(paths.REGISTRATIONS, "r1")
    assert "naam1" in wire.get([path])[path].fields["search"]  # type: ignore[operator]  # a list
    queue.do("proef", ErasePerson("r1"))
    assert wire.get([path])[path].fields["search"] == []
    assert store.people.found_by("proef", "naam1", 10) == ()
