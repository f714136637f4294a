"""Simulated lives keep all promises, take part in everything, and can be lived again.

`make simulate` lives many more, and `make planted` shows that they find mistakes.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import UnionType
from typing import get_args

import pytest

from local.catalogue import load
from tests.simulation.__main__ import command_for
from tests.simulation.database.firestore import SimulatedFirestore
from tests.simulation.deeds import DEEDS
from tests.simulation.faults import Faults
from tests.simulation.functions import FUNCTIONS
from tests.simulation.lives import Life, live, shorten
from tests.simulation.planted import PLANTED, find
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.seats.commands import Command
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.store import paths
from werkplaats.store.wire import Revision, Write

ROOT = Path(__file__).resolve().parents[2]
LIVES = 100
GROUP = 10


SHARED = pytest.mark.xdist_group("lives")
"""For tests that look at the same lives: one process lives them once."""


@cache
def lived(seed: int) -> Life:
    return live(seed)


@SHARED
@pytest.mark.parametrize("first", range(1, LIVES, GROUP))
def test_all_promises_hold(first: int) -> None:
    for seed in range(first, first + GROUP):
        life = lived(seed)
        if life.broken is not None:
            shortest = shorten(life)
            pytest.fail("\n".join([*shortest.story, str(shortest.broken), f"Again: {command_for(shortest)}"]))


COLLECTIONS = {value for name, value in vars(paths).items() if name.isupper()} - {paths.DRAFTS, paths.LOGOS}
"""What lives write. Drafts and logos are the editor's, and are no part of a workshop's life until it is published."""


_NOT_IN_LIVES = {Kind.SURVEY_MESSAGE, Kind.ORGANISER_MESSAGE_TEST, Kind.SIGNED_IN}
"""The kinds of mail that need what lives do not have."""


def names(command: object) -> Iterator[str]:
    """The names of all commands in a union of them."""
    if isinstance(command, UnionType):
        for one in get_args(command):
            yield from names(one)
    else:
        assert isinstance(command, type)
        yield command.__name__


def missing(lives: list[Life]) -> set[str]:
    """Which commands, functions, faults and deeds have not taken part in any of `lives`, and what was not read."""
    counts = sum((life.counts for life in lives), Counter[str]())
    mails = {f"queued: {kind.value}" for kind in set(Kind) - _NOT_IN_LIVES}
    wanted = mails | {f"called: {name}" for name in FUNCTIONS} | {f"fault: {name}" for name in Faults.__struct_fields__}
    read = frozenset().union(*(life.read for life in lives))
    effects = frozenset().union(*(life.effects for life in lives))
    written = frozenset().union(*(life.written for life in lives))
    return {
        *(set(names(Command)) - effects),
        *(wanted - counts.keys()),
        *(f"never written: {name}" for name in COLLECTIONS - written),
        *(f"never read: {name}" for name in written - read - {paths.ERASED}),
    }


@SHARED
def test_everything_takes_part() -> None:
    """A command, mail, function or fault that is added takes part in lives, and nothing is written that nobody reads.

    They are all seen within these lives. A command takes part if it has changed something. What was erased is read only
    when a backup is restored.
    """
    lives: list[Life] = []
    while len(lives) < 2 * LIVES and (not lives or missing(lives)):
        lives.append(lived(1 + len(lives)))
    assert missing(lives) == set()


def test_every_function_but_the_pages_is_in_the_world() -> None:
    pages = {"signup", "manage", "survey", "organiser"}
    assert set(FUNCTIONS) == set(load()) - pages


def test_every_deed_has_a_chance() -> None:
    assert all(before > 0 and after > 0 for before, after in DEEDS.values())


def test_the_same_seed_is_the_same_life() -> None:
    """Also in another process, where sets have another order."""
    stories = set()
    for hashing in ("1", "2"):
        command = [sys.executable, "-m", "tests.simulation", "--seed", "7", "--steps", "0-30"]
        environment = os.environ | {"PYTHONHASHSEED": hashing, "PYTHONPATH": f"functions:{ROOT}"}
        stories.add(subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True).stdout)
    [story] = stories
    assert "All promises hold." in story
    assert story.count("[step ") == 31


class Noted(SimulatedFirestore):
    """Notes what it keeps, and whether a reader has changed it since it was written."""

    def __init__(self, *, lends: bool) -> None:
        super().__init__(lends=lends)
        self.noted: dict[str, str] = {}
        self.changed: list[str] = []

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        paths = [write.path for write in writes]
        self.look(paths)
        revisions = super().commit(writes)
        self.noted |= {path: repr(found) for path, found in self.peek(paths).items()}
        return revisions

    def look(self, paths: Iterable[str]) -> None:
        self.changed += [path for path, found in self.peek(paths).items() if repr(found) != self.noted[path]]


def test_nobody_changes_what_the_database_lends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lives are lived faster because readers get no copies."""
    databases: list[Noted] = []

    def make(*, lends: bool) -> Noted:
        databases.append(Noted(lends=lends))
        return databases[-1]

    monkeypatch.setattr("tests.simulation.world.SimulatedFirestore", make)
    for seed in range(1, 9):
        assert live(seed).broken is None
        databases[-1].look(databases[-1].noted)
        assert databases[-1].noted
        assert databases[-1].changed == []


def test_a_failure_is_told_in_a_short_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here one seat too many is given. The story that shows it has few steps, and lives again to the same end.

    Of the lives that show it, one is taken in which that happens soon: in some much has to come together first.
    """
    monkeypatch.setattr(Ledger, "free", property(lambda ledger: ledger.capacity - ledger.held + 1))
    broken = min(filter(lambda life: life.broken, map(live, range(1, 12))), key=lambda life: len(life.numbers))
    shortest = shorten(broken)
    assert shortest.broken is not None
    assert broken.broken is not None
    assert shortest.broken.promise == broken.broken.promise
    assert len(shortest.numbers) <= 5
    assert any("signs up" in line for line in shortest.story)
    again = live(shortest.seed, shortest.numbers)
    assert str(again.broken) == str(shortest.broken)


def test_every_planted_mistake_fits_the_program() -> None:
    assert len({planted.name for planted in PLANTED}) == len(PLANTED) >= 50
    for planted in PLANTED:
        text = (ROOT / "functions" / "werkplaats" / planted.file).read_text()
        assert text.count(planted.right) == 1, planted
        assert planted.right != planted.wrong


@pytest.mark.long
@pytest.mark.parametrize("number", range(0, len(PLANTED), 9))
def test_lives_find_planted_mistakes(number: int) -> None:
    """Some of them; `make planted` looks for all."""
    found = find(PLANTED[number], 400)
    assert found.seed is not None, (PLANTED[number].name, found.promise)
