"""Days, moments, durations, numbers and names in Dutch."""

from datetime import UTC, date, datetime

import pytest

from tests.words import DUTCH
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import State
from werkplaats.wording import dates, labels
from werkplaats.wording.places import place_of


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2027, 8, 29), date(2027, 8, 31), "29 t/m 31 augustus 2027"),
        (date(2027, 8, 31), date(2027, 9, 2), "31 augustus t/m 2 september 2027"),
        (date(2027, 12, 30), date(2028, 1, 1), "30 december 2027 t/m 1 januari 2028"),
        (date(2027, 3, 1), date(2027, 3, 1), "1 maart 2027"),
    ],
)
def test_range_of_days_names_month_and_year_once_where_it_can(first: date, last: date, said: str) -> None:
    """A range of days names the month and the year twice only if they differ."""
    assert dates.day_range(DUTCH, first, last) == said


def test_day_with_its_weekday() -> None:
    """A long day begins with the day of the week."""
    assert dates.long_day(DUTCH, date(2027, 8, 29)) == "zondag 29 augustus 2027"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2027, 8, 2, 12, 0, tzinfo=UTC), "maandag 2 augustus 2027 om 14.00 uur"),
        (datetime(2027, 1, 31, 23, 30, tzinfo=UTC), "maandag 1 februari 2027 om 00.30 uur"),
    ],
)
def test_moment_is_told_in_amsterdam_time(at: datetime, said: str) -> None:
    """A moment in UTC is shown in Amsterdam time, in summer and in winter."""
    assert dates.moment(DUTCH, at) == said


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (datetime(2027, 9, 30, 22, 0, tzinfo=UTC), "t/m donderdag 30 september 2027"),
        (datetime(2027, 9, 30, 12, 5, tzinfo=UTC), "tot donderdag 30 september 2027 om 14.05 uur"),
    ],
)
def test_an_end_at_midnight_is_told_as_the_last_whole_day(end: datetime, said: str) -> None:
    """An end at midnight is shown as the day before it, so that nobody has to work out which day that is."""
    assert dates.until(DUTCH, end) == said


@pytest.mark.parametrize(
    ("text", "said"), [("48 hours", "48 uur"), ("1 hour", "1 uur"), ("1 day", "1 dag"), ("2 days", "2 dagen")]
)
def test_duration(text: str, said: str) -> None:
    """A length of time from a workshop's file is shown in Dutch, in the singular or the plural."""
    assert dates.duration(DUTCH, text) == said


@pytest.mark.parametrize(("words", "said"), [(["a"], "a"), (["a", "b"], "a en b"), (["a", "b", "c"], "a, b en c")])
def test_list_of_names(words: list[str], said: str) -> None:
    """Names are joined by commas, with “en” before the last."""
    assert dates.listed(DUTCH, words) == said


def test_every_state_and_every_kind_of_mail_has_a_name() -> None:
    """Each state and each kind of mail has a name of its own for organisers, but all about surveys have the same."""
    assert all(labels.state_name(DUTCH, state) for state in State)
    others = [kind for kind in Kind if not kind.of_survey]
    assert len({labels.mail_name(DUTCH, kind) for kind in others}) == len(others)
    assert len({labels.mail_name(DUTCH, kind) for kind in Kind if kind.of_survey}) == 1


def test_unknown_state_or_mail_is_no_error() -> None:
    """A state or a kind that only a later version knows gets a general name and is no error."""
    assert (labels.state_name(DUTCH, "teleported"), labels.mail_name(DUTCH, "telegram")) == ("", "een mail")


def test_short_forms_for_tables() -> None:
    """Tables have short days, moments in Amsterdam time, and numbers with a decimal comma."""
    at = datetime(2027, 8, 29, 22, 30, tzinfo=UTC)
    assert dates.short_day(DUTCH, date(2027, 8, 29)) == "zo 29 aug"
    assert dates.short_day(DUTCH, date(2027, 3, 1)) == "ma 1 mrt"
    assert dates.short_moment(DUTCH, at) == "30-08-2027 00:30"
    assert dates.long_day_of(DUTCH, at) == "maandag 30 augustus 2027"
    assert (dates.decimal(DUTCH, 3.449), dates.decimal(DUTCH, 4, 2), dates.percentage(0.625)) == ("3,4", "4,00", "62%")
    assert {labels.state_label(DUTCH, state) for state in State} > {"plek", "wachtlijst", "afgemeld"}


@pytest.mark.parametrize(
    ("place", "waiting", "said"),
    [
        (3, 3, "Je bent de derde van drie in de rij"),
        (1, 10, "Je bent de eerste van tien in de rij"),
        (3, 11, "Je bent nummer 3 van 11 in de rij"),
        (40, 90, "Je bent nummer 40 van 90 in de rij"),
    ],
)
def test_a_place_in_the_line(place: int, waiting: int, said: str) -> None:
    """In words up to ten, and in figures if either is more."""
    assert place_of(DUTCH, place, waiting) == said


def test_an_address_that_was_not_confirmed_is_no_choice_that_came_too_late() -> None:
    """Whoever reads how often what happened is not told of offers that there were not."""
    told = labels.tally(DUTCH, {"expired": 1, "not_confirmed": 2})
    assert told == "1 keer niet op tijd gekozen, 2 keer niet bevestigd"
