"""Finds out when the system has nothing left to do, by asking each part that may still act, and the store."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from local.emulator import Emulator, EmulatorError
from local.relay import MARKERS, Relay

_LOOKS = 2
_ONE_LOOK = 2.0
"""The shortest wait, in seconds, whatever timeout is asked for, so that there is time to look once."""

_PAUSE = 0.05
_LONGEST_PAUSE = 0.5


@dataclass(frozen=True)
class Settled:
    waited_seconds: float
    left: str = ""
    """What was still to be done when the time was over, as a Dutch text; empty if nothing."""


class Settling:
    """Waits until nothing is left to do.

    Each function of `left` says what one part of the system is doing or still has to do, as a Dutch text that is empty
    if there is nothing. `backlog` says the same of what is in the store.
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
        """Wait until two looks in a row find nothing to do, for at most `timeout` seconds (but never less than two)."""
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
        """Wait until all events of what was written so far have arrived; returns "", or the error of the emulator.

        If nobody waits for that any longer, it is seen through all the same, so that no marker stays in the store.
        """
        return await asyncio.shield(asyncio.ensure_future(self._mark()))

    async def _mark(self) -> str:
        """Create a marker document, wait for its event, and delete it; returns "", or the error of the emulator.

        The emulator sends events one by one in order, so by then all earlier events have arrived at the relay.
        """
        id = secrets.token_hex(8)
        came = self._relay.expect_marker(id)
        try:
            await self._emulator.create(MARKERS, id)
            await came
            await self._emulator.delete(MARKERS, id)
        except EmulatorError as error:
            return str(error)
        return ""
