"""The code and what deploys it agree about entry points, settings, indexes, times to live, cron lines and Python."""

import ast
import json
import pkgutil
import re
import sys
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import cronsim
import msgspec
import pytest
import yaml
from google.cloud.firestore_v1.types import StructuredQuery

import werkplaats
from tests.infra.deployed import runtime
from tests.infra.queries import every_query
from tests.infra.terraform import ROOT
from werkplaats.domain.delivery import Delivery, Event
from werkplaats.domain.erasures import ERASURES_KEPT
from werkplaats.domain.journal import Happened
from werkplaats.domain.seats.folding import FOLDED_FOR
from werkplaats.domain.times import AMSTERDAM
from werkplaats.settings import NAMES, NEEDS
from werkplaats.workshop_files import load_all

FUNCTIONS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "infra" / "functions.yaml").read_text())
FIRESTORE: dict[str, Any] = json.loads((ROOT / "firestore.indexes.json").read_text())

TTL_FIELD = "expire_at"
"""Firestore deletes a document when the time in its field of this name has passed."""

SUPPORT = {
    "3.11": (date(2027, 10, 24), date(2028, 4, 24)),
    "3.12": (date(2028, 10, 2), date(2029, 4, 2)),
    "3.13": (date(2029, 10, 10), date(2030, 4, 10)),
    "3.14": (date(2030, 10, 10), date(2031, 4, 10)),
}
"""For each generally available Python: when Google deprecates it, and from when it cannot be deployed on."""

Operator = StructuredQuery.FieldFilter.Operator


def test_every_function_is_an_entry_point() -> None:
    """The functions in functions.yaml are exactly the entry points of main.py."""
    tree = ast.parse((ROOT / "functions" / "main.py").read_text())
    entry_points = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("functions_framework.") for decorator in node.decorator_list)
    }
    assert entry_points == set(FUNCTIONS)


def test_settings_are_those_the_code_reads() -> None:
    """Each function is given what settings.py says it needs; together they are given every known setting."""
    given = {name: {*it.get("env", ()), *it.get("secrets", ())} for name, it in FUNCTIONS.items()}
    assert given == {name: set(NEEDS.get(name, ())) for name in FUNCTIONS}
    optional = {setting for it in FUNCTIONS.values() for setting in it.get("optional", ())}
    # infra/functions.tf gives the first two to every function; the third is set only where there is an emulator.
    always = {"GOOGLE_CLOUD_PROJECT", "FIRESTORE_DATABASE", "FIRESTORE_EMULATOR_HOST"}
    assert set().union(*given.values()) | optional | always == set(NAMES)
    written = (ROOT / "infra" / "functions.tf").read_text()
    assert all(f"{name} =" in written for name in always - {"FIRESTORE_EMULATOR_HOST"})


def test_organisers_are_told_as_soon_as_the_promise_says() -> None:
    """What is folded is told 20 minutes later at most: by the first run of the schedule after it is due."""
    assert FUNCTIONS["retry_mail"]["cron"] == "*/5 * * * *"
    assert FOLDED_FOR + timedelta(minutes=5) == timedelta(minutes=20)
    assert "at most 20 minutes later" in " ".join((ROOT / "docs" / "promises.md").read_text().split())


@pytest.mark.parametrize("name", [name for name, it in FUNCTIONS.items() if it["trigger"] == "schedule"])
def test_cron_lines_can_be_read(name: str) -> None:
    """Each cron line has five parts and names a time that will come."""
    assert len(FUNCTIONS[name]["cron"].split()) == 5
    assert next(cronsim.CronSim(FUNCTIONS[name]["cron"], datetime(2027, 3, 1, tzinfo=AMSTERDAM)))


def test_sizes_are_ones_google_takes() -> None:
    """Sizes are within Google's limits: a whole CPU for concurrency above 1, and a timeout that the trigger allows."""
    for name, it in FUNCTIONS.items():
        assert it["concurrency"] == 1 or it["cpu"] >= 1, name
        assert 1 <= it["concurrency"] <= 1000, name
        assert it["timeout"] <= {"firestore": 540, "schedule": 1800, "http": 3600}[it["trigger"]], name
        assert 0 <= it["min_instances"] <= it["max_instances"], name
        assert re.fullmatch(r"(256|512)Mi|[1248]Gi", it["memory"]), name


def test_runtime_is_supported_while_it_is_needed() -> None:
    """Python is not deprecated before the last wave closes, and deployable until all personal data is erased."""
    deprecated, decommissioned = SUPPORT[runtime()]
    for workshop in load_all():
        for wave in workshop.waves:
            assert workshop.wave_closes_at(wave).date() < deprecated, (workshop.id, wave.id)
        assert workshop.erase_registrations_at().date() < decommissioned, workshop.id


def test_runtimes_that_can_be_chosen_are_those_whose_end_is_known() -> None:
    """Terraform accepts exactly the versions of Python whose end dates are listed here."""
    written = (ROOT / "infra" / "variables.tf").read_text()
    (listed,) = re.findall(r"contains\(\[(.*?)\], var\.runtime\)", written)
    assert [f"3.{minor}" for minor in re.findall(r'"python3(\d+)"', listed)] == list(SUPPORT)


def test_runtime_is_the_python_of_these_tests() -> None:
    """These tests run on the version of Python that is deployed; otherwise this test is skipped and says so."""
    if (here := f"{sys.version_info[0]}.{sys.version_info[1]}") != runtime():
        pytest.skip(
            f"These tests run on Python {here}, functions on {runtime()}: either PYTHON named another, or there is no "
            f"working {runtime()} here (tools/runtime-python says). Where there is one, the bundle is tried on it."
        )


@pytest.mark.xdist_group("queries")
def test_every_query_has_its_index() -> None:
    """Each query in the code is answered by a declared index, or by one that Firestore makes by itself."""
    found = every_query()
    assert not found.missed, f"no query was seen to be made at {found.missed}: teach tests/infra/queries.py to call it"
    assert len(found.queries) > 10
    lacking = [wanted for wanted in map(_wanted, found.queries) if not _answered(*wanted)]
    assert not lacking


@pytest.mark.xdist_group("queries")
def test_every_index_has_its_query() -> None:
    """Each declared index is used by a query, because every write pays for it."""
    wanted = [_wanted(query) for query in every_query().queries]
    unused = [index for index in FIRESTORE["indexes"] if not any(_is_for(index, *one) for one in wanted)]
    assert not unused


def test_times_to_live_are_those_of_the_code() -> None:
    """Each record with a field for its own end is declared to be deleted by Firestore then, and nothing else is."""
    declared = {field["collectionGroup"] for field in FIRESTORE["fieldOverrides"] if field.get("ttl")}
    assert all(field["fieldPath"] == TTL_FIELD for field in FIRESTORE["fieldOverrides"] if field.get("ttl"))
    ending = {record.__name__ for record in _records() if TTL_FIELD in record.__struct_fields__}
    assert len(declared) == len(ending), (declared, ending)


def test_what_alerts_count_is_logged() -> None:
    """Every log event and field that a metric looks for is written somewhere in the code."""
    written = (ROOT / "infra" / "logging.tf").read_text()
    code = "\n".join(path.read_text() for path in (ROOT / "functions" / "werkplaats").rglob("*.py"))
    (listed,) = re.findall(r"let_go = \[(.*?)\]", written)
    events = {*re.findall(r'"([a-z._]+)"', listed), *re.findall(r'message=\\"([a-z.]+)\\"', written)}
    assert len(events) > 5
    states = {f"mail.{state.value}" for state in Delivery}
    assert {event for event in events if event not in states and f'"{event}"' not in code} == set()
    (backlog,) = re.findall(r'"outbox\.backlog",(.*?)\)\n', code, re.DOTALL)
    fields = re.findall(r"jsonPayload\.(\w+)>", written)
    assert len(fields) == 4
    for field in fields:
        assert f"{field}=" in backlog, f"retry_mail does not log {field} with outbox.backlog"


def test_what_a_restored_backup_lacks_is_logged() -> None:
    """Every event that is kept for after a restore is one that the code logs, for as long as erasures are listed."""
    written = (ROOT / "infra" / "logging.tf").read_text()
    (erased, mails) = re.findall(r"\^\((\w+\[\.\]\w+)\|mail\[\.\]\(([a-z|]+)\)\)\$", written)[0]
    assert erased == f"registration[.]{Happened.ERASED.value}"
    assert mails.split("|") == ["sent", "uncertain", *(event.value for event in Event)]
    assert f"retention_days = {ERASURES_KEPT.days}" in written


Wanted = tuple[str, bool, frozenset[str], tuple[str, ...]]


def _wanted(query: StructuredQuery) -> Wanted:
    """Its collection, whether it searches all collections of that name, its equality fields, and those that order."""
    (source,) = query.from_
    equal: list[str] = []
    ordered: list[str] = []
    for one in _filters(query.where):
        equals = one.op in (Operator.EQUAL, Operator.IN, Operator.ARRAY_CONTAINS)
        (equal if equals else ordered).append(one.field.field_path)
    ordered += [order.field.field_path for order in query.order_by]
    if ordered[-1:] == ["__name__"]:
        ordered.pop()  # every index has the path last, and documents of one value come in its order anyway
    return source.collection_id, source.all_descendants, frozenset(equal), tuple(dict.fromkeys(ordered))


def _filters(where: StructuredQuery.Filter) -> list[StructuredQuery.FieldFilter]:
    if where.composite_filter.filters:
        return [one for part in where.composite_filter.filters for one in _filters(part)]
    return [where.field_filter] if where.field_filter.field.field_path else []


def _answered(collection: str, anywhere: bool, equal: frozenset[str], ordered: tuple[str, ...]) -> bool:
    fields = equal | set(ordered)
    if not fields:
        return True  # a whole collection, or all collections of a name
    if len(fields) > 1 and ordered:
        return any(_is_for(index, collection, anywhere, equal, ordered) for index in FIRESTORE["indexes"])
    # A query on one field, or with equality alone, is answered by Firestore's own single-field indexes, unless
    # firestore.indexes.json turns those off.
    return not anywhere and not any(
        field["collectionGroup"] == collection and field["fieldPath"] in fields and not field.get("indexes", [True])
        for field in FIRESTORE["fieldOverrides"]
    )


def _is_for(
    index: dict[str, Any], collection: str, anywhere: bool, equal: frozenset[str], ordered: tuple[str, ...]
) -> bool:
    paths = [field["fieldPath"] for field in index["fields"]]
    return (
        index["collectionGroup"] == collection
        and index["queryScope"] == ("COLLECTION_GROUP" if anywhere else "COLLECTION")
        and set(paths[: len(equal)]) == equal
        and tuple(paths[len(equal) :]) == ordered
    )


def _records() -> list[type[msgspec.Struct]]:
    """Every record of the domain and the store."""
    names = [name for _, name, _ in pkgutil.walk_packages(werkplaats.__path__, "werkplaats.")]
    modules = [import_module(name) for name in names if name.startswith(("werkplaats.domain.", "werkplaats.store."))]
    found = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__module__ == module.__name__
    }
    return sorted(found, key=lambda record: record.__qualname__)
