"""Random histories of a database, from a seed.

They have nothing of what `differences.py` lists, because there the emulator differs from Firestore's documentation.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.store.codec import LARGEST_DOCUMENT, size_of
from werkplaats.store.wire import (
    Delete,
    Fields,
    Found,
    Must,
    Operator,
    Put,
    Query,
    Revision,
    Value,
    Where,
    Write,
)

MOMENT = datetime(2027, 8, 29, 7, 30, 0, 123456, tzinfo=UTC)
NAN, INFINITE = float("nan"), float("inf")

PATHS = [f"{place}/{id}" for place in ("things", "parts", "things/a/parts", "things/b/parts/x/parts") for id in "abc"]
PATHS += ["things/a!/parts/a", "things/a!", "things/é", "things/\uffff", "things/\U00010000"]
PATHS += ["other/a/parts/a", "other/a/parts/b"]
ODD_PATHS = ["things", "things/a/parts", "things/", "/a", "", "things/.", "things/..", "things/__x__", "__x__/a"]
LONG_ID = "things/" + "x" * 1501
ODD_PATHS += [LONG_ID, "things//parts/a", "things/\ud800", "things/a/parts/"]
COLLECTIONS = [
    "things",
    "parts",
    "things/a/parts",
    "things/b/parts",
    "other/a/parts",
    "things/b/parts/x/parts",
    "nothing",
]
ODD_COLLECTIONS = ["things/a", "__x__", "things//x", "/things", "things/.", "x" * 1501, "things/__x__/parts"]

FEW: list[Value] = [0, 1, "a", True]
ALIKE: list[Value] = [1, 1.0, True, 0, 0.0, -0.0, False, None, NAN]
"""Some of these are equal in Python and in a query, but writing one over another always changes the document."""
NUMBERS: list[Value] = [-1, 0, 1, 2, 2**53, 2**53 + 1, 2**63 - 1, -0.0, 0.0, 1.0, 1.5, float(2**53), NAN, INFINITE]
TEXTS: list[Value] = ["", "a", "b", "A", "a\0", "é", "\uffff", "\U00010000", "1"]
OTHERS: list[Value] = [None, True, False, MOMENT, MOMENT + timedelta(microseconds=1), b"", b"a", b"\xff"]
NESTED: list[Value] = [[], [1], [1, "a"], [2], [None], [{}], [{"a": 1}], {}, {"a": 1}, {"a": 1.0}, {"a": 2}, {"b": 1}]
NESTED += [
    {"a": 1, "b": 2},
    {"a": {"b": 1}},
    {"a": {"b": NAN}},
    {"a": [1]},
    {"a": None},
    ["x" * 1500],
    {"a": "y" * 1600},
]
ODD_VALUES: list[Any] = [2**63, -(2**63) - 1, "\ud800", [[1]], [1, ["a"]], {"__x__": 1}, {"": 1}, {"a": {"__b__": 1}}]
ODD_VALUES += [{1, 2}, {"x" * 1501: 1}, {"a" * 800: {"b" * 800: 1}}, [{"": 1}], {"\ud800": 1}]
FIELDS = ["n", "v", "m", "l", "big", "2027-08-29", "a b", "`\\", "a.b"]
WAYS = [
    ("n",),
    ("v",),
    ("m",),
    ("m", "a"),
    ("m", "b"),
    ("m", "a", "b"),
    ("l",),
    ("2027-08-29",),
    ("`\\",),
    ("m", "a b"),
]
ODD_WAYS: list[tuple[str, ...]] = [(), ("",), ("__x__",), ("m", "__x__"), tuple("abcdefghijklmnopqrstu"), ("x" * 1501,)]
ASKED = ["n", "v", "m", "m.a", "m.a.b", "l", "`a b`", "`a.b`"]
ODD_ASKED = ["", "a b", "1a", "m.", "m..a", "é", "__x__", "`"]


class Seen(Struct, frozen=True):
    """A guard: the last, or the first, revision that a commit has returned for this path."""

    which: Literal["last", "first"]


class Change(Struct, frozen=True):
    """A write, whose guard may be one that only the history itself shows."""

    write: Write
    seen: Seen | None = None


class Commit(Struct, frozen=True):
    changes: tuple[Change, ...]


class Get(Struct, frozen=True):
    paths: tuple[str, ...]


class Find(Struct, frozen=True):
    query: Query


class Count(Struct, frozen=True):
    query: Query


class Pages(Struct, frozen=True):
    query: Query
    at_once: int


class Everything(Struct, frozen=True):
    """Read every document that there can be."""


Step: TypeAlias = Commit | Get | Find | Count | Pages | Everything


def history(seed: int, length: int) -> Iterator[Step]:
    """`length` steps of the history of `seed`. The first fills the database with values of all kinds."""
    chance = Random(seed)
    yield Commit(tuple(Change(Put(path, _of_any_kind(chance))) for path in chance.sample(PATHS, 12)))
    for _ in range(length - 1):
        kind = chance.random()
        if kind < 0.55:
            yield Commit(tuple(_change(chance) for _ in range(chance.choice((1, 1, 1, 2, 3, 5)))))
        elif kind < 0.65:
            yield Get(tuple(_odd(chance, PATHS, ODD_PATHS, 0.1) for _ in range(chance.choice((1, 1, 2, 5)))))
        elif kind < 0.85:
            yield Find(_query(chance))
        elif kind < 0.92:
            yield Count(_query(chance))
        else:
            yield Pages(replace(_query(chance), limit=None, after=None), chance.choice((1, 2, 3, 100)))


def _odd(chance: Random, usual: list[Any], odd: list[Any], how_often: float = 0.03) -> Any:
    return chance.choice(odd if chance.random() < how_often else usual)


def _change(chance: Random) -> Change:
    if chance.random() < 0.01:
        return Change(Put(PATHS[0], _large(chance)))
    if chance.random() < 0.1:
        return Change(Put(chance.choice(PATHS[:2]), {"n": chance.choice(ALIKE)}))
    path = _odd(chance, PATHS if chance.random() < 0.5 else PATHS[:5], ODD_PATHS, 0.01)
    guard = chance.choice((None, None, None, None, Must.EXIST, Must.NOT_EXIST))
    seen = chance.choice((None, None, None, Seen("last"), Seen("last"), Seen("first"))) if guard is None else None
    if chance.random() < 0.2:
        if path == LONG_ID:
            path = PATHS[0]  # excluded: "deleting a document whose id is too long"
        return Change(Delete(path, guard), seen)
    mask = None
    if chance.random() < 0.5:
        mask = tuple(_odd(chance, WAYS, ODD_WAYS, 0.01) for _ in range(chance.choice((0, 1, 1, 2, 3))))
    return Change(Put(path, _fields(chance), guard, mask), seen)


def _of_any_kind(chance: Random) -> Fields:
    kinds = (NUMBERS, ALIKE, TEXTS, OTHERS, NESTED)
    return {name: chance.choice(chance.choice(kinds)) for name in ("n", "v") if chance.random() < 0.9}


def _fields(chance: Random) -> Fields:
    if chance.random() < 0.01:
        return _large(chance)
    if chance.random() < 0.01:
        return _deep(chance.choice((19, 20, 21)), _odd(chance, [1, [1], {}], [1]))
    return {
        chance.choice(FIELDS[:3] if chance.random() < 0.7 else FIELDS): _value(chance)
        for _ in range(chance.randrange(4))
    }


def _value(chance: Random) -> Any:
    return _odd(chance, chance.choice((FEW, FEW, NUMBERS, TEXTS, OTHERS, NESTED)), ODD_VALUES, 0.005)


def _large(chance: Random) -> Fields:
    """A document that is as large as one at PATHS[0] can be, or larger by a byte; or such a text."""
    if chance.random() < 0.5:
        return {"v": "x" * (1_048_487 + chance.choice((0, 1)))}
    room = LARGEST_DOCUMENT - size_of(PATHS[0], {"v": "", "big": ""}) + chance.choice((-2, 0, 1))
    return {"v": "x" * (room // 2), "big": "x" * (room - room // 2)}


def _deep(levels: int, inside: Value) -> Fields:
    value: Value = inside
    for _ in range(levels):
        value = {"v": value}
    return {"v": value}


def _query(chance: Random) -> Query:
    return Query(
        collection=_odd(chance, COLLECTIONS[:3] if chance.random() < 0.7 else COLLECTIONS, ODD_COLLECTIONS, 0.02),
        everywhere=chance.random() < 0.3,
        where=tuple(_where(chance) for _ in range(chance.choice((0, 0, 0, 1, 1, 1, 1, 2, 3)))),
        order_by=(order_by := chance.choice((None, None, _odd(chance, ["n", "v", *ASKED], ODD_ASKED)))),
        descending=order_by is not None and chance.random() < 0.3,
        limit=chance.choice((None, None, 0, 1, 2, 5, _odd(chance, [3], [-1, 2**31]))),
        only=chance.choice(
            (None, None, None, (), ("n",), ("m.a", "m.b", "l"), ("v", "v"), (_odd(chance, ASKED, ODD_ASKED),))
        ),
        after=_after(chance, order_by) if chance.random() < 0.2 else None,
    )


def _after(chance: Random, order_by: str | None) -> Found:
    fields = (
        {order_by: chance.choice(NUMBERS + TEXTS + OTHERS)} if order_by is not None and chance.random() < 0.95 else {}
    )
    return Found(chance.choice(PATHS), fields, Revision(1_000))


def _where(chance: Random) -> Where:
    field = _odd(chance, ASKED[:2] if chance.random() < 0.6 else ASKED, ODD_ASKED, 0.01)
    operator: Operator = chance.choice(("==", "==", "<", "<=", ">", ">=", "in"))
    if operator == "in":
        several = [_wanted(chance) for _ in range(chance.choice((1, 2, 3, 6)))]
        return Where(
            field, "in", _odd(chance, [several, tuple(several)], [[], 1, None, list(range(31)), [1] * 31], 0.05)
        )
    return Where(field, operator, _wanted(chance))


def _wanted(chance: Random) -> Any:
    """A value to compare with, which is never one that no document can have, but that protobuf has."""
    return _odd(chance, chance.choice((FEW, ALIKE, NUMBERS, TEXTS, OTHERS, NESTED)), ODD_VALUES[:3], 0.005)
