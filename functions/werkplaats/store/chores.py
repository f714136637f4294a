"""How far each recurring chore has got: chores/{name}."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from werkplaats.domain.seats.ledger import Ledger
from werkplaats.store import codec, paths
from werkplaats.store.wire import Delete, Wire


class Watermark(Struct, frozen=True):
    """A chore has done everything up to this `version` of a workshop's ledger, and up to `at` (UTC)."""

    version: int
    at: datetime


class Progress(Struct, frozen=True):
    """The ledgers of some workshops by id, and how far chores have got by name.

    What does not exist is left out, and so is what cannot be read.
    """

    ledgers: dict[str, Ledger]
    done: dict[str, Watermark]


class Chores:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def progress(self, workshops: Iterable[str], chores: Iterable[str]) -> Progress:
        """The ledgers of `workshops` (ids), and how far `chores` have got, in one round trip.

        This is for finding out which of many workshops have something to do. One that cannot be read is logged and
        left out, as if it had never been done; what then reads it by itself fails and says why.
        """
        ledgers = [paths.of(paths.LEDGERS, id) for id in workshops]
        marks = {paths.of(paths.CHORES, name): name for name in chores}
        found = self._wire.get([*ledgers, *marks])
        there = [found[path] for path in ledgers if path in found]
        done: dict[str, Watermark] = {}
        for path, name in marks.items():
            for mark in codec.readable([found[path]] if path in found else (), Watermark):
                done[name] = mark
        return Progress({ledger.id: ledger for ledger in codec.readable(there, Ledger)}, done)

    def done_up_to(self, chore: str) -> Watermark | None:
        """How far `chore` has got, or None if it was never done."""
        path = paths.of(paths.CHORES, chore)
        return codec.read_if_found(self._wire.get([path]).get(path), Watermark)

    def mark_done(self, chore: str, version: int, at: datetime, *also: str) -> None:
        """Note that `chore`, and the chores `also`, are done up to `version` and `at` (UTC)."""
        mark = Watermark(version, at)
        self._wire.commit([codec.update(paths.of(paths.CHORES, one), mark) for one in (chore, *also)])

    def forget(self, chores: Iterable[str]) -> None:
        """Take `chores` as never done."""
        self._wire.commit([Delete(paths.of(paths.CHORES, chore)) for chore in chores])
