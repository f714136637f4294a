"""From when to when a workshop lasts."""

from datetime import UTC, date, datetime

from tests.samples import workshop
from werkplaats.domain.span import span


def test_without_hours_it_lasts_whole_days() -> None:
    assert span(workshop()) == (date(2027, 8, 29), date(2027, 8, 31))


def test_with_hours_it_lasts_from_the_first_to_the_last() -> None:
    """In Amsterdam, where it is summer then."""
    hours = [("09:30", "21:00"), ("09:00", "21:00"), ("09:00", "16:00")]
    begins, ends = span(workshop(days=[{"begins": begins, "ends": ends} for begins, ends in hours]))
    assert begins == datetime(2027, 8, 29, 7, 30, tzinfo=UTC)
    assert ends == datetime(2027, 8, 31, 14, 0, tzinfo=UTC)
