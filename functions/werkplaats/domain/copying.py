"""A new workshop made from an earlier one: its dates moved, its texts and questions kept, its people not."""

import re
from collections.abc import Container
from datetime import date, timedelta

from msgspec.structs import replace

from werkplaats.domain.people import fold
from werkplaats.domain.questions import AnyQuestion
from werkplaats.domain.translations import without_titles
from werkplaats.domain.workshop import Organiser, Workshop

_WEEK = timedelta(days=7)
_LONGEST_ID = 60
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


def copied(workshop: Workshop, *, id: str, title: str, first_day: date, organiser: Organiser) -> Workshop:
    """A practice workshop like `workshop` that begins on `first_day` and has `organiser` as its only organiser.

    All days are shifted by the same number of days. Reminders and waves follow, because they are counted from the days.
    The sign-up window is shifted by whole weeks, so that it opens and closes on the same weekdays as before, and closes
    before the first day. If `workshop` was called off or opened by hand, the copy is not. A title in another language
    would be that of `workshop`, so the copy has none.
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
        questions=tuple(_shifted(question, shift) for question in workshop.questions),
        sign_up=replace(window, opens=window.opens + weeks, closes=window.closes + weeks, by_hand=None),
        organisers=(organiser,),
        translations=without_titles(workshop.translations),
        practice=True,
        called_off=None,
    )


def _shifted(question: AnyQuestion, shift: timedelta) -> AnyQuestion:
    until = question.changeable_until
    return question if until is None else replace(question, changeable_until=until + shift)


def next_first_day(workshop: Workshop, today: date) -> date:
    """A first day to propose for the next edition: the earliest day after `today` that is a multiple of 52 weeks later.

    It is on the same weekday as the first day of `workshop`.
    """
    year = 52 * _WEEK
    times = max(1, (today - workshop.first_day) // year + 1)
    return workshop.first_day + times * year


def proposed_id(title: str, first_day: date, taken: Container[str]) -> str:
    """An id made from title and year that is not `taken`, such as 'werken-aan-wijkontwikkeling-2028'."""
    words = _NO_LETTERS.sub("-", fold(title)).strip("-")
    if not words[:1].isalpha():
        words = f"w-{words}".rstrip("-")
    for number in range(1, 1_000):
        ending = f"-{first_day.year}" if number == 1 else f"-{first_day.year}-{number}"
        id = words[: _LONGEST_ID - len(ending)].rstrip("-") + ending
        if id not in taken:
            return id
    raise ValueError("expected fewer workshops of one title in one year")
