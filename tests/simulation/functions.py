"""The functions that are not pages, as functions/main.py calls them, and their schedules."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from nacl.public import PrivateKey

from local.catalogue import load
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
    "notify_organisers": lambda process, of: notify_organisers(process.store, of[0], of[1], process.now()),
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
        self._next = {name: _next_after(name, start) for name in SCHEDULES}

    def due_until(self, end: datetime, random: Random) -> Iterator[tuple[datetime, str]]:
        """The last run of each schedule until `end`, and sometimes its first one too."""
        for name, first in self._next.items():
            if first > end:
                continue
            last, following = _last_until(name, first, end)
            if last != first and random.random() < 0.3:
                yield first, name
            yield last, name
            self._next[name] = following


def _last_until(name: str, first: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The last moment until `end` at which a schedule is due, and the next one after it."""
    for look_back in _LOOK_BACK:
        last, following = first, _next_after(name, max(first, end - look_back))
        while following <= end:
            last, following = following, _next_after(name, following)
        if last != first or end - look_back <= first:
            break
    return last, following


def _next_after(name: str, moment: datetime) -> datetime:
    """The first moment after `moment` (UTC) at which a schedule is due."""
    every = _EVERY.get(name)
    if every is None:
        return next_after(SCHEDULES[name], moment)
    return moment + every - (moment - _MIDNIGHT) % every


_MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC)
_EVERY = {
    name: timedelta(minutes=int(found[1]))
    for name, cron in SCHEDULES.items()
    if (found := re.fullmatch(r"\*/(\d+) \* \* \* \*", cron))
}
"""How often those run that run every few minutes of every hour: what is faster to compute than to look up."""

_LOOK_BACK = (timedelta(minutes=20), timedelta(hours=14), timedelta(hours=26))
"""How far back the last run of a schedule is looked for: most run every few minutes, some only by day, some daily."""
