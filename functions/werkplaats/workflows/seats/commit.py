"""How a group of commands is decided and committed, and what each way of failing means.

A round is: read, decide, commit. It ends in one of

    Committed     it is decided, and what it changes is stored
    Lost          another commit was first: after a short pause everything is read and decided again
    TakenUnseen   somebody who was presumed new is not: from now on everything is read
    AnswerLost    nobody knows whether it is stored: everything is read, and what did take effect is found then, a
                  sign-up by the id that its form and person give it, an action by the state it led to
    StoreAway     Firestore does not answer a read: it is given up

Anything else, such as a document that Firestore refuses, is an exception and ends the group.
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

ATTEMPTS = 200
"""Rounds before giving up. Each lost round means that somebody else's commit won."""

PRESUMING = 5
"""Rounds in which people may be presumed new. After that everything is read: should the store ever report in an
unexpected way that somebody is not new, these rounds would all fail."""

DEADLINE = 20.0
"""Seconds after which no further round is begun: with the time in line, less than the functions' timeout of 60."""

LOST_IN_A_ROW = 3
"""Rounds lost to others after which a group sends its first member ahead."""

_LONGEST_PAUSE = 0.01
"""Seconds before a round that was lost is begun again: short, so that it fits into another's courtesy."""


class SeatsBusyError(Exception):
    """It could not be decided within bounds. What was asked is not stored, as far as is known; asking again is safe."""


class StoreAwayError(SeatsBusyError):
    """Firestore does not answer, so nothing could be decided; what was committed last may have been written."""


class UnknownWorkshopError(Exception):
    """There is no such workshop."""


class Answers(Struct, frozen=True):
    """Commands that are decided, what that changed stored: their `outcomes`, in order.

    `seconds` is how long the round took that stored it. `others`: another process was found to change the seats of this
    workshop too; False if nothing had to be stored.
    """

    outcomes: tuple[Outcome, ...]
    seconds: float
    others: bool


class Committer:
    """Decides and commits groups of commands. One for each process: it knows what this process has written last."""

    def __init__(self, store: Store, surroundings: Surroundings) -> None:
        self._store = store
        self._clock = surroundings.clock
        self._chance = surroundings.chance
        self._waiting = surroundings.waiting
        self._written: dict[str, int] = {}

    def commit(self, workshop: str, commands: tuple[Command, ...]) -> Iterator[Answers]:
        """Decide and commit `commands` in order: nearly always as one group, and so with one Answers.

        A large group takes longer for a round than a small one, so another process with small groups can be first
        again and again without noticing that somebody else is at work. A group that keeps losing therefore sends its
        first member ahead alone, which is as quick as the others' groups: once it has won a round, the other process
        sees that it is not alone, and makes its pauses.

        Raises SeatsBusyError, UnknownWorkshopError, or the exception that ended a group. What was answered before that
        is stored all the same.
        """
        give_up_at = self._clock.elapsed() + DEADLINE
        size = len(commands)
        while commands:
            answers = self._commit_group(workshop, commands[:size], give_up_at)
            if answers is None:
                size = 1
            else:
                yield answers
                commands = commands[size:]
                size = len(commands)

    def _commit_group(self, workshop: str, commands: tuple[Command, ...], give_up_at: float) -> Answers | None:
        """Rounds until `commands` are committed; None if they are several and keep losing.

        People who sign up are presumed new until something says otherwise.
        """
        presume_new, lost, answer_lost = True, 0, False
        for number in range(ATTEMPTS):
            began = self._clock.elapsed()
            if began > give_up_at:
                break
            end = self._round(workshop, commands, presume_new=presume_new and number < PRESUMING)
            match end:
                case Committed(plan, decided_on):
                    seconds = self._clock.elapsed() - began
                    others = self._remember(workshop, plan, decided_on) or lost > 0
                    return Answers(plan.outcomes, seconds, others and plan.ledger is not None)
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
        """Read, decide and commit once. Raises UnknownWorkshopError, and whatever it has no name for."""
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
        """Keep the version that was written; return whether another process has written since this one did so last."""
        others = self._written.get(workshop, decided_on) != decided_on
        if plan.ledger is not None:
            self._written[workshop] = plan.ledger.version
        return others


class Committed(Struct, frozen=True):
    """`plan` is stored, if it changes anything. It was decided on version `decided_on` of the ledger."""

    plan: Plan
    decided_on: int


class Lost(Struct, frozen=True):
    """Another commit was first; nothing of this one is stored."""


class TakenUnseen(Struct, frozen=True):
    """Somebody was presumed new who is not, or may not be and would be answered otherwise; nothing is stored."""


class AnswerLost(Struct, frozen=True):
    """The commit may have been written, or may be yet."""

    error: OutcomeUnknownError


class StoreAway(Struct, frozen=True):
    """A read was not answered; nothing is stored."""

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
