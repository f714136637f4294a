"""A rush of sign-ups at several processes, in virtual time: the real queue and committer over a database with delays.

Each visitor signs somebody up, and again as soon as there is an answer. Nothing here measures the machine: `seconds`
pass only where a process waits for the database, for its own processor or for its turn. So what a way of taking turns
costs can be asserted exactly, and a bad one shows in a second instead of in a noisy benchmark.
"""

from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from random import Random
from typing import Any

from msgspec import Struct

from tests.samples import NOW, sign_up, workshop
from tests.simulation.database.firestore import SimulatedFirestore
from tests.simulation.turns import Gate, Lock, Turns
from werkplaats.domain.seats.commands import Done
from werkplaats.store import ConflictError, Store
from werkplaats.store.wire import Found, Query, Revision, Write
from werkplaats.workflows.publish import create_workshop
from werkplaats.workflows.seats.commit import SeatsBusyError
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.surroundings import Surroundings


class Delays(Struct, frozen=True):
    """How long things take, in seconds: a read, a commit, and for each person in it, and the work on one form."""

    read: float
    commit: float
    person: float
    form: float


LOCAL = Delays(read=0.0015, commit=0.004, person=0.0006, form=0.0015)
"""About as the emulator and one core for each process."""

CLOUD = Delays(read=0.006, commit=0.03, person=0.0004, form=0.002)
"""About as Firestore, a region away."""


class Rushed(Struct):
    """What came of it. `waits` are the seconds that each sign-up took, in order, by process."""

    seconds: float
    waits: list[list[float]]
    commits: int
    lost: int
    reads: int
    busy: int

    @property
    def per_second(self) -> float:
        return sum(map(len, self.waits)) / self.seconds

    def percentile(self, percent: int) -> float:
        ordered = sorted(wait for waits in self.waits for wait in waits)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def rush(visitors: Sequence[int], people: int, delays: Delays, seed: int = 1) -> Rushed:
    """Sign up `people` by as many visitors at each process as `visitors` says."""
    with redirect_stdout(StringIO()):
        return _Rush(visitors, people, delays, Random(seed)).run()


def split(visitors: int, processes: int) -> list[int]:
    """`visitors` spread evenly over `processes`."""
    return [visitors // processes + (number < visitors % processes) for number in range(processes)]


class _Rush:
    def __init__(self, visitors: Sequence[int], people: int, delays: Delays, random: Random) -> None:
        self.delays, self.random, self.turns = delays, random, Turns(random)
        self.database = SimulatedFirestore(lambda: 1_000 * int(self.turns.time * 1e6))
        create_workshop(Store(_Wire(self, slow=False)), workshop(capacity=10 * people), NOW, "test")
        self.left = iter(range(1, people + 1))
        self.result = Rushed(0.0, [[] for _ in visitors], 0, 0, 0, 0)
        for number, count in enumerate(visitors):
            surroundings = Surroundings(_Clock(self.turns), _Chance(random), _Waiting(self.turns))
            queue, processor = SeatQueue(Store(_Wire(self)), surroundings), Lock(self.turns)
            for visitor in range(count):
                self.turns.begin(f"{number}.{visitor}", None, self._visitor(number, queue, processor))

    def _visitor(self, process: int, queue: SeatQueue, processor: Lock) -> Any:
        def visit() -> None:
            for number in self.left:
                began = self.turns.time
                with processor:  # one thread at a time runs Python
                    self.wait(self.delays.form)
                try:
                    assert isinstance(queue.do("proef", sign_up(number)), Done)
                except SeatsBusyError:
                    self.result.busy += 1
                self.result.waits[process].append(self.turns.time - began)

        return visit

    def wait(self, seconds: float) -> None:
        """Let about `seconds` pass, up to a fifth more or less."""
        self.turns.give_up_turn(seconds * (0.8 + 0.4 * self.random.random()))

    def run(self) -> Rushed:
        while self.turns.under_way:
            activity = self.turns.take_one()
            if activity is not None and activity.error is not None:
                raise activity.error
            if activity is None:
                assert self.turns.pass_to_next_wake()
        self.result.seconds = self.turns.time
        return self.result


class _Chance:
    def __init__(self, random: Random) -> None:
        self._random = random

    def fraction(self) -> float:
        return self._random.random()


class _Clock:
    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self._turns.time)

    def elapsed(self) -> float:
        return self._turns.time


class _Waiting:
    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def sleep(self, seconds: float) -> None:
        self._turns.give_up_turn(max(seconds, 1e-6))

    def lock(self) -> Any:
        return Lock(self._turns)

    def gate(self) -> Gate:
        return Gate(self._turns)


class _Wire:
    name = "a rush"

    def __init__(self, rush: _Rush, *, slow: bool = True) -> None:
        self._rush, self._slow = rush, slow

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        wanted = list(paths)
        if wanted and self._slow:
            self._rush.result.reads += len(wanted)
            self._take(self._rush.delays.read / 2)
            found = self._rush.database.get(wanted)
            self._take(self._rush.delays.read / 2)
            return found
        return self._rush.database.get(wanted)

    def query(self, query: Query) -> list[Found]:
        return self._rush.database.query(query)

    def count(self, query: Query) -> int:
        return self._rush.database.count(query)

    def collections(self, below: str | None = None) -> list[str]:
        return self._rush.database.collections(below)

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        if not self._slow:
            return self._rush.database.commit(writes)
        people = len(writes) // 4
        takes = self._rush.delays.commit + people * self._rush.delays.person
        self._take(takes * 0.8)
        try:
            revisions = self._rush.database.commit(writes)
            self._rush.result.commits += 1
        except ConflictError:
            self._rush.result.lost += 1
            self._take(takes * 0.2)
            raise
        self._take(takes * 0.2)
        return revisions

    def _take(self, seconds: float) -> None:
        self._rush.wait(seconds)
