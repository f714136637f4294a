"""Published workshops: workshops/{id}."""

from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.store import codec, paths
from werkplaats.store.wire import Query, Wire


class Workshops:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, id: str) -> Workshop | None:
        path = paths.of(paths.WORKSHOPS, id)
        found = self._wire.get([path]).get(path)
        return None if found is None else codec.read_leniently(found, Workshop)

    def all(self) -> tuple[Workshop, ...]:
        """Every published workshop, in the order of first days. One that cannot be read is logged and left out."""
        found = self._wire.query(Query(collection=paths.WORKSHOPS))
        workshops = codec.readable(found, Workshop, codec.read_leniently)
        return tuple(sorted(workshops, key=lambda workshop: (workshop.first_day, workshop.id)))

    def create(self, workshop: Workshop, ledger: Ledger) -> None:
        """Publish a workshop for the first time, together with its ledger.

        Raises ConflictError if it exists already.
        """
        self._wire.commit(
            [
                codec.update(paths.of(paths.WORKSHOPS, workshop.id), workshop),
                codec.create(paths.of(paths.LEDGERS, ledger.id), ledger),
            ]
        )
