"""Databases for the fuzz tests, which can list all their documents and be set back to how they were."""

from collections.abc import Mapping

from tests.simulation.database.firestore import SimulatedWire
from werkplaats.store import paths
from werkplaats.store.firestore import FirestoreWire
from werkplaats.store.wire import Delete, Found, Put, Query, Wire, Write

Documents = Mapping[str, Found]


class FuzzWire(SimulatedWire):
    """The simulated Firestore."""

    def everything(self) -> Documents:
        return self.database.all()

    def restore(self, documents: Documents) -> None:
        _restore(self, self.everything(), documents)


class EmulatorWire(FirestoreWire):
    """The real wire, to the emulator. It is slow to list and set back, so it is for a few requests only."""

    def everything(self) -> Documents:
        found = [one for name in COLLECTIONS for one in self.query(Query(collection=name, everywhere=True))]
        return {one.path: one for one in found}

    def restore(self, documents: Documents) -> None:
        _restore(self, self.everything(), documents)


def _restore(wire: Wire, now: Documents, wanted: Documents) -> None:
    changed = [one for path, one in wanted.items() if path not in now or now[path].fields != one.fields]
    writes: list[Write] = [Put(one.path, one.fields) for one in changed]
    writes += [Delete(path) for path in now if path not in wanted]
    if writes:
        wire.commit(writes)


COLLECTIONS = [value for name, value in vars(paths).items() if name.isupper() and isinstance(value, str)]
