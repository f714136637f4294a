"""Finds every query that the store can make, by calling all of its methods without a database.

Firestore's API is patched below the client, where all of its calls pass, so that nothing is sent. Each method is called
with made-up arguments of the types that it declares. To make sure that no query is missed, the source is searched for
calls that make a query, and each of them must have been reached.
"""

import ast
import contextlib
import inspect
import itertools
import os
import types
import typing
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
from google.api_core.exceptions import NotFound
from google.cloud.firestore_v1.services.firestore.client import FirestoreClient
from google.cloud.firestore_v1.types import (
    CommitResponse,
    RunAggregationQueryRequest,
    RunAggregationQueryResponse,
    RunQueryRequest,
    StructuredQuery,
)

from tests.infra.terraform import ROOT
from tests.shipped import WORKSHOP
from werkplaats.domain.seats.commands import Promote
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire
from werkplaats.store.places import Tail

STORE = ROOT / "functions" / "werkplaats" / "store"

_SAMPLES: dict[Any, list[Any]] = {
    str: ["x"],
    int: [5],
    bool: [False, True],
    datetime: [datetime(2027, 3, 1, tzinfo=UTC)],
    date: [date(2027, 3, 1)],
    Ledger: [
        Ledger(id="x", capacity=5, waitlisted=3),
        Ledger(id="x", capacity=5, waitlisted=8, next_sequence=10),
        Ledger(id="x", capacity=5, waitlisted=8, passed_over=1),
    ],
    Tail: [Tail(absent=1, first=9)],
    Workshop: [WORKSHOP],
    Iterable[str]: [["x"], [f"x{number}" for number in range(31)]],
    list[str]: [["x", "y"]],
}
_PROMOTE = (Promote(),)


class Found(typing.NamedTuple):
    queries: list[StructuredQuery]
    missed: list[str]
    """The places in the source, as file:line, that make a query and were not reached."""


@cache
def every_query() -> Found:
    """All queries of the store, each at least once."""
    queries: list[StructuredQuery] = []
    lines: set[tuple[str, int]] = set()

    def seen(query: StructuredQuery) -> None:
        queries.append(query)
        lines.update((Path(frame.filename).name, frame.lineno) for frame in inspect.stack() if _in_store(frame))

    def run_query(_: Any, request: Any, **options: Any) -> Iterator[Any]:
        seen(RunQueryRequest(request).structured_query)
        return iter(())

    def run_aggregation_query(_: Any, request: Any, **options: Any) -> Iterator[Any]:
        seen(RunAggregationQueryRequest(request).structured_aggregation_query.structured_query)
        return iter((RunAggregationQueryResponse(result={"aggregate_fields": {"n": {"integer_value": 1}}}),))

    api = {
        "run_query": run_query,
        "run_aggregation_query": run_aggregation_query,
        "batch_get_documents": lambda *_, **__: iter(()),
        "get_document": mock.Mock(side_effect=NotFound("made up")),
        "commit": lambda *_, **__: CommitResponse(),
    }
    with mock.patch.multiple(FirestoreClient, **api):
        store = Store(_nowhere())
        for part in (*vars(store).values(), store.seats.places):
            if not isinstance(part, FirestoreWire):
                _call_everything(part)
    return Found(
        queries, [f"{file}:{first}" for file, first, last in _sites() if not _came_by(lines, file, first, last)]
    )


def _nowhere() -> FirestoreWire:
    """A wire that sends nothing, because Firestore's API is patched."""
    with mock.patch.dict(os.environ, FIRESTORE_EMULATOR_HOST="localhost:1"):
        return FirestoreWire("x", "(default)")


def _call_everything(part: Any) -> None:
    for name, method in inspect.getmembers(part, callable):
        if name.startswith("__") or not getattr(method, "__func__", None):
            continue
        hints = typing.get_type_hints(method)
        names = [one for one in inspect.signature(method).parameters if hints.get(one) is not Any]
        for values in itertools.product(*(_samples(hints[one]) for one in names)):
            # The made-up arguments may make no sense to the method; only the query that it makes matters.
            with contextlib.suppress(Exception):
                answer = method(**dict(zip(names, values, strict=True)))
                if isinstance(answer, Iterator):
                    list(answer)


def _samples(kind: Any) -> list[Any]:
    if kind in _SAMPLES:
        return _SAMPLES[kind]
    if isinstance(kind, types.UnionType):
        return _samples(typing.get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [next(iter(kind))]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [types.SimpleNamespace(id="x", workshop="x", registration="x", wave="x", sequence=5, number=5)]
    return [_PROMOTE]


def _in_store(frame: inspect.FrameInfo) -> bool:
    return Path(frame.filename).parent == STORE


def _came_by(lines: set[tuple[str, int]], file: str, first: int, last: int) -> bool:
    return any((file, line) in lines for line in range(first, last + 1))


def _sites() -> Iterator[tuple[str, int, int]]:
    """The file, first line and last line of every call in the source that makes a query."""
    for path in STORE.glob("*.py"):
        if path.name in ("wire.py", "firestore.py", "protobuf.py", "wiping.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in ("query", "pages", "count", "_records", "delete_some"):
                yield path.name, node.lineno, node.end_lineno or node.lineno
