"""Surroundings for tests, with a clock, random numbers and waiting that the test controls."""

import threading
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from tests.samples import NOW
from werkplaats.workflows.surroundings import Surroundings


class OwnTime:
    """A clock that goes on only when somebody waits, and then at once. `pauses` are the seconds slept, in order.

    `arrivals` is released each time a thread begins to wait at a gate.
    """

    def __init__(self) -> None:
        self.passed = 0.0
        self.pauses: list[float] = []
        self.arrivals = threading.Semaphore(0)
        self.gates_are_patient = True

    @property
    def surroundings(self) -> Surroundings:
        return Surroundings(self, self, self)

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed)

    def elapsed(self) -> float:
        return self.passed

    def fraction(self) -> float:
        return 0.5

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.passed += seconds

    def lock(self) -> AbstractContextManager[object]:
        return threading.Lock()

    def gate(self) -> "OwnGate":
        return OwnGate(self)


class OwnGate:
    """A gate of OwnTime. If `gates_are_patient` is false, waiting at a closed gate takes its full time at once."""

    def __init__(self, time: OwnTime) -> None:
        self._time = time
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    def wait(self, seconds: float) -> bool:
        self._time.arrivals.release()
        if self._time.gates_are_patient:
            assert self._opened.wait(30), "another thread of the test should have opened it"
        elif not self._opened.is_set():
            self._time.passed += seconds
        return self._opened.is_set()


class _Still:
    """The clock stands still, the random number is always 0.5, and nobody waits."""

    def now(self) -> datetime:
        return NOW

    def elapsed(self) -> float:
        return 0.0

    def fraction(self) -> float:
        return 0.5

    def sleep(self, seconds: float) -> None:
        """Return at once."""

    def lock(self) -> AbstractContextManager[object]:
        return threading.Lock()

    def gate(self) -> "OwnGate":
        return OwnGate(OwnTime())


STILL = Surroundings(_Still(), _Still(), _Still())
"""For tests in which time, randomness and waiting do not matter."""
