"""The surroundings of workflows: time, randomness and waiting.

They are passed in as arguments, so that a test can choose the time and the random numbers, and need not really wait.
`werkplaats.machine` has the real ones.
"""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present as an aware datetime in UTC."""

    def elapsed(self) -> float:
        """Seconds since some fixed moment. The difference between two calls is how long something took."""


class Chance(Protocol):
    """A source of random numbers for spreading load. It is not used for secrets."""

    def fraction(self) -> float:
        """A random number, at least 0 and less than 1."""


class Gate(Protocol):
    """Lets threads wait until another thread opens it. It is closed at first, and never closes again."""

    def open(self) -> None:
        """Let all waiting threads continue."""

    def wait(self, seconds: float) -> bool:
        """Return True as soon as the gate is open, or False if it is still closed after `seconds`."""


class Waiting(Protocol):
    """Makes the calling thread wait."""

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""

    def lock(self) -> AbstractContextManager[object]:
        """A new lock. Only one thread at a time can be inside its `with` block."""

    def gate(self) -> Gate:
        """A new gate."""


class Surroundings(Struct, frozen=True):
    """Time, randomness and waiting, as they are passed to workflows."""

    clock: Clock
    chance: Chance
    waiting: Waiting
