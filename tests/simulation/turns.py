"""Lets many activities take turns in one thread, in an order that a random number generator chooses.

An activity is a call of the program: a request, an event, a run of a schedule. It gives up its turn at each call of
the database or the mail provider and whenever it waits, and at no other moment. So an order of turns can be repeated.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet


class DiedError(BaseException):
    """The process was killed. No code of the program catches this."""


class Activity:
    """A call that is under way or has ended. `error` is what it raised, or None; `result` is what it returned.

    `notes` is for whoever watches the activity.
    """

    def __init__(self, name: str, owner: object, call: Callable[[], Any], turns: "Turns") -> None:
        self.name = name
        self.owner = owner
        self.began_at = turns.time
        self.result: Any = None
        self.error: BaseException | None = None
        self.ended = False
        self.doomed = False
        self.notes: dict[str, Any] = {}
        self.waits_until: float | None = None
        self.waits_for: Callable[[], bool] | None = None
        self._call = call
        self.greenlet = greenlet(self._run, parent=turns.main)

    def _run(self) -> None:
        try:
            if self.doomed:
                raise DiedError
            self.result = self._call()
        except BaseException as error:
            self.error = error
        self.ended = True

    def may_go_on(self, time: float) -> bool:
        if self.waits_until is None or self.doomed:
            return True
        return self.waits_until <= time or (self.waits_for is not None and self.waits_for())


class Turns:
    """The activities that are under way, and their time in seconds. `time` passes only when somebody says so."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.time = 0.0
        self.count = 0
        self.main = getcurrent()
        self.under_way: list[Activity] = []
        self.current: Activity | None = None

    def begin(self, name: str, owner: object, call: Callable[[], Any]) -> Activity:
        activity = Activity(name, owner, call, self)
        self.under_way.append(activity)
        return activity

    def take_one(self) -> Activity | None:
        """Let one activity go on until it gives up its turn. Returns it, or None if none can go on now."""
        ready = [one for one in self.under_way if one.may_go_on(self.time)]
        if not ready:
            return None
        chosen = ready[0] if len(ready) == 1 else ready[int(self.random.random() * len(ready))]
        self._switch_to(chosen)
        return chosen

    def _switch_to(self, activity: Activity) -> None:
        self.count += 1
        activity.waits_until = activity.waits_for = None
        self.current = activity
        activity.greenlet.switch()
        self.current = None
        if activity.ended:
            self.under_way.remove(activity)

    def pass_to_next_wake(self) -> bool:
        """Let time pass until the first waiting activity can go on. Returns False if there is none."""
        wakes = [one.waits_until for one in self.under_way if one.waits_until is not None]
        if not wakes:
            return False
        self.time = max(self.time, min(wakes))
        return True

    def give_up_turn(self, seconds: float = 0.0, until: Callable[[], bool] | None = None) -> None:
        """Called by an activity: let others go on, at least for `seconds`, or until `until` returns True."""
        activity = self.current
        assert activity is not None
        assert getcurrent() is activity.greenlet
        if seconds > 0:
            activity.waits_until, activity.waits_for = self.time + seconds, until
        self.main.switch()
        if activity.doomed:
            raise DiedError

    def kill(self, owner: object) -> None:
        """End all activities of `owner` where they are, when it is next their turn."""
        for activity in self.under_way:
            activity.doomed = activity.doomed or activity.owner is owner

    def abandon(self) -> None:
        """End everything that is under way, at the end of a life."""
        for activity in self.under_way:
            activity.doomed = True
        while self.take_one():
            pass


class Gate:
    """A gate of `Surroundings.waiting`."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._is_open = False

    def open(self) -> None:
        self._is_open = True

    def wait(self, seconds: float) -> bool:
        if not self._is_open:
            self._turns.give_up_turn(seconds, lambda: self._is_open)
        return self._is_open


class Lock:
    """A lock of `Surroundings.waiting`."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._held = False

    def __enter__(self) -> None:
        while self._held:
            self._turns.give_up_turn(3600.0, lambda: not self._held)
        self._held = True

    def __exit__(self, *_: object) -> None:
        self._held = False


@contextmanager
def no_turns(turns: Turns) -> Iterator[None]:
    """A block that reads the database for the world's own purposes, as no activity."""
    before, turns.current = turns.current, None
    yield
    turns.current = before
