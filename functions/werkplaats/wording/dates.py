"""Days, moments, durations, numbers and lists as people read them.

Moments are aware datetimes, and are shown in Amsterdam time. The order of the words in a date is part of the
catalogues; the names of months and days come from Babel (see `catalogues`).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from werkplaats.domain.changes import Change
from werkplaats.domain.times import AMSTERDAM
from werkplaats.domain.workshop_parts import Hours
from werkplaats.wording.catalogues import Words

_WITHIN = re.compile(
    r"(?<=\d)(?<!\d{4}) (?=[^\W\d_]{3,})|(?<=[^\W\d_]{3}) (?=\d{4}\b)"
    r"|(?<=\b[^\W\d_]{2}) (?=\d)|(?<=\b[^\W\d_]{3}) (?=\d)|(?<=\b\d{4}) (?=[A-Z]{2}\b)"
)
"""The spaces between a day and its month, a month and its year, a short weekday and its day, an hour and `uur`, and the
two parts of a postal code."""


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


def weekday_range(words: Words, first: date, last: date) -> str:
    """zo 29 t/m di 31 augustus 2027. Month and year are named twice only if they differ."""
    if first == last:
        return words.gettext("%(weekday)s %(day)s", weekday=_short_weekday(words, last), day=day(words, last))
    if first.year != last.year:
        begin = day(words, first)
    elif first.month != last.month:
        begin = words.gettext("%(day)d %(month)s", day=first.day, month=_month(words, first))
    else:
        begin = str(first.day)
    return words.gettext(
        "%(first)s t/m %(last)s",
        first=words.gettext("%(weekday)s %(day)s", weekday=_short_weekday(words, first), day=begin),
        last=words.gettext("%(weekday)s %(day)s", weekday=_short_weekday(words, last), day=day(words, last)),
    )


def day_of_month(words: Words, day: date) -> str:
    """29 augustus"""
    return words.gettext("%(day)d %(month)s", day=day.day, month=_month(words, day))


def short_month(words: Words, day: date) -> str:
    """aug"""
    return words.gettext("%(month)s", month=words.names.short_months[day.month - 1])


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


def clock(words: Words, text: str) -> str:
    """09.30, for "09:30" as a workshop's file writes it; 09:30 in English"""
    at = time.fromisoformat(text)
    return words.gettext("%(hour)02d.%(minute)02d", hour=at.hour, minute=at.minute)


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
        words.gettext("%(day)s van %(begins)s tot %(ends)s uur", day=long_day(words, on), begins=begins, ends=ends)
        for on, begins, ends in _clocked(words, first_day, days)
    ]


def short_hours(words: Words, first_day: date, days: Iterable[Hours]) -> list[str]:
    """zo 09.30–21.00 uur, for each of `days` from `first_day` on"""
    return [
        words.gettext(
            "%(weekday)s %(begins)s–%(ends)s uur", weekday=_short_weekday(words, on), begins=begins, ends=ends
        )
        for on, begins, ends in _clocked(words, first_day, days)
    ]


def _clocked(words: Words, first_day: date, days: Iterable[Hours]) -> Iterator[tuple[date, str, str]]:
    """Each of `days` from `first_day` on, with the times at which it begins and ends as people read them."""
    for number, of_day in enumerate(days):
        yield first_day + timedelta(days=number), clock(words, of_day.begins), clock(words, of_day.ends)


def unbroken(text: str) -> str:
    """`text` in which no line ends within a date or an hour: 29 augustus 2027, 14.00 uur. Markup stays markup."""
    return type(text)(_WITHIN.sub("\N{NO-BREAK SPACE}", text))


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


def _short_weekday(words: Words, day: date) -> str:
    return words.names.short_weekdays[day.weekday()]


def _month(words: Words, day: date) -> str:
    return words.names.months[day.month - 1]


def deadline(words: Words, at: datetime) -> str:
    """vrijdag 27 november om 19.48 uur: a near moment by which something is to be done, without its year.

    Midnight is told as the end of the day before it, at 24.00.
    """
    local = at.astimezone(AMSTERDAM)
    midnight = local.time() == time()
    on = local.date() - timedelta(days=1) if midnight else local.date()
    return words.gettext(
        "%(weekday)s %(day)d %(month)s om %(hour)02d.%(minute)02d uur",
        weekday=words.names.weekdays[on.weekday()],
        day=on.day,
        month=_month(words, on),
        hour=24 if midnight else local.hour,
        minute=local.minute,
    )


def time_left(words: Words, at: datetime, now: datetime) -> str:
    """nog 2 dagen, nog 47 uur, nog 30 minuten: from `now` until `at` (both UTC), never more than is left."""
    minutes = max(0, int((at - now).total_seconds() // 60))
    if (days := minutes // (24 * 60)) >= 2:
        return words.ngettext("nog %(num)d dag", "nog %(num)d dagen", days)
    if (whole_hours := minutes // 60) >= 2:
        return words.ngettext("nog %(num)d uur", "nog %(num)d uur", whole_hours)
    return words.ngettext("nog %(num)d minuut", "nog %(num)d minuten", minutes)
