"""The list of what was erased, in erased/{id}. Each commit that erases something adds to it (store/seats.py)."""

from collections.abc import Iterator

from werkplaats.domain.erasures import Erasure
from werkplaats.store import codec, paths
from werkplaats.store.wire import Delete, Query, Where, Wire, pages


class Erasures:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def forget_traces(self, registration: str) -> None:
        """Delete the invitations and the attendance of `registration` (an id)."""
        query = Query(collection=paths.INVITATIONS, where=(Where("registration", "==", registration),), only=())
        found = [one.path for one in self._wire.query(query)]
        self._wire.commit([Delete(path) for path in (*found, paths.of(paths.ATTENDANCE, registration))])

    def at_once(self) -> Iterator[Erasure]:
        """Those of people who were erased before the time was over."""
        query = Query(collection=paths.ERASED, where=(Where("at_once", "==", True),))
        yield from codec.readable(pages(self._wire, query, 1_000), Erasure)

    def all(self) -> Iterator[Erasure]:
        """Everything on the list. One that cannot be read is logged and left out."""
        yield from codec.readable(pages(self._wire, Query(collection=paths.ERASED), 1_000), Erasure)
