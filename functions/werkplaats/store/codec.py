"""Domain records to documents and back: the one codec.

Documents outlive the version of the program that wrote them, and while a new version is being deployed both write. So
reading passes over fields that this version does not know. And writing a document that is there already names each
field that this version knows, so that whatever another version has added stays as it is.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from werkplaats import log
from werkplaats.store.wire import Fields, Found, Guard, Must, Put, Value

Record = TypeVar("Record", bound=Struct)


def to_fields(record: Struct) -> Fields:
    """`record` as a document: moments as timestamps, days and enums as text, sequences as arrays."""
    fields: Fields = msgspec.to_builtins(record, builtin_types=(datetime, bytes), str_keys=True)
    return fields


def create(path: str, record: Struct) -> Put:
    """Write `record` where there must be nothing yet."""
    return Put(path, to_fields(record), Must.NOT_EXIST)


def update(path: str, record: Struct, guard: Guard = None) -> Put:
    """Write `record` in place of what is there under `guard`, if anything is; fields of other versions stay."""
    return Put(path, to_fields(record), guard, mask=_mask(record))


def read(found: Found, record: type[Record]) -> Record:
    """The record in `found`. Raises msgspec.ValidationError if a field that this version knows cannot be read."""
    return msgspec.convert(found.fields, record)


def read_leniently(found: Found, record: type[Record]) -> Record:
    """The record in `found`, also where a newer version has put values that this one does not know.

    Whatever is optional and cannot be read counts as absent, an item of a list that cannot be read is left out, and
    bounds are not looked at: for what people wrote down, such as a workshop, that is better than nothing at all. It is
    logged. Raises msgspec.ValidationError if something that the record must have cannot be read, or something that is
    marked as DECISIVE is there and cannot be read.
    """
    return cast(Record, _read(found.fields, record, found.path))


def read_if_found(found: Found | None, record: type[Record]) -> Record | None:
    return None if found is None else read(found, record)


Reader = Callable[[Found, type[Record]], Record]


def readable(found: Iterable[Found], record: type[Record], reader: Reader[Record] = read) -> Iterator[Record]:
    """The records in `found`. One that cannot be read is logged and left out, so that it keeps nobody else waiting."""
    for one in found:
        try:
            yield reader(one, record)
        except msgspec.ValidationError as error:
            collection, _, id = one.path.rpartition("/")
            log.crash("document.unreadable", error, collection=collection, id=id)


def _mask(record: Struct) -> tuple[tuple[str, ...], ...]:
    """The way to each field of `record`, and to its tag if it is one of several kinds of record.

    Records within it are gone into. Lists and maps are written whole.
    """
    tag = record.__struct_config__.tag_field
    ways: list[tuple[str, ...]] = [] if tag is None else [(tag,)]
    for field in _fields_of(type(record)):
        value = getattr(record, field.name)
        if isinstance(value, Struct):
            ways += [(field.encode_name, *way) for way in _mask(value)]
        else:
            ways.append((field.encode_name,))
    return tuple(ways)


@lru_cache(maxsize=256)
def _fields_of(record: type[Struct]) -> tuple[FieldInfo, ...]:
    return fields(record)


def _read(value: Value, kind: Any, where: str) -> Any:
    """`value` as a `kind`, leaving out what is optional and cannot be read; `where` it stands is for the log."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        if isinstance(kind, type) and issubclass(kind, Struct) and isinstance(value, dict):
            return _read_record(value, kind, where)
        if get_origin(kind) is Annotated:
            return _read(value, get_args(kind)[0], where)
        if get_origin(kind) in (Union, UnionType):
            return _read_one_of(value, get_args(kind), where)
        if get_origin(kind) is tuple and isinstance(value, list):
            return tuple(_readable_items(value, get_args(kind)[0], where))
        raise


def _read_record(value: Fields, kind: type[Struct], where: str) -> Struct:
    given: dict[str, Any] = {}
    for field in _fields_of(kind):
        if field.encode_name not in value:
            continue
        inside = f"{where}.{field.encode_name}"
        try:
            given[field.name] = _read(value[field.encode_name], field.type, inside)
        except msgspec.ValidationError:
            if field.required or _is_decisive(field.type):
                raise
            log.event("document.field_unreadable", severity="WARNING", field=inside)
    try:
        return kind(**given)
    except TypeError as error:  # a field that it must have is not there
        raise msgspec.ValidationError(f"{where} lacks a field of {kind.__name__}") from error


def _is_decisive(kind: Any) -> bool:
    """Whether a field of this type is marked as DECISIVE (domain/workshop.py)."""
    marks = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    return any(isinstance(mark, msgspec.Meta) and (mark.extra or {}).get("decisive") for mark in marks)


def _read_one_of(value: Value, kinds: tuple[Any, ...], where: str) -> Any:
    """`value` as that one of `kinds` whose tag it carries, or that has no tag."""
    if isinstance(value, dict):
        for kind in kinds:
            config = getattr(kind, "__struct_config__", None)
            if config is not None and (config.tag is None or value.get(config.tag_field) == config.tag):
                return _read(value, kind, where)
    raise msgspec.ValidationError(f"{where} is of no kind that this version knows")


def _readable_items(value: list[Value], kind: Any, where: str) -> Iterator[Any]:
    for item in value:
        try:
            yield _read(item, kind, where)
        except msgspec.ValidationError:
            log.event("document.item_unreadable", severity="WARNING", field=where)


LARGEST_DOCUMENT = 1024 * 1024
"""Bytes, as `size_of` counts them. https://firebase.google.com/docs/firestore/quotas, under documents."""


def size_of(path: str, value: Value) -> int:
    """Bytes that Firestore counts for the document `value` at `path` (such as 'workshops/proef').

    https://firebase.google.com/docs/firestore/storage-size says how it counts; that an empty list or mapping takes a
    byte is what the emulator says, of which a test asks whether this count is right.
    """
    return 16 + sum(map(_size, path.split("/"))) + _size(value) + 32


def _size(value: Value) -> int:
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
