"""Every change of a registration, committed in groups.

Commands for one workshop that arrive while a commit is under way wait in line and are decided and committed
together: one thread among those waiting leads, the others sleep until their answer is there.

    thread A   queue, lead ──read──decide──commit[A]──────┐ hand over
    thread B        queue, wait ················ lead ──read──decide──commit[B C D]── nobody left
    thread C             queue, wait ···········································─answer
    thread D               queue, wait ·········································─answer

There is no thread of its own behind this: what is imported before a fork does not run after it.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from werkplaats import log
from werkplaats.domain.seats.commands import Command, Done, Outcome
from werkplaats.domain.seats.ledger import Plan
from werkplaats.domain.seats.rules import decide
from werkplaats.store import ConflictError, OutcomeUnknownError, Store, StoreUnavailableError, TakenError

LARGEST_GROUP = 100
"""Commands in one commit: at about four writes each, within the 500 that Firestore is at ease with."""

ATTEMPTS = 200
"""Rounds of read, decide and commit before giving up. Each lost round means that somebody else's commit won."""

PRESUMING = 5
"""Rounds in which people may be presumed new: a store that says it in other words than expected is asked in the end."""

DEADLINE = 20.0
"""Seconds after which no further round is begun: with the time in line, less than the functions' timeout of 60."""

PATIENCE = 20.0
"""Seconds a command waits in line, and as long again for its own group."""

LOST_IN_A_ROW = 3
"""Rounds lost to others after which a group sends its first member ahead."""

_PAUSE = 0.01
"""Seconds, at most, before a round that was lost is begun again: short, so that it fits into another's courtesy."""

_SHORTEST_ROUND = 0.03
"""Seconds that another one's round is taken to last at least: a small group is quick, and would leave a large one no
time."""

_LONGEST_COURTESY = 0.5


class SeatsBusyError(Exception):
    """It could not be decided within bounds. What was asked is not stored, as far as is known; asking again is safe."""


class StoreAwayError(SeatsBusyError):
    """Firestore does not answer, so nothing could be decided; what was committed last may have been written."""


class UnknownWorkshopError(Exception):
    """There is no such workshop."""


class SeatDesk:
    """Where commands are brought. One for each process; threads share it."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}
        self._written: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def do(self, workshop: str, command: Command) -> Outcome:
        """Decide and commit `command`, together with those that wait with it; returns what became of it.

        Raises SeatsBusyError or UnknownWorkshopError.
        """
        waiting = _Waiting(command)
        line = self._join(workshop, waiting)
        if waiting.leads or self._wait(line, waiting):
            self._lead(workshop, line)
        return waiting.answer()

    def do_all(self, workshop: str, commands: Sequence[Command]) -> tuple[Outcome, ...]:
        """Decide and commit `commands` in order, in as few commits as their number needs."""
        outcomes: list[Outcome] = []
        for start in range(0, len(commands), LARGEST_GROUP):
            outcomes += self.commit_group(workshop, tuple(commands[start : start + LARGEST_GROUP]))
        return tuple(outcomes)

    def commit_group(
        self, workshop: str, commands: tuple[Command, ...], give_up_at: float | None = None
    ) -> tuple[Outcome, ...]:
        """Read, decide and commit until nobody else was faster.

        People who sign up are presumed new until something says otherwise. After a commit whose answer was lost
        everything is read, and what did take effect is found then: a sign-up by the id its submission gives it, an
        action by the state it led to.
        """
        give_up_at = give_up_at or time.monotonic() + DEADLINE
        others, lost, presume_new, away = False, 0, True, False
        for attempt in range(ATTEMPTS):
            if (began := time.monotonic()) > give_up_at:
                break
            try:
                guarded = self._store.seats.read(workshop, commands, presume_new=presume_new and attempt < PRESUMING)
                if guarded is None:
                    raise UnknownWorkshopError(workshop)
                version = guarded.seating.ledger.version
                others = others or version != self._written.get(workshop, version)
                plan = decide(guarded.seating, commands, self._clock())
                if guarded.guard.unseen and not all(isinstance(outcome, Done) for outcome in plan.outcomes):
                    presume_new = False  # somebody here already may be answered otherwise
                    continue
                if plan.ledger is not None:
                    self._store.seats.commit(plan, guarded.guard)
            except TakenError:
                presume_new = False
            except ConflictError:
                others, lost, away = True, lost + 1, False
                if lost == LOST_IN_A_ROW and len(commands) > 1:
                    # Whoever keeps winning with quick groups has not noticed us. One alone is as quick, and is noticed.
                    first = self.commit_group(workshop, commands[:1], give_up_at)
                    return first + self.commit_group(workshop, commands[1:], give_up_at)
                time.sleep(_PAUSE * random.random())  # noqa: S311 — no secret
            except OutcomeUnknownError as error:
                presume_new, away = False, True
                log.event("seats.answer_lost", severity="WARNING", workshop=workshop, error=str(error))
            except StoreUnavailableError as error:
                raise StoreAwayError(workshop) from error
            else:
                if plan.ledger is not None:
                    self._written[workshop] = plan.ledger.version
                    if others:
                        self._let_others_through(workshop, time.monotonic() - began)
                _log(plan)
                return plan.outcomes
        raise (StoreAwayError if away else SeatsBusyError)(workshop)

    def _let_others_through(self, workshop: str, round: float) -> None:
        """Begin no group for one and a half to three times a `round` (seconds), so that another process gets its turn.

        Whoever has just won would otherwise win again: it reads the newest ledger first, time after time, and the other
        one's visitors wait until they are sent away. Those who come meanwhile join the next group.
        """
        pause = max(round, _SHORTEST_ROUND) * (1.5 + 1.5 * random.random())  # noqa: S311 — no secret
        self._not_before[workshop] = time.monotonic() + min(_LONGEST_COURTESY, pause)

    def _join(self, workshop: str, waiting: "_Waiting") -> "_Line":
        with self._lock:
            line = self._lines.setdefault(workshop, _Line())
            line.queue.append(waiting)
            waiting.leads = not line.led
            line.led = True
        return line

    def _wait(self, line: "_Line", waiting: "_Waiting") -> bool:
        """Wait for an answer; True if instead it is this thread's turn to lead."""
        if not waiting.woken.wait(PATIENCE):
            with self._lock:
                if not waiting.woken.is_set() and waiting in line.queue:
                    line.queue.remove(waiting)
                    raise SeatsBusyError
            waiting.woken.wait(PATIENCE)
        return waiting.leads

    def _lead(self, workshop: str, line: "_Line") -> None:
        if (courtesy := self._not_before.get(workshop, 0.0) - time.monotonic()) > 0:
            time.sleep(courtesy)
        with self._lock:
            group = line.queue[:LARGEST_GROUP]
            del line.queue[:LARGEST_GROUP]
        try:
            self._serve(workshop, group)
        finally:
            with self._lock:
                line.led = bool(line.queue)
                if line.led:
                    line.queue[0].leads = True
                    line.queue[0].woken.set()

    def _serve(self, workshop: str, group: "list[_Waiting]") -> None:
        """Answer everyone in `group`; if it fails as a whole for a reason in one of them, one by one."""
        try:
            outcomes = self.commit_group(workshop, tuple(waiting.command for waiting in group))
        except (SeatsBusyError, UnknownWorkshopError) as error:
            for waiting in group:
                waiting.fail(error)
        except Exception as error:
            if len(group) == 1:
                group[0].fail(error)
                return
            for waiting in group:
                self._serve(workshop, [waiting])
        else:
            for waiting, outcome in zip(group, outcomes, strict=True):
                waiting.succeed(outcome)


class _Line:
    """Those who wait for one workshop. `led`: a thread is at work for it."""

    def __init__(self) -> None:
        self.queue: list[_Waiting] = []
        self.led = False


class _Waiting:
    """A command in line. Once `woken`, there is an answer, or its thread `leads`."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.leads = False
        self.woken = threading.Event()
        self._outcome: Outcome | None = None
        self._error: Exception | None = None

    def succeed(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.woken.set()

    def fail(self, error: Exception) -> None:
        self._error = error
        self.woken.set()

    def answer(self) -> Outcome:
        if self._error is not None:
            raise self._error
        if self._outcome is None:
            raise SeatsBusyError
        return self._outcome


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
