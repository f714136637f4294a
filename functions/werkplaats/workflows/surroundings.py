"""What the workflows need of the world besides the store and the mail provider: time, chance, and waiting.

They are passed in, so that a test or a simulation decides what time it is, how the dice fall, and that nobody waits.
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
        """Seconds since a moment that never changes: the difference of two answers is how long something took."""


class Chance(Protocol):
    """Where randomness comes from. It spreads load, and is never used for secrets."""

    def fraction(self) -> float:
        """A number of at least 0 and less than 1, another one each time."""


class Gate(Protocol):
    """Where one thread waits for another. It is shut when it is made, and once it is open it stays so."""

    def open(self) -> None:
        """Let everybody pass."""

    def wait(self, seconds: float) -> bool:
        """Return True as soon as it is open, or False if it is still shut after `seconds`."""


class Waiting(Protocol):
    """Makes the calling thread wait."""

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""

    def lock(self) -> AbstractContextManager[object]:
        """A new lock, to be used again and again: threads are inside `with lock:` one at a time."""

    def gate(self) -> Gate:
        """A new gate."""


class Surroundings(Struct, frozen=True):
    """Time, chance and waiting together, as the runtime passes them to a workflow."""

    clock: Clock
    chance: Chance
    waiting: Waiting
