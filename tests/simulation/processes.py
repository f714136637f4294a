"""The processes of the simulated world: each runs one function of the program, and can be killed at any call."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.simulation.turns import DiedError, Gate, Lock
from werkplaats.domain.delivery import Accepted, Busy, Misconfigured, Rejected, SendResult, Unknown
from werkplaats.domain.mail.decision import Letter
from werkplaats.domain.seats.commands import Command
from werkplaats.mailing.composing import compose
from werkplaats.mailing.message import Message, Recipient
from werkplaats.security.links import Links
from werkplaats.store import ConflictError, OutcomeUnknownError, Store, StoreUnavailableError
from werkplaats.store.seats import Guarded, Seats
from werkplaats.store.wire import Fields, Found, Put, Query, Revision, Write
from werkplaats.workflows.mail.deliver import Postman
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.surroundings import Surroundings

if TYPE_CHECKING:
    from tests.simulation.world import World

NEWER_FIELD = "from_the_next_version"
"""The field that processes of the next version write in every document, and that this version does not know."""


class Process:
    """One instance of `function`. `newer` says that it is of the next version of the program."""

    def __init__(self, world: "World", function: str, name: str, *, skew: float, newer: bool) -> None:
        self.world = world
        self.function = function
        self.name = name
        self.newer = newer
        self.dead = False
        self._skew = timedelta(seconds=skew)
        surroundings = Surroundings(_Clock(self), _Chance(world), _Waiting(world))
        self.store = Store(ProcessWire(self))
        self.store.seats = _NotedSeats(self)
        self.queue = SeatQueue(self.store, surroundings)
        write_out = compose if world.shape.mails_are_written else _write_nothing
        self.postman = Postman(self.store, _Provider(self), world.links, surroundings, write_out)

    def now(self) -> datetime:
        """The present (UTC) according to this process's clock, which is up to a second off."""
        return self.world.now() + self._skew

    def call(self, what: str) -> None:
        """What happens before each call that leaves the process: others go on, some time passes, it may be killed."""
        if self.dead:
            raise DiedError
        world = self.world
        world.turns.give_up_turn()
        world.pass_time(0.001 + 0.02 * world.random.random())
        self.may_die(f"before {what}")

    def may_die(self, when: str) -> None:
        if self.dead or self.world.happens("dies", f"{self.name} dies {when}"):
            self.die()
            raise DiedError

    def die(self) -> None:
        self.dead = True
        self.world.turns.kill(self)


class ProcessWire:
    """The wire of one process to the world's database, with its faults."""

    name = "simulated"

    def __init__(self, process: Process) -> None:
        self._process = process
        self._world = process.world

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        wanted = list(paths)
        self._before_read()
        return self._world.get(wanted)

    def query(self, query: Query) -> list[Found]:
        self._before_read()
        self._world.read.add(query.collection.rpartition("/")[2])
        return self._world.database.query(query)

    def count(self, query: Query) -> int:
        self._before_read()
        self._world.read.add(query.collection.rpartition("/")[2])
        return self._world.database.count(query)

    def collections(self, below: str | None = None) -> list[str]:
        self._before_read()
        return self._world.database.collections(below)

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        process, world = self._process, self._world
        process.call("a commit")
        if process.newer:
            writes = [_by_newer_version(write) for write in writes]
        cause = world.turns.current
        if world.happens("commit_lost", "the commit is lost"):
            raise OutcomeUnknownError("UNAVAILABLE")
        if world.happens("commit_refused", "the commit is answered with ABORTED"):
            raise ConflictError("ABORTED")
        if world.happens("commit_late", "the commit is lost, and will take effect later"):
            world.commit_later(writes, cause, process)
            world.pass_time(5.0)
            raise OutcomeUnknownError("DEADLINE_EXCEEDED")
        revisions = world.commit(writes, cause, process)
        process.may_die("after a commit")
        if world.happens("answer_lost", "the commit takes effect, its answer is lost"):
            raise OutcomeUnknownError("DEADLINE_EXCEEDED")
        return revisions

    def _before_read(self) -> None:
        self._process.call("a read")
        if self._world.happens("read_fails", "the read is not answered"):
            raise StoreUnavailableError("UNAVAILABLE")


def _by_newer_version(write: Write) -> Write:
    if not isinstance(write, Put):
        return write
    fields: Fields = {**write.fields, NEWER_FIELD: "new"}
    mask = None if write.mask is None else (*write.mask, (NEWER_FIELD,))
    return Put(write.path, fields, write.guard, mask)


class _NotedSeats(Seats):
    """Notes at the activity which commands it reads for, so that each commit can be explained by them."""

    def __init__(self, process: Process) -> None:
        super().__init__(process.store.wire, process.store.workshops)
        self._turns = process.world.turns

    def read(self, workshop: str, commands: tuple[Command, ...], *, presume_new: bool = False) -> Guarded | None:
        assert self._turns.current is not None
        self._turns.current.notes["commands"] = (workshop, commands)
        return super().read(workshop, commands, presume_new=presume_new)


def _write_nothing(letter: Letter, links: Links, now: datetime) -> Message:
    """In place of `compose`, which takes most of the time of a life: a mail without a text."""
    return Message(
        mail_id=letter.mail.id,
        sender=letter.workshop.sender,
        recipient=Recipient(letter.workshop.sender.reply_to, None),
        subject="",
        html="",
        text="",
        categories=(),
    )


class _Provider:
    """The mail provider as one process sees it."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def send(self, message: Message) -> SendResult:
        process, world = self._process, self._process.world
        process.call("a send")
        world.watch.asked_to_send(message)
        if world.happens("send_slow", "the provider takes its time, and meanwhile the schedule runs"):
            seconds = 20 * world.random.random()
            world.turns.give_up_turn(seconds / 2 + 1e-6)
            world.run("retry_mail")
            world.turns.give_up_turn(seconds / 2 + 1e-6)
        if world.happens("busy", "the provider answers 429"):
            return Busy("429")
        if world.happens("misconfigured", "the provider answers 401"):
            return Misconfigured("401")
        if world.happens("rejected", "the provider answers 400"):
            assert world.turns.current is not None
            world.provider.rejected[message.mail_id] = world.turns.current
            return Rejected("400")
        if world.happens("send_lost", "the mail does not reach the provider, and no answer comes"):
            return Unknown("no answer")
        attempt = world.provider.accept(message, world.turns.current)
        process.call("reading the provider's answer")
        if world.happens("send_answer_lost", "the provider takes the mail, and its answer is lost"):
            attempt.in_doubt = True
            return Unknown("no answer")
        return Accepted(f"message-{attempt.number}")


class _Clock:
    def __init__(self, process: Process) -> None:
        self._process = process

    def now(self) -> datetime:
        now = self._process.now()
        current = self._process.world.turns.current
        if current is not None:
            current.notes["now"] = now
        return now

    def elapsed(self) -> float:
        return self._process.world.turns.time


class _Chance:
    def __init__(self, world: "World") -> None:
        self._world = world

    def fraction(self) -> float:
        return self._world.random.random()


class _Waiting:
    def __init__(self, world: "World") -> None:
        self._turns = world.turns

    def sleep(self, seconds: float) -> None:
        self._turns.give_up_turn(max(seconds, 1e-6))

    def lock(self) -> Any:
        return Lock(self._turns)

    def gate(self) -> Gate:
        return Gate(self._turns)
