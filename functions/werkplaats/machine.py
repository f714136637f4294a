"""The real surroundings of workflows: the machine's clock, random numbers and waiting."""

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
    """Surroundings with this machine's randomness and waiting.

    `now` returns the present as an aware datetime in UTC.
    """
    return Surroundings(_Clock(now), _Chance(), _Waiting())


class _Clock(Struct, frozen=True):
    """Takes the date and time from `present`, which can be changed.

    Durations are measured with the machine's own clock.
    """

    present: Callable[[], datetime]

    def now(self) -> datetime:
        return self.present()

    def elapsed(self) -> float:
        return time.monotonic()


class _Chance(Struct, frozen=True):
    def fraction(self) -> float:
        return random.random()  # noqa: S311 — it spreads load and is not used for secrets


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
