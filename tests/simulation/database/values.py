"""Values as Firestore stores, compares and orders them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from tests.simulation.database.limits import DEEPEST, LONGEST_ID, LONGEST_VALUE, is_reserved, is_too_long, refused_name
from werkplaats.store.codec import size_of
from werkplaats.store.errors import RefusedError
from werkplaats.store.wire import Fields, Value

INDEXED_BYTES = 1500
"""How much of a value an index has, and so how much of it counts in a query, in bytes as `codec.size_of` counts them.

https://firebase.google.com/docs/firestore/quotas, under indexes.
"""

_SIZE_OF_NOTHING = size_of("", "") - 1

Rank: TypeAlias = int
Key: TypeAlias = tuple[Rank, Any]
"""What a value is ordered by: first its kind, and then what is compared among values of that kind."""

NULL, BOOLEAN, NAN, NUMBER, MOMENT, TEXT, BYTES, LIST, MAP = range(9)
"""The kinds of values, in their order.

https://firebase.google.com/docs/firestore/manage-data/data-types#value_type_ordering.
"""


def size_of_value(value: Value) -> int:
    return size_of("", value) - _SIZE_OF_NOTHING


class Stored:
    """A copy of `fields` as the database keeps it: maps sorted by name, tuples as lists, moments in UTC.

    Raises ValueError or TypeError, as protobuf does, if it has no message for `fields`.
    """

    __slots__ = ("doubtful", "fields", "refusal", "size")

    def __init__(self, fields: Fields) -> None:
        self.refusal = ""
        """Why Firestore accepts no request with these fields, or ''."""
        self.doubtful = False
        """Whether Firestore may refuse them, if they are really written. `check_fields` says whether it does."""
        self.size = 0
        """How large they are in bytes, as `codec.size_of` counts them."""
        self.fields = self._map(fields, 0, 0)

    def _map(self, value: Fields, way: int, depth: int) -> Fields:
        """`way` is how many bytes the path to the map has, with a dot at its end."""
        kept: Fields = {}
        if not value:
            self.size += 1
        for name in sorted(value):
            if refusal := refused_name(name):
                self.doubtful = True
                if is_reserved(name):
                    self.refusal = refusal
            length = len(name.encode()) + 1
            self.size += length
            if way and way + length - 1 > LONGEST_ID:
                self.doubtful = True
            kept[name] = self._value(value[name], way + length, depth)
        return kept

    def _list(self, value: Sequence[Value], way: int, depth: int) -> list[Value]:
        kept: list[Value] = []
        if not value:
            self.size += 1
        for one in value:
            if isinstance(one, list | tuple):
                self.refusal = "a list directly in a list"
            kept.append(self._value(one, way, depth))
        return kept

    def _value(self, value: Value, way: int, depth: int) -> Value:
        match value:
            case str():
                # UnicodeEncodeError if it has half a character
                self.size += 1 + (len(value) if value.isascii() else len(value.encode()))
                return str(value) if type(value) is not str else value
            case bool() | None:
                self.size += 1
                return value
            case int():
                if not -(2**63) <= value < 2**63:
                    raise ValueError(f"Value out of range: {value}")
                self.size += 8
                return int(value)
            case datetime():
                self.size += 8
                if value.tzinfo is UTC:
                    return value
                return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            case float():
                self.size += 8
                return value
            case bytes():
                self.size += len(value)
                return value
            case dict() | list() | tuple():
                if depth >= DEEPEST:
                    self.doubtful = True
                inside = depth + 1
                return self._map(value, way, inside) if isinstance(value, dict) else self._list(value, way, inside)
            case _:
                raise TypeError(f"no Firestore value for {type(value).__name__}")


def check_fields(value: Value, way: tuple[str, ...] = (), depth: int = 0) -> None:
    """Raises RefusedError if Firestore does not accept `value`, the stored fields of a document or a part of them."""
    if depth > DEEPEST:
        raise RefusedError(f"maps and lists are more than {DEEPEST} deep")
    if isinstance(value, dict):
        for name, one in value.items():
            if refused_name(name) or is_too_long((*way, name)):
                raise RefusedError("the name of a field, or the path to it, is empty or too long")
            check_fields(one, (*way, name), depth + isinstance(one, dict | list))
    elif isinstance(value, list):
        for one in value:
            check_fields(one, way, depth + isinstance(one, dict | list))
    elif isinstance(value, str | bytes) and size_of_value(value) - isinstance(value, str) > LONGEST_VALUE:
        raise RefusedError(f"a text or bytes longer than {LONGEST_VALUE} bytes")


def copied(fields: Fields) -> Fields:
    """A copy of stored `fields`, for somebody who may change it."""
    return {name: _copy(value) if type(value) in (dict, list) else value for name, value in fields.items()}


def _copy(value: Any) -> Any:
    if type(value) is dict:
        return {name: _copy(one) if type(one) in (dict, list) else one for name, one in value.items()}
    return [_copy(one) if type(one) in (dict, list) else one for one in value]


def same(one: Value, other: Value) -> bool:
    """Whether writing `other` over `one` changes nothing: an integer is not the same as an equal float, say."""
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is dict:
        assert isinstance(one, dict)
        assert isinstance(other, dict)
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if kind is list:
        assert isinstance(one, list)
        assert isinstance(other, list)
        return len(one) == len(other) and all(map(same, one, other))
    if kind is float:
        return repr(one) == repr(other)  # -0.0 is another number than 0.0, and nan is the same as nan
    return one == other


def is_plain(value: Value) -> bool:
    """Whether `value` needs no conversion to be stored or compared, and is nowhere near any limit."""
    kind = type(value)
    if kind is str:
        assert isinstance(value, str)
        return len(value) <= SHORT and value.isascii()
    return kind is bool or (isinstance(value, datetime) and value.tzinfo is UTC)


SHORT = 100
"""Text of up to this many characters is never too long for an index, nor equal to text that is cut."""


def key(value: Value) -> Key:
    """What the stored `value` is ordered by. Only what an index has of it counts."""
    kind = type(value)
    if kind is str:
        assert isinstance(value, str)
        return (TEXT, value if len(value) < INDEXED_BYTES // 4 else _start(value, INDEXED_BYTES - 1))
    if kind is datetime:
        return (MOMENT, value)
    if kind is bool:
        return (BOOLEAN, value)
    if kind is int:
        return (NUMBER, value)
    if value is None:
        return (NULL, None)
    return _rare(value)


def _rare(value: Value) -> Key:
    match value:
        case float():
            return (NUMBER, value) if value == value else (NAN, None)
        case bytes():
            return (BYTES, value[:INDEXED_BYTES])
        case dict() | list():
            return _cut(value, INDEXED_BYTES)[0] if size_of_value(value) > INDEXED_BYTES else _whole(value)
    raise TypeError(type(value).__name__)


def _whole(value: Value) -> Key:
    match value:
        case dict():
            return (MAP, tuple((name, _whole(value[name])) for name in sorted(value)))
        case list():
            return (LIST, tuple(map(_whole, value)))
    return key(value)


def _cut(value: Value, room: int) -> tuple[Key, int]:
    """The key of as much of `value` as has `room` bytes, and how much room is left."""
    parts: list[Any] = []
    match value:
        case dict():
            for name in sorted(value):
                if (room := room - size_of_value(name)) <= 0:
                    break
                part, room = _cut(value[name], room)
                parts.append((name, part))
            return (MAP, tuple(parts)), room
        case list():
            for one in value:
                if room <= 0:
                    break
                part, room = _cut(one, room)
                parts.append(part)
            return (LIST, tuple(parts)), room
        case str():
            return (TEXT, _start(value, max(0, room - 1))), room - size_of_value(value)
        case bytes():
            return (BYTES, value[: max(0, room)]), room - len(value)
    return key(value), room - size_of_value(value)


def _start(text: str, most: int) -> str:
    """The first `most` bytes of `text`. What is left of a character that does not fit is left out."""
    return text.encode()[:most].decode(errors="ignore")
