"""The moments of a workshop: when sign-up is open, when reminders and waves are due, and when data is erased."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.samples import WRITTEN, workshop

MOMENT = timedelta(microseconds=1)
WORKSHOP = workshop()
"""Lasts from 29 to 31 August 2027, with sign-up from 1 January to 1 August, all of these days included."""


def utc(month: int, day: int, hour: int = 0, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_it_lasts_from_the_first_moment_of_its_first_day_to_the_end_of_its_last() -> None:
    """A workshop begins and ends at midnight in Amsterdam, which is 22:00 UTC in summer."""
    assert (WORKSHOP.begins_at, WORKSHOP.ends_at) == (utc(8, 28, 22), utc(8, 31, 22))
    assert not WORKSHOP.has_begun(WORKSHOP.begins_at - MOMENT)
    assert WORKSHOP.has_begun(WORKSHOP.begins_at)


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (utc(12, 31, 23, year=2026) - MOMENT, "early"),
        (utc(12, 31, 23, year=2026), "open"),
        (utc(8, 1, 22) - MOMENT, "open"),
        (utc(8, 1, 22), "closed"),
    ],
)
def test_sign_up_is_open_on_both_its_first_and_its_last_day(now: datetime, phase: str) -> None:
    """Sign-up is open from the start of its first day to the end of its last, in Amsterdam."""
    assert WORKSHOP.sign_up_phase(now) == phase


def test_an_offer_stands_as_long_as_the_file_says() -> None:
    """An offer stands as long as the file says; the defaults are 48 hours and offering instead of giving."""
    assert workshop(promotion={"within": "3 days"}).offer_window == timedelta(days=3)
    assert (workshop(promotion={}).offer_window, workshop(promotion={}).promotion.by) == (timedelta(hours=48), "offer")


@pytest.mark.parametrize(
    ("reminder", "due"),
    [
        ("7 days", utc(8, 21, 22)),
        ("1 day", utc(8, 27, 22)),
        ("24 hours", utc(8, 27, 22)),
        ("30 hours", utc(8, 27, 16)),
        ("5 hours", utc(8, 28, 17)),
    ],
)
def test_reminders_are_counted_back_from_the_first_day(reminder: str, due: datetime) -> None:
    """Reminders count back from the first day: whole days on the calendar, and the rest in hours."""
    assert workshop(reminders=[reminder]).reminders_at() == (due,)


def test_a_reminder_in_days_stays_at_midnight_when_the_clocks_change() -> None:
    """Reminders in days are due at midnight in Amsterdam, also if the clocks change before the workshop."""
    late = workshop(first_day=date(2027, 11, 1), last_day=date(2027, 11, 1), reminders=["7 days", "1 day"])
    assert late.reminders_at() == (utc(10, 24, 22), utc(10, 30, 22))


WAVE = WRITTEN["waves"][0] | {"after": "2 days", "open_for": "20 days", "reminders": ["7 days", "14 days"]}


def test_a_wave_falls_due_after_the_last_day_and_closes_later() -> None:
    """A wave opens some days after the last day, and its reminders and its end are counted from there."""
    surveyed = workshop(waves=[WAVE])
    wave = surveyed.waves[0]
    assert surveyed.wave_opens_at(wave) == utc(9, 1, 22)
    assert surveyed.wave_reminders_at(wave) == (utc(9, 8, 22), utc(9, 15, 22))
    assert surveyed.wave_closes_at(wave) == utc(9, 21, 22)


def test_a_wave_is_open_for_thirty_days_unless_the_file_says_otherwise() -> None:
    """By default a wave is open for 30 days, is sent to those who attended, and has no reminders."""
    wave = WORKSHOP.waves[0]
    assert (wave.open_for, wave.to, wave.reminders) == ("30 days", "attended", ())
    assert WORKSHOP.wave_closes_at(wave) - WORKSHOP.wave_opens_at(wave) == timedelta(days=30)


def test_a_wave_is_found_by_its_id() -> None:
    """A wave is found by its id; an unknown id gives None."""
    surveyed = workshop(waves=[WAVE | {"id": "later"}, WAVE])
    assert surveyed.wave("evaluatie") == surveyed.waves[1]
    assert surveyed.wave("gone") is None


def test_personal_data_is_erased_at_the_end_of_its_last_day() -> None:
    """Personal data is erased a year after the workshop, or after the time that the privacy statement gives."""
    assert WORKSHOP.erase_registrations_at() == utc(8, 30, 22, year=2028)
    sooner = workshop(privacy=WRITTEN["privacy"] | {"erase_registrations_after": "30 days"})
    assert sooner.erase_registrations_at() == utc(9, 30, 22)


def test_answers_with_a_term_of_their_own_are_erased_sooner() -> None:
    """Answers with a term are erased at the end of its last day; other answers stay until the person is erased."""
    task, diet = WORKSHOP.questions
    assert WORKSHOP.erase_answer_at(task) is None
    assert WORKSHOP.erase_answer_at(diet) == utc(9, 14, 22)
    assert WORKSHOP.questions_to_erase(utc(9, 14, 22) - MOMENT) == ()
    assert WORKSHOP.questions_to_erase(utc(9, 14, 22)) == ("dieetwensen",)
    assert WORKSHOP.questions_to_erase(utc(1, 1, year=2030)) == ("dieetwensen",)
