"""Decides and commits a group of commands about seats, again if necessary.

In each round everything is read, decided and committed. A round ends in one of these ways:

    Committed     The commands are decided, and what they change is stored.
    Lost          Another commit came first. There is another round (workflows/seats/turns.py says when).
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
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.seats.commands import Command, Done, Outcome
from werkplaats.domain.seats.ledger import Plan
from werkplaats.domain.seats.rules import decide
from werkplaats.store import ConflictError, OutcomeUnknownError, Store, StoreUnavailableError, TakenError
from werkplaats.store.seats import LedgerRead
from werkplaats.store.wire import Revision
from werkplaats.workflows.seats.turns import Turn
from werkplaats.workflows.surroundings import Surroundings

MOST_ROUNDS = 200
"""After this many rounds the group is given up. Each lost round means that another process has committed."""

MOST_ROUNDS_PRESUMING = 5
"""After this many rounds that were lost although the ledger has not changed, people are no longer presumed to be new.

Normally TakenUnseen ends that earlier. This limit is for the case that the store reports a person who is not new in
some way that is not recognised as TakenUnseen: then only these rounds are lost. Rounds that were lost to another commit
do not count: reading everything would make the next one slower, and so lose it too.
"""

DEADLINE = 20.0
"""After this many seconds no further round begins.

Together with the time that a command waits in line this is less than the functions' timeout of 60 s.
"""

LOST_IN_A_ROW = 3
"""After this many lost rounds only the first command of the group is committed, because that takes less time."""


class SeatsBusyError(Exception):
    """The commands could not be committed in time. As far as is known nothing was stored. Trying again is safe."""


class StoreAwayError(SeatsBusyError):
    """Firestore does not answer. The last commit may have been stored. Trying again is safe."""


class UnknownWorkshopError(Exception):
    """There is no such workshop."""


class Committer:
    """Decides and commits groups of commands. Make one for each process: it remembers its turns."""

    def __init__(self, store: Store, surroundings: Surroundings) -> None:
        self._store = store
        self._surroundings = surroundings
        self._clock = surroundings.clock
        self._process = f"{int(surroundings.chance.fraction() * 16**6):06x}"
        self._turns: dict[str, Turn] = {}

    def turn(self, workshop: str) -> Turn:
        """The turns that this process takes with others at changing the seats of `workshop`."""
        return self._turns.setdefault(workshop, Turn(self._store, self._surroundings, workshop, self._process))

    def commit(
        self, workshop: str, commands: tuple[Command, ...], ledger_read: LedgerRead | None = None
    ) -> Iterator[tuple[Outcome, ...]]:
        """Decide and commit `commands` in order, nearly always as one group.

        `ledger_read` is the ledger if it was read just now, to save reading it again.

        A large group takes longer for a round than a small one. So another process with small groups can win every
        round, and then it does not notice that others are trying. A group that keeps losing therefore commits its first
        command alone. That is as quick as a small group, so it wins a round sooner or later; then the other process
        notices that it is not alone, and takes turns with it (workflows/seats/turns.py).

        Raises SeatsBusyError, UnknownWorkshopError, or any other exception that a round ended in. Groups that were
        yielded before that are stored.
        """
        give_up_at = self._clock.elapsed() + DEADLINE
        size = len(commands)
        while commands:
            committed = self._commit_group(workshop, commands[:size], give_up_at, ledger_read)
            ledger_read = None
            if committed is None:
                size = 1
            else:
                yield committed
                commands = commands[size:]
                size = len(commands)

    def _commit_group(
        self, workshop: str, commands: tuple[Command, ...], give_up_at: float, ledger_read: LedgerRead | None
    ) -> tuple[Outcome, ...] | None:
        """Make rounds until `commands` are committed. Returns None if there are several of them and they keep losing.

        People who sign up are presumed to be new until a round shows that somebody is not.
        """
        presume_new, lost, unexplained, answer_lost = True, 0, 0, False
        for _ in range(MOST_ROUNDS):
            began = self._clock.elapsed()
            if began > give_up_at:
                break
            presume = presume_new and unexplained < MOST_ROUNDS_PRESUMING
            end, ledger_read = self._round(workshop, commands, presume_new=presume, ledger_read=ledger_read), None
            match end:
                case Committed(plan, written):
                    if written is not None:
                        self.turn(workshop).committed(written, self._clock.elapsed() - began)
                    return plan.outcomes
                case Lost(decided_on):
                    lost, answer_lost = lost + 1, False
                    if lost == LOST_IN_A_ROW and len(commands) > 1:
                        return None
                    ledger_read = self.turn(workshop).after_loss(self._clock.elapsed() - began)
                    if ledger_read is None or ledger_read.revision == decided_on:
                        unexplained += 1
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

    def _round(
        self, workshop: str, commands: tuple[Command, ...], *, presume_new: bool, ledger_read: LedgerRead | None
    ) -> "_RoundEnd":
        """Read, decide and commit once. Raises UnknownWorkshopError, and any error that _RoundEnd has no name for."""
        decided_on = None
        try:
            guarded = self._store.seats.read(workshop, commands, presume_new=presume_new, ledger_read=ledger_read)
            if guarded is None:
                raise UnknownWorkshopError(workshop)
            decided_on = guarded.guard.revision
            plan = decide(guarded.seating, commands, self._clock.now())
            if guarded.guard.unseen and not all(isinstance(outcome, Done) for outcome in plan.outcomes):
                return TakenUnseen()
            written = None
            if plan.ledger is not None:
                ledger = self.turn(workshop).signed(plan.ledger)
                written = LedgerRead(ledger, self._store.seats.commit(replace(plan, ledger=ledger), guarded.guard))
        except TakenError:
            return TakenUnseen()
        except ConflictError:
            return Lost(decided_on)
        except OutcomeUnknownError as error:
            return AnswerLost(error)
        except StoreUnavailableError as error:
            return StoreAway(error)
        _log(plan)
        return Committed(plan, written)


class Committed(Struct, frozen=True):
    """`plan` is stored, if it changes anything: then `written` is the ledger as it left it."""

    plan: Plan
    written: LedgerRead | None


class Lost(Struct, frozen=True):
    """Another commit came first. Nothing of this one is stored. It was decided on the ledger with this revision."""

    decided_on: Revision | None


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
