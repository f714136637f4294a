"""What a query finds in a simulated Firestore, and in which order."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from math import prod
from operator import eq, ge, gt, le, lt
from typing import Any, TypeAlias

from tests.simulation.database.limits import check_ids, names_in, parts_of
from tests.simulation.database.values import INDEXED_BYTES, NAN, NULL, SHORT, Key, Stored, is_plain, key, size_of_value
from werkplaats.store.errors import RefusedError
from werkplaats.store.wire import Fields, Found, Query, Value, Where

Names: TypeAlias = tuple[str, ...]
"""The path to a field in nested maps."""

_KEY: Names = ("__name__",)
"""What orders documents by their paths."""

_MOST_ALTERNATIVES = 30
_MOST_INEQUALITIES = 10
_LARGEST_LIMIT = 2**31 - 1

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"==": eq, "<": lt, "<=": le, ">": gt, ">=": ge}


class Plan:
    """A query that Firestore accepts.

    Raises RefusedError if it does not, and KeyError if `after` lacks the field `order_by`.
    """

    def __init__(self, query: Query) -> None:
        self.collection = query.collection
        self.everywhere = query.everywhere
        for where in query.where:
            if not is_plain(where.value):
                Stored({"": where.value})  # ValueError if there is no message for it
        position = _position(query)
        if query.limit is not None and query.limit > _LARGEST_LIMIT:
            raise ValueError(f"Value out of range: {query.limit}")
        self.parent, self.name = _place(query.collection)
        if self.everywhere and self.parent and (query.where or query.order_by is not None):
            raise RefusedError("collection group queries are only allowed at the root parent")
        self._conditions = [_Condition(where) for where in query.where]
        if prod(one.alternatives for one in self._conditions) > _MOST_ALTERNATIVES:
            raise RefusedError(f"a query has at most {_MOST_ALTERNATIVES} alternatives")
        if sum(where.operator == "array-contains" for where in query.where) > 1:
            raise RefusedError("a maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction")
        unequal = sorted({one.names for one in self._conditions if not one.is_equality and one.can_hold})
        if len(unequal) > _MOST_INEQUALITIES:
            raise RefusedError(f"a query has inequalities of at most {_MOST_INEQUALITIES} fields")
        self.equal = frozenset(one.names for one in self._conditions if one.is_equality)
        """The fields that must be equal to something."""
        explicit = _explicit_order(query)
        implicit = [names for names in unequal if names not in explicit]
        if _KEY in explicit and implicit:
            raise RefusedError("order by clause cannot contain more fields after the key")
        self.orders = tuple(names for names in (*explicit, *implicit) if names != _KEY)
        """The fields that documents are ordered by before their paths. Documents without them are not found."""
        self._after = position
        self.descending = query.descending and query.order_by is not None
        self._limit = query.limit
        if self._limit is not None and self._limit < 0:
            raise RefusedError("limit is negative")
        self._only = None if query.only is None else [names_in(name) for name in query.only if name != "__name__"]

    def is_under(self, collection: str) -> bool:
        """Whether a query everywhere looks in `collection`, which has the right name."""
        return not self.parent or collection.startswith(self.parent + "/")

    def select(self, candidates: Iterable[Found]) -> list[Found]:
        """The documents that the query finds, in its order."""
        found: list[tuple[tuple[Any, ...], Found]] = []
        conditions = self._conditions
        for one in candidates:
            for condition in conditions:
                if not condition.holds(one.fields):
                    break
            else:
                position = self._position_of(one)
                if position is not None and (self._after is None or self._comes_after(position)):
                    found.append((position, one))
        found.sort(key=_position_in, reverse=self.descending)
        return [one for _, one in found[: self._limit]]

    def project(self, fields: Fields) -> Fields:
        """Those of `fields` that the query asks for, themselves and no copies."""
        if self._only is None:
            return fields
        kept: Fields = {}
        for names in self._only:
            _copy_over(fields, kept, names)
        return kept

    def _comes_after(self, position: tuple[Any, ...]) -> bool:
        return bool(position < self._after if self.descending else position > self._after)  # type: ignore[operator]

    def _position_of(self, one: Found) -> tuple[Any, ...] | None:
        """Where `one` is in the order, or None if it lacks a field of the order."""
        if not self.orders:
            return (parts_of(one.path),)
        keys: list[Any] = []
        for names in self.orders:
            there = _key_at(one.fields, names)
            if there is None:
                return None
            keys.append(there)
        return (*keys, parts_of(one.path))


class _Condition:
    """A condition on a field: the operator, and the keys of the values that it can be compared with."""

    __slots__ = ("_compare", "_contains", "_kind", "_name", "_plain", "alternatives", "is_equality", "names", "wanted")

    def __init__(self, where: Where) -> None:
        if where.field == "__name__":
            raise RefusedError("__key__ filter value must be a Key")
        self.names = names_in(where.field)
        self._contains = where.operator == "array-contains"
        self.is_equality = self._contains or where.operator in ("==", "in")
        values = _alternatives(where.value) if where.operator == "in" else [where.value]
        self.alternatives = 1 if len(values) == 1 else len({(type(value), repr(value)) for value in values})
        """How many values it has, of which 0 and -0.0 are two although they are equal."""
        self.wanted = frozenset(map(_wanted, values))
        self._compare = _COMPARISONS["==" if self.is_equality else where.operator]
        self._name = self.names[0]
        self._plain, self._kind = values, None if self._contains else _kind_to_compare(self.names, values)

    @property
    def can_hold(self) -> bool:
        """Whether anything meets the condition. No null and no nan is found, whatever they are compared with."""
        return any(one[0] not in (NULL, NAN) for one in self.wanted)

    def holds(self, fields: Fields) -> bool:
        if self._kind is not None:  # as below, but much faster
            value: Any = fields.get(self._name)
            if type(value) is not self._kind:
                return False
            return value in self._plain if self.is_equality else self._compare(value, self._plain[0])
        if self._contains:
            items = _value_at(fields, self.names)
            return isinstance(items, list) and any(key(item) in self.wanted for item in items)
        there = _key_at(fields, self.names)
        if there is None or there[0] in (NULL, NAN):
            return False
        if self.is_equality:
            return there in self.wanted
        return any(there[0] == one[0] and self._compare(there[1], one[1]) for one in self.wanted)


def _kind_to_compare(names: Names, values: list[Value]) -> type | None:
    """The type of all `values` if Python compares them as Firestore does: times, and text that is never cut."""
    kinds = {type(value) for value in values}
    if len(names) > 1 or len(kinds) > 1 or not kinds <= {str, bool, datetime}:
        return None
    return None if any(isinstance(value, str) and len(value) > SHORT for value in values) else kinds.pop()


def _alternatives(value: Value) -> list[Value]:
    if not isinstance(value, list | tuple) or not 0 < len(value) <= _MOST_ALTERNATIVES:
        raise RefusedError(f"'in' takes a list of 1 to {_MOST_ALTERNATIVES} values")
    return list(value)


def _wanted(value: Value) -> Key:
    if is_plain(value):
        return key(value)
    kept = Stored({"a": value}).fields["a"]
    if size_of_value(kept) > INDEXED_BYTES:
        raise RefusedError("a value is too large to be used in a query")
    return key(kept)


def _key_at(fields: Fields, names: Names) -> Key | None:
    """The key of the field at `names`, or None if there is none."""
    value = _value_at(fields, names)
    return None if value is _NOTHING else key(value)


_NOTHING = object()
"""What is at a field that is not there."""


def _value_at(fields: Fields, names: Names) -> Any:
    value: Any = fields
    for name in names:
        if type(value) is not dict or name not in value:
            return _NOTHING
        value = value[name]
    return value


@lru_cache(maxsize=1000)
def _place(collection: str) -> tuple[str, str]:
    """The path of the document that `collection` is below, or '', and the name of the collection."""
    parent, _, name = collection.rpartition("/")
    if parent:
        parts_of(parent)
    if collection.startswith("/"):
        raise RefusedError(f"{collection} is not the path of a collection")
    check_ids((name,))
    return parent, name


def _explicit_order(query: Query) -> list[Names]:
    """The order that is sent: with `after`, the path is part of it."""
    order = [] if query.order_by is None else [_KEY if query.order_by == "__name__" else names_in(query.order_by)]
    return order if query.after is None else [*order, _KEY]


def _position(query: Query) -> tuple[Any, ...] | None:
    """The position after which the query starts."""
    if query.after is None:
        return None
    path = parts_of(query.after.path)
    return (path,) if query.order_by is None else (key(query.after.fields[query.order_by]), path)


def _position_in(one: tuple[tuple[Any, ...], Found]) -> tuple[Any, ...]:
    return one[0]


def _copy_over(source: Fields, into: Fields, names: Names) -> None:
    """Put the field of `source` at `names`, if there is one, into `into`."""
    name, *inner = names
    if name not in source:
        return
    value = source[name]
    if not inner:
        into[name] = value
    elif isinstance(value, dict):
        there = into.get(name)
        kept = dict(there) if isinstance(there, dict) else {}
        _copy_over(value, kept, tuple(inner))
        if kept:
            into[name] = kept
