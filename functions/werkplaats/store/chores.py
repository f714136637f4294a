"""How far each recurring chore has got: chores/{name}."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from werkplaats.store import codec, paths
from werkplaats.store.wire import Delete, Wire


class Watermark(Struct, frozen=True):
    """A chore has done everything up to this `version` of a workshop's ledger, and up to `at` (UTC)."""

    version: int
    at: datetime


class Chores:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def done_up_to(self, chore: str) -> Watermark | None:
        """How far `chore` has got, or None if it was never done."""
        path = paths.of(paths.CHORES, chore)
        return codec.read_if_found(self._wire.get([path]).get(path), Watermark)

    def mark_done(self, chore: str, version: int, at: datetime) -> None:
        self._wire.commit([codec.update(paths.of(paths.CHORES, chore), Watermark(version, at))])

    def forget(self, chores: Iterable[str]) -> None:
        """Take `chores` as never done."""
        self._wire.commit([Delete(paths.of(paths.CHORES, chore)) for chore in chores])
