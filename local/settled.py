"""When is nothing left to do? Asked of everything that may still act, and of the store."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from local.emulator import Emulator, EmulatorError
from local.relay import MARKERS, Relay

_LOOKS = 2
_ONE_LOOK = 2.0
"""Seconds that are given in any case: enough for a look, without which nobody can say."""

_PAUSE = 0.05
_LONGEST_PAUSE = 0.5


@dataclass(frozen=True)
class Settled:
    waited_seconds: float
    left: str = ""
    """What was still to be done when the time was over; empty if nothing."""


class Settling:
    """`left`: for each part that may act, what it is doing or has still to do, for people; empty if nothing.

    `backlog`: the same, asked of the store.
    """

    def __init__(
        self,
        *,
        emulator: Emulator,
        relay: Relay,
        left: list[Callable[[], str]],
        backlog: Callable[[], Awaitable[str]],
    ) -> None:
        self._emulator = emulator
        self._relay = relay
        self._left = left
        self._backlog = backlog

    async def wait(self, timeout: float) -> Settled:
        """Waits until two looks in a row find nothing, `timeout` seconds at most, or as long as it takes to look."""
        started = time.monotonic()
        found, empty_looks, pause = "er is nog niet gekeken", 0, _PAUSE
        try:
            async with asyncio.timeout(max(timeout, _ONE_LOOK)):
                while empty_looks < _LOOKS:
                    if found := await self._look():
                        empty_looks = 0
                        await asyncio.sleep(pause)
                        pause = min(2 * pause, _LONGEST_PAUSE)
                    else:
                        empty_looks += 1
        except TimeoutError:
            return Settled(time.monotonic() - started, found or "er kwam steeds iets bij")
        return Settled(time.monotonic() - started)

    async def _look(self) -> str:
        if busy := self._busy():
            return busy
        received = self._relay.received
        if coming := await self._events_coming():
            return coming
        if waiting := self._busy() or await self._backlog():
            return waiting
        return self._busy() or ("er kwam net iets binnen" if self._relay.received != received else "")

    def _busy(self) -> str:
        return "; ".join(filter(None, (left() for left in self._left)))

    async def _events_coming(self) -> str:
        """Waits for the event of a marker: the emulator sends one by one, so all earlier events are then in."""
        id = secrets.token_hex(8)
        came = self._relay.expect_marker(id)
        try:
            await self._emulator.create(MARKERS, id)
            await came
            await self._emulator.delete(MARKERS, id)
        except EmulatorError as error:
            return str(error)
        return ""
