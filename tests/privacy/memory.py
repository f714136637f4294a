"""A database in memory with all that the program asks of one, and what deletes documents when their time is over.

It stands in until tests/simulation has a Firestore; whatever has `documents` and `delete` can take its place.
"""

import copy
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
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


class FullSimulatedWire:
    """A Wire in memory. `before_commit` is called with the writes of each commit, and may raise an error."""

    name = "memory"

    def __init__(self) -> None:
        self.before_commit: Callable[[Sequence[Write]], None] = lambda writes: None
        self._collections: dict[str, dict[str, Found]] = {}
        self._revision = 0
        self._lock = threading.RLock()

    def documents(self) -> Iterator[tuple[str, Fields]]:
        """The path and the fields of every document."""
        for collection in self._collections.values():
            for path, found in collection.items():
                yield path, found.fields

    def delete(self, path: str) -> None:
        del self._collections[path.rpartition("/")[0]][path]

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        with self._lock:
            found = ((path, self._at(path)) for path in paths)
            return {path: one for path, one in found if one is not None}

    def query(self, query: Query) -> list[Found]:
        with self._lock:
            names = [query.collection]
            if query.everywhere:
                names = [name for name in self._collections if name.rpartition("/")[2] == query.collection]
            found = [one for name in names for one in self._collections.get(name, {}).values()]
        found = [one for one in found if all(_meets(one.fields, where) for where in query.where)]
        order_by = query.order_by

        def order(one: Found) -> tuple[Any, ...]:
            return (one.fields[order_by], one.path) if order_by else (one.path,)

        if order_by is not None:
            found = [one for one in found if one.fields.get(order_by) is not None]
        found.sort(key=order)
        if query.after is not None:
            after = order(query.after)
            found = [one for one in found if order(one) > after]
        if query.only is not None:
            only = query.only
            found = [
                Found(one.path, {name: one.fields[name] for name in only if name in one.fields}, one.revision)
                for one in found
            ]
        return found[: query.limit]

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
                    self._collections.get(write.path.rpartition("/")[0], {}).pop(write.path, None)
                else:
                    self._put(write)
            return [Revision(self._revision) for _ in writes]

    def _at(self, path: str) -> Found | None:
        return self._collections.get(path.rpartition("/")[0], {}).get(path)

    def _put(self, write: Put) -> None:
        there = self._at(write.path)
        fields: Fields = copy.deepcopy(write.fields)
        if write.mask is not None:
            fields = copy.deepcopy(there.fields) if there else {}
            for way in write.mask:
                _set(fields, way, write.fields)
        collection = self._collections.setdefault(write.path.rpartition("/")[0], {})
        collection[write.path] = Found(write.path, fields, Revision(self._revision))

    def _check(self, path: str, guard: Guard) -> None:
        there = self._at(path)
        if guard is Must.NOT_EXIST and there is not None:
            raise TakenError
        if guard is Must.EXIST and there is None:
            raise ConflictError
        if isinstance(guard, int) and (there is None or there.revision != guard):
            raise ConflictError


def delete_expired(documents: Iterable[tuple[str, Fields]], delete: Callable[[str], None], now: datetime) -> int:
    """Delete the documents whose `expire_at` has passed, as Firestore does within a day. Returns how many."""
    over = [path for path, fields in documents if _has_expired(fields.get("expire_at"), now)]
    for path in over:
        delete(path)
    return len(over)


def _has_expired(expire_at: object, now: datetime) -> bool:
    return isinstance(expire_at, datetime) and expire_at <= now


def _set(fields: Fields, way: tuple[str, ...], given: Fields) -> None:
    """Copy the field at `way` from `given` to `fields`, or remove it if it is not in `given`."""
    name, rest = way[0], way[1:]
    if not rest:
        if name in given:
            fields[name] = copy.deepcopy(given[name])
        else:
            fields.pop(name, None)
        return
    inside = given.get(name)
    there = fields.get(name)
    below: Fields = there if isinstance(there, dict) else {}
    fields[name] = below
    _set(below, rest, inside if isinstance(inside, dict) else {})


def _meets(fields: Fields, where: Where) -> bool:
    value = fields.get(where.field)
    return value is not None and _HOLDS[where.operator](value, where.value)
