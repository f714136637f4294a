"""A simulated Firestore that counts what is asked of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil

from tests.simulation.database.firestore import SimulatedFirestore, SimulatedWire
from werkplaats.store.wire import Found, Query, Revision, Write


class CountingWire(SimulatedWire):
    """Counts round trips, the documents that Firestore would charge as read, and commits."""

    def __init__(self) -> None:
        super().__init__(SimulatedFirestore())
        self.trips = self.reads = self.commits = 0

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        wanted = list(paths)
        if wanted:  # as the real wire, which sends nothing if nothing is wanted
            self._count(len(wanted))
        return super().get(wanted)

    def query(self, query: Query) -> list[Found]:
        found = super().query(query)
        self._count(max(1, len(found)))
        return found

    def count(self, query: Query) -> int:
        number = super().count(query)
        self._count(max(1, ceil(number / 1000)))
        return number

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        self.commits += 1
        return super().commit(writes)

    def _count(self, reads: int) -> None:
        self.trips += 1
        self.reads += reads

    @contextmanager
    def at_most(self, *, trips: int, reads: int) -> Iterator[None]:
        """A block that commits nothing, and reads at most so much."""
        before = self.trips, self.reads, self.commits
        yield
        made = self.trips - before[0], self.reads - before[1]
        assert self.commits == before[2], "something was done"
        assert made[0] <= trips, f"{made[0]} round trips"
        assert made[1] <= reads, f"{made[1]} documents read"

    def since(self, do: Callable[[], object]) -> tuple[int, int]:
        """How many round trips and reads `do` takes."""
        before = self.trips, self.reads
        do()
        return self.trips - before[0], self.reads - before[1]
