"""A database in memory with what workflows about seats need: documents by path, queries, and guarded commits."""

import threading
from collections.abc import Callable, Iterable, Sequence
from operator import eq, ge, gt, le, lt
from typing import Any

from werkplaats.store import ConflictError, TakenError
from werkplaats.store.wire import Delete, Fields, Found, Guard, Must, Put, Query, Revision, Where, Write

_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "==": eq,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "in": lambda value, wanted: value in wanted,
}


class MemoryWire:
    """A Wire. `before_get` and `before_commit` are called just before each get and commit, and may raise an error."""

    name = "memory"

    def __init__(self) -> None:
        self.before_get: Callable[[], None] = lambda: None
        self.before_commit: Callable[[Sequence[Write]], None] = lambda writes: None
        self._documents: dict[str, Found] = {}
        self._revision = 0
        self._lock = threading.Lock()

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        self.before_get()
        return {path: self._documents[path] for path in paths if path in self._documents}

    def query(self, query: Query) -> list[Found]:
        found = [
            one
            for path, one in sorted(self._documents.items())
            if _is_in(path.rpartition("/")[0], query) and all(_meets(one.fields, where) for where in query.where)
        ]
        if (order_by := query.order_by) is not None:
            found.sort(key=lambda one: one.fields[order_by])  # type: ignore[arg-type,return-value]
        if (after := query.after) is not None:
            found = found[[one.path for one in found].index(after.path) + 1 :]
        return [_only(one, query.only) for one in found[: query.limit]]

    def collections(self, below: str | None = None) -> list[str]:
        start = "" if below is None else f"{below}/"
        return sorted({path[len(start) :].partition("/")[0] for path in self._documents if path.startswith(start)})

    def count(self, query: Query) -> int:
        return len(self.query(query))

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        self.before_commit(writes)
        with self._lock:
            for write in writes:
                self._check(write.path, write.guard)
            self._revision += 1
            for write in writes:
                if isinstance(write, Delete):
                    self._documents.pop(write.path, None)
                else:
                    self._put(write)
            return [Revision(self._revision) for _ in writes]

    def _put(self, write: Put) -> None:
        there = self._documents.get(write.path)
        fields: Fields = {**there.fields, **write.fields} if there and write.mask else dict(write.fields)
        self._documents[write.path] = Found(write.path, fields, Revision(self._revision))

    def _check(self, path: str, guard: Guard) -> None:
        there = self._documents.get(path)
        if guard is Must.NOT_EXIST and there is not None:
            raise TakenError
        if guard is Must.EXIST and there is None:
            raise ConflictError
        if isinstance(guard, int) and (there is None or there.revision != guard):
            raise ConflictError


def _is_in(collection: str, query: Query) -> bool:
    if query.everywhere:
        return collection.rpartition("/")[2] == query.collection
    return collection == query.collection


def _only(found: Found, names: tuple[str, ...] | None) -> Found:
    if names is None:
        return found
    return Found(found.path, {name: found.fields[name] for name in names if name in found.fields}, found.revision)


def _meets(fields: Fields, where: Where) -> bool:
    if where.operator not in ("==", "in") and fields.get(where.field) is None:
        return False
    return where.field in fields and _HOLDS[where.operator](fields[where.field], where.value)
