"""Every change of a registration: who waits for it, and who sees to it.

Commands for one workshop that arrive while a commit is under way wait in line and are decided and committed
together: one thread among those waiting leads, the others sleep until their answer is there.

    thread A   queue, lead ──read──decide──commit[A]──────┐ hand over
    thread B        queue, wait ················ lead ──read──decide──commit[B C D]── nobody left
    thread C             queue, wait ···········································─answer
    thread D               queue, wait ·········································─answer

There is no thread of its own behind this: what is imported before a fork does not run after it.
"""

from collections.abc import Iterator, Sequence

from werkplaats.domain.seats.commands import Command, Outcome
from werkplaats.store import Store
from werkplaats.workflows.seats.commit import Committer, SeatsBusyError, UnknownWorkshopError
from werkplaats.workflows.surroundings import Gate, Surroundings

LARGEST_GROUP = 100
"""Commands in one commit: at about four writes each, within the 500 that Firestore is at ease with."""

PATIENCE = 20.0
"""Seconds a command waits in line, and as long again for its own group."""

SHORTEST_ROUND = 0.03
"""Seconds that another process's round is taken to last at least: a small group is quick, and would leave a large one
no time."""

LONGEST_COURTESY = 0.5
"""Seconds for which a group is held back, at most, so that another process gets its turn."""


class SeatQueue:
    """Where commands about seats are brought. One for each process; its threads share it."""

    def __init__(self, store: Store, surroundings: Surroundings) -> None:
        self._committer = Committer(store, surroundings)
        self._clock = surroundings.clock
        self._chance = surroundings.chance
        self._waiting = surroundings.waiting
        self._lock = surroundings.waiting.lock()
        self._lines: dict[str, _Line] = {}

    def do(self, workshop: str, command: Command) -> Outcome:
        """Decide and commit `command`, together with those that wait with it; returns what became of it.

        Raises SeatsBusyError, UnknownWorkshopError, or RefusedError if Firestore will never take it.
        """
        member = _Member(command, self._waiting.gate())
        line = self._line(workshop)
        with self._lock:
            line.join(member)
        if member.leads or self._wait(line, member):
            self._lead(line)
        return member.answer()

    def do_all(self, workshop: str, commands: Sequence[Command]) -> tuple[Outcome, ...]:
        """Decide and commit `commands` in order, in as few commits as their number needs, without waiting in line.

        Raises as `do` does; what was committed before that stays.
        """
        line = self._line(workshop)
        outcomes: list[Outcome] = []
        for start in range(0, len(commands), LARGEST_GROUP):
            for decided in self._commit(line, tuple(commands[start : start + LARGEST_GROUP])):
                outcomes += decided
        return tuple(outcomes)

    def _line(self, workshop: str) -> "_Line":
        with self._lock:
            return self._lines.setdefault(workshop, _Line(workshop))

    def _wait(self, line: "_Line", member: "_Member") -> bool:
        """Wait until there is an answer; return True if instead it is this thread's turn to lead."""
        if not member.woken.wait(PATIENCE):
            with self._lock:
                if line.leave(member):
                    raise SeatsBusyError(line.workshop)
            member.woken.wait(PATIENCE)
        return member.leads

    def _lead(self, line: "_Line") -> None:
        """See to the group that waits at the head of `line`, of which this thread's own command is the first."""
        try:
            self._hold_back(line)
            with self._lock:
                group = line.take(LARGEST_GROUP)
            self._serve(line, group)
        finally:
            with self._lock:
                line.hand_over()

    def _serve(self, line: "_Line", group: "list[_Member]") -> None:
        """Answer everyone in `group`. If one of them makes the commit fail, each is tried alone to spare the others."""
        error = self._answer(line, group)
        if error is None:
            return
        because_of_one = len(group) > 1 and not isinstance(error, SeatsBusyError | UnknownWorkshopError)
        for member in group:
            if member.answered:
                continue
            failed = self._answer(line, [member]) if because_of_one else error
            if failed is not None:
                member.fail(failed)

    def _answer(self, line: "_Line", group: "list[_Member]") -> Exception | None:
        """Commit what `group` asks, and answer each member once its command is stored; return why others are not."""
        unanswered = iter(group)
        try:
            for outcomes in self._commit(line, tuple(member.command for member in group)):
                for outcome in outcomes:
                    next(unanswered).succeed(outcome)
        except Exception as error:
            return error
        return None

    def _commit(self, line: "_Line", commands: tuple[Command, ...]) -> Iterator[tuple[Outcome, ...]]:
        for answers in self._committer.commit(line.workshop, commands):
            if answers.others:
                self._let_others_through(line, answers.seconds)
            yield answers.outcomes

    def _let_others_through(self, line: "_Line", seconds: float) -> None:
        """Plan a pause of one and a half to three rounds, of `seconds` each, so that another process gets its turn.

        This process has just won. Without a pause it would win again, since it reads the newest ledger first, and the
        other one's visitors would wait until they are sent away. Those who come meanwhile join the next group.
        """
        pause = max(seconds, SHORTEST_ROUND) * (1.5 + 1.5 * self._chance.fraction())
        line.not_before = self._clock.elapsed() + min(LONGEST_COURTESY, pause)

    def _hold_back(self, line: "_Line") -> None:
        """Make the pause that was planned, or what is left of it."""
        pause = line.not_before - self._clock.elapsed()
        if pause > 0:
            self._waiting.sleep(pause)


class _Line:
    """Those who wait for one workshop, and whether a thread is at work for it. Used under the queue's lock.

    `not_before` is the moment, by the clock's `elapsed`, before which no group is to be begun.
    """

    def __init__(self, workshop: str) -> None:
        self.workshop = workshop
        self.not_before = 0.0
        self._members: list[_Member] = []
        self._led = False

    def join(self, member: "_Member") -> None:
        """Let `member` wait at the end, or lead if nobody does."""
        self._members.append(member)
        member.leads = not self._led
        self._led = True

    def leave(self, member: "_Member") -> bool:
        """Take `member` out, unless its turn has come; return whether it was taken out."""
        if member.leads or member not in self._members:
            return False
        self._members.remove(member)
        return True

    def take(self, most: int) -> "list[_Member]":
        """Take the group at the head, of at most so many."""
        group = self._members[:most]
        del self._members[:most]
        return group

    def hand_over(self) -> None:
        """Let the first of those who wait lead from now on, if there is anybody."""
        if self._members and self._members[0].leads:
            del self._members[0]  # it has failed before it took a group
        self._led = bool(self._members)
        if self._led:
            self._members[0].lead()


class _Member:
    """A command in line. Once `woken` is open, it is answered, or its thread `leads`."""

    def __init__(self, command: Command, woken: Gate) -> None:
        self.command = command
        self.woken = woken
        self.leads = False
        self._outcome: Outcome | Exception | None = None

    @property
    def answered(self) -> bool:
        return self._outcome is not None

    def lead(self) -> None:
        self.leads = True
        self.woken.open()

    def succeed(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.woken.open()

    def fail(self, error: Exception) -> None:
        self._outcome = error
        self.woken.open()

    def answer(self) -> Outcome:
        """What became of the command. Raises what it failed with, or SeatsBusyError if its time was over first."""
        if self._outcome is None:
            raise SeatsBusyError
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome
