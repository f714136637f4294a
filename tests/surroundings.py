"""Surroundings for tests: nobody waits, nothing takes any time, and chance always falls in the middle."""

from datetime import datetime

from tests.samples import NOW
from werkplaats.workflows.surroundings import Surroundings


class StillClock:
    def now(self) -> datetime:
        return NOW

    def elapsed(self) -> float:
        return 0.0


class EvenChance:
    def fraction(self) -> float:
        return 0.5


class NoWaiting:
    def sleep(self, seconds: float) -> None:
        pass


STILL = Surroundings(StillClock(), EvenChance(), NoWaiting())
