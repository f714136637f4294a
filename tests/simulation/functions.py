"""The functions that are not pages, as functions/main.py calls them, and their schedules."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from nacl.public import PrivateKey

from local.catalogue import load
from local.clock import AMSTERDAM
from local.scheduler import next_after
from werkplaats.security.links import Links
from werkplaats.security.sealing import Opener, Seal
from werkplaats.store import StoreError
from werkplaats.workflows.erase import erase_personal_data
from werkplaats.workflows.failures import SomeFailedError
from werkplaats.workflows.mail.deliver import deliver_in_turn
from werkplaats.workflows.mail.events import record_mail_events
from werkplaats.workflows.mail.notify import notify_organisers
from werkplaats.workflows.mail.retry import look_after_mail
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.commit import SeatsBusyError
from werkplaats.workflows.seats.expire import expire_offers
from werkplaats.workflows.seats.promote import promote_waitlist
from werkplaats.workflows.survey.invite import send_surveys
from werkplaats.workflows.survey.open import open_answers

_CATALOGUE = load()
SCHEDULES = {name: function.cron for name, function in _CATALOGUE.items() if function.trigger == "schedule"}
_KEY = PrivateKey(bytes(range(32)))
SEAL, _OPENER = Seal(bytes(_KEY.public_key)), Opener((bytes(_KEY),))
LINKS = Links(("simulated-signing-key",), "https://werkplaats.example.org")

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "deliver_mail": lambda process, mail: deliver_in_turn(process.postman, mail, process.now()),
    "promote_waitlist": lambda process, of: promote_waitlist(process.store, process.queue, of, process.now()),
    "notify_organisers": lambda process, of: notify_organisers(
        process.store, process.queue, of[0], of[1], process.now()
    ),
    "mail_events": lambda process, events: record_mail_events(process.store, events, process.now()),
    "retry_mail": lambda process, _: look_after_mail(process.postman, process.queue, process.now()),
    "expire_offers": lambda process, _: expire_offers(process.store, process.queue, process.now()),
    "send_reminders": lambda process, _: send_reminders(process.store, process.now()),
    "send_surveys": lambda process, _: send_surveys(process.store, process.now()),
    "open_answers": lambda process, _: open_answers(process.store, _OPENER, process.now()),
    "erase_personal_data": lambda process, _: erase_personal_data(process.store, process.queue, process.now()),
}
"""What main.py calls for each function that is not a page."""

EXPECTED = (StoreError, SeatsBusyError, SomeFailedError)
"""What a function may raise when something outside the program fails."""


class Timetable:
    """When the schedules run next, from `start` (UTC) on."""

    def __init__(self, start: datetime) -> None:
        self._ran = dict.fromkeys(SCHEDULES, start)

    def due_until(self, end: datetime, random: Random) -> Iterator[tuple[datetime, str]]:
        """The last run of each schedule until `end`, and sometimes its first one too."""
        for name, ran in self._ran.items():
            last = _last_until(name, end)
            if last <= ran:
                continue
            first = _first_after(name, ran)
            if last != first and random.random() < 0.3:
                yield first, name
            yield last, name
            self._ran[name] = last


def _first_after(name: str, moment: datetime) -> datetime:
    """The first moment after `moment` (UTC) at which a schedule is due."""
    day, runs = _around(name, moment)
    return day + runs[bisect_right(runs, moment - day)]


def _last_until(name: str, moment: datetime) -> datetime:
    """The last moment at which a schedule is due, `moment` (UTC) or before."""
    day, runs = _around(name, moment)
    return day + runs[bisect_right(runs, moment - day) - 1]


def _around(name: str, moment: datetime) -> tuple[datetime, list[timedelta]]:
    """The day (UTC) of `moment`, and when a schedule is due on it, the day before and the day after.

    Each schedule is due at the same times every day, so days differ only if summer time begins or ends. That is much
    faster to look up than to compute.
    """
    day = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    alike = (name, *((day + timedelta(days)).astimezone(AMSTERDAM).utcoffset() for days in (-1, 0, 1, 2)))
    if alike not in _DUE:
        assert SCHEDULES[name].endswith(" * * *"), f"{name} is not due at the same times every day"
        _DUE[alike] = list(_due_around(SCHEDULES[name], day))
    return day, _DUE[alike]


def _due_around(cron: str, day: datetime) -> Iterator[timedelta]:
    if found := re.fullmatch(r"\*/(\d+) \* \* \* \*", cron):  # that computing would take much longer
        yield from (timedelta(minutes=minute) for minute in range(-24 * 60, 48 * 60, int(found[1])))
        return
    last = day - timedelta(days=1, microseconds=1)
    while (last := next_after(cron, last)) < day + timedelta(days=2):
        yield last - day


_DUE: dict[tuple[object, ...], list[timedelta]] = {}
