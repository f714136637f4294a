"""The queue of commands about seats. Every change of a registration goes through it.

Commands for one workshop that arrive while a commit is under way wait in line, and are then decided and committed
together. The thread of the first of them leads, which means that it does this for the whole group. The other threads
sleep until their command has its outcome.

    thread A   queue, lead ──read──decide──commit[A]──────┐ hand over
    thread B        queue, wait ················ lead ──read──decide──commit[B C D]── nobody left
    thread C             queue, wait ···········································─answer
    thread D               queue, wait ·········································─answer

If other processes change the seats of the same workshop, the leader first waits until it is the turn of this process
(workflows/seats/turns.py). Commands that arrive meanwhile join its group.

No background thread does this: the server imports the program before it forks, and threads do not survive a fork.
"""

from collections.abc import Sequence

from werkplaats.domain.seats.commands import Command, Outcome
from werkplaats.store import Store
from werkplaats.store.seats import LedgerRead
from werkplaats.workflows.seats.commit import Committer, SeatsBusyError, UnknownWorkshopError
from werkplaats.workflows.surroundings import Gate, Surroundings

LARGEST_GROUP = 100
"""The most commands in one commit.

With about four writes each they stay within 500 writes, which Firestore handles well.
"""

LONGEST_WAIT = 20.0
"""How long a command waits in line, in seconds, and after that again for its own group."""


class SeatQueue:
    """Takes commands about seats. Make one for each process; its threads share it."""

    def __init__(self, store: Store, surroundings: Surroundings) -> None:
        self._committer = Committer(store, surroundings)
        self._waiting = surroundings.waiting
        self._lock = surroundings.waiting.lock()
        self._lines: dict[str, _Line] = {}

    def do(self, workshop: str, command: Command) -> Outcome:
        """Decide and commit `command`, possibly together with others. Returns its outcome.

        Raises SeatsBusyError, UnknownWorkshopError, or RefusedError if Firestore refuses the commit.
        """
        member = _Member(command, self._waiting.gate())
        line = self._line(workshop)
        with self._lock:
            line.join(member)
        if member.leads or self._wait(line, member):
            self._lead(line)
        return member.answer()

    def do_all(self, workshop: str, commands: Sequence[Command]) -> tuple[Outcome, ...]:
        """Decide and commit `commands` in order, in as few commits as possible, without waiting in line.

        Raises the same errors as `do`. Commands that were committed before an error stay committed.
        """
        outcomes: list[Outcome] = []
        for start in range(0, len(commands), LARGEST_GROUP):
            for decided in self._committer.commit(workshop, tuple(commands[start : start + LARGEST_GROUP])):
                outcomes += decided
        return tuple(outcomes)

    def _line(self, workshop: str) -> "_Line":
        with self._lock:
            return self._lines.setdefault(workshop, _Line(workshop))

    def _wait(self, line: "_Line", member: "_Member") -> bool:
        """Wait until `member` has its outcome. Returns True if this thread must lead instead."""
        if not member.woken.wait(LONGEST_WAIT):
            with self._lock:
                if line.leave(member):
                    raise SeatsBusyError(line.workshop)
            member.woken.wait(LONGEST_WAIT)
        return member.leads

    def _lead(self, line: "_Line") -> None:
        """Commit the first group of `line`. The command of this thread is the first one in it."""
        try:
            ledger_read = self._committer.turn(line.workshop).wait()
            with self._lock:
                group = line.take(LARGEST_GROUP)
            self._serve(line, group, ledger_read)
        finally:
            with self._lock:
                line.hand_over()

    def _serve(self, line: "_Line", group: "list[_Member]", ledger_read: LedgerRead | None) -> None:
        """Give everyone in `group` an outcome or an error.

        If the commit fails because of one command, each is committed alone, so that the others do not fail with it.
        """
        error = self._answer(line, group, ledger_read)
        if error is None:
            return
        because_of_one = len(group) > 1 and not isinstance(error, SeatsBusyError | UnknownWorkshopError)
        for member in group:
            if member.answered:
                continue
            failed = self._answer(line, [member]) if because_of_one else error
            if failed is not None:
                member.fail(failed)

    def _answer(self, line: "_Line", group: "list[_Member]", ledger_read: LedgerRead | None = None) -> Exception | None:
        """Commit the commands of `group`, and give each member its outcome.

        Returns the error, if there was one, because of which the rest of the members have no outcome.
        """
        unanswered = iter(group)
        try:
            commands = tuple(member.command for member in group)
            for outcomes in self._committer.commit(line.workshop, commands, ledger_read):
                for outcome in outcomes:
                    next(unanswered).succeed(outcome)
        except Exception as error:
            return error
        return None


class _Line:
    """The members who wait for one workshop, and whether one of their threads leads.

    Use it only under the queue's lock.
    """

    def __init__(self, workshop: str) -> None:
        self.workshop = workshop
        self._members: list[_Member] = []
        self._led = False

    def join(self, member: "_Member") -> None:
        """Put `member` at the end of the line. It leads if nobody else does."""
        self._members.append(member)
        member.leads = not self._led
        self._led = True

    def leave(self, member: "_Member") -> bool:
        """Remove `member` from the line, unless it leads or is in a group already. Returns whether it was removed."""
        if member.leads or member not in self._members:
            return False
        self._members.remove(member)
        return True

    def take(self, most: int) -> "list[_Member]":
        """Remove the first members from the line, at most `most`, and return them."""
        group = self._members[:most]
        del self._members[:most]
        return group

    def hand_over(self) -> None:
        """Let the first member in line lead from now on, if there is any."""
        if self._members and self._members[0].leads:
            del self._members[0]  # this leader failed before it took its group
        self._led = bool(self._members)
        if self._led:
            self._members[0].lead()


class _Member:
    """A command in line. Once the gate `woken` is open, it has its outcome, or its thread `leads`."""

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
        """The outcome of the command. Raises the error it failed with, or SeatsBusyError if it waited too long."""
        if self._outcome is None:
            raise SeatsBusyError
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome
