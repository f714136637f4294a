"""Surroundings of a test's own: it says what time it is, how chance falls, and that nobody waits."""

import threading
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from tests.samples import NOW
from werkplaats.workflows.surroundings import Surroundings


class OwnTime:
    """Time passes only while somebody waits, and then at once. `pauses` are the seconds that were slept, in order.

    `arrivals` is released each time that a thread begins to wait at a gate.
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
    """A gate at which nobody waits in vain: if its time is not `patient`, whoever comes before it is open gives up."""

    def __init__(self, time: OwnTime) -> None:
        self._time = time
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    def wait(self, seconds: float) -> bool:
        self._time.arrivals.release()
        if self._time.gates_are_patient:
            assert self._opened.wait(30), "another thread of the test is to open it"
        elif not self._opened.is_set():
            self._time.passed += seconds
        return self._opened.is_set()


class _Still:
    """No time passes, chance falls in the middle, and nobody waits."""

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
"""For tests that do not care."""
