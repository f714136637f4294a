"""The movable clock: the machine's time plus an offset that all processes share."""

import math
import mmap
import struct
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_JUST_NOW = timedelta(seconds=5)
"""A request to move the clock to a moment up to this long ago is accepted and does nothing: the caller asked for the
time, and the clock went on before its request arrived.
"""

_OFFSET = struct.Struct("d")


class ClockError(ValueError):
    """The clock cannot be moved like that; the text says why."""


class Clock:
    """The offset, in seconds, is eight bytes of a file that every process maps into memory, so reading it is cheap.

    If the file `path` exists, its offset is used; if not, it is made with offset 0, and `fresh` is true.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fresh = not path.exists() or path.stat().st_size != _OFFSET.size
        if self.fresh:
            path.write_bytes(_OFFSET.pack(0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _OFFSET.size)

    def now(self) -> datetime:
        """The time of the whole local system, as an aware datetime in UTC."""
        return datetime.now(UTC) + timedelta(seconds=_OFFSET.unpack_from(self._shared)[0])

    def move_to(self, moment: datetime) -> None:
        """Move the clock forward to `moment` (aware).

        A moment at most five seconds in the past is taken for the present. ClockError if `moment` is further in the
        past, or so far in the future that dates would overflow.
        """
        now = self.now()
        if now - _JUST_NOW <= moment < now:
            return
        if moment < now:
            raise ClockError(f"De klok gaat alleen vooruit: het is al {now.isoformat()}.")
        try:
            _ = moment + timedelta(days=366)  # dates up to a year later are computed from the present
        except OverflowError:
            raise ClockError(f"{moment.isoformat()} is te ver weg.") from None
        self.set(moment)

    def set(self, moment: datetime) -> None:
        _OFFSET.pack_into(self._shared, 0, (moment - datetime.now(UTC)).total_seconds())


def requested_moment(request: Any, now: datetime) -> datetime:
    """The moment, in UTC, to which a request's JSON asks to move the clock: `{"now": ISO}` or `{"advance_seconds": n}`.

    TypeError if the request cannot be understood; ClockError if the number of seconds is negative or too large. The
    text of either is meant for the person who sent the request.
    """
    expected = 'Verwacht {"now": "2027-02-01T10:00:00+01:00"} of {"advance_seconds": 3600}'
    if not isinstance(request, dict) or len(request) != 1:
        raise TypeError(f"{expected}.")
    if "advance_seconds" in request:
        seconds = request["advance_seconds"]
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
            raise TypeError(f"{expected}; advance_seconds is geen getal.")
        if seconds < 0:
            raise ClockError("De klok gaat alleen vooruit: advance_seconds moet 0 of meer zijn.")
        try:
            return now + timedelta(seconds=seconds)
        except OverflowError:
            raise ClockError(f"{seconds} seconden is te ver weg.") from None
    if not isinstance(request.get("now"), str):
        raise TypeError(f"{expected}.")
    try:
        moment = datetime.fromisoformat(request["now"])
    except ValueError:
        raise TypeError(f"{expected}; {request['now']!r} is geen tijdstip.") from None
    if moment.tzinfo is None:
        raise TypeError(f"{expected}; bij {request['now']!r} ontbreekt de tijdzone.")
    return moment.astimezone(UTC)


def starting_moment(now: datetime, workshops: Iterable[Any]) -> datetime:
    """The time at which a new local run begins, so that there is something to sign up for.

    `now` if any workshop is open for sign-up then, or if there are no workshops. Otherwise 10:00 in Amsterdam on the
    day after sign-up opens for the first workshop that has not opened yet (or for the first of all, if none is still to
    open), but not later than the day it closes. `workshops` are `werkplaats.domain.workshop.Workshop` records.
    """
    workshops = list(workshops)
    if not workshops or any(workshop.sign_up_phase(now) == "open" for workshop in workshops):
        return now
    nearest = next((w for w in workshops if w.sign_up_phase(now) == "early"), workshops[0])
    day = min(nearest.sign_up.opens + timedelta(days=1), nearest.sign_up.closes)
    return datetime.combine(day, time(10), AMSTERDAM).astimezone(UTC)
