"""Changes of workshops about which participants are mailed: changes/{id}."""

from collections.abc import Iterable

from werkplaats.domain.changes import Change
from werkplaats.store import codec, paths
from werkplaats.store.wire import Query, Where, Wire


class Changes:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, id: str) -> Change | None:
        path = paths.of(paths.CHANGES, id)
        return codec.read_if_found(self._wire.get([path]).get(path), Change)

    def unannounced(self) -> tuple[Change, ...]:
        """The changes whose mails have not all been queued yet, by workshop, oldest first."""
        query = Query(collection=paths.CHANGES, where=(Where("announced", "==", False),))
        changes = codec.readable(self._wire.query(query), Change)
        return tuple(sorted(changes, key=lambda change: (change.workshop, change.version)))

    def put(self, changes: Iterable[Change]) -> None:
        """Write `changes` in one commit."""
        self._wire.commit([codec.update(paths.of(paths.CHANGES, change.id), change) for change in changes])
