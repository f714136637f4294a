"""Who was present, and who gets a survey for those who attended."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.samples import workshop
from tests.shipped import REGISTRATION
from werkplaats.domain.attendance import (
    Count,
    Keeping,
    Mark,
    attended,
    came,
    count,
    counts_unmarked,
    day_to_mark,
    days_of,
    keeping,
    on_list,
)
from werkplaats.domain.registration import Registration, State

DAYS = ["2027-08-29", "2027-08-30", "2027-08-31"]


def one(id: str, state: State = State.CONFIRMED) -> Registration:
    return replace(REGISTRATION, id=id, state=state)


def test_the_days_are_those_of_the_workshop() -> None:
    """The days run from the first to the last day and include both."""
    assert [day.isoformat() for day in days_of(workshop())] == DAYS
    assert days_of(workshop(last_day=date(2027, 8, 29))) == (date(2027, 8, 29),)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2027, 3, 1, tzinfo=UTC), 29),
        (datetime(2027, 8, 29, 21, 59, tzinfo=UTC), 29),
        (datetime(2027, 8, 29, 22, 1, tzinfo=UTC), 30),
        (datetime(2027, 9, 12, tzinfo=UTC), 31),
    ],
)
def test_the_list_opens_on_today(now: datetime, day: int) -> None:
    """The list opens on today in Amsterdam, before the workshop on its first day, and after it on its last."""
    assert day_to_mark(workshop(), now) == date(2027, 8, day)


def test_who_was_present_on_any_day_attended() -> None:
    """Somebody who was present on one day attended, even if absent on another day or cancelled since."""
    people = (one("a"), one("b", State.WAITLISTED), one("c", State.CANCELLED))
    marks = {"a": {DAYS[0]: Mark.PRESENT, DAYS[1]: Mark.ABSENT}, "c": {DAYS[2]: Mark.PRESENT}}
    assert [who.id for who in attended(marks, people)] == ["a", "c"]


def test_a_half_kept_list_drops_nobody_until_it_is_complete() -> None:
    """Whoever has a seat and no mark counts as there, until an organiser says that the list is complete."""
    people = (one("a"), one("b"), one("c"), one("d", State.WAITLISTED))
    marks = {"a": {DAYS[0]: Mark.PRESENT}, "b": {DAYS[0]: Mark.ABSENT}}
    assert [who.id for who in attended(marks, people)] == ["a", "c"]
    assert [who.id for who in attended(marks, people, complete=True)] == ["a"]


@pytest.mark.parametrize(
    ("seats", "marked", "complete", "kept"),
    [
        (3, 0, False, Keeping.EMPTY),
        (3, 1, False, Keeping.HALF),
        (3, 3, False, Keeping.FULL),
        (3, 4, False, Keeping.FULL),
        (3, 1, True, Keeping.COMPLETE),
        (0, 0, False, Keeping.EMPTY),
    ],
)
def test_how_far_the_list_is_kept(seats: int, marked: int, complete: bool, kept: Keeping) -> None:
    """It is half kept if somebody with a seat has no mark, and nobody has said that it is complete."""
    assert keeping(seats, marked, complete=complete) is kept


def test_where_nobody_was_marked_present_all_with_a_seat_count() -> None:
    """If nobody is marked present, everybody with a seat attended, except those who are marked absent."""
    people = (one("a"), one("b"), one("c", State.WAITLISTED), one("d", State.CANCELLED))
    assert [who.id for who in attended({}, people)] == ["a", "b"]
    assert [who.id for who in attended({"a": {DAYS[0]: Mark.ABSENT}}, people)] == ["b"]


def test_marks_of_others_do_not_count() -> None:
    """Marks of people who are not among those asked about are ignored."""
    assert [who.id for who in attended({"z": {DAYS[0]: Mark.PRESENT}}, (one("a"),))] == ["a"]


@given(
    marks=st.dictionaries(
        st.sampled_from("abcdef"), st.dictionaries(st.sampled_from(DAYS), st.sampled_from(Mark), max_size=3)
    ),
    states=st.lists(st.sampled_from(State), min_size=6, max_size=6),
)
def test_attended_whatever_was_marked(marks: dict[str, dict[str, Mark]], states: list[State]) -> None:
    """Of a complete list with anybody present, exactly those attended; else also those with a seat and no mark."""
    people = tuple(one(id, state) for id, state in zip("abcdef", states, strict=True))
    present = {id for id, days in marks.items() if Mark.PRESENT in days.values()}
    marked = {id for id, days in marks.items() if days}
    unmarked = {who.id for who in people if who.state is State.CONFIRMED} - marked
    assert {who.id for who in attended(marks, people)} == present | unmarked
    assert {who.id for who in attended(marks, people, complete=True)} == (present or unmarked)
    for complete in (False, True):
        unmarked_too = counts_unmarked(complete=complete, anybody_present=bool(present))
        alone = [who for who in people if came(who, marks.get(who.id, {}), unmarked_too=unmarked_too)]
        assert tuple(alone) == attended(marks, people, complete=complete), "one at a time is as all together"


def test_a_day_is_counted() -> None:
    """For one day the people marked present and absent are counted, and those without a mark for that day."""
    marks = [{DAYS[0]: Mark.PRESENT}, {DAYS[0]: Mark.ABSENT, DAYS[1]: Mark.PRESENT}, {DAYS[1]: Mark.PRESENT}, {}]
    assert count(marks, date(2027, 8, 29)) == Count(present=1, absent=1, unmarked=2)


def test_the_list_holds_seats_and_marks() -> None:
    """The list has everybody with a seat, and everybody who has a mark already."""
    assert on_list(one("a"), {})
    assert not on_list(one("a", State.OFFERED), {})
    assert on_list(one("a", State.CANCELLED), {DAYS[0]: Mark.ABSENT})
