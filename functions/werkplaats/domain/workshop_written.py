"""Reads a workshop that somebody wrote in a file or a form. It is strict, and reports all mistakes at once."""

import re
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import fields

from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.domain.questions import ID_PATTERN, LINE_PATTERN
from werkplaats.domain.records import ready
from werkplaats.domain.workshop import ADDRESS_PATTERN, Workshop
from werkplaats.domain.workshop_parts import (
    COLOUR_PATTERN,
    DIGEST_PATTERN,
    LINE_OR_NOTHING_PATTERN,
    PHONE_PATTERN,
    TIME_PATTERN,
    WEB_ADDRESS_PATTERN,
)
from werkplaats.domain.workshop_rules import mistakes

Written: TypeAlias = Any
"""The content of a YAML file or a form: text, numbers, days, and lists and mappings of these."""

NOT_WRITTEN = frozenset({"called_off"})
"""Fields of a workshop that people do not write. The program sets them."""


def read(written: Written, *, as_text: bool = False) -> Workshop | tuple[Mistake, ...]:
    """The workshop that `written` describes, or all mistakes in it. Rules are checked only if all types are right.

    `as_text`: numbers and ticks may be written as text, as a form has them.
    """
    found = tuple(_of_type(written, ready(Workshop), "", as_text=as_text))
    if found:
        return found
    workshop = msgspec.convert(written, Workshop, strict=not as_text)
    return mistakes(workshop) or workshop


def _of_type(written: Written, kind: Any, path: str, *, as_text: bool) -> Iterator[Mistake]:
    """The mistakes in `written`, found at `path`, which must be a `kind`. Records and lists are checked inside too."""
    plain, bounds = _without_bounds(kind)
    if get_origin(plain) in (Union, UnionType):
        yield from _one_of(written, get_args(plain), plain, path, as_text=as_text)
    elif _is_record(plain):
        yield from _record(written, plain, path, as_text=as_text)
    elif get_origin(plain) is tuple and isinstance(written, list | tuple):
        for number, item in enumerate(written):
            yield from _of_type(item, get_args(plain)[0], _under(path, str(number)), as_text=as_text)
        yield from _of_length(len(written), bounds, path)
    elif get_origin(plain) is dict and isinstance(written, dict):
        name_kind, value_kind = get_args(plain)
        for name, value in written.items():
            yield from _leaf(name, name_kind, _under(path, str(name)), as_text=as_text)
            yield from _of_type(value, value_kind, _under(path, str(name)), as_text=as_text)
    else:
        yield from _leaf(written, kind, path, as_text=as_text)


def _one_of(written: Written, kinds: tuple[Any, ...], union: Any, path: str, *, as_text: bool) -> Iterator[Mistake]:
    """`kind` is one of several records that differ by their tag, or a type that may also be None."""
    if written is None and NoneType in kinds:
        return
    records = [kind for kind in kinds if _is_record(kind)]
    others = [kind for kind in kinds if kind is not NoneType]
    if len(others) == 1:
        yield from _of_type(written, others[0], path, as_text=as_text)
    elif not records or not isinstance(written, dict):
        yield from _leaf(written, union, path, as_text=as_text)
    else:
        tag = str(records[0].__struct_config__.tag_field)
        if tag not in written:
            yield _missing(_under(path, tag))
            return
        by_tag = {record.__struct_config__.tag: record for record in records}
        wanted = by_tag.get(written[tag]) if isinstance(written[tag], str) else None
        if wanted is None:
            yield Mistake(_under(path, tag), f"invalid value {written[tag]!r}", Wrong.NOT_A_CHOICE)
        else:
            yield from _record(written, wanted, path, as_text=as_text)


def _record(written: Written, kind: type[Struct], path: str, *, as_text: bool) -> Iterator[Mistake]:
    if not isinstance(written, dict):
        yield from _leaf(written, kind, path, as_text=as_text)
        return
    known = {
        field.encode_name: field for field in fields(kind) if kind is not Workshop or field.name not in NOT_WRITTEN
    }
    for name, field in known.items():
        if name in written:
            yield from _of_type(written[name], field.type, _under(path, name), as_text=as_text)
        elif field.required:
            yield _missing(_under(path, name))
    for name in written:
        if name not in known and name != kind.__struct_config__.tag_field:
            yield Mistake(_under(path, str(name)), "there is no such field", Wrong.UNKNOWN_FIELD)


def _leaf(written: Written, kind: Any, path: str, *, as_text: bool) -> Iterator[Mistake]:
    try:
        msgspec.convert(written, kind, strict=not as_text)
    except msgspec.ValidationError as error:
        complaint = str(error).partition(" - at `$")[0]
        wrong, limit = _classified(complaint)
        for pattern, (words, _) in _PATTERNS.items():
            complaint = complaint.replace(f"`str` matching regex {pattern!r}", words)
        yield Mistake(path, f"{complaint[0].lower()}{complaint[1:]}", wrong, limit)


def _of_length(length: int, bounds: Meta | None, path: str) -> Iterator[Mistake]:
    if bounds is None:
        return
    if bounds.min_length is not None and length < bounds.min_length:
        what = f"expected `array` of length >= {bounds.min_length}"
        yield Mistake(path, what, Wrong.TOO_FEW, bounds.min_length)
    if bounds.max_length is not None and length > bounds.max_length:
        what = f"expected `array` of length <= {bounds.max_length}"
        yield Mistake(path, what, Wrong.TOO_MANY, bounds.max_length)


def _missing(path: str) -> Mistake:
    return Mistake(path, "expected this field, it is missing", Wrong.MISSING)


def _without_bounds(kind: Any) -> tuple[Any, Meta | None]:
    if get_origin(kind) is not Annotated:
        return kind, None
    plain, *notes = get_args(kind)
    return plain, next((note for note in notes if isinstance(note, Meta)), None)


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


_PATTERNS = {
    ID_PATTERN: ("lower-case letters, digits and hyphens, beginning with a letter", Wrong.NOT_AN_ID),
    LINE_PATTERN: ("one line of text", Wrong.NOT_ONE_LINE),
    LINE_OR_NOTHING_PATTERN: ("one line of text, or nothing", Wrong.NOT_ONE_LINE),
    ADDRESS_PATTERN: ("an e-mail address", Wrong.NOT_AN_ADDRESS),
    WEB_ADDRESS_PATTERN: ("an address that begins with https://", Wrong.NOT_A_WEB_ADDRESS),
    PHONE_PATTERN: ("a telephone number", Wrong.NOT_A_PHONE),
    TIME_PATTERN: ("a time of day such as '09:30'", Wrong.NOT_A_TIME),
    COLOUR_PATTERN: ("a colour such as '#ffd21f'", Wrong.NOT_A_COLOUR),
    DIGEST_PATTERN: ("the SHA-256 of a logo in 64 hexadecimal digits", Wrong.NOT_A_DIGEST),
}
"""For each pattern the words that are shown in its place, and the kind of mistake if a text does not match it."""

_LIMITS = (
    (re.compile(r"Expected `str` of length >= (\d+)"), Wrong.TOO_SHORT),
    (re.compile(r"Expected `str` of length <= (\d+)"), Wrong.TOO_LONG),
    (re.compile(r"Expected `int` >= (\d+)"), Wrong.TOO_SMALL),
    (re.compile(r"Expected `int` <= (\d+)"), Wrong.TOO_LARGE),
)
_TYPES = (
    ("Invalid enum value", Wrong.NOT_A_CHOICE),
    ("Invalid RFC3339 encoded date", Wrong.NOT_A_DAY),
    ("Expected `date`", Wrong.NOT_A_DAY),
    ("Expected `int`", Wrong.NOT_A_NUMBER),
)


def _classified(complaint: str) -> tuple[Wrong, int | None]:
    """The kind of mistake that msgspec reports, and the limit that was exceeded, if any."""
    for pattern, (_, wrong) in _PATTERNS.items():
        if complaint.endswith(f"matching regex {pattern!r}"):
            return wrong, None
    for shape, wrong in _LIMITS:
        if (match := shape.fullmatch(complaint)) is not None:
            return wrong, int(match[1])
    return next((wrong for begins, wrong in _TYPES if complaint.startswith(begins)), Wrong.NOT_OF_THAT_TYPE), None
