"""From when to when a workshop lasts, for calendars and search engines."""

from datetime import date, datetime, time

from werkplaats.domain.times import AMSTERDAM
from werkplaats.domain.workshop import Workshop


def span(workshop: Workshop) -> tuple[datetime, datetime] | tuple[date, date]:
    """From the first hour to the last in Amsterdam; the first and the last day if the hours are not known."""
    if not workshop.days:
        return workshop.first_day, workshop.last_day
    first, last = workshop.days[0], workshop.days[-1]
    return (
        datetime.combine(workshop.first_day, time.fromisoformat(first.begins), AMSTERDAM),
        datetime.combine(workshop.last_day, time.fromisoformat(last.ends), AMSTERDAM),
    )
