"""Days in Amsterdam, moments in UTC, and the hours in which mails are sent and offers end."""

from datetime import UTC, date, datetime, timedelta

import pytest

from werkplaats.domain.times import (
    AMSTERDAM,
    end_of,
    into_office_hours,
    into_working_hours,
    next_reminder_run,
    parse_days,
    parse_duration,
    start_of,
)

MOMENT = timedelta(microseconds=1)


def amsterdam(day: date, hour: int, minute: int = 0) -> datetime:
    """The moment (UTC) at which it is that time of `day` in Amsterdam."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM).astimezone(UTC)


def in_march(day: int, hour: int, minute: int = 0) -> datetime:
    return amsterdam(date(2027, 3, day), hour, minute)


@pytest.mark.parametrize(
    ("day", "start", "hours"),
    [
        (date(2027, 3, 1), datetime(2027, 2, 28, 23, tzinfo=UTC), 24),
        (date(2027, 8, 29), datetime(2027, 8, 28, 22, tzinfo=UTC), 24),
        (date(2027, 3, 28), datetime(2027, 3, 27, 23, tzinfo=UTC), 23),
        (date(2027, 10, 31), datetime(2027, 10, 30, 22, tzinfo=UTC), 25),
    ],
    ids=["winter", "summer", "summer time begins", "winter time begins"],
)
def test_a_day_lasts_from_midnight_to_midnight_in_amsterdam(day: date, start: datetime, hours: int) -> None:
    """A day's start and end are midnight in Amsterdam, in UTC, also when the clocks change."""
    assert start_of(day) == start
    assert end_of(day) == start + timedelta(hours=hours)
    assert start_of(day).tzinfo is end_of(day).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1 day", timedelta(days=1)),
        ("90 days", timedelta(days=90)),
        ("1 hour", timedelta(hours=1)),
        ("48 hours", timedelta(hours=48)),
        ("9999 days", timedelta(days=9999)),
    ],
)
def test_a_length_is_written_in_days_or_hours(text: str, length: timedelta) -> None:
    """A duration is a number of days or hours, with up to four digits."""
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "day", "0 days", "01 day", "10000 days", "1 week", "1.5 days", "1 day ", "-1 day"]
)
def test_any_other_length_is_refused_with_what_was_expected(text: str) -> None:
    """Any other text is refused, and the message quotes it."""
    with pytest.raises(ValueError, match="expected a duration") as refused:
        parse_duration(text)
    assert str(refused.value) == f"expected a duration such as '1 day' or '48 hours', got {text!r}"


def test_what_is_counted_on_the_calendar_is_written_in_days() -> None:
    """Where only days are allowed, hours are refused, even if they make up whole days."""
    assert parse_days("90 days") == timedelta(days=90)
    with pytest.raises(ValueError, match="number of days") as refused:
        parse_days("48 hours")
    assert str(refused.value) == "expected a number of days such as '90 days', got '48 hours'"
    with pytest.raises(ValueError, match="expected a duration"):
        parse_days("1 week")


@pytest.mark.parametrize(
    ("due", "run"),
    [
        (in_march(1, 8), in_march(1, 8)),
        (in_march(1, 8) - MOMENT, in_march(1, 8)),
        (in_march(1, 0), in_march(1, 8)),
        (in_march(1, 12, 30), in_march(1, 12, 30)),
        (in_march(1, 19, 45), in_march(1, 19, 45)),
        (in_march(1, 19, 45) + MOMENT, in_march(2, 8)),
        (in_march(1, 23, 59), in_march(2, 8)),
        (in_march(6, 12), in_march(6, 12)),
        (amsterdam(date(2027, 3, 27), 20), datetime(2027, 3, 28, 6, tzinfo=UTC)),
        (amsterdam(date(2027, 8, 1), 8), datetime(2027, 8, 1, 6, tzinfo=UTC)),
    ],
)
def test_a_reminder_that_falls_due_at_night_waits_for_the_first_run_of_the_morning(
    due: datetime, run: datetime
) -> None:
    """A reminder due between 08:00 and 19:45 goes out when it is due, and any other at the next 08:00."""
    assert next_reminder_run(due) == run
    assert next_reminder_run(due).tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "moved"),
    [
        (in_march(1, 8), in_march(1, 8)),
        (in_march(1, 8) - MOMENT, in_march(1, 8)),
        (in_march(1, 0), in_march(1, 8)),
        (in_march(1, 20), in_march(1, 20)),
        (in_march(1, 20) + MOMENT, in_march(2, 8)),
        (in_march(1, 23, 59), in_march(2, 8)),
        (in_march(7, 12), in_march(7, 12)),
        (datetime(2027, 8, 1, 18, 30, tzinfo=UTC), datetime(2027, 8, 2, 6, tzinfo=UTC)),
    ],
)
def test_office_hours_are_from_eight_to_eight_on_any_day(moment: datetime, moved: datetime) -> None:
    """A moment outside 08:00 to 20:00 (Amsterdam, both included) moves to the next 08:00, on any day."""
    assert into_office_hours(moment) == moved
    assert into_office_hours(moment).tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "moved"),
    [
        (in_march(1, 8), in_march(1, 8)),
        (in_march(1, 7, 59), in_march(1, 8)),
        (in_march(1, 20) - MOMENT, in_march(1, 20) - MOMENT),
        (in_march(1, 20), in_march(2, 8)),
        (in_march(4, 21), in_march(5, 8)),
        (in_march(5, 12), in_march(5, 12)),
        (in_march(5, 20), in_march(8, 8)),
        (in_march(5, 21), in_march(8, 8)),
        (in_march(6, 7), in_march(8, 8)),
        (in_march(6, 12), in_march(8, 8)),
        (in_march(6, 21), in_march(8, 8)),
        (in_march(7, 12), in_march(8, 8)),
        (in_march(7, 21), in_march(8, 8)),
        (amsterdam(date(2027, 3, 26), 21), datetime(2027, 3, 29, 6, tzinfo=UTC)),
        (datetime(2027, 8, 2, 18, tzinfo=UTC), datetime(2027, 8, 3, 6, tzinfo=UTC)),
    ],
)
def test_working_hours_are_those_of_monday_to_friday(moment: datetime, moved: datetime) -> None:
    """A moment outside 08:00 to 20:00 on weekdays, 20:00 excluded, moves to the next working morning."""
    assert into_working_hours(moment) == moved
    assert into_working_hours(moment).tzinfo is UTC
    assert into_working_hours(moved) == moved
