"""What participants are told when their workshop changes, and which reminder is due."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import NOW, WRITTEN, person, workshop
from werkplaats.domain.changes import (
    Change,
    Particulars,
    announce_change,
    change_between,
    combine_changes,
    concerns,
    drop_outdated,
    make_reminders,
    reminder_due,
)
from werkplaats.domain.mail.about import AboutChange, AboutReminder
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import queue
from werkplaats.domain.registration import LIVE, Hold, Registration, State
from werkplaats.domain.workshop import Workshop

MOMENT = timedelta(microseconds=1)
LATER = NOW + timedelta(hours=1)

WORKSHOP = workshop()
ZEIST = WRITTEN["location"] | {"city": "Zeist"}
OTHER_PLACE = workshop(location=ZEIST)
OTHER_DAYS = workshop(first_day=date(2027, 9, 5), last_day=date(2027, 9, 7))
OTHER_BOTH = workshop(first_day=date(2027, 9, 5), last_day=date(2027, 9, 7), location=ZEIST)


def a_change(before: Workshop, after: Workshop, version: int = 9) -> Change:
    change = change_between(before, after, version, NOW)
    assert change is not None
    return change


def one(state: State = State.CONFIRMED, **changes: Any) -> Registration:
    """A registration that was made a day before the change."""
    registration = Registration(
        id="r1",
        workshop="proef",
        person=person(1),
        answers={},
        mailbox="m1",
        identity="i1",
        state=state,
        sequence=1,
        state_version=1,
        signed_up_at=NOW - timedelta(days=1),
        state_since=NOW - timedelta(days=1),
    )
    return replace(registration, **changes)


# Which differences are a change


def test_other_days_or_another_place_are_a_change() -> None:
    """A change holds the old and the new days and place."""
    assert change_between(WORKSHOP, OTHER_BOTH, 9, NOW) == Change(
        id="proef.9",
        workshop="proef",
        version=9,
        at=NOW,
        before=Particulars(
            first_day=date(2027, 8, 29), last_day=date(2027, 8, 31), location=WORKSHOP.location
        ),
        after=Particulars(
            first_day=date(2027, 9, 5), last_day=date(2027, 9, 7), location=OTHER_PLACE.location
        ),
        announced=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("after", "of_days", "of_place"),
    [
        (OTHER_DAYS, True, False),
        (workshop(first_day=date(2027, 8, 30)), True, False),
        (workshop(last_day=date(2027, 9, 1)), True, False),
        (OTHER_PLACE, False, True),
        (OTHER_BOTH, True, True),
    ],
)
def test_a_change_is_of_days_of_place_or_of_both(after: Workshop, of_days: bool, of_place: bool) -> None:
    """A change says whether days, place or both changed; one other day is enough."""
    change = a_change(WORKSHOP, after)
    assert (change.of_days, change.of_place) == (of_days, of_place)


def test_nobody_is_told_of_anything_else_that_changed() -> None:
    """Another title or capacity is not a change that participants are told of."""
    assert change_between(WORKSHOP, workshop(title="Anders", capacity=9), 9, NOW) is None


@pytest.mark.parametrize(("before", "after"), [(WORKSHOP, OTHER_DAYS), (OTHER_DAYS, WORKSHOP)])
def test_nobody_is_told_once_both_the_old_and_the_new_days_are_over(before: Workshop, after: Workshop) -> None:
    """There is a change to tell until both the old and the new days have ended."""
    assert change_between(before, after, 9, OTHER_DAYS.ends_at - MOMENT) is not None
    assert change_between(before, after, 9, OTHER_DAYS.ends_at) is None


# Several changes together


def test_several_changes_are_told_as_one() -> None:
    """Several changes become one, with the first one's old values and the last one's new values and id."""
    first, last = a_change(WORKSHOP, OTHER_DAYS, 9), a_change(OTHER_DAYS, OTHER_BOTH, 10)
    assert combine_changes([first, last]) == replace(last, before=first.before)
    assert combine_changes([first]) == first


def test_a_mistake_that_was_put_right_is_told_to_nobody() -> None:
    """Changes that undo each other add up to no change."""
    assert combine_changes([a_change(WORKSHOP, OTHER_DAYS), a_change(OTHER_DAYS, WORKSHOP)]) is None
    assert combine_changes([a_change(WORKSHOP, OTHER_DAYS), a_change(OTHER_DAYS, OTHER_PLACE)]) is not None


# Which part of a change is still true when its mail is sent


def test_a_change_is_told_as_long_as_the_workshop_is_as_it_says() -> None:
    """A change is told whole if the workshop still has all of its new values."""
    for after in (OTHER_DAYS, OTHER_PLACE, OTHER_BOTH):
        change = a_change(WORKSHOP, after)
        assert drop_outdated(change, after) == change


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (OTHER_DAYS, workshop(location=WRITTEN["location"])),
        (workshop(first_day=OTHER_DAYS.first_day, last_day=OTHER_DAYS.last_day, location=ZEIST | {"street": "A 1"}),
         workshop(location=ZEIST | {"street": "A 1"})),
        (OTHER_PLACE, workshop(location=WRITTEN["location"])),
        (workshop(first_day=date(2027, 8, 30), location=ZEIST), workshop(first_day=date(2027, 8, 30))),
    ],
    ids=["the place is back", "another place again", "the days are back", "other days again"],
)  # fmt: skip
def test_only_what_is_still_so_is_told(now: Workshop, before: Workshop) -> None:
    """If days or place changed again since, only the other is told; the newer change has a mail of its own."""
    change = a_change(WORKSHOP, OTHER_BOTH)
    assert drop_outdated(change, now) == replace(change, before=Particulars.of(before), after=Particulars.of(now))


@pytest.mark.parametrize("now", [WORKSHOP, workshop(first_day=date(2027, 9, 5), last_day=date(2027, 9, 8))])
def test_a_change_of_which_nothing_is_left_is_not_told(now: Workshop) -> None:
    """A change is not told if it was undone, or if one of its days has changed again."""
    assert drop_outdated(a_change(WORKSHOP, OTHER_DAYS), now) is None


# Whom it concerns


@pytest.mark.parametrize("state", list(State))
def test_other_days_concern_everybody_who_is_still_in(state: State) -> None:
    """Everybody with a seat, an offer or a place on the waitlist is told of other days."""
    assert concerns(a_change(WORKSHOP, OTHER_DAYS), one(state)) is (state in LIVE)


@pytest.mark.parametrize("state", list(State))
def test_another_place_concerns_those_with_a_seat_or_an_offer(state: State) -> None:
    """Another place is told to those with a seat or an offer, and not to those on the waitlist."""
    told = state in (State.CONFIRMED, State.OFFERED)
    assert concerns(a_change(WORKSHOP, OTHER_PLACE), one(state)) is told


def test_other_days_and_another_place_concern_those_who_wait_too() -> None:
    """People on the waitlist are told of a change of place if the days change too."""
    assert concerns(a_change(WORKSHOP, OTHER_BOTH), one(State.WAITLISTED))


@pytest.mark.parametrize("state", sorted(LIVE))
def test_somebody_who_was_erased_is_not_told(state: State) -> None:
    """Somebody who was erased has no address left, so they are not told."""
    assert not concerns(a_change(WORKSHOP, OTHER_DAYS), one(state, person=None))


@pytest.mark.parametrize("state", [State.CONFIRMED, State.WAITLISTED])
def test_nobody_is_told_before_the_address_is_confirmed(state: State) -> None:
    """It may be that of somebody who knows of nothing. On confirming they get a mail that says what is so."""
    held = one(state, held_for=Hold.CONFIRM, held_until=LATER)
    assert not concerns(a_change(WORKSHOP, OTHER_BOTH), held)
    assert concerns(a_change(WORKSHOP, OTHER_BOTH), replace(held, held_until=None))


def test_whoever_joined_after_the_change_knows_it_already() -> None:
    """People who joined after the change are not told; without `joined_at`, `signed_up_at` counts."""
    change = a_change(WORKSHOP, OTHER_DAYS)
    assert concerns(change, one(joined_at=NOW))
    assert not concerns(change, one(joined_at=NOW + MOMENT))
    assert concerns(change, one(signed_up_at=NOW, joined_at=None))
    assert not concerns(change, one(signed_up_at=NOW + MOMENT, joined_at=None))
    assert concerns(change, one(signed_up_at=NOW + MOMENT, joined_at=NOW))


def test_a_change_is_mailed_to_those_whom_it_concerns() -> None:
    """Each person concerned gets one mail about the change, queued at the time of the announcement."""
    change = a_change(WORKSHOP, OTHER_DAYS)
    people = (one(), one(State.CANCELLED, id="r2"), one(State.WAITLISTED, id="r3"))
    assert announce_change(change, people, LATER) == tuple(
        queue(Kind.CHANGED, AboutChange(id, 9, "proef.9"), "proef", LATER) for id in ("r1", "r3")
    )


# Reminders before the start

REMINDED = workshop(reminders=["7 days", "1 day"])
WEEK_BEFORE = datetime(2027, 8, 21, 22, tzinfo=UTC)
DAY_BEFORE = datetime(2027, 8, 27, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (NOW, None),
        (WEEK_BEFORE - MOMENT, None),
        (WEEK_BEFORE, ("7 days", WEEK_BEFORE)),
        (DAY_BEFORE - MOMENT, ("7 days", WEEK_BEFORE)),
        (DAY_BEFORE, ("1 day", DAY_BEFORE)),
        (REMINDED.begins_at - MOMENT, ("1 day", DAY_BEFORE)),
        (REMINDED.begins_at, None),
    ],
)
def test_the_latest_reminder_that_is_due_is_sent_until_the_start(
    now: datetime, due: tuple[str, datetime] | None
) -> None:
    """If several reminders are due, only the latest is sent, and none from the start on."""
    assert reminder_due(REMINDED, now) == due
    assert reminder_due(WORKSHOP, now) is None


def test_a_reminder_goes_to_everybody_who_had_a_seat_when_it_fell_due() -> None:
    """A reminder goes only to people who had a seat when it fell due, and not to those who were erased.

    Whoever got the seat on the same day has just been told all about it.
    """
    people = (
        one(id="r1", state_since=WEEK_BEFORE),
        one(id="r2", state_since=WEEK_BEFORE + MOMENT),
        one(id="r3", person=None),
        *(one(state, id=f"r-{state.value}") for state in State if state is not State.CONFIRMED),
        one(id="r4"),
    )

    def reminded(now: datetime, *ids: str) -> bool:
        about = [AboutReminder(id, 12, "7days", date(2027, 8, 29)) for id in ids]
        wanted = tuple(queue(Kind.REMINDER, one_of, "proef", now) for one_of in about)
        return make_reminders(REMINDED, "7 days", WEEK_BEFORE, people, 12, now) == wanted

    assert reminded(WEEK_BEFORE + timedelta(days=1), "r1", "r4")
    assert reminded(WEEK_BEFORE + timedelta(hours=9), "r4")


# Hours, and the name of the place

HOURS = [{"begins": "09:30", "ends": "21:00"}] * 3
OTHER_HOURS = [{"begins": "10:00", "ends": "21:00"}] * 3
VENUE = {"location": WRITTEN["location"] | {"name": "Landgoed Proef"}}


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ({}, {"days": HOURS}, (False, True, False)),
        ({"days": HOURS}, {"days": OTHER_HOURS}, (False, True, False)),
        ({"days": HOURS}, {}, (False, True, False)),
        ({}, VENUE, (False, False, True)),
        ({"days": HOURS}, VENUE | {"days": OTHER_HOURS}, (False, True, True)),
    ],
)
def test_other_hours_and_another_venue_are_told(
    before: dict[str, Any], after: dict[str, Any], what: tuple[bool, ...]
) -> None:
    """Participants are told of other hours and of another venue, as they are of other days and another place."""
    change = a_change(workshop(**before), workshop(**after))
    assert (change.of_days, change.of_hours, change.of_place) == what


def test_what_people_do_not_have_in_their_diaries_is_not_told() -> None:
    """Participants are not told of another text, another price, or somebody else who leads the workshop."""
    after = workshop(programme="Vol.", price={"amount": "€ 450"}, leaders=[{"name": "Een"}])
    assert change_between(WORKSHOP, after, 9, NOW) is None


@pytest.mark.parametrize("state", list(State))
def test_other_hours_concern_those_with_a_seat_or_an_offer(state: State) -> None:
    """Other hours are told to those with a seat or an offer, and not to those on the waitlist."""
    told = state in (State.CONFIRMED, State.OFFERED)
    assert concerns(a_change(WORKSHOP, workshop(days=HOURS)), one(state)) is told


def test_of_hours_and_place_the_part_that_changed_again_is_left_out() -> None:
    """If hours or place changed again since, the mail about the first change leaves that part out."""
    both = a_change(WORKSHOP, workshop(**VENUE, days=HOURS))
    left = drop_outdated(both, workshop(**VENUE, days=OTHER_HOURS))
    assert left is not None
    assert (left.of_hours, left.of_place) == (False, True)
    assert drop_outdated(both, workshop(days=OTHER_HOURS)) is None
    assert drop_outdated(both, replace(workshop(**VENUE), days=both.after.days)) == both
