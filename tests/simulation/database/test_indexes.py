"""The simulated Firestore refuses queries without an index and too many index entries, which the emulator accepts."""

import pytest

from tests.simulation.database.firestore import SimulatedFirestore, SimulatedWire
from tests.simulation.database.indexes import COLLECTION, GROUP, Index, Indexes
from werkplaats.store import RefusedError
from werkplaats.store.wire import Must, Put, Query, Where

A, B, C = (Where(name, "==", 1) for name in "abc")
MORE_A, MORE_B = (Where(name, ">", 1) for name in "ab")

INDEXES = Indexes(
    composite=(
        Index("things", COLLECTION, (("a",), ("b",), ("c",))),
        Index("things", COLLECTION, (("b",), ("d",))),
        Index("things", COLLECTION, (("a",), ("d",))),
        Index("parts", GROUP, (("a",), ("b",))),
    ),
    single={("things", ("m",)): frozenset(), ("parts", ("c",)): frozenset({COLLECTION, GROUP})},
)


def things(*where: Where, order_by: str | None = None) -> Query:
    return Query(collection="things", where=where, order_by=order_by)


def everywhere(*where: Where, order_by: str | None = None) -> Query:
    return Query(collection="parts", everywhere=True, where=where, order_by=order_by)


@pytest.mark.parametrize(
    "query",
    [
        things(),
        things(A),
        things(MORE_A),
        things(order_by="a"),
        things(MORE_A, order_by="a"),
        things(A, B, C, Where("z", "==", 1)),
        things(Where("a", "in", (1, 2)), B),
        things(Where("a", "in", (1, 2)), order_by="a"),
        things(A, B, order_by="c"),
        things(B, A, Where("c", ">", 1)),
        things(A, B, order_by="d"),
        things(A, order_by="d"),
        things(Where("x.y", "==", 1)),
        Query(collection="other/x/things", where=(A, B), order_by="c"),
        everywhere(),
        everywhere(A, MORE_B),
        everywhere(C),
        Query(collection="others/x/parts", where=(C,)),
    ],
    ids=str,
)
def test_a_query_that_has_an_index_is_answered(query: Query) -> None:
    """Single-field indexes are there by themselves. Indexes that order by the same fields are merged."""
    wire = SimulatedWire(SimulatedFirestore(indexes=INDEXES))
    assert wire.query(query) == []
    assert wire.count(query) == 0


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        (things(A, order_by="b"), "things (COLLECTION): a, b"),
        (things(MORE_A, order_by="b"), "things (COLLECTION): b, a"),
        (things(MORE_A, MORE_B), "things (COLLECTION): a, b"),
        (things(C, order_by="d"), "things (COLLECTION): c, d"),
        (things(A, C, order_by="d"), "things (COLLECTION): a, c, d"),
        (things(Where("m", "==", 1)), "things (COLLECTION): m"),
        (things(Where("m.inside", "==", 1)), "things (COLLECTION): m.inside"),
        (things(order_by="m"), "things (COLLECTION): m"),
        (things(A, Where("m", "==", 1)), "things (COLLECTION): a, m"),
        (everywhere(A), "parts (COLLECTION_GROUP): a"),
        (everywhere(order_by="a"), "parts (COLLECTION_GROUP): a"),
        (Query(collection="x/y/parts", where=(A, MORE_B)), "parts (COLLECTION): a, b"),
    ],
    ids=str,
)
def test_a_query_that_has_no_index_is_refused(query: Query, missing: str) -> None:
    """The error says which index the query needs, with the fields in an order that would do."""
    wire = SimulatedWire(SimulatedFirestore(indexes=INDEXES))
    for ask in (wire.query, wire.count):
        with pytest.raises(RefusedError) as error:
            ask(query)
        assert str(error.value) == f"The query requires an index of {missing}"


@pytest.mark.parametrize(
    ("fields", "accepted"),
    [
        ({f"f{number}": 1 for number in range(20_000)}, True),
        ({f"f{number}": 1 for number in range(20_001)}, False),
        ({"a": {f"f{number}": 1 for number in range(20_001)}}, False),
        ({"list": [1] * 40_000}, True),
        ({"list": [1] * 40_001}, False),
        ({"m": {f"f{number}": 1 for number in range(30_000)}}, True),
        ({f"f{number}": "x" * 1_000 for number in range(1_000)}, True),
        ({f"f{number}": "x" * 100 + str(number) for number in range(9_000)}, True),
    ],
    ids=["20,000", "20,001", "in a map", "list", "longer list", "exempt", "large", "many"],
)  # fmt: skip
def test_a_document_has_at_most_40000_index_entries(fields: dict[str, object], accepted: bool) -> None:
    """Each field has two, and each item of a list one. What is exempt has none."""
    wire = SimulatedWire(SimulatedFirestore(indexes=INDEXES))
    write = Put("things/one", fields, Must.NOT_EXIST)  # type: ignore[arg-type]  # the fields are of several kinds
    if accepted:
        wire.commit([write])
        return
    with pytest.raises(RefusedError, match="entries"):
        wire.commit([write])
    assert wire.get(["things/one"]) == {}


def test_the_index_entries_of_a_document_have_at_most_8_mib() -> None:
    """A long path and long names of fields are in each entry."""
    wire = SimulatedWire(SimulatedFirestore(indexes=INDEXES))
    fields = {f"{number}": 1 for number in range(2_000)}
    wire.commit([Put("things/one", dict(fields))])
    with pytest.raises(RefusedError, match="entries"):
        wire.commit([Put("things/" + "x" * 1_200 + "/parts/" + "y" * 1_200, dict(fields) | {"more": "x" * 5_000})])


def test_an_index_of_several_fields_has_a_direction() -> None:
    """One that ends ascending serves no query that is answered the other way round, and the reverse."""
    there = (Index("things", COLLECTION, (("a",), ("d",))), Index("things", COLLECTION, (("b",), ("d",)), True))
    wire = SimulatedWire(SimulatedFirestore(indexes=Indexes(composite=there)))
    for where, descending in ((A, False), (B, True)):
        wire.query(Query(collection="things", where=(where,), order_by="d", descending=descending))
        with pytest.raises(RefusedError):
            wire.query(Query(collection="things", where=(where,), order_by="d", descending=not descending))
