"""Databases for the fuzz tests, which can list all their documents and be set back to how they were."""

from collections.abc import Iterable, Mapping, Sequence

from google.cloud.firestore_v1.types import Document, StructuredQuery
from msgspec.structs import replace

from tests.memory import MemoryWire, _meets
from werkplaats.store import paths
from werkplaats.store.codec import LARGEST_DOCUMENT, size_of
from werkplaats.store.errors import RefusedError
from werkplaats.store.firestore import FirestoreWire, _is_possible
from werkplaats.store.protobuf import fill, set_condition
from werkplaats.store.wire import Delete, Fields, Found, Put, Query, Revision, Value, Write

Documents = Mapping[str, Found]


class FuzzWire(MemoryWire):
    """The database in memory, with collections of any depth, and as strict as Firestore about paths and values."""

    def everything(self) -> Documents:
        return dict(self._documents)

    def restore(self, documents: Documents) -> None:
        self._documents = dict(documents)

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        return super().get([path for path in paths if _is_possible(path)])

    def query(self, query: Query) -> list[Found]:
        for where in query.where:
            set_condition(StructuredQuery.FieldFilter.pb()(), where)
        found = [one for one in self._documents.values() if _is_asked_for(one, query)]
        if query.order_by is not None:
            found = [one for one in found if query.order_by in one.fields]
        found.sort(key=lambda one: _place(one, query))
        if query.after is not None:
            after = _place(query.after, query)
            found = [one for one in found if _place(one, query) > after]
        if query.only is not None:
            found = [replace(one, fields={name: one.fields[name] for name in query.only if name in one.fields})
                     for one in found]  # fmt: skip
        return found[: query.limit]

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        for write in writes:
            if not _is_possible(write.path):
                raise RefusedError("no such path")
            if isinstance(write, Put):
                fill(Document.pb()().fields, write.fields)
                if size_of(write.path, write.fields) > LARGEST_DOCUMENT:
                    raise RefusedError("too large")
        return super().commit(writes)

    def _put(self, write: Put) -> None:
        there = self._documents.get(write.path)
        if write.mask is None or there is None:
            fields = dict(write.fields)
        else:
            fields = dict(there.fields)
            for way in write.mask:
                fields = _changed(fields, write.fields, way)
        if there is None or there.fields != fields:  # a write that changes nothing gives no new revision
            self._documents[write.path] = Found(write.path, fields, Revision(self._revision))


def _is_asked_for(found: Found, query: Query) -> bool:
    collection = found.path.rpartition("/")[0]
    name = collection.rpartition("/")[2] if query.everywhere else collection
    return name == query.collection and all(
        where.operator == "in" or type(found.fields.get(where.field)) is type(where.value) for where in query.where
    ) and all(_meets(found.fields, where) for where in query.where)  # fmt: skip


def _place(found: Found, query: Query) -> tuple[Value, str]:
    return (None if query.order_by is None else found.fields[query.order_by]), found.path


def _changed(into: Fields, sent: Fields, way: tuple[str, ...]) -> Fields:
    """`into` with the field at `way` as it is in `sent`, and without it if it is not there."""
    name, *rest = way
    if not rest:
        others = {one: value for one, value in into.items() if one != name}
        return others | ({name: sent[name]} if name in sent else {})
    inside, sent_inside = into.get(name), sent.get(name)
    return into | {
        name: _changed(
            inside if isinstance(inside, dict) else {},
            sent_inside if isinstance(sent_inside, dict) else {},
            tuple(rest),
        )
    }


class EmulatorWire(FirestoreWire):
    """The real wire, to the emulator. It is slow to list and set back, so it is for a few requests only."""

    def everything(self) -> Documents:
        found = [one for name in COLLECTIONS for one in self.query(Query(collection=name, everywhere=True))]
        return {one.path: one for one in found}

    def restore(self, documents: Documents) -> None:
        now = self.everything()
        if now == documents:
            return
        changed = [one for path, one in documents.items() if path not in now or now[path].fields != one.fields]
        writes: list[Write] = [Put(one.path, one.fields) for one in changed]
        writes += [Delete(path) for path in now if path not in documents]
        if writes:
            self.commit(writes)


COLLECTIONS = [value for name, value in vars(paths).items() if name.isupper() and isinstance(value, str)]
