"""Days, moments, durations, numbers and lists as people read them.

Moments are aware datetimes, and are shown in Amsterdam time. The order of the words in a date is part of the
catalogues; the names of months and days come from Babel (see `catalogues`).
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from werkplaats.domain.changes import Change
from werkplaats.domain.times import AMSTERDAM
from werkplaats.domain.workshop_parts import Hours
from werkplaats.wording.catalogues import Words


def day(words: Words, day: date) -> str:
    """1 augustus 2027"""
    return words.gettext("%(day)d %(month)s %(year)d", day=day.day, month=_month(words, day), year=day.year)


def long_day(words: Words, day_: date) -> str:
    """zondag 29 augustus 2027"""
    weekday = words.names.weekdays[day_.weekday()]
    return words.gettext("%(weekday)s %(day)s", weekday=weekday, day=day(words, day_))


def long_day_of(words: Words, at: datetime) -> str:
    """zondag 29 augustus 2027: the day that it is in Amsterdam at `at`."""
    return long_day(words, at.astimezone(AMSTERDAM).date())


def day_range(words: Words, first: date, last: date) -> str:
    """29 t/m 31 augustus 2027. Month and year are named twice only if they differ."""
    if first == last:
        return day(words, last)
    if first.year != last.year:
        begin = day(words, first)
    elif first.month != last.month:
        begin = words.gettext("%(day)d %(month)s", day=first.day, month=_month(words, first))
    else:
        begin = str(first.day)
    return words.gettext("%(first)s t/m %(last)s", first=begin, last=day(words, last))


def moment(words: Words, at: datetime) -> str:
    """maandag 2 augustus 2027 om 14.00 uur"""
    local = at.astimezone(AMSTERDAM)
    return words.gettext(
        "%(day)s om %(hour)02d.%(minute)02d uur",
        day=long_day(words, local.date()),
        hour=local.hour,
        minute=local.minute,
    )


def time_of_day(words: Words, at: datetime) -> str:
    """14.02 uur"""
    local = at.astimezone(AMSTERDAM)
    return words.gettext("%(hour)02d.%(minute)02d uur", hour=local.hour, minute=local.minute)


def short_day(words: Words, day_: date) -> str:
    """zo 29 aug"""
    weekday, month = words.names.short_weekdays[day_.weekday()], words.names.short_months[day_.month - 1]
    return words.gettext("%(weekday)s %(day)d %(month)s", weekday=weekday, day=day_.day, month=month)


def short_moment(words: Words, at: datetime) -> str:
    """02-08-2027 14:00, for tables."""
    local = at.astimezone(AMSTERDAM)
    return words.gettext(
        "%(day)02d-%(month)02d-%(year)d %(hour)02d:%(minute)02d",
        day=local.day,
        month=local.month,
        year=local.year,
        hour=local.hour,
        minute=local.minute,
    )


def until(words: Words, end: datetime) -> str:
    """t/m donderdag 30 september 2027 for an `end` at midnight; else tot vrijdag … om 14.00 uur."""
    local = end.astimezone(AMSTERDAM)
    if local.time() == time():
        return words.gettext("t/m %(day)s", day=long_day(words, local.date() - timedelta(days=1)))
    return words.gettext("tot %(moment)s", moment=moment(words, end))


def duration(words: Words, text: str) -> str:
    """48 uur for "48 hours", 1 dag for "1 day": a length of time as a workshop's file writes it."""
    amount, unit = text.split(" ")
    if unit.startswith("hour"):
        return words.ngettext("%(num)d uur", "%(num)d uur", int(amount))
    return words.ngettext("%(num)d dag", "%(num)d dagen", int(amount))


def listed(words: Words, items: Iterable[str]) -> str:
    """Jan, Piet en Klaas"""
    *most, last = items
    return words.gettext("%(most)s en %(last)s", most=", ".join(most), last=last) if most else last


def decimal(words: Words, number: float, places: int = 1) -> str:
    """3,4"""
    return f"{number:.{places}f}".replace(".", words.names.decimal)


def hours(words: Words, first_day: date, days: Iterable[Hours]) -> list[str]:
    """zondag 29 augustus 2027 van 09.30 tot 21.00 uur, for each of `days` from `first_day` on"""
    return [
        words.gettext(
            "%(day)s van %(begins)s tot %(ends)s uur",
            day=long_day(words, first_day + timedelta(days=number)),
            begins=of_day.begins.replace(":", "."),
            ends=of_day.ends.replace(":", "."),
        )
        for number, of_day in enumerate(days)
    ]


def changed(words: Words, change: Change) -> str:
    """Andere dagen en een andere locatie: what `change` is about, at the beginning of a sentence."""
    parts = (
        (change.of_days, words.gettext("andere dagen")),
        (change.of_hours, words.gettext("andere tijden")),
        (change.of_place, words.gettext("een andere locatie")),
    )
    text = listed(words, (name for is_so, name in parts if is_so))
    return text[:1].upper() + text[1:]


def percentage(share: float) -> str:
    """62%, for a share of 0.62"""
    return f"{100 * share:.0f}%"


def _month(words: Words, day: date) -> str:
    return words.names.months[day.month - 1]
