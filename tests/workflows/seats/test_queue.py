"""The queue: who waits, who leads, and who is committed together. Turns with other processes are in test_turns.py."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.samples import sign_up
from tests.simulation.database.firestore import SimulatedWire
from tests.surroundings import OwnTime
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Command, Done, Outcome
from werkplaats.store import ConflictError, RefusedError, Store
from werkplaats.store.wire import Put, Write
from werkplaats.workflows.seats.commit import SeatsBusyError, UnknownWorkshopError
from werkplaats.workflows.seats.queue import (
    LARGEST_GROUP,
    LONGEST_WAIT,
    SeatQueue,
)


def people_in(writes: Sequence[Write]) -> list[str]:
    """The ids of the registrations that a commit writes."""
    paths = [write.path for write in writes if isinstance(write, Put)]
    return [path.removeprefix("registrations/") for path in paths if path.startswith("registrations/")]


class Meeting:
    """Brings commands that arrive one after the other while the first is under way.

    `commits` are the ids of the registrations in each commit.
    """

    def __init__(self, queue: SeatQueue, wire: SimulatedWire, time: OwnTime) -> None:
        self._queue, self._wire, self._time = queue, wire, time
        self.commits: list[list[str]] = []
        wire.before_commit = lambda writes: self.commits.append(people_in(writes))

    def bring(self, first: Command, *others: Command) -> list[Outcome | BaseException]:
        """Returns the outcome of each command, or the error it failed with."""
        with ThreadPoolExecutor(len(others)) as pool:
            waiting: list[Future[Outcome]] = []
            in_round = self._wire.before_get

            def arrive() -> None:
                self._wire.before_get = in_round
                for command in others:
                    waiting.append(pool.submit(self._queue.do, "proef", command))
                    assert self._time.arrivals.acquire(timeout=30)
                in_round()

            self._wire.before_get = arrive
            led = Future[Outcome]()
            try:
                led.set_result(self._queue.do("proef", first))
            except BaseException as error:
                led.set_exception(error)
            return [one.exception() or one.result() for one in (led, *waiting)]


@pytest.fixture
def meeting(queue: SeatQueue, wire: SimulatedWire, store: Store, time: OwnTime) -> Meeting:
    return Meeting(queue, wire, time)


def all_done(outcomes: Sequence[object]) -> bool:
    return all(isinstance(outcome, Done) for outcome in outcomes)


def test_never_more_seats_are_held_than_there_are(meeting: Meeting, store: Store) -> None:
    """If five people sign up at once for two seats, the first two get them."""
    assert all_done(meeting.bring(*[sign_up(number) for number in range(1, 6)]))
    confirmed = [one.id for one in store.seats.in_state("proef", State.CONFIRMED)]
    assert confirmed == ["r1", "r2"]
    assert store.seats.ledger("proef").held == 2


def test_those_who_come_during_a_commit_are_committed_together(meeting: Meeting) -> None:
    """Commands that arrive during a commit are committed together, in order, and each gets its own outcome."""
    outcomes = meeting.bring(sign_up(1), sign_up(2), sign_up(3), sign_up(4))
    assert meeting.commits == [["r1"], ["r2", "r3", "r4"]]
    answered = [one.registration.id for one in outcomes if isinstance(one, Done) and one.registration]
    assert answered == ["r1", "r2", "r3", "r4"]


def test_many_at_once_are_as_many_commits_as_they_need(queue: SeatQueue, store: Store, wire: SimulatedWire) -> None:
    """Many commands are split into commits of at most LARGEST_GROUP."""
    commits: list[int] = []
    wire.before_commit = lambda writes: commits.append(len(people_in(writes)))
    assert all_done(queue.do_all("proef", [sign_up(number) for number in range(2 * LARGEST_GROUP + 1)]))
    assert commits == [LARGEST_GROUP, LARGEST_GROUP, 1]


def test_a_leader_that_fails_hands_over(meeting: Meeting, wire: SimulatedWire, store: Store) -> None:
    """If the leader fails, only its own command fails, and the next one leads."""
    failures = iter([RuntimeError("a mistake of ours")])

    def failing_once() -> None:
        if (failure := next(failures, None)) is not None:
            raise failure

    wire.before_get = failing_once
    outcomes = meeting.bring(sign_up(1), sign_up(2), sign_up(3))
    assert str(outcomes[0]) == "a mistake of ours"
    assert all_done(outcomes[1:])
    assert meeting.commits == [["r2", "r3"]]


def test_who_has_waited_too_long_gives_up_and_is_in_line_no_more(
    queue: SeatQueue, wire: SimulatedWire, store: Store, time: OwnTime
) -> None:
    """A command that waited too long fails, and is not committed afterwards."""
    time.gates_are_patient = False

    def somebody_comes() -> None:
        wire.before_get = lambda: None
        with pytest.raises(SeatsBusyError):
            queue.do("proef", sign_up(2))

    wire.before_get = somebody_comes
    assert isinstance(queue.do("proef", sign_up(1)), Done)
    assert time.passed == LONGEST_WAIT
    assert isinstance(queue.do("proef", sign_up(3)), Done)
    assert {one.id for one in store.seats.all_of("proef")} == {"r1", "r3"}


def test_one_bad_member_of_a_group_harms_nobody(meeting: Meeting, wire: SimulatedWire) -> None:
    """If Firestore refuses a group, its commands are committed one by one, and only the bad one fails."""
    noting = wire.before_commit

    def refusing(writes: Sequence[Write]) -> None:
        noting(writes)
        if "r3" in people_in(writes):
            raise RefusedError

    wire.before_commit = refusing
    outcomes = meeting.bring(sign_up(1), sign_up(2), sign_up(3), sign_up(4))
    assert all_done([outcomes[0], outcomes[1], outcomes[3]])
    assert isinstance(outcomes[2], RefusedError)
    assert meeting.commits == [["r1"], ["r2", "r3", "r4"], ["r2"], ["r3"], ["r4"]]


def test_who_was_sent_ahead_is_answered_though_the_group_is_not(meeting: Meeting, wire: SimulatedWire) -> None:
    """A command that was committed alone has its outcome, and the rest of the group fails with SeatsBusyError."""
    noting, alone = wire.before_commit, iter([True, True])

    def two_alone(writes: Sequence[Write]) -> None:
        noting(writes)
        if len(people_in(writes)) > 1 or not next(alone, False):
            raise ConflictError

    wire.before_commit = two_alone
    outcomes = meeting.bring(sign_up(1), sign_up(2), sign_up(3), sign_up(4))
    assert all_done(outcomes[:2])
    assert [type(outcome) for outcome in outcomes[2:]] == [SeatsBusyError, SeatsBusyError]


def test_an_unknown_workshop_is_said_to_everyone(queue: SeatQueue) -> None:
    """Every command for a workshop that does not exist raises UnknownWorkshopError."""
    for _ in range(2):
        with pytest.raises(UnknownWorkshopError):
            queue.do("nergens", sign_up(1))


def test_a_process_that_is_alone_makes_no_pauses(queue: SeatQueue, store: Store, time: OwnTime) -> None:
    """Without other processes there are no pauses."""
    for number in range(1, 6):
        queue.do("proef", sign_up(number))
    assert time.pauses == []
