"""A whole life of one or two workshops, from a seed: what happens in it, and what must be true at its end.

A life consists of steps. Each step draws its random numbers from the seed and its own number, so a life from which
some steps are left out is much like the whole one. That is how a short story of a failure is found.
"""

import contextlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import msgspec
from msgspec import Struct

from tests.samples import WRITTEN
from tests.simulation.deeds import DEEDS, Deed
from tests.simulation.endings import check_the_end, settle
from tests.simulation.faults import some_faults
from tests.simulation.organisers import calls_off
from tests.simulation.people import People, a_crowd_signs_up, leaves_room_unnoticed
from tests.simulation.promises import BrokenPromiseError
from tests.simulation.world import Shape, World
from werkplaats.domain.workshop import Workshop
from werkplaats.workflows.publish import create_workshop

STEPS = 50
"""How many steps a life has. Together with events and schedules they make over 200 calls of functions."""

_DEEDS = list(DEEDS)
_BEFORE, _AFTER = zip(*DEEDS.values(), strict=True)
_BEGINS = int(STEPS * 0.65)
"""The number of the step with which the workshop begins."""


class Life(Struct, frozen=True, kw_only=True):
    """How a life went, with the `numbers` of the steps that were taken.

    `broken` is the promise that did not hold, or None. `story` is told only if it was asked for. `read` and
    `written` are the collections that were read and written, and `effects` the commands that changed something.
    """

    seed: int
    numbers: tuple[int, ...]
    turns: int
    counts: Counter[str]
    read: frozenset[str]
    written: frozenset[str]
    effects: frozenset[str]
    broken: BrokenPromiseError | None
    story: tuple[str, ...]


def live(seed: int, steps: Sequence[int] = range(STEPS), *, tell: bool = False) -> Life:
    """Live the life of `seed`, with only those `steps` (numbers from 0).

    In one life of five, faults end before the workshop begins, so that seats must still find those who wait for them.
    Then a seat becomes free at the very end, of which no event tells, and perhaps the workshop is called off.
    """
    random = Random(f"{seed}")
    shape = _shape(random)
    world = World(shape, random)
    if tell:
        world.story = []
    broken = None
    taken: list[int] = []
    with contextlib.redirect_stdout(_Log(world)):
        try:
            workshops = _workshops(random, shape.start)
            people = People(world, workshops)
            _publish(world, workshops)
            ends = STEPS if random.random() < 0.8 else random.randint(STEPS // 5, STEPS // 2)
            for number in (one for one in steps if one < ends):
                taken.append(number)
                _step(people, seed, number)
            world.follow(Random(f"{seed}:end"))
            if ends < STEPS or world.random.random() < 0.4:
                world.finish()
                leaves_room_unnoticed(people)
                if ends < STEPS and world.random.random() < 0.3:
                    calls_off(people)
            settle(world)
            check_the_end(people)
        except BrokenPromiseError as error:
            broken = error
    world.turns.abandon()
    return Life(
        seed=seed,
        numbers=tuple(taken),
        turns=world.turns.count,
        counts=world.counts,
        read=frozenset(world.read),
        written=frozenset(world.watch.written),
        effects=frozenset(world.watch.effects),
        broken=broken,
        story=tuple(world.story or ()),
    )


def _step(people: People, seed: int, number: int) -> None:
    """A life begins with a crowd: little happens in a workshop with room for everybody."""
    world = people.world
    random = Random(f"{seed}:{number}")
    world.follow(random)
    if number in _LEAPS:
        _leap(people, *_LEAPS[number])
    [deed] = random.choices(_DEEDS, _BEFORE if number < _BEGINS else _AFTER) if number else [a_crowd_signs_up]
    world.tell(f"[step {number}] {_name(deed)}")
    world.count(f"deed: {_name(deed)}")
    deed(people)
    if random.random() < 0.3:
        world.pass_time(random.expovariate(1 / 20))
    world.deliver(random.choice([0, 0, 1, 3]))
    world.take_turns(random.choice([0, 5, 20, 60, 1000]))


def _name(deed: Deed) -> str:
    """What the deed is called in stories, such as "organiser publishes"."""
    who = "organiser " if deed.__module__.endswith("organisers") else ""
    return who + deed.__name__.replace("_", " ")


_LEAPS = {
    int(STEPS * 0.55): ("first_day", -7),
    _BEGINS: ("first_day", 0),
    int(STEPS * 0.72): ("last_day", 2),
    int(STEPS * 0.85): ("last_day", 20),
    int(STEPS * 0.95): ("last_day", 40),
}
"""The steps before which time leaps to so many days after a day of the workshop, so that each life sees all of it."""


def _leap(people: People, day: str, days: int) -> None:
    world = people.world
    at: date = getattr(world.watch.workshops[min(people.published)], day)
    wanted = datetime(at.year, at.month, at.day, 9, tzinfo=UTC) + timedelta(days=days)
    seconds = (wanted - world.now()).total_seconds()
    if seconds > 0:
        world.tell(f"time leaps to {wanted:%Y-%m-%d}")
        world.let_pass(seconds)


def _shape(random: Random) -> Shape:
    """Lives begin in any season, often shortly before summer time begins or ends."""
    start = datetime(2027, 1, 4, 8, tzinfo=UTC) + timedelta(days=random.randrange(365))
    if random.random() < 0.3:
        start = random.choice([datetime(2027, 3, 27, 20, tzinfo=UTC), datetime(2027, 10, 30, 20, tzinfo=UTC)])
    return Shape(
        start=start,
        processes=random.choice([1, 2, 3]),
        skew=random.choice([0.0, 0.3, 1.0]),
        newer=random.random() < 0.5,
        mails_are_written=random.random() < 0.1,
        faults=some_faults(random),
    )


def _workshops(random: Random, start: datetime) -> tuple[Workshop, ...]:
    first = start.date() + timedelta(days=random.randint(12, 60))
    shared = {
        "first_day": first,
        "last_day": first + timedelta(days=2),
        "sign_up": {"opens": start.date() - timedelta(days=30), "closes": first - timedelta(days=random.randint(1, 6))},
        "reminders": ["7 days", "2 days"],
        "waves": [WRITTEN["waves"][0] | {"reminders": ["7 days"], "to": random.choice(["attended", "seat"])}],
        "privacy": WRITTEN["privacy"] | {"erase_registrations_after": "60 days"},
    }
    made = [
        WRITTEN
        | shared
        | {
            "id": id,
            "capacity": random.choice([1, 1, 2, 6, 8]),
            "promotion": {"by": random.choice(["offer", "offer", "direct"]), "within": "24 hours"},
            "confirm_address": random.choice(["never", "busy", "busy", "always"]),
            "waitlist": {"at_most": random.choice([None, None, None, 3])},
            "practice": random.random() < 0.2,
            "questions": [
                WRITTEN["questions"][0],
                WRITTEN["questions"][1]
                | {"tell": True, "changeable_until": first - timedelta(days=random.randint(3, 25))},
            ],
            "organisers": [
                one | {"notices": random.choice(["bundled", "bundled", "each", "digest", "none"])}
                for one in WRITTEN["organisers"][: random.choice([1, 1, 1, 2])]
            ],
        }
        for id in ("proef", "tweede")[: random.choice([1, 1, 1, 2])]
    ]
    return tuple(msgspec.convert(one, Workshop) for one in made)


def _publish(world: World, workshops: Sequence[Workshop]) -> None:
    """Without faults: a life begins with its workshops."""
    process, faults = world.process("organiser"), world.faults
    world.faults = type(faults)()
    for workshop in workshops:
        world.begin("publish", process, lambda p, one=workshop: create_workshop(p.store, one, p.now(), "a@example.org"))
        world.finish()
    world.faults = faults


class _Log:
    """Stands in for standard output, on which the program logs."""

    def __init__(self, world: World) -> None:
        self._world = world

    def write(self, text: str) -> int:
        self._world.watch.logged(text)
        return len(text)

    def flush(self) -> None:
        """Nothing is kept."""


def shorten(life: Life) -> Life:
    """The shortest life found that breaks the same promise, with its story.

    Steps are left out, first many at once, then one by one.
    """
    assert life.broken is not None
    steps = list(life.numbers)
    size = max(1, len(steps) // 2)
    while size >= 1:
        start = 0
        while start < len(steps):
            tried = live(life.seed, steps[:start] + steps[start + size :])
            if tried.broken is not None and tried.broken.promise == life.broken.promise:
                steps = list(tried.numbers)
            else:
                start += size
        size //= 2
    return live(life.seed, steps, tell=True)
