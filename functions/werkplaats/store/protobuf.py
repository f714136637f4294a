"""Converts documents, guards and parts of queries to Firestore's protobuf messages, and documents back."""

import re
from datetime import UTC, datetime
from typing import Any, cast

from google.cloud.firestore_v1.types import DocumentChange, StructuredQuery
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # it has no types

from werkplaats.store.wire import Fields, Guard, Must, Revision, Value, Where

_PLAIN_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")

_OPERATORS = {
    "==": StructuredQuery.FieldFilter.Operator.EQUAL,
    "<": StructuredQuery.FieldFilter.Operator.LESS_THAN,
    "<=": StructuredQuery.FieldFilter.Operator.LESS_THAN_OR_EQUAL,
    ">": StructuredQuery.FieldFilter.Operator.GREATER_THAN,
    ">=": StructuredQuery.FieldFilter.Operator.GREATER_THAN_OR_EQUAL,
    "in": StructuredQuery.FieldFilter.Operator.IN,
    "array-contains": StructuredQuery.FieldFilter.Operator.ARRAY_CONTAINS,
}


def to_revision(timestamp: Any) -> Revision:
    return Revision(timestamp.seconds * 1_000_000_000 + timestamp.nanos)


def set_guard(into: Any, guard: Guard) -> None:
    if guard is None:
        return
    if isinstance(guard, Must):
        into.current_document.exists = guard is Must.EXIST
        return
    into.current_document.update_time.seconds, into.current_document.update_time.nanos = divmod(guard, 1_000_000_000)


def field_path(names: tuple[str, ...]) -> str:
    """The path to a field in nested maps as Firestore writes it, such as days.`2027-08-29`."""
    return ".".join(name if _PLAIN_NAME.fullmatch(name) else _quoted(name) for name in names)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


def set_condition(into: Any, where: Where) -> None:
    into.field.field_path = where.field
    into.op = _OPERATORS[where.operator]
    encode(into.value, where.value)


def add_order(asked: Any, name: str, *, descending: bool = False) -> None:
    directions = StructuredQuery.Direction
    direction = directions.DESCENDING if descending else directions.ASCENDING
    asked.order_by.add(direction=direction).field.field_path = name


def fill(fields: Any, document: Fields) -> None:
    for name, value in document.items():
        encode(fields[name], value)


def encode(into: Any, value: Value) -> None:
    match value:
        case str():
            into.string_value = value
        case bool():
            into.boolean_value = value
        case int():
            into.integer_value = value
        case None:
            into.null_value = 0
        case datetime():
            into.timestamp_value.FromDatetime(value)
        case float():
            into.double_value = value
        case bytes():
            into.bytes_value = value
        case dict():
            into.map_value.SetInParent()
            fill(into.map_value.fields, value)
        case list() | tuple():
            into.array_value.SetInParent()
            for item in value:
                encode(into.array_value.values.add(), item)
        case _:
            raise TypeError(f"no Firestore value for {type(value).__name__}")


def decode_fields(fields: Any) -> Fields:
    return {name: _decode(value) for name, value in fields.items()}


def _decode(value: Any) -> Value:
    match kind := value.WhichOneof("value_type"):
        case "map_value":
            return decode_fields(value.map_value.fields)
        case "array_value":
            return [_decode(item) for item in value.array_value.values]
        case "timestamp_value":
            return cast(datetime, value.timestamp_value.ToDatetime(UTC))
        case "null_value":
            return None
        case _:
            return cast(Value, getattr(value, kind))


def fields_in_event(body: bytes) -> Fields:
    """The fields of the document as it became, from the body of an event of Firestore; {} if it cannot be read.

    The body is a DocumentEventData, whose first field is the document. Google's library has no such message, but this
    one begins in the same way, and skips what follows.
    https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto
    """
    try:
        return decode_fields(DocumentChange.pb().FromString(body).document.fields)
    except (DecodeError, ValueError, OverflowError, TypeError):
        return {}
