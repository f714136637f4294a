"""A new workshop made from an earlier one: its dates moved, its texts and questions kept, its people not."""

import re
from collections.abc import Container
from datetime import date, timedelta

from msgspec.structs import replace

from werkplaats.domain.people import fold
from werkplaats.domain.workshop import Organiser, Workshop

_WEEK = timedelta(days=7)
_LONGEST_ID = 60
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


def copied(workshop: Workshop, *, id: str, title: str, first_day: date, organiser: Organiser) -> Workshop:
    """`workshop` again, to begin on `first_day`, run by `organiser` alone.

    It practises until somebody makes it real. All days move along, and reminders and waves with them, which are
    counted from those. Sign-up moves by whole weeks, so that it opens and closes on the weekdays that were chosen for
    it, and closes before the first day. What has become of the earlier one is not taken over.
    """
    shift = first_day - workshop.first_day
    window = workshop.sign_up
    weeks = round(shift / _WEEK) * _WEEK
    if window.closes + weeks >= first_day:
        weeks -= _WEEK
    return replace(
        workshop,
        id=id,
        title=title,
        first_day=first_day,
        last_day=workshop.last_day + shift,
        sign_up=replace(window, opens=window.opens + weeks, closes=window.closes + weeks, by_hand=None),
        organisers=(organiser,),
        practice=True,
        called_off=None,
    )


def next_first_day(workshop: Workshop, today: date) -> date:
    """A first day to propose for the next edition: on the same weekday, 52 weeks on, as often as lies after `today`."""
    year = 52 * _WEEK
    times = max(1, (today - workshop.first_day) // year + 1)
    return workshop.first_day + times * year


def proposed_id(title: str, first_day: date, taken: Container[str]) -> str:
    """An id that says what and when, such as 'werken-aan-wijkontwikkeling-2028', and is not `taken`."""
    words = _NO_LETTERS.sub("-", fold(title)).strip("-")
    if not words[:1].isalpha():
        words = f"w-{words}".rstrip("-")
    for number in range(1, 1_000):
        ending = f"-{first_day.year}" if number == 1 else f"-{first_day.year}-{number}"
        id = words[: _LONGEST_ID - len(ending)].rstrip("-") + ending
        if id not in taken:
            return id
    raise ValueError("expected fewer workshops of one title in one year")
