"""Converts domain records to documents and back.

Documents are read by later versions of the program than the one that wrote them, and during a deployment two versions
write at the same time. So reading ignores fields that this version does not know, and writing to an existing document
changes only the fields that this version knows. Fields that another version has added are kept.
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
from werkplaats.domain.records import ready
from werkplaats.store.wire import Fields, Found, Guard, Must, Put, Value

Record = TypeVar("Record", bound=Struct)


def to_fields(record: Struct) -> Fields:
    """`record` as a document: datetimes stay as they are, dates and enums become text, tuples become lists."""
    fields: Fields = msgspec.to_builtins(record, builtin_types=(datetime, bytes), str_keys=True)
    return fields


def create(path: str, record: Struct) -> Put:
    """The write of `record` as a new document. The commit fails if there is a document at `path` already."""
    return Put(path, to_fields(record), Must.NOT_EXIST)


def update(path: str, record: Struct, guard: Guard = None) -> Put:
    """The write of `record` to the document at `path`, new or existing, if `guard` holds.

    Fields of the document that this version of the program does not know are kept.
    """
    return Put(path, to_fields(record), guard, mask=_mask(record))


def read(found: Found, record: type[Record]) -> Record:
    """The record in `found`. Raises msgspec.ValidationError if a field that this version knows cannot be read."""
    return msgspec.convert(found.fields, ready(record))


def read_leniently(found: Found, record: type[Record]) -> Record:
    """The record in `found`, leaving out what this version of the program cannot read.

    A newer version may have stored values that this one does not know. An optional field that cannot be read gets its
    default, an item of a list that cannot be read is left out, and both are logged. Bounds such as a largest length are
    not checked. This is for texts and terms that people wrote, such as a workshop: an incomplete one is better than
    none. Raises msgspec.ValidationError if a required field cannot be read, or one that is marked as DECISIVE.
    """
    return cast(Record, _read(found.fields, ready(record), found.path))


def read_if_found(found: Found | None, record: type[Record]) -> Record | None:
    return None if found is None else read(found, record)


Reader = Callable[[Found, type[Record]], Record]


def readable(found: Iterable[Found], record: type[Record], reader: Reader[Record] = read) -> Iterator[Record]:
    """The records in `found`.

    One that cannot be read is logged and left out, so that it does not hold up the others.
    """
    for one in found:
        try:
            yield reader(one, record)
        except msgspec.ValidationError as error:
            collection, _, id = one.path.rpartition("/")
            log.crash("document.unreadable", error, collection=collection, id=id)


def _mask(record: Struct) -> tuple[tuple[str, ...], ...]:
    """The path to each field of `record`, and to its tag if it has one. A path is a tuple of names.

    Of a record within `record` each field is named by itself. Lists and maps are named, and so written, as a whole.
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
    """`value` as a `kind`, leaving out what is optional and cannot be read.

    `where`, the path to `value`, is for the log.
    """
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
    except TypeError as error:  # a required field is missing
        raise msgspec.ValidationError(f"{where} lacks a field of {kind.__name__}") from error


def _is_decisive(kind: Any) -> bool:
    """Whether a field of this type is marked as DECISIVE (domain/workshop.py)."""
    marks = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    return any(isinstance(mark, msgspec.Meta) and (mark.extra or {}).get("decisive") for mark in marks)


def _read_one_of(value: Value, kinds: tuple[Any, ...], where: str) -> Any:
    """`value` as the one of `kinds` that has the same tag as `value`, or that has no tag."""
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
"""The largest document that Firestore accepts, in bytes as `size_of` counts them.

https://firebase.google.com/docs/firestore/quotas, under documents.
"""


def size_of(path: str, value: Value) -> int:
    """The size in bytes of the document `value` at `path` (such as 'workshops/proef'), as Firestore counts it.

    https://firebase.google.com/docs/firestore/storage-size describes the count. It does not say that an empty list or
    map counts as one byte; the emulator does so. A test compares this function with the emulator.
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
