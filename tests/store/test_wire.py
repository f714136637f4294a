"""What every Wire must do, tested on the real emulator."""

import threading
from datetime import UTC, datetime

import pytest

from werkplaats.store import ConflictError, RefusedError, Store, TakenError
from werkplaats.store.wire import Delete, Fields, Must, Put, Query, Revision, Where, Wire, Write, pages

MOMENT = datetime(2027, 8, 29, 7, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def wire(store: Store) -> Wire:
    return store.wire


def fields(wire: Wire, path: str) -> Fields:
    return wire.get([path])[path].fields


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -(2**40), 1.5, "", "é\u2028 ‘x’", b"\x00\xff", MOMENT, [], [1, {"a": []}], {}, {"a b": None}],
    ids=repr,
)  # fmt: skip
def test_a_value_comes_back_as_it_was_written(wire: Wire, value: object) -> None:
    """A value of every kind that Firestore can store is read back unchanged."""
    nested = {"value": value, "in": {"deep": value}}
    wire.commit([Put("things/one", nested)])
    assert fields(wire, "things/one") == nested
    assert type(fields(wire, "things/one")["value"]) is type(value)


def test_a_tuple_is_kept_as_a_list(wire: Wire) -> None:
    """A tuple is stored as a list."""
    wire.commit([Put("things/one", {"value": (1, 2)})])
    assert fields(wire, "things/one") == {"value": [1, 2]}


def test_getting_many_leaves_out_what_is_not_there(wire: Wire) -> None:
    """Documents that do not exist are left out, and so are paths that Firestore does not allow."""
    wire.commit([Put("things/one", {"n": 1}), Put("things/one/parts/two", {"n": 2})])
    asked = ["things/one", "things/one/parts/two", "things/three", "things/.", "things/..", "things/__x__", "things/"]
    found = wire.get([*asked, "things/" + "x" * 1501, "things/half \ud800", "things/one"])
    assert {path: one.fields for path, one in found.items()} == {
        "things/one": {"n": 1},
        "things/one/parts/two": {"n": 2},
    }
    assert found["things/one"].id == "one"
    assert wire.get(["things/three"]) == wire.get(["things/__x__"]) == wire.get([]) == {}


def test_reads_start_no_threads(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting one for each stream of answers takes more processor time than reading."""
    wire.commit([Put(f"things/{number}", {"n": number}) for number in range(3)])
    started: list[str] = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda thread: (started.append(thread.name), start(thread))[1])
    query = Query(collection="things")
    assert (
        len(wire.get([f"things/{number}" for number in range(4)])) == len(wire.query(query)) == wire.count(query) == 3
    )
    assert started == []


def test_a_put_without_a_mask_replaces_the_document(wire: Wire) -> None:
    """Fields that the document had before are removed."""
    wire.commit([Put("things/one", {"a": 1, "b": 2})])
    wire.commit([Put("things/one", {"b": 3})])
    assert fields(wire, "things/one") == {"b": 3}


def test_a_put_with_a_mask_writes_what_it_names_and_leaves_the_rest(wire: Wire) -> None:
    """Only the fields in the mask are written, or removed if they have no value."""
    wire.commit([Put("things/one", {"a": 1, "b": 2, "map": {"2027-08-29": "x", "`\\": 1, "kept": 3}})])
    new = {"a": 5, "ignored": 6, "map": {"`\\": 7}}
    wire.commit([Put("things/one", new, mask=(("a",), ("b",), ("map", "2027-08-29"), ("map", "`\\")))])
    assert fields(wire, "things/one") == {"a": 5, "map": {"`\\": 7, "kept": 3}}
    wire.commit([Put("things/two", {"a": 1}, mask=(("a",),))])
    assert fields(wire, "things/two") == {"a": 1}, "a document that does not exist is created"


def test_a_revision_is_that_of_the_last_write(wire: Wire) -> None:
    """A document has the revision that the commit returned, and writing equal content keeps it."""
    first = wire.commit([Put("things/one", {"a": 1}), Put("things/two", {"a": 1})])
    assert [wire.get([path])[path].revision for path in ("things/one", "things/two")] == first
    (second,) = wire.commit([Put("things/one", {"a": 2}, first[0])])
    assert second > first[0]
    wire.commit([Put("things/one", {"a": 2}, second)])
    assert wire.get(["things/one"])["things/one"].revision == second


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (Put("things/one", {"a": 9}, Must.NOT_EXIST), TakenError),
        (Put("things/none", {"a": 9}, Must.EXIST), ConflictError),
        (Put("things/none", {"a": 9}, Revision(1_000)), ConflictError),
        (Put("things/one", {"a": 9}, Revision(1_000)), ConflictError),
        (Put("things/one", {"a": 9}, Revision(1_000), mask=(("a",),)), ConflictError),
        (Delete("things/none", Must.EXIST), ConflictError),
        (Delete("things/one", Revision(1_000)), ConflictError),
        (Put("things/new", {"a": "x" * 1_048_600}), RefusedError),
        (Put("things/new", {"a": [[]]}), RefusedError),
    ],
    ids=str,
)
def test_a_commit_whose_condition_does_not_hold_writes_nothing(
    wire: Wire, write: Write, error: type[Exception]
) -> None:
    """If one write fails, the others of the same commit are not written either."""
    wire.commit([Put("things/one", {"a": 1})])
    with pytest.raises(error):
        wire.commit([Put("things/other", {"a": 1}), write])
    assert fields(wire, "things/one") == {"a": 1}
    assert wire.get(["things/other", "things/none", "things/new"]) == {}


def test_conditions_that_hold_let_a_commit_through(wire: Wire) -> None:
    """A commit succeeds if its conditions hold."""
    (revision,) = wire.commit([Put("things/one", {"a": 1}, Must.NOT_EXIST)])
    wire.commit([Put("things/one", {"a": 2}, revision)])
    wire.commit([Put("things/one", {"a": 3}, Must.EXIST)])
    wire.commit([Delete("things/one", wire.get(["things/one"])["things/one"].revision), Delete("things/none")])
    assert wire.get(["things/one"]) == {}


@pytest.fixture
def numbered(wire: Wire) -> Wire:
    """Ten documents with `i` from 0 to 9. `n` is 0, 1, 2 in turn, and the last document has no `n`."""
    wire.commit([Put(f"things/{i}", {"i": i, "big": i > 4} | ({} if i == 9 else {"n": i % 3})) for i in range(10)])
    return wire


def ids(wire: Wire, *where: Where, order_by: str | None = None, limit: int | None = None) -> list[str]:
    return [found.id for found in wire.query(Query(collection="things", where=where, order_by=order_by, limit=limit))]


def test_a_query_finds_what_meets_all_its_conditions(numbered: Wire) -> None:
    """A query finds the documents that meet all its conditions, in the order of their paths."""
    assert ids(numbered) == [str(number) for number in range(10)]
    assert ids(numbered, Where("n", "==", 1), Where("big", "==", True)) == ["7"]
    assert ids(numbered, Where("i", "<", 2)) == ["0", "1"]
    assert ids(numbered, Where("i", "<=", 1)) == ["0", "1"]
    assert ids(numbered, Where("i", ">", 7)) == ["8", "9"]
    assert ids(numbered, Where("i", ">=", 8)) == ["8", "9"]
    assert ids(numbered, Where("n", "in", (0, 2, 7))) == ["0", "2", "3", "5", "6", "8"]
    assert ids(numbered, Where("i", "==", "1")) == [], "text does not equal a number"
    assert numbered.count(Query(collection="things", where=(Where("n", "==", 0),))) == 3
    assert numbered.query(Query(collection="nothing")) == []
    assert numbered.count(Query(collection="nothing")) == 0


def test_a_query_finds_what_a_list_contains(wire: Wire) -> None:
    """A condition with `array-contains` finds lists with that item, and nothing that is no list."""
    lists = {"a": ["x", "y"], "b": ["y"], "c": "y", "d": [], "e": [{"y": "y"}], "f": ["Y", 1]}
    wire.commit([Put(f"things/{id}", {"list": value, "n": 1}) for id, value in lists.items()])
    assert ids(wire, Where("list", "array-contains", "y")) == ["a", "b"]
    assert ids(wire, Where("n", "==", 1), Where("list", "array-contains", 1)) == ["f"]
    assert ids(wire, Where("list", "array-contains", "z")) == []


def test_a_query_comes_in_order_and_in_pages(numbered: Wire) -> None:
    """Documents come in the order of the field and then of the path, and pages neither skip nor repeat any."""
    ordered = ["0", "3", "6", "1", "4", "7", "2", "5", "8"]
    assert ids(numbered, order_by="n") == ordered
    assert ids(numbered, order_by="n", limit=2) == ["0", "3"]
    for at_once in (1, 2, 3, 4, 9, 20):
        query = Query(collection="things", where=(Where("n", ">=", 0),), order_by="n")
        assert [found.id for found in pages(numbered, query, at_once)] == ordered
        everything = pages(numbered, Query(collection="things"), at_once)
        assert [found.id for found in everything] == [str(number) for number in range(10)]


def test_only_the_fields_that_are_asked_for_are_fetched(numbered: Wire) -> None:
    """A query with `only` returns just these fields."""
    query = Query(collection="things", only=("n",), limit=1)
    assert [found.fields for found in numbered.query(query)] == [{"n": 0}]


def test_a_query_everywhere_looks_under_every_document(wire: Wire) -> None:
    """A query with `everywhere` finds documents in all collections of that name."""
    wire.commit([Put(f"homes/{home}/parts/{home}", {"a": 1}) for home in "xy"] + [Put("homes/x/other/z", {"a": 1})])
    query = Query(collection="parts", everywhere=True, where=(Where("a", "==", 1),))
    assert [found.path for found in wire.query(query)] == ["homes/x/parts/x", "homes/y/parts/y"]
    assert wire.query(Query(collection="parts")) == []
    assert [found.id for found in wire.query(Query(collection="homes/x/parts"))] == ["x"]
