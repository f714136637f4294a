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
"""How long ago somebody may have asked what time it is, to whom that time is the present."""

_OFFSET = struct.Struct("d")


class ClockError(ValueError):
    """The clock cannot be moved like that; the text says why."""


class Clock:
    """The offset, in seconds, is eight bytes of a file that every process maps: reading it costs nothing.

    A file that exists goes on with its offset; `fresh` tells that there was none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fresh = not path.exists() or path.stat().st_size != _OFFSET.size
        if self.fresh:
            path.write_bytes(_OFFSET.pack(0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _OFFSET.size)

    def now(self) -> datetime:
        """The present of the whole local system, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=_OFFSET.unpack_from(self._shared)[0])

    def move_to(self, moment: datetime) -> None:
        """Forward to `moment` (aware); ClockError if that is in the past. A moment ago is now: clocks go on."""
        now = self.now()
        if now - _JUST_NOW <= moment < now:
            return
        if moment < now:
            raise ClockError(f"De klok gaat alleen vooruit: het is al {now.isoformat()}.")
        try:
            _ = moment + timedelta(days=366)  # what is planned must stay within the calendar
        except OverflowError:
            raise ClockError(f"{moment.isoformat()} is te ver weg.") from None
        self.set(moment)

    def set(self, moment: datetime) -> None:
        _OFFSET.pack_into(self._shared, 0, (moment - datetime.now(UTC)).total_seconds())


def requested_moment(request: Any, now: datetime) -> datetime:
    """Where a request's JSON asks the clock to go: `{"now": ISO}` or `{"advance_seconds": n}`.

    TypeError with a text for people if it cannot be understood; ClockError if it goes back.
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
    """`now` if some workshop's sign-up is open then, or there is none; else 10:00 on the day after the first one opens.

    `workshops`: `werkplaats.domain.workshop.Workshop` records.
    """
    workshops = list(workshops)
    if not workshops or any(workshop.sign_up_phase(now) == "open" for workshop in workshops):
        return now
    nearest = next((w for w in workshops if w.sign_up_phase(now) == "early"), workshops[0])
    day = min(nearest.sign_up.opens + timedelta(days=1), nearest.sign_up.closes)
    return datetime.combine(day, time(10), AMSTERDAM).astimezone(UTC)
