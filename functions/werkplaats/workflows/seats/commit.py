"""Decides and commits a group of commands about seats, again if necessary.

In each round everything is read, decided and committed. A round ends in one of these ways:

    Committed     The commands are decided, and what they change is stored.
    Lost          Another commit came first. After a short pause there is another round.
    TakenUnseen   Somebody who was presumed to be new is not. From the next round on everything is read.
    AnswerLost    It is unknown whether the commit was stored. In the next round everything is read, and commands that
                  did take effect are recognised: a sign-up by the id that follows from its form and person, a click by
                  the state it led to.
    StoreAway     Firestore did not answer a read. There is no further round.

Anything else, such as a document that Firestore refuses, is raised as an exception.
"""

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from msgspec import Struct

from werkplaats import log
from werkplaats.domain.seats.commands import Command, Done, Outcome
from werkplaats.domain.seats.ledger import Plan
from werkplaats.domain.seats.rules import decide
from werkplaats.store import ConflictError, OutcomeUnknownError, Store, StoreUnavailableError, TakenError
from werkplaats.workflows.surroundings import Surroundings

MOST_ROUNDS = 200
"""After this many rounds the group is given up. Each lost round means that another process has committed."""

MOST_ROUNDS_PRESUMING = 5
"""In the first rounds, this many, people who sign up are presumed to be new; after that everything is read.

Normally TakenUnseen ends that earlier. This limit is for the case that the store reports a person who is not new in
some way that is not recognised as TakenUnseen: then only these rounds are lost.
"""

DEADLINE = 20.0
"""After this many seconds no further round begins.

Together with the time that a command waits in line this is less than the functions' timeout of 60 s.
"""

LOST_IN_A_ROW = 3
"""After this many lost rounds only the first command of the group is committed, because that takes less time."""

_LONGEST_PAUSE = 0.01
"""The longest pause after a lost round, in seconds.

It is shorter than the pauses that the process that won makes for others (see workflows/seats/queue.py).
"""


class SeatsBusyError(Exception):
    """The commands could not be committed in time. As far as is known nothing was stored. Trying again is safe."""


class StoreAwayError(SeatsBusyError):
    """Firestore does not answer. The last commit may have been stored. Trying again is safe."""


class UnknownWorkshopError(Exception):
    """There is no such workshop."""


class CommittedGroup(Struct, frozen=True):
    """The `outcomes` of commands that have been committed, in order.

    `seconds` is how long the last round took. `others` is true if another process turned out to be changing the seats
    of this workshop as well. It is always false if nothing had to be stored.
    """

    outcomes: tuple[Outcome, ...]
    seconds: float
    others: bool


class Committer:
    """Decides and commits groups of commands. Make one for each process: it remembers what this process wrote last."""

    def __init__(self, store: Store, surroundings: Surroundings) -> None:
        self._store = store
        self._clock = surroundings.clock
        self._chance = surroundings.chance
        self._waiting = surroundings.waiting
        self._written: dict[str, int] = {}

    def commit(self, workshop: str, commands: tuple[Command, ...]) -> Iterator[CommittedGroup]:
        """Decide and commit `commands` in order, nearly always as one group.

        A large group takes longer for a round than a small one. So another process with small groups can win every
        round, and then it does not notice that others are trying. A group that keeps losing therefore commits its first
        command alone. That is as quick as a small group, so it wins a round sooner or later; then the other process
        notices that it is not alone, and pauses from time to time.

        Raises SeatsBusyError, UnknownWorkshopError, or any other exception that a round ended in. Groups that were
        yielded before that are stored.
        """
        give_up_at = self._clock.elapsed() + DEADLINE
        size = len(commands)
        while commands:
            committed = self._commit_group(workshop, commands[:size], give_up_at)
            if committed is None:
                size = 1
            else:
                yield committed
                commands = commands[size:]
                size = len(commands)

    def _commit_group(self, workshop: str, commands: tuple[Command, ...], give_up_at: float) -> CommittedGroup | None:
        """Make rounds until `commands` are committed. Returns None if there are several of them and they keep losing.

        People who sign up are presumed to be new until a round shows that somebody is not.
        """
        presume_new, lost, answer_lost = True, 0, False
        for number in range(MOST_ROUNDS):
            began = self._clock.elapsed()
            if began > give_up_at:
                break
            end = self._round(workshop, commands, presume_new=presume_new and number < MOST_ROUNDS_PRESUMING)
            match end:
                case Committed(plan, decided_on):
                    seconds = self._clock.elapsed() - began
                    others = self._remember(workshop, plan, decided_on) or lost > 0
                    return CommittedGroup(plan.outcomes, seconds, others and plan.ledger is not None)
                case Lost():
                    lost, answer_lost = lost + 1, False
                    if lost == LOST_IN_A_ROW and len(commands) > 1:
                        return None
                    self._waiting.sleep(_LONGEST_PAUSE * self._chance.fraction())
                case TakenUnseen():
                    presume_new = False
                case AnswerLost(error):
                    presume_new, answer_lost = False, True
                    log.event("seats.answer_lost", severity="WARNING", workshop=workshop, error=str(error))
                case StoreAway(error):
                    raise StoreAwayError(workshop) from error
                case _:
                    assert_never(end)
        raise (StoreAwayError if answer_lost else SeatsBusyError)(workshop)

    def _round(self, workshop: str, commands: tuple[Command, ...], *, presume_new: bool) -> "_RoundEnd":
        """Read, decide and commit once. Raises UnknownWorkshopError, and any error that _RoundEnd has no name for."""
        try:
            guarded = self._store.seats.read(workshop, commands, presume_new=presume_new)
            if guarded is None:
                raise UnknownWorkshopError(workshop)
            plan = decide(guarded.seating, commands, self._clock.now())
            if guarded.guard.unseen and not all(isinstance(outcome, Done) for outcome in plan.outcomes):
                return TakenUnseen()
            if plan.ledger is not None:
                self._store.seats.commit(plan, guarded.guard)
        except TakenError:
            return TakenUnseen()
        except ConflictError:
            return Lost()
        except OutcomeUnknownError as error:
            return AnswerLost(error)
        except StoreUnavailableError as error:
            return StoreAway(error)
        _log(plan)
        return Committed(plan, guarded.seating.ledger.version)

    def _remember(self, workshop: str, plan: Plan, decided_on: int) -> bool:
        """Remember the version that was written.

        Returns whether another process has written since this one last did.
        """
        others = self._written.get(workshop, decided_on) != decided_on
        if plan.ledger is not None:
            self._written[workshop] = plan.ledger.version
        return others


class Committed(Struct, frozen=True):
    """`plan` is stored, if it changes anything. It was decided on version `decided_on` of the ledger."""

    plan: Plan
    decided_on: int


class Lost(Struct, frozen=True):
    """Another commit came first. Nothing of this one is stored."""


class TakenUnseen(Struct, frozen=True):
    """Somebody who was presumed to be new is not, or the outcome could be another if they are not.

    Nothing is stored.
    """


class AnswerLost(Struct, frozen=True):
    """The commit may have been stored, or may still be."""

    error: OutcomeUnknownError


class StoreAway(Struct, frozen=True):
    """Firestore did not answer a read. Nothing is stored."""

    error: StoreUnavailableError


_RoundEnd: TypeAlias = Committed | Lost | TakenUnseen | AnswerLost | StoreAway


def _log(plan: Plan) -> None:
    log.events(
        {
            "severity": "INFO",
            "message": f"registration.{entry.kind}",
            "workshop": entry.workshop,
            "registration": entry.registration,
            "version": entry.version,
        }
        for entry in plan.journal
    )
