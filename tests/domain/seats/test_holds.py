"""Deadlines of offers, days in Amsterdam, and durations."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.samples import workshop
from werkplaats.domain.registration import Hold
from werkplaats.domain.seats.holds import deadline
from werkplaats.domain.times import AMSTERDAM, end_of, into_office_hours, parse_duration, start_of

WORKSHOP = workshop()


def amsterdam(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ("2027-03-01T10:00", "2027-03-03T10:00"),  # 48 hours
        ("2027-03-01T23:30", "2027-03-04T08:00"),  # 23:30 is at night, so it moves to the morning
        ("2027-03-01T06:15", "2027-03-03T08:00"),
        ("2027-03-01T20:00", "2027-03-03T20:00"),
        ("2027-03-27T12:00", "2027-03-29T13:00"),  # 48 hours across the change to summer time
        ("2027-08-27T00:00", "2027-08-27T12:00"),  # 48 hours are left, and a quarter of them is 12
        ("2027-08-28T12:00", "2027-08-28T15:00"),
        ("2027-08-28T19:00", "2027-08-29T00:00"),  # 20:15 would move to the morning, which is after the start
    ],
)
def test_an_offer_ends_by_day_and_before_the_start(made: str, ends: str) -> None:
    """An offer lasts 48 hours or a quarter of the time left, and ends by day and not after the start."""
    assert deadline(WORKSHOP, Hold.OFFER, amsterdam(made)) == amsterdam(ends)


@example(datetime(2026, 10, 22, 18, 17, tzinfo=UTC))
@given(st.integers(0, 14_500).map(lambda hours: datetime(2026, 1, 1, 0, 17, tzinfo=UTC) + timedelta(hours=hours)))
def test_an_offer_always_leaves_time_and_never_outlasts_the_wait(made: datetime) -> None:
    """Any offer ends after it was made and within 60 hours, by day or at the start, and never after the start.

    The night in which summer time ends is an hour longer.
    """
    end = deadline(WORKSHOP, Hold.OFFER, made)
    assert made < end <= WORKSHOP.begins_at
    local = end.astimezone(AMSTERDAM)
    evening = (end - timedelta(hours=13)).astimezone(AMSTERDAM)
    longer_night = max((evening.utcoffset() or timedelta()) - (local.utcoffset() or timedelta()), timedelta())
    assert end - made <= timedelta(hours=48 + 12) + longer_night
    assert 8 <= local.hour <= 20 or end == WORKSHOP.begins_at
    assert end == WORKSHOP.begins_at or into_office_hours(end) == end


def test_a_day_is_a_day_in_amsterdam() -> None:
    """A day begins at midnight in Amsterdam, and has 23 or 25 hours when the clocks change."""
    assert start_of(date(2027, 8, 1)) == datetime(2027, 7, 31, 22, tzinfo=UTC)
    assert end_of(date(2027, 3, 28)) - start_of(date(2027, 3, 28)) == timedelta(hours=23)
    assert end_of(date(2027, 10, 31)) - start_of(date(2027, 10, 31)) == timedelta(hours=25)


def test_a_wave_a_day_after_31_august_is_due_on_1_september() -> None:
    """Days are counted on the calendar of Amsterdam, also across a change of the clocks."""
    wave = WORKSHOP.waves[0]
    assert WORKSHOP.wave_opens_at(wave) == amsterdam("2027-09-01T00:00")
    assert WORKSHOP.wave_closes_at(wave) == amsterdam("2027-10-01T00:00")
    assert WORKSHOP.erase_registrations_at() == amsterdam("2028-08-31T00:00")


@pytest.mark.parametrize("text", ["", "1", "day", "0 days", "-1 day", "1.5 days", "2 weeks", "1 day ", "99999 days"])
def test_a_duration_that_is_none_is_named(text: str) -> None:
    """A text that is no duration is refused with an example of one."""
    with pytest.raises(ValueError, match="expected a duration such as '1 day'"):
        parse_duration(text)
