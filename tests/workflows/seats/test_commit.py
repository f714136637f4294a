"""How a group of commands is decided and committed, and what happens after each kind of failure."""

from collections.abc import Callable, Sequence

import pytest
from msgspec.structs import replace

from tests.samples import sign_up
from tests.simulation.database.firestore import SimulatedWire
from tests.surroundings import OwnTime
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Cancel, Command, Done, ErasePerson, KnownPerson, Outcome
from werkplaats.store import ConflictError, OutcomeUnknownError, RefusedError, Store, StoreUnavailableError
from werkplaats.store.seats import LedgerRead
from werkplaats.store.wire import Put, Write
from werkplaats.workflows.seats import commit
from werkplaats.workflows.seats.commit import (
    DEADLINE,
    LOST_IN_A_ROW,
    MOST_ROUNDS,
    MOST_ROUNDS_PRESUMING,
    Committer,
    SeatsBusyError,
    StoreAwayError,
    UnknownWorkshopError,
)

FIVE: tuple[Command, ...] = tuple(sign_up(number) for number in range(1, 6))


def people_in(writes: Sequence[Write]) -> int:
    """The number of registrations that a commit writes."""
    return sum(isinstance(write, Put) and write.path.startswith("registrations/") for write in writes)


def signed_up(groups: Sequence[tuple[Outcome, ...]]) -> list[str]:
    """The ids of the registrations in the outcomes of `groups`, in order."""
    outcomes = [outcome for group in groups for outcome in group]
    return [one.registration.id for one in outcomes if isinstance(one, Done) and one.registration]


@pytest.fixture
def presumed(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Records for each round whether people were presumed to be new."""
    presumed, read = list[bool](), store.seats.read

    def reading(
        workshop: str, commands: tuple[Command, ...], *, presume_new: bool, ledger_read: LedgerRead | None
    ) -> object:
        presumed.append(presume_new)
        return read(workshop, commands, presume_new=presume_new, ledger_read=ledger_read)

    monkeypatch.setattr(store.seats, "read", reading)
    return presumed


def test_a_group_is_one_commit(committer: Committer, store: Store, time: OwnTime) -> None:
    """Without other processes a group is committed in one round, without pauses."""
    (answers,) = committer.commit("proef", FIVE)
    assert signed_up([answers]) == ["r1", "r2", "r3", "r4", "r5"]
    assert store.seats.ledger("proef").version == 1
    assert time.pauses == []


def test_a_lost_round_is_decided_again_on_what_is_there_by_then(
    committer: Committer, wire: SimulatedWire, store: Store, time: OwnTime
) -> None:
    """After a lost round the group is decided again at once, on what the other commit left."""
    other = Committer(Store(wire), time.surroundings)

    def meanwhile(_: Sequence[Write]) -> None:
        wire.before_commit = lambda writes: None
        list(other.commit("proef", (sign_up(9),)))

    wire.before_commit = meanwhile
    (answers,) = committer.commit("proef", (sign_up(1), sign_up(2)))
    states = {one.id: one.state for one in store.seats.all_of("proef")}
    assert states == {"r9": State.CONFIRMED, "r1": State.CONFIRMED, "r2": State.WAITLISTED}
    assert signed_up([answers]) == ["r1", "r2"]
    assert time.pauses == []


def losing_while_several(wire: SimulatedWire, sizes: list[int], rounds: int) -> Callable[[Sequence[Write]], None]:
    """Makes the first `rounds` commits of more than one person fail, and adds the size of each commit to `sizes`."""

    def before_commit(writes: Sequence[Write]) -> None:
        sizes.append(people_in(writes))
        if people_in(writes) > 1 and sum(size > 1 for size in sizes) <= rounds:
            raise ConflictError

    return before_commit


def test_a_group_that_keeps_losing_sends_its_first_member_ahead(committer: Committer, wire: SimulatedWire) -> None:
    """A group that keeps losing commits its first command alone and then the rest, in order."""
    sizes: list[int] = []
    wire.before_commit = losing_while_several(wire, sizes, LOST_IN_A_ROW)
    answers = list(committer.commit("proef", FIVE))
    assert sizes == [5] * LOST_IN_A_ROW + [1, 4]
    assert [len(one) for one in answers] == [1, 4]
    assert signed_up(answers) == ["r1", "r2", "r3", "r4", "r5"]


def test_a_group_that_never_wins_is_committed_one_by_one(committer: Committer, wire: SimulatedWire) -> None:
    """After each three lost rounds one more command is committed alone."""
    sizes: list[int] = []
    wire.before_commit = losing_while_several(wire, sizes, MOST_ROUNDS)
    assert signed_up(list(committer.commit("proef", FIVE))) == ["r1", "r2", "r3", "r4", "r5"]
    assert sizes == [5, 5, 5, 1, 4, 4, 4, 1, 3, 3, 3, 1, 2, 2, 2, 1, 1]


def test_who_was_sent_ahead_is_answered_though_the_others_are_not(
    committer: Committer, wire: SimulatedWire, store: Store
) -> None:
    """A command that was committed alone has its outcome, even if the rest of the group fails later."""
    alone = iter([True])

    def all_but_one(writes: Sequence[Write]) -> None:
        if people_in(writes) > 1 or not next(alone, False):
            raise ConflictError

    wire.before_commit = all_but_one
    coming = committer.commit("proef", FIVE)
    assert signed_up([next(coming)]) == ["r1"]
    with pytest.raises(SeatsBusyError):
        next(coming)
    assert [one.id for one in store.seats.all_of("proef")] == ["r1"]


def test_a_used_form_is_noticed_without_looking_for_it(committer: Committer, wire: SimulatedWire, store: Store) -> None:
    """A new form costs no query; a second and a third person with the same form are each told of those before."""
    queries: list[object] = []
    ask = wire.query
    wire.query = lambda query: queries.append(query) or ask(query)  # type: ignore[method-assign,func-returns-value]

    def used_before(*numbers: int, form: str) -> list[bool]:
        commands = tuple(replace(sign_up(number), form=form) for number in numbers)
        return [
            outcome.form_used_before
            for answers in committer.commit("proef", commands)
            for outcome in answers
            if isinstance(outcome, Done)
        ]

    assert used_before(1, form="one") == [False]
    assert queries == []
    assert used_before(2, form="one") == [True]
    assert used_before(3, form="one") == [True]
    assert used_before(3, form="one") == [True], "the same answer to the same form"
    assert used_before(4, 5, form="two") == [False, True], "both in one commit"
    list(committer.commit("proef", (ErasePerson("r1"),)))
    assert used_before(6, form="one") == [True], "two and three are still there"
    assert len(store.seats.all_of("proef")) == 6


def test_people_are_presumed_new_until_something_says_otherwise(committer: Committer, presumed: list[bool]) -> None:
    """If somebody who is presumed to be new exists, the next round reads everything."""
    (first,) = committer.commit("proef", (sign_up(1),))
    (answers,) = committer.commit("proef", (sign_up(1), sign_up(1, submission="-b"), sign_up(2)))
    again, known, new = answers
    assert (again,) == first
    assert known == KnownPerson()
    assert isinstance(new, Done)
    assert presumed == [True, True, False]


def test_nobody_is_refused_without_a_look_at_what_is_kept(
    committer: Committer, time: OwnTime, presumed: list[bool]
) -> None:
    """Before a sign-up is refused everything is read, because somebody who has signed up is not refused."""
    list(committer.commit("proef", (sign_up(1),)))
    time.passed = 200 * 86_400.0
    (again,) = committer.commit("proef", (sign_up(1, submission="-b"),))
    assert again == (KnownPerson(),)
    assert presumed == [True, True, False]


def test_after_some_rounds_nobody_is_presumed_new_any_more(
    committer: Committer, wire: SimulatedWire, presumed: list[bool]
) -> None:
    """After some lost rounds everything is read, even if nothing showed that somebody is not new."""
    rounds = iter(range(MOST_ROUNDS_PRESUMING + 2))

    def before_commit(_: Sequence[Write]) -> None:
        if next(rounds, None) is not None:
            raise ConflictError

    wire.before_commit = before_commit
    list(committer.commit("proef", (sign_up(1),)))
    assert presumed == [True] * MOST_ROUNDS_PRESUMING + [False] * 3


def test_rounds_lost_to_others_say_nothing_about_who_is_new(
    committer: Committer, wire: SimulatedWire, presumed: list[bool], time: OwnTime
) -> None:
    """However often another commit comes first, people are presumed to be new: reading more would make it slower."""
    other, numbers = Committer(Store(wire), time.surroundings), iter(range(10, 18))

    def meanwhile(_: Sequence[Write]) -> None:
        wire.before_commit = lambda writes: None
        if (number := next(numbers, None)) is not None:
            list(other.commit("proef", (sign_up(number),)))
            wire.before_commit = meanwhile

    wire.before_commit = meanwhile
    list(committer.commit("proef", (sign_up(1),)))
    assert presumed == [True] * 9


@pytest.mark.parametrize("written", [True, False], ids=["it was written", "it was not"])
def test_after_a_lost_answer_everything_is_read_and_decided_again(
    committer: Committer, wire: SimulatedWire, store: Store, presumed: list[bool], written: bool
) -> None:
    """If the answer to a commit is lost, there is one registration, whether or not the commit took effect."""
    commit = wire.commit

    def lost(writes: Sequence[Write]) -> object:
        wire.commit = commit  # type: ignore[method-assign]
        if written:
            commit(writes)
        raise OutcomeUnknownError("the answer was lost")

    wire.commit = lost  # type: ignore[method-assign,assignment]
    (answers,) = committer.commit("proef", (sign_up(1),))
    assert answers == (Done(store.seats.registration("r1")),)
    assert presumed == [True, False]
    ledger = store.seats.ledger("proef")
    assert (ledger.version, ledger.confirmed, ledger.next_sequence) == (1, 1, 2)


def test_a_store_that_is_away_ends_it_at_once(committer: Committer, wire: SimulatedWire) -> None:
    """If Firestore does not answer a read, StoreAwayError is raised without another round."""
    reads: list[None] = []

    def away() -> None:
        reads.append(None)
        raise StoreUnavailableError

    wire.before_get = away
    with pytest.raises(StoreAwayError):
        list(committer.commit("proef", (sign_up(1),)))
    assert len(reads) == 1


@pytest.mark.parametrize(
    ("failure", "raised"), [(ConflictError, SeatsBusyError), (OutcomeUnknownError, StoreAwayError)]
)
def test_after_many_rounds_it_is_given_up(
    committer: Committer,
    wire: SimulatedWire,
    monkeypatch: pytest.MonkeyPatch,
    failure: type[Exception],
    raised: type[Exception],
) -> None:
    """After the last round the error says whether others always came first or the store's answers were lost."""
    monkeypatch.setattr(commit, "MOST_ROUNDS", 8)
    rounds: list[None] = []

    def failing(_: Sequence[Write]) -> None:
        rounds.append(None)
        raise failure

    wire.before_commit = failing
    with pytest.raises(SeatsBusyError) as caught:
        list(committer.commit("proef", (sign_up(1),)))
    assert type(caught.value) is raised
    assert len(rounds) == 8


def test_the_last_round_says_why_it_is_given_up(
    committer: Committer, wire: SimulatedWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If only the answer to an early round was lost, the error does not say that the store is away."""
    monkeypatch.setattr(commit, "MOST_ROUNDS", 4)
    failures = iter([OutcomeUnknownError(), ConflictError(), ConflictError(), ConflictError()])

    def failing(_: Sequence[Write]) -> None:
        raise next(failures)

    wire.before_commit = failing
    with pytest.raises(SeatsBusyError) as caught:
        list(committer.commit("proef", (sign_up(1),)))
    assert type(caught.value) is SeatsBusyError


def test_no_round_begins_after_the_deadline(committer: Committer, wire: SimulatedWire, time: OwnTime) -> None:
    """No round begins after the deadline, which all members of a group share."""
    rounds: list[float] = []

    def slow(_: Sequence[Write]) -> None:
        rounds.append(time.passed)
        time.passed += 3.0
        raise ConflictError

    wire.before_commit = slow
    with pytest.raises(SeatsBusyError):
        list(committer.commit("proef", (sign_up(1), sign_up(2))))
    assert len(rounds) == 7
    assert rounds[-1] < DEADLINE < time.passed


def test_a_commit_that_can_never_be_is_no_matter_of_rounds(committer: Committer, wire: SimulatedWire) -> None:
    """A commit that Firestore refuses is not tried again."""

    def refused(_: Sequence[Write]) -> None:
        raise RefusedError

    wire.before_commit = refused
    with pytest.raises(RefusedError):
        list(committer.commit("proef", (sign_up(1),)))


def test_a_workshop_that_is_not_there_is_said(committer: Committer) -> None:
    """A command for a workshop that does not exist raises UnknownWorkshopError."""
    with pytest.raises(UnknownWorkshopError):
        list(committer.commit("nergens", (sign_up(1),)))


def test_what_changes_nothing_is_answered_and_not_committed(
    committer: Committer, wire: SimulatedWire, store: Store, time: OwnTime
) -> None:
    """A command that changes nothing gets its outcome without a commit."""
    list(committer.commit("proef", (sign_up(2),)))
    list(Committer(Store(wire), time.surroundings).commit("proef", (sign_up(1), Cancel("r1"))))
    version = store.seats.ledger("proef").version
    (answers,) = committer.commit("proef", (Cancel("r1"),))
    assert answers == (Done(store.seats.registration("r1")),)
    assert store.seats.ledger("proef").version == version
