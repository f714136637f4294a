"""What the workflows need of the world besides the store and the mail provider: time, chance, and waiting.

They are passed in, so that a test or a simulation decides what time it is, how the dice fall, and that nobody waits.
`werkplaats.machine` has the real ones.
"""

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


class Waiting(Protocol):
    """Makes the calling thread wait."""

    def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""


class Surroundings(Struct, frozen=True):
    """Time, chance and waiting together, as the runtime passes them to a workflow."""

    clock: Clock
    chance: Chance
    waiting: Waiting
