"""The simulated world: a database, processes, events, schedules, the mail provider, and time.

Everything that happens by chance follows from `random`. A life (lives.py) sets it anew for each of its steps, so that
leaving out a step changes little of what happens in the others.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from msgspec import Struct

from tests.simulation.database.firestore import SimulatedFirestore, SimulatedWire
from tests.simulation.faults import Faults
from tests.simulation.functions import EXPECTED, FUNCTIONS, LINKS, SCHEDULES, Timetable
from tests.simulation.processes import Process
from tests.simulation.promises import hold
from tests.simulation.provider import Provider
from tests.simulation.turns import Activity, Turns
from tests.simulation.watching import Commit, Watch
from werkplaats.store import Store, StoreError
from werkplaats.store.wire import Found, Query, Revision, Write

_MOST_TURNS = 200_000
"""A life with more turns than this has got into a loop: most have fewer than 10,000."""


class Event(Struct):
    """Something that a function will be called with, not before `at` (seconds)."""

    function: str
    about: Any
    at: float
    tries: int = 0


class Shape(Struct, frozen=True, kw_only=True):
    """What differs from life to life besides its steps.

    `start` is in UTC. `processes` is the most for each function, `skew` how far their clocks are off, in seconds. If
    `newer`, half of them are of the next version. If not `mails_are_written`, mails have no text, which saves time.
    """

    start: datetime
    processes: int
    skew: float
    newer: bool
    mails_are_written: bool
    faults: Faults


class World:
    def __init__(self, shape: Shape, random: Random) -> None:
        self.random = random
        self.shape = shape
        self.faults = shape.faults
        self.turns = Turns(random)
        self.counts = Counter[str]()
        self.story: list[str] | None = None
        self.links = LINKS
        self.database = SimulatedFirestore(lends=True)
        self.store = Store(SimulatedWire(self.database))
        self.provider = Provider(self)
        self.air: list[Event] = []
        self.later: list[tuple[float, Sequence[Write], Activity | None, Process]] = []
        self.read: set[str] = set()
        self.watch = Watch(self)
        self.expected = EXPECTED
        self._processes: dict[str, list[Process]] = {}
        self._timetable = Timetable(shape.start)

    # Chance and time

    def follow(self, random: Random) -> None:
        self.random = self.turns.random = random

    def happens(self, fault: str, told: str) -> bool:
        if self.random.random() >= getattr(self.faults, fault):
            return False
        self.counts[f"fault: {fault}"] += 1
        if self.story is not None:
            self.tell(f"  ! {told}")
        return True

    def now(self) -> datetime:
        return self.shape.start + timedelta(seconds=self.turns.time)

    def pass_time(self, seconds: float) -> None:
        self.turns.time += seconds

    def count(self, what: str) -> None:
        self.counts[what] += 1

    def tell(self, line: str) -> None:
        if self.story is not None:
            self.story.append(f"{self.now():%Y-%m-%d %H:%M:%S} {line}")

    # Processes

    def process(self, function: str) -> Process:
        """Some living process of `function`."""
        living = [one for one in self._processes.get(function, ()) if not one.dead]
        most = 1 if function in SCHEDULES else self.shape.processes
        if living and (len(living) >= most or self.random.random() < 0.7):
            return self.random.choice(living)
        number = len(self._processes.setdefault(function, [])) + 1
        newer = self.shape.newer and self.random.random() < 0.5
        skew = self.shape.skew * (2 * self.random.random() - 1)
        process = Process(self, function, f"{function} {number}", skew=skew, newer=newer)
        self._processes[function].append(process)
        return process

    def kill_one(self) -> None:
        living = [one for some in self._processes.values() for one in some if not one.dead]
        if living:
            process = self.random.choice(living)
            self.tell(f"{process.name} is killed")
            self.count("processes killed")
            process.die()

    # The database

    def get(self, wanted: Sequence[str]) -> dict[str, Found]:
        self.read.update(path.rpartition("/")[0].rpartition("/")[2] for path in wanted)
        return self.database.get(wanted)

    def paths(self, collection: str) -> list[str]:
        return [found.path for found in self.database.query(Query(collection=collection))]

    def documents(self) -> list[Found]:
        """Every document there is."""
        return list(self.database.all().values())

    def commit(self, writes: Sequence[Write], cause: Activity | None, process: Process) -> list[Revision]:
        paths = [write.path for write in writes]
        before = self.database.peek(paths)
        revisions = self.database.commit(writes)
        self.count("commits")
        after = self.database.peek(paths)
        self.watch.committed(Commit(writes, before, after), cause, process)
        self._send_events(before, after)
        return revisions

    def commit_later(self, writes: Sequence[Write], cause: Activity | None, process: Process) -> None:
        notes = Activity(f"{cause.name if cause else ''} (late)", process, lambda: None, self.turns)
        notes.notes = dict(cause.notes) if cause else {}
        self.later.append((self.turns.time + 30 * self.random.random(), writes, notes, process))

    def _commit_what_is_late(self) -> None:
        for one in [one for one in self.later if one[0] <= self.turns.time]:
            self.later.remove(one)
            try:
                self.commit(*one[1:])
            except StoreError:
                self.tell("  a late commit is refused")
            else:
                self.tell("  a late commit takes effect")

    def _send_events(self, before: dict[str, Found], after: dict[str, Found]) -> None:
        for path, document in after.items():
            old = before.get(path)
            collection, _, id = path.rpartition("/")
            if collection == "mails" and old is None:
                self.post("deliver_mail", id)
            elif collection == "ledgers" and old is not None and old.fields != document.fields:
                self.post("promote_waitlist", id)
            elif old is None and collection.endswith("/journal"):
                self.post("notify_organisers", (collection.split("/")[1], id))

    # Events

    def post(self, function: str, about: Any) -> None:
        """Put an event on its way. It may never arrive, arrive twice, or late."""
        if self.happens("event_lost", f"an event of {function} is lost"):
            return
        for _ in range(2 if self.happens("event_twice", f"an event of {function} will come twice") else 1):
            late = self.happens("event_late", f"an event of {function} will be late")
            self.air.append(Event(function, about, self.turns.time + (600 * self.random.random() if late else 0)))

    def deliver(self, most: int, only: str = "") -> None:
        """Call functions, or `only` that one, with up to `most` of the events that are on their way, in any order."""
        ready = [event for event in self.air if event.at <= self.turns.time and only in ("", event.function)]
        for event in self.random.sample(ready, min(most, len(ready))):
            self.air.remove(event)
            self._call(event)

    def _call(self, event: Event) -> Activity:
        process = self.process(event.function)
        activity = self.begin(f"{event.function} {event.about}", process, FUNCTIONS[event.function], event.about)
        activity.notes["event"] = event
        return activity

    # Activities

    def begin(self, name: str, process: Process, call: Callable[..., Any], *arguments: Any) -> Activity:
        """Begin an activity of `process`. It goes on when activities take turns."""
        self.tell(f"{name}, by {process.name}")
        self.count(f"called: {process.function}")
        activity = self.turns.begin(name, process, lambda: call(process, *arguments))
        activity.notes["tick"] = self.watch.tick
        return activity

    def take_turns(self, most: int) -> None:
        """Let activities take up to `most` turns, or until none is under way."""
        hold(self.turns.count < _MOST_TURNS, "everything comes to an end", [one.name for one in self.turns.under_way])
        for _ in range(most):
            if self.later:
                self._commit_what_is_late()
            activity = self.turns.take_one()
            if activity is None:
                if not self.turns.pass_to_next_wake():
                    return
            elif activity.ended:
                self._ended(activity)

    def _ended(self, activity: Activity) -> None:
        self.watch.ended(activity)
        error, event = activity.error, activity.notes.get("event")
        if error is None:
            if event is not None and event.function == "mail_events":
                self.provider.was_told(event.about)
            return
        self.tell(f"  {activity.name} ends in {type(error).__name__}")
        self._again(activity)

    def _again(self, activity: Activity) -> None:
        """An event whose function failed is sent again."""
        event = activity.notes.get("event")
        if event is not None and event.tries < 20:
            pause = min(600, 10 * 2**event.tries)
            self.air.append(Event(event.function, event.about, self.turns.time + pause, event.tries + 1))

    def finish(self) -> None:
        """Let everything that is under way end."""
        while self.turns.under_way or any(one[0] <= self.turns.time + 60 for one in self.later):
            self.take_turns(1000)
            if self.later and not self.turns.under_way:
                self.pass_time(10)
                self._commit_what_is_late()

    # Longer times

    def run(self, schedule: str) -> Activity:
        """Call a function as the schedule does."""
        return self.begin(schedule, self.process(schedule), FUNCTIONS[schedule], None)

    def let_pass(self, seconds: float) -> None:
        """Let time pass until everything under way has ended and `seconds` are over.

        Schedules run when they are due. If that is often, only their last run takes place, and sometimes the first.
        """
        self.finish()
        end = self.now() + timedelta(seconds=seconds)
        for at, name in sorted(self._timetable.due_until(end, self.random)):
            self._set_time(at)
            if not self.happens("run_lost", f"{name} does not run"):
                self.run(name)
                self.deliver(3)
                self.finish()
        self._set_time(end)

    def _set_time(self, at: datetime) -> None:
        self.turns.time = max(self.turns.time, (at - self.shape.start).total_seconds())
