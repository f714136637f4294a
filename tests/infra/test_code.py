"""The code and its deployment fit: entry points, settings, indexes, times to live, cron lines, Python."""

import ast
import json
import pkgutil
import re
import sys
from datetime import date, datetime
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
from werkplaats.domain.delivery import Delivery
from werkplaats.domain.times import AMSTERDAM
from werkplaats.settings import NAMES, NEEDS
from werkplaats.workshop_files import load_all

FUNCTIONS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "infra" / "functions.yaml").read_text())
FIRESTORE: dict[str, Any] = json.loads((ROOT / "firestore.indexes.json").read_text())

TTL_FIELD = "expire_at"
"""A record with a field of this name is deleted by Firestore when its time has come."""

SUPPORT = {
    "3.11": (date(2027, 10, 24), date(2028, 4, 24)),
    "3.12": (date(2028, 10, 2), date(2029, 4, 2)),
    "3.13": (date(2029, 10, 10), date(2030, 4, 10)),
    "3.14": (date(2030, 10, 10), date(2031, 4, 10)),
}
"""Generally available runtimes: from when Google calls each deprecated, and from when nothing can be deployed on it."""

Operator = StructuredQuery.FieldFilter.Operator


def test_every_function_is_an_entry_point() -> None:
    """functions.yaml and main.py name the same functions."""
    tree = ast.parse((ROOT / "functions" / "main.py").read_text())
    entry_points = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("functions_framework.") for decorator in node.decorator_list)
    }
    assert entry_points == set(FUNCTIONS)


def test_settings_are_those_the_code_reads() -> None:
    """What a function is given is what settings.py says it needs, plus what it can do without."""
    given = {name: {*it.get("env", ()), *it.get("secrets", ())} for name, it in FUNCTIONS.items()}
    assert given == {name: set(NEEDS.get(name, ())) for name in FUNCTIONS}
    optional = {setting for it in FUNCTIONS.values() for setting in it.get("optional", ())}
    # Terraform and Google's libraries see to these for every function; the emulator is no part of a deployment.
    always = {"GOOGLE_CLOUD_PROJECT", "FIRESTORE_DATABASE", "FIRESTORE_EMULATOR_HOST"}
    assert set().union(*given.values()) | optional | always == set(NAMES)
    written = (ROOT / "infra" / "functions.tf").read_text()
    assert all(f"{name} =" in written for name in always - {"FIRESTORE_EMULATOR_HOST"})


@pytest.mark.parametrize("name", [name for name, it in FUNCTIONS.items() if it["trigger"] == "schedule"])
def test_cron_lines_can_be_read(name: str) -> None:
    """Five parts, and a time that comes."""
    assert len(FUNCTIONS[name]["cron"].split()) == 5
    assert next(cronsim.CronSim(FUNCTIONS[name]["cron"], datetime(2027, 3, 1, tzinfo=AMSTERDAM)))


def test_sizes_are_ones_google_takes() -> None:
    """More than one request at once needs a whole CPU; a job has half an hour at most, an event nine minutes."""
    for name, it in FUNCTIONS.items():
        assert it["concurrency"] == 1 or it["cpu"] >= 1, name
        assert 1 <= it["concurrency"] <= 1000, name
        assert it["timeout"] <= {"firestore": 540, "schedule": 1800, "http": 3600}[it["trigger"]], name
        assert 0 <= it["min_instances"] <= it["max_instances"], name
        assert re.fullmatch(r"(256|512)Mi|[1248]Gi", it["memory"]), name


def test_runtime_is_supported_while_it_is_needed() -> None:
    """It is not deprecated before the last survey has closed, and can be deployed on until all data is erased."""
    deprecated, decommissioned = SUPPORT[runtime()]
    for workshop in load_all():
        for wave in workshop.waves:
            assert workshop.wave_closes_at(wave).date() < deprecated, (workshop.id, wave.id)
        assert workshop.erase_registrations_at().date() < decommissioned, workshop.id


def test_runtimes_that_can_be_chosen_are_those_whose_end_is_known() -> None:
    """What Terraform takes is what the list of ends has."""
    written = (ROOT / "infra" / "variables.tf").read_text()
    (listed,) = re.findall(r"contains\(\[(.*?)\], var\.runtime\)", written)
    assert [f"3.{minor}" for minor in re.findall(r'"python3(\d+)"', listed)] == list(SUPPORT)


def test_runtime_is_the_python_of_these_tests() -> None:
    """What is deployed on is what is tested on; where it is not, this says so."""
    if (here := f"{sys.version_info[0]}.{sys.version_info[1]}") != runtime():
        pytest.skip(
            f"These tests run on Python {here}, functions on {runtime()}: either PYTHON named another, or there is no "
            f"working {runtime()} here (tools/runtime-python says). Where there is one, the bundle is tried on it."
        )


def test_every_query_has_its_index() -> None:
    """Each query the code can make is answered by an index that is declared, or that Firestore has by itself."""
    found = every_query()
    assert not found.missed, f"no query was seen to be made at {found.missed}: teach tests/infra/queries.py to call it"
    assert len(found.queries) > 10
    lacking = [wanted for wanted in map(_wanted, found.queries) if not _answered(*wanted)]
    assert not lacking


def test_every_index_has_its_query() -> None:
    """An index that no query uses is paid for with each write."""
    wanted = [_wanted(query) for query in every_query().queries]
    unused = [index for index in FIRESTORE["indexes"] if not any(_is_for(index, *one) for one in wanted)]
    assert not unused


def test_times_to_live_are_those_of_the_code() -> None:
    """A record that carries its own end has it declared, and nothing else is deleted by Firestore."""
    declared = {field["collectionGroup"] for field in FIRESTORE["fieldOverrides"] if field.get("ttl")}
    assert all(field["fieldPath"] == TTL_FIELD for field in FIRESTORE["fieldOverrides"] if field.get("ttl"))
    ending = {record.__name__ for record in _records() if TTL_FIELD in record.__struct_fields__}
    assert len(declared) == len(ending), (declared, ending)


def test_what_alerts_count_is_logged() -> None:
    """Every log event and field that a metric looks for is one the code writes."""
    written = (ROOT / "infra" / "logging.tf").read_text()
    code = "\n".join(path.read_text() for path in (ROOT / "functions" / "werkplaats").rglob("*.py"))
    (listed,) = re.findall(r"let_go = \[(.*?)\]", written)
    events = {*re.findall(r'"([a-z._]+)"', listed), *re.findall(r'message=\\"([a-z.]+)\\"', written)}
    assert len(events) > 5
    states = {f"mail.{state.value}" for state in Delivery}
    assert {event for event in events if event not in states and f'"{event}"' not in code} == set()
    (backlog,) = re.findall(r'"outbox\.backlog",(.*?)\)\n', code, re.DOTALL)
    fields = re.findall(r"jsonPayload\.(\w+)>", written)
    assert len(fields) == 3
    for field in fields:
        assert f"{field}=" in backlog, f"retry_mail does not log {field} with outbox.backlog"


Wanted = tuple[str, bool, frozenset[str], tuple[str, ...]]


def _wanted(query: StructuredQuery) -> Wanted:
    """Collection, whether any of that name, fields compared for equality, and the fields that order."""
    (source,) = query.from_
    equal: list[str] = []
    ordered: list[str] = []
    for one in _filters(query.where):
        equals = one.op in (Operator.EQUAL, Operator.IN, Operator.ARRAY_CONTAINS)
        (equal if equals else ordered).append(one.field.field_path)
    ordered += [order.field.field_path for order in query.order_by]
    return source.collection_id, source.all_descendants, frozenset(equal), tuple(dict.fromkeys(ordered))


def _filters(where: StructuredQuery.Filter) -> list[StructuredQuery.FieldFilter]:
    if where.composite_filter.filters:
        return [one for part in where.composite_filter.filters for one in _filters(part)]
    return [where.field_filter] if where.field_filter.field.field_path else []


def _answered(collection: str, anywhere: bool, equal: frozenset[str], ordered: tuple[str, ...]) -> bool:
    fields = equal | set(ordered)
    if len(fields) > 1 and ordered:
        return any(_is_for(index, collection, anywhere, equal, ordered) for index in FIRESTORE["indexes"])
    # One field, or several that must equal something: Firestore's own indexes on single fields do, where they are kept.
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
