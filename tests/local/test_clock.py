"""The movable clock of the local run."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.clock import Clock, ClockError, requested_moment, starting_moment

NOW = datetime(2027, 2, 1, 9, tzinfo=UTC)


def test_every_process_that_maps_the_file_sees_the_clock_move(tmp_path: Path) -> None:
    """All clocks on one file share the offset, and only the clock that made the file is fresh."""
    clock, other = Clock(tmp_path / "clock"), Clock(tmp_path / "clock")
    clock.move_to(clock.now() + timedelta(days=100))
    assert abs(other.now() - clock.now()) < timedelta(seconds=5)
    assert other.now() - datetime.now(UTC) > timedelta(days=99)
    assert (clock.fresh, other.fresh) == (True, False)


def test_clock_does_not_go_back(tmp_path: Path) -> None:
    """The clock refuses to go back, or so far ahead that dates would overflow."""
    clock = Clock(tmp_path / "clock")
    with pytest.raises(ClockError, match="alleen vooruit"):
        clock.move_to(clock.now() - timedelta(seconds=10))
    with pytest.raises(ClockError, match="te ver"):
        clock.move_to(datetime.max.replace(tzinfo=UTC))


def test_the_moment_it_just_told_is_the_present(tmp_path: Path) -> None:
    """Moving the clock to the time it gave a moment ago does nothing."""
    clock = Clock(tmp_path / "clock")
    clock.move_to(clock.now() + timedelta(days=1))
    told = clock.now()
    clock.move_to(told)
    assert told <= clock.now() < told + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"advance_seconds": 90}, NOW + timedelta(seconds=90)),
        ({"advance_seconds": 0.5}, NOW + timedelta(seconds=0.5)),
        ({"now": "2027-03-01T10:00:00+01:00"}, datetime(2027, 3, 1, 9, tzinfo=UTC)),
        ({"now": "2027-03-01T10:00:00Z"}, datetime(2027, 3, 1, 10, tzinfo=UTC)),
    ],
)
def test_request_names_a_moment_or_a_number_of_seconds(request_: Any, expected: datetime) -> None:
    """A request may give a moment or a number of seconds."""
    assert requested_moment(request_, NOW) == expected


@pytest.mark.parametrize(
    "request_",
    [
        None,
        [],
        {},
        {"now": "2027-03-01T10:00:00Z", "advance_seconds": 1},
        {"now": "morgen"},
        {"now": "2027-03-01T10:00:00"},
        {"now": 5},
        {"advance_seconds": "5"},
        {"advance_seconds": True},
        {"advance_seconds": float("nan")},
        {"other": 1},
    ],
)
def test_request_that_cannot_be_understood_is_told_what_was_expected(request_: Any) -> None:
    """A request that cannot be understood is refused with an example of a good one."""
    with pytest.raises(TypeError, match="Verwacht"):
        requested_moment(request_, NOW)


@dataclass
class SignUp:
    opens: date
    closes: date


@dataclass
class Workshop:
    sign_up: SignUp

    def sign_up_phase(self, now: datetime) -> str:
        if now.date() < self.sign_up.opens:
            return "early"
        return "open" if now.date() <= self.sign_up.closes else "closed"


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (date(2027, 1, 1), date(2027, 8, 1), NOW),
        (date(2027, 6, 1), date(2027, 8, 1), datetime(2027, 6, 2, 8, tzinfo=UTC)),  # 10:00 in summer
        (date(2026, 1, 1), date(2026, 8, 1), datetime(2026, 1, 2, 9, tzinfo=UTC)),  # 10:00 in winter
        (date(2026, 1, 1), date(2026, 1, 1), datetime(2026, 1, 1, 9, tzinfo=UTC)),
    ],
)
def test_clock_starts_at_the_present_or_within_the_sign_up_window(
    opens: date, closes: date, expected: datetime
) -> None:
    """If no workshop is open for sign-up, the clock starts at 10:00 on the day after one opens."""
    assert starting_moment(NOW, [Workshop(SignUp(opens, closes))]) == expected


def test_clock_starts_at_the_present_without_workshops() -> None:
    """Without workshops the clock starts at the present."""
    assert starting_moment(NOW, []) == NOW
