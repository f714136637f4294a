"""Which changes of a workshop participants are told of, and whom they concern."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import NOW, WRITTEN, person, workshop
from werkplaats.domain.changes import Change, change_between, concerns, still_true
from werkplaats.domain.registration import Registration, State

HOURS = [{"begins": "09:30", "ends": "21:00"}] * 3
LATER = [{"begins": "10:00", "ends": "21:00"}] * 3
VENUE = {"location": WRITTEN["location"] | {"name": "Landgoed Proef"}}


def change(before: dict[str, Any], after: dict[str, Any]) -> Change | None:
    return change_between(workshop(**before), workshop(**after), 7, NOW)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ({}, {"days": HOURS}, (False, True, False)),
        ({"days": HOURS}, {"days": LATER}, (False, True, False)),
        ({"days": HOURS}, {}, (False, True, False)),
        ({}, VENUE, (False, False, True)),
        ({"days": HOURS}, VENUE | {"days": LATER}, (False, True, True)),
    ],
)
def test_other_hours_and_another_venue_are_told(
    before: dict[str, Any], after: dict[str, Any], what: tuple[bool, ...]
) -> None:
    """As other days and another place are."""
    told = change(before, after)
    assert told is not None
    assert (told.of_days, told.of_hours, told.of_place) == what


def test_what_people_do_not_have_in_their_diaries_is_not_told() -> None:
    """Texts, the price, who leads it."""
    assert change({}, {"programme": "Vol.", "price": {"amount": "€ 450"}, "leaders": [{"name": "Een"}]}) is None


@pytest.mark.parametrize(("state", "told"), [(State.CONFIRMED, True), (State.OFFERED, True), (State.WAITLISTED, False)])
def test_hours_concern_those_with_a_seat_or_an_offer(state: State, told: bool) -> None:
    """Whoever waits reads them when there is a seat."""
    registration = Registration(
        id="r1", workshop="proef", person=person(1), answers={}, mailbox="m1", identity="i1", state=state, sequence=1,
        state_version=1, signed_up_at=NOW, state_since=NOW,
    )  # fmt: skip
    of_hours = change({}, {"days": HOURS})
    assert of_hours is not None
    assert concerns(of_hours, registration) is told


def test_of_hours_and_place_the_part_that_changed_again_is_left_out() -> None:
    """The mail about the first change then tells only of what is still so."""
    both = change({}, VENUE | {"days": HOURS})
    assert both is not None
    left = still_true(both, workshop(**VENUE, days=LATER))
    assert left is not None
    assert (left.of_hours, left.of_place) == (False, True)
    assert still_true(both, workshop(days=LATER)) is None
    assert still_true(both, replace(workshop(**VENUE), days=both.after.days)) == both
