"""Domain records to Firestore documents and back. A document's id is its record's `id`."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from google.cloud.firestore import DocumentSnapshot

from werkplaats import log

Record = TypeVar("Record", bound=msgspec.Struct)

Document = dict[str, Any]

Snapshot = DocumentSnapshot[Any]


def to_document(record: msgspec.Struct) -> Document:
    """`record` as Firestore stores it: moments as timestamps, days and enums as text, sequences as arrays."""
    document: Document = msgspec.to_builtins(record, builtin_types=(datetime, bytes), str_keys=True)
    return document


LARGEST_DOCUMENT = 1024 * 1024
"""Bytes, as `size_of` counts them. https://firebase.google.com/docs/firestore/quotas, under documents."""


def size_of(path: str, value: Any) -> int:
    """Bytes that Firestore counts for the document `value` at `path` (such as 'workshops/proef').

    https://firebase.google.com/docs/firestore/storage-size says how it counts; that an empty list or mapping takes a
    byte is what the emulator says, of which a test asks whether this count is right.
    """
    return 16 + sum(map(_size, path.split("/"))) + _size(value) + 32


def _size(value: Any) -> int:
    match value:
        case str():
            return len(value.encode()) + 1
        case None | bool():
            return 1
        case bytes():
            return len(value)
        case dict():
            return max(1, sum(_size(name) + _size(item) for name, item in value.items()))
        case list() | tuple():
            return max(1, sum(map(_size, value)))
        case _:
            return 8


def from_document(snapshot: Snapshot, record: type[Record]) -> Record:
    """The record in `snapshot`, which must exist; msgspec.ValidationError if it is not of that shape."""
    return msgspec.convert(_plain(snapshot.to_dict()), record)


def readable(snapshots: Iterable[Snapshot], record: type[Record]) -> Iterator[Record]:
    """The records in `snapshots`; one that is not of that shape is logged and left out, to keep nobody else waiting."""
    for snapshot in snapshots:
        try:
            yield from_document(snapshot, record)
        except msgspec.ValidationError as error:
            log.crash("document.unreadable", error, collection=snapshot.reference.parent.id, id=snapshot.id)


def found(snapshot: Snapshot, record: type[Record]) -> Record | None:
    """The record in `snapshot`, or None where there is no such document."""
    return from_document(snapshot, record) if snapshot.exists else None


def _plain(value: Any) -> Any:
    """Google's own datetime subclass made an ordinary one; it keeps nanoseconds that nobody here needs."""
    if isinstance(value, datetime):
        return datetime(
            value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, UTC
        )
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
