"""The surroundings of workflows as they are on a real machine."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from msgspec import Struct

from werkplaats.workflows.surroundings import Surroundings


def utc_now() -> datetime:
    return datetime.now(UTC)


def surroundings(now: Callable[[], datetime] = utc_now) -> Surroundings:
    """This machine's time, chance and waiting. `now` returns the present as an aware datetime in UTC."""
    return Surroundings(_Clock(now), _Chance(), _Waiting())


class _Clock(Struct, frozen=True):
    """`told` says what day and time it is; how long something takes is always measured by the machine."""

    told: Callable[[], datetime]

    def now(self) -> datetime:
        return self.told()

    def elapsed(self) -> float:
        return time.monotonic()


class _Chance(Struct, frozen=True):
    def fraction(self) -> float:
        return random.random()  # noqa: S311 — it spreads load and hides nothing


class _Waiting(Struct, frozen=True):
    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def lock(self) -> AbstractContextManager[object]:
        return threading.Lock()

    def gate(self) -> "_Gate":
        return _Gate()


class _Gate:
    def __init__(self) -> None:
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    def wait(self, seconds: float) -> bool:
        return self._opened.wait(seconds)
