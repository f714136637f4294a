"""Turns with other processes at one workshop: who waits for whom, for how long, and what that makes of a rush."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from msgspec import Struct

from tests.samples import sign_up
from tests.simulation.database.firestore import SimulatedWire
from tests.surroundings import OwnTime
from tests.workflows.seats.rush import CLOUD, LOCAL, Delays, rush, split
from werkplaats.domain.seats.commands import Cancel, Done, Outcome
from werkplaats.store import ConflictError, Store, StoreUnavailableError
from werkplaats.store.wire import Write
from werkplaats.workflows.seats.commit import Committer
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.seats.turns import LONGEST_PAUSE, MOST_IN_TURNS, PATIENCE
from werkplaats.workflows.surroundings import Surroundings

ROUND = 0.1
"""How many seconds each commit takes in these tests."""

Process = Callable[[float], SeatQueue]


class Drawn(Struct):
    """A random number that a test chooses. A process draws its id with it."""

    number: float

    def fraction(self) -> float:
        return self.number


@pytest.fixture
def process(store: Store, wire: SimulatedWire, time: OwnTime) -> Process:
    """Makes the queue of another process, whose id follows from the number. Each commit takes a ROUND."""

    def takes_time(_: Sequence[Write]) -> None:
        time.passed += ROUND

    wire.before_commit = takes_time
    return lambda number: SeatQueue(Store(wire), Surroundings(time, Drawn(number), time))


def turns(store: Store) -> tuple[str, ...]:
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    return ledger.turns


def test_the_ledger_says_who_committed_last(process: Process, store: Store) -> None:
    """Each commit puts the process's id at the end of the ledger's turns, once."""
    one, two = process(0.0), process(1 / 16)
    one.do("proef", sign_up(1))
    two.do("proef", sign_up(2))
    assert turns(store) == ("000000", "100000")
    one.do("proef", sign_up(3))
    assert turns(store) == ("100000", "000000")


def test_a_process_that_is_alone_never_waits(process: Process, time: OwnTime) -> None:
    """Without other processes there are no pauses."""
    alone = process(0.0)
    for number in range(1, 6):
        alone.do("proef", sign_up(number))
    assert time.pauses == []


def test_a_process_waits_until_those_before_it_have_committed(process: Process, store: Store, time: OwnTime) -> None:
    """After its commit a process begins again when the others have committed, and decides on what it read last."""
    one, two = process(0.0), process(1 / 16)
    one.do("proef", sign_up(1))
    two.do("proef", sign_up(2))
    one.do("proef", sign_up(3))
    assert time.pauses == []

    def meanwhile(seconds: float) -> None:
        OwnTime.sleep(time, seconds)
        time.sleep = lambda seconds: OwnTime.sleep(time, seconds)  # type: ignore[method-assign]
        two.do("proef", sign_up(4))

    time.pauses.clear()
    time.sleep = meanwhile  # type: ignore[method-assign]
    one.do("proef", sign_up(5))
    assert turns(store) == ("100000", "000000")
    assert [store.seats.registration(f"r{number}").sequence for number in (4, 5)] == [4, 5]
    assert sum(time.pauses) < 2 * ROUND


def test_a_process_that_does_not_come_is_passed_over(process: Process, store: Store, time: OwnTime) -> None:
    """A process waits only so long for one that has nothing to do. Then it is alone, and does not wait any more."""
    one, two = process(0.0), process(1 / 16)
    one.do("proef", sign_up(1))
    two.do("proef", sign_up(2))
    one.do("proef", sign_up(3))
    before = time.passed
    one.do("proef", sign_up(4))
    assert time.passed - before == pytest.approx(PATIENCE * ROUND + ROUND, abs=ROUND / 4)
    assert turns(store) == ("000000",)
    time.pauses.clear()
    one.do("proef", sign_up(5))
    assert time.pauses == []


def test_a_process_that_comes_back_is_waited_for_longer(process: Process, time: OwnTime) -> None:
    """If a process that was passed over has committed after all, its turns take longer than was thought."""
    one, two = process(0.0), process(1 / 16)
    one.do("proef", sign_up(1))
    two.do("proef", sign_up(2))
    one.do("proef", sign_up(3))
    one.do("proef", sign_up(4))
    two.do("proef", sign_up(5))
    one.do("proef", sign_up(6))
    before = time.passed
    one.do("proef", sign_up(7))
    assert time.passed - before == pytest.approx(2 * PATIENCE * ROUND + ROUND, abs=ROUND / 2)


def test_after_quiet_hours_a_rush_is_as_fast_as_ever(process: Process, time: OwnTime) -> None:
    """Visitors of two processes, hours apart, do not make either expect that the other takes long."""
    one, two = process(0.0), process(1 / 16)
    for number, queue in enumerate((one, one, two) * 12):
        time.passed += 3600
        queue.do("proef", sign_up(number))
    one.do("proef", sign_up(98))
    began = time.passed
    one.do("proef", sign_up(99))
    assert time.passed - began < (PATIENCE + 2) * ROUND


def test_no_wait_is_longer_than_the_longest(process: Process, wire: SimulatedWire, time: OwnTime) -> None:
    """However slow the store is, a process waits for others for at most LONGEST_PAUSE."""

    def slow(_: Sequence[Write]) -> None:
        time.passed += 3.0

    one, two = process(0.0), process(1 / 16)
    wire.before_commit = slow
    one.do("proef", sign_up(1))
    two.do("proef", sign_up(2))
    one.do("proef", sign_up(3))
    one.do("proef", sign_up(4))
    assert sum(time.pauses) == pytest.approx(LONGEST_PAUSE)


def test_what_comes_later_does_not_wait(process: Process, time: OwnTime) -> None:
    """The wait counts from the last commit, so a command that comes long after it begins at once."""
    one, two = process(0.0), process(1 / 16)
    one.do("proef", sign_up(1))
    two.do("proef", sign_up(2))
    one.do("proef", sign_up(3))
    time.passed += LONGEST_PAUSE
    one.do("proef", sign_up(4))
    assert time.pauses == []


def test_those_who_come_while_it_waits_join_the_group(process: Process, wire: SimulatedWire, time: OwnTime) -> None:
    """Commands that arrive while the leader waits for its turn are committed with its group."""
    one, two = process(0.0), process(1 / 16)
    one.do("proef", sign_up(1))
    two.do("proef", sign_up(2))
    one.do("proef", sign_up(3))
    commits: list[int] = []
    wire.before_commit = lambda writes: commits.append(len(writes))
    with ThreadPoolExecutor(1) as pool:
        coming: list[Future[Outcome]] = []

        def meanwhile(seconds: float) -> None:
            OwnTime.sleep(time, seconds)
            if not coming:
                coming.append(pool.submit(one.do, "proef", sign_up(5)))
                assert time.arrivals.acquire(timeout=30)

        time.sleep = meanwhile  # type: ignore[method-assign]
        assert isinstance(one.do("proef", sign_up(4)), Done)
        assert isinstance(coming[0].result(), Done)
    assert len(commits) == 1


def test_a_leader_that_is_stopped_while_it_waits_leaves_nothing_behind(
    process: Process, store: Store, time: OwnTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the leader is interrupted while it waits, its command is dropped and the next command leads."""
    one, two = process(0.0), process(1 / 16)
    one.do("proef", sign_up(1))
    two.do("proef", sign_up(2))
    one.do("proef", sign_up(3))

    def stopped(_: float) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", stopped)
    with pytest.raises(KeyboardInterrupt):
        one.do("proef", sign_up(4))
    assert isinstance(one.do("proef", sign_up(5)), Done)
    assert store.seats.registration("r4") is None


def test_a_store_that_does_not_answer_ends_the_wait(process: Process, wire: SimulatedWire, time: OwnTime) -> None:
    """If the ledger cannot be read while a process waits, it begins, and its round finds out what is wrong."""
    one, two = process(0.0), process(1 / 16)
    one.do("proef", sign_up(1))
    two.do("proef", sign_up(2))
    one.do("proef", sign_up(3))
    failures = iter([StoreUnavailableError()])

    def away() -> None:
        if (failure := next(failures, None)) is not None:
            raise failure

    wire.before_get = away
    assert isinstance(one.do("proef", sign_up(4)), Done)


def test_a_newcomer_waits_until_somebody_has_committed(process: Process, wire: SimulatedWire, time: OwnTime) -> None:
    """Who loses against processes that take turns tries again when the next of them has committed, or after a while."""
    one, two, three = process(0.0), process(1 / 16), process(2 / 16)
    one.do("proef", sign_up(1))
    two.do("proef", sign_up(2))

    def loses(_: Sequence[Write]) -> None:
        time.passed += ROUND
        wire.before_commit = lambda writes: None
        raise ConflictError

    wire.before_commit = loses
    three.do("proef", sign_up(3))
    assert sum(time.pauses) == pytest.approx(PATIENCE * ROUND, abs=ROUND / 4)


def test_the_ledger_keeps_a_few_turns_only(process: Process, store: Store) -> None:
    """The ledger names at most so many processes, however many there are."""
    for number in range(MOST_IN_TURNS + 3):
        process(number / 16).do("proef", sign_up(number))
    assert len(turns(store)) == MOST_IN_TURNS
    assert turns(store)[-1] == f"{MOST_IN_TURNS + 2:x}00000"


def test_two_processes_with_one_id_lose_nothing(process: Process, store: Store) -> None:
    """Turns decide nothing: if two processes have drawn the same id, everyone is still signed up, once."""
    one, other = process(0.5), process(0.5)
    for number in range(1, 9):
        assert isinstance((one if number % 2 else other).do("proef", sign_up(number)), Done)
    assert store.seats.ledger("proef").next_sequence == 9


def test_a_ledger_that_was_read_before_is_used_only_by_what_it_guards(
    committer: Committer, wire: SimulatedWire, store: Store
) -> None:
    """Sign-ups may be decided on a ledger that was read before: if it has changed, their commit fails.

    Whatever could be answered without a commit is decided on the ledger as it is.
    """
    list(committer.commit("proef", (sign_up(1), sign_up(2))))
    before = store.seats.newest_ledger("proef")
    list(committer.commit("proef", (sign_up(3), Cancel("r3"))))
    commits: list[int] = []
    wire.before_commit = lambda writes: commits.append(len(writes))
    list(committer.commit("proef", (Cancel("r1"),), before))
    assert len(commits) == 1
    list(committer.commit("proef", (sign_up(4),), before))
    assert len(commits) == 3
    list(committer.commit("proef", (sign_up(4, submission="-b"),), before))
    registration = store.seats.registration("r4")
    assert registration is not None
    assert registration.sequence == 4


@pytest.mark.parametrize("delays", [LOCAL, CLOUD], ids=["local", "cloud"])
@pytest.mark.parametrize("at_once", [8, 32, 64])
def test_two_processes_are_as_fast_as_one(delays: Delays, at_once: int) -> None:
    """In a rush two processes sign up nearly as many people a second as one does, and hardly a round is lost."""
    one, two = (rush(split(at_once, processes), 240, delays) for processes in (1, 2))
    assert two.per_second >= 0.9 * one.per_second
    assert two.percentile(99) <= 5 * two.percentile(50)
    assert two.lost <= two.commits / 3


@pytest.mark.parametrize("delays", [LOCAL, CLOUD], ids=["local", "cloud"])
@pytest.mark.parametrize("visitors", [(2, 2, 2, 2), (8, 8, 8, 8), (29, 1, 1, 1), (28, 4)], ids=str)
def test_nobody_starves(delays: Delays, visitors: tuple[int, ...]) -> None:
    """However many processes there are, and however unevenly visitors are spread, all are signed up about as fast."""
    rushed = rush(visitors, 300, delays)
    assert rushed.busy == 0
    assert rushed.percentile(99) <= 5 * rushed.percentile(50)
    assert all(waits for waits in rushed.waits)
