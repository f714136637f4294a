"""What the simulated Firestore does that a random history does not show."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.simulation.database.firestore import SimulatedFirestore, SimulatedWire
from tests.simulation.database.histories import Commit, history
from tests.simulation.database.values import Stored, key
from werkplaats.store import ConflictError, RefusedError
from werkplaats.store.codec import size_of
from werkplaats.store.wire import Delete, Fields, Must, Put, Query, Revision, Value, Where, Write


def test_whoever_changes_what_he_gave_or_was_given_does_not_change_the_database() -> None:
    """Fields are copied on their way in and out, with all maps and lists in them."""
    wire = SimulatedWire()
    fields: Fields = {"map": {"list": [{"a": 1}]}}
    wire.commit([Put("things/one", fields)])
    wire.commit([Put("things/two", fields, mask=(("map", "list"),))])
    query = Query(collection="things")
    got = wire.get(["things/one", "things/two"]).values()
    found = [*wire.query(query), *wire.query(Query(collection="things", only=("map",)))]
    for each in (fields, *(one.fields for one in (*got, *found))):
        given: Any = each
        given["map"]["list"][0]["a"] = 2
        given["map"]["list"].append(3)
        given["more"] = 4
    assert [one.fields for one in wire.query(query)] == [{"map": {"list": [{"a": 1}]}}] * 2


def test_the_size_of_fields_is_counted_as_the_program_does() -> None:
    """Fields of every kind, nested and empty ones too. The count of the program is compared with the emulator."""
    sizes = set[int]()
    for step in (step for seed in range(20) for step in history(seed, 20) if isinstance(step, Commit)):
        for write in (change.write for change in step.changes if isinstance(change.write, Put)):
            try:
                stored = Stored(write.fields)
            except (ValueError, TypeError):  # there is no message for them
                continue
            assert size_of("", {}) - 1 + stored.size == size_of("", stored.fields)
            sizes.add(stored.size)
    assert len(sizes) > 30


def test_all_wires_of_a_database_see_the_same() -> None:
    """What is written through one wire is read through another, and its revision guards both."""
    database = SimulatedFirestore()
    one, other = SimulatedWire(database), SimulatedWire(database)
    (revision,) = one.commit([Put("things/one", {"n": 1})])
    other.commit([Put("things/one", {"n": 2}, revision)])
    with pytest.raises(ConflictError):
        one.commit([Put("things/one", {"n": 3}, revision)])
    assert one.get(["things/one"]) == other.get(["things/one"])


def test_revisions_are_later_each_time_and_come_from_the_clock_that_is_given() -> None:
    """They are in whole microseconds, and grow also when the clock stands still or goes back."""
    clock = iter([5_000_999, 5_000_999, 1_000, 7_000_000])
    wire = SimulatedWire(SimulatedFirestore(lambda: next(clock)))
    revisions = [wire.commit([Put("things/one", {"n": number})])[0] for number in range(4)]
    assert revisions == [5_000_000, 5_001_000, 5_002_000, 7_000_000]


def test_a_commit_that_is_refused_changes_nothing() -> None:
    """Neither the writes before the refused one nor those after it take effect."""
    wire = SimulatedWire()
    wire.commit([Put("things/one", {"n": 1})])
    before = dict(wire.database.all())
    writes: list[Write] = [Put("things/new", {}), Put("things/one", {"n": 2}), Delete("things/none", Must.EXIST)]
    with pytest.raises(ConflictError):
        wire.commit(writes)
    with pytest.raises(RefusedError):
        wire.commit([*writes[:2], Put("things/big", {"n": "x" * 1_048_577})])
    assert wire.database.all() == before


def test_fields_come_in_the_order_of_their_names() -> None:
    """So nothing can depend on the order in which they were written, which Firestore does not keep."""
    wire = SimulatedWire()
    wire.commit([Put("things/one", {"c": {"z": 1, "a": 1}, "a": 1})])
    wire.commit([Put("things/one", {"b": 2, "c": {"b": 2}}, mask=(("b",), ("c", "b")))])
    found = wire.get(["things/one"])["things/one"].fields
    assert list(found) == ["a", "b", "c"]
    assert list(found["c"]) == ["a", "b", "z"]  # type: ignore[arg-type]


def test_kinds_of_values_have_the_documented_order() -> None:
    """They are ordered by kind. The least number is nan, and the maps are an example in the documentation."""
    numbers: list[Value] = [float("nan"), float("-inf"), -1, 0.5, 1, 2**53]
    texts: list[Value] = ["", "B", "a", "é", "\uffff", "\U00010000"]
    others: list[Value] = [b"", b"a", [], [1, 2], [1, 2, 3], [2], {}]
    maps: list[Value] = [
        {"a": "aaa", "b": "baz"},
        {"a": "foo", "b": "bar"},
        {"a": "foo", "b": "bar", "c": "qux"},
        {"a": "foo", "b": "baz"},
        {"b": "aaa", "c": "baz"},
        {"c": "aaa"},
    ]
    values = [None, False, True, *numbers, datetime(2027, 1, 1, tzinfo=UTC), *texts, *others, *maps]
    keys = [key(value) for value in values]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_only_the_first_1500_bytes_of_a_value_count() -> None:
    """A text has one byte more than its letters, as in the size of a document."""
    assert key("x" * 1499 + "a") == key("x" * 1499 + "b")
    assert key("x" * 1498 + "a") != key("x" * 1498 + "b")
    assert key(b"x" * 1500 + b"a") == key(b"x" * 1500 + b"b")
    assert key({"a": ["x" * 1497, "a"]}) == key({"a": ["x" * 1497, "b"]})
    assert key({"a": ["x" * 1400, "a"]}) != key({"a": ["x" * 1400, "b"]})
    with pytest.raises(RefusedError, match="too large"):
        SimulatedWire().query(Query(collection="things", where=(Where("a", "==", "x" * 1500),)))


def test_a_revision_has_no_more_than_microseconds() -> None:
    """The emulator refuses such a guard as well."""
    with pytest.raises(RefusedError):
        SimulatedWire().commit([Put("things/one", {}, Revision(1_001))])
