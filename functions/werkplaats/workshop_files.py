"""Loads workshops from files: workshops/<id>.yaml, beside functions/.

A file is checked strictly, while a stored document is read leniently. Every field that is missing, unknown or of the
wrong type is reported with its path and what was expected, and so is every broken rule about fields.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct
from msgspec.structs import fields

from werkplaats.domain.questions import ID_PATTERN, LINE_PATTERN
from werkplaats.domain.workshop import ADDRESS_PATTERN, Workshop
from werkplaats.domain.workshop_rules import Mistake, mistakes
from werkplaats.store import paths
from werkplaats.store.codec import LARGEST_DOCUMENT, size_of, to_fields

FOLDER = Path(__file__).resolve().parents[2] / "workshops"


class WorkshopFileError(Exception):
    """A workshop's file has mistakes. The message names the file, the field and what was expected."""


def load(path: Path) -> Workshop:
    """The workshop in `path`. Raises WorkshopFileError."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkshopFileError(f"{path.name}: cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WorkshopFileError(f"{path.name}: is not YAML: {' '.join(str(error).split())}") from error
    try:
        workshop = msgspec.convert(written, Workshop)
    except msgspec.ValidationError as error:
        raise WorkshopFileError(f"{path.name}: {_where(str(error))}") from error
    found = [*_unknown(written, workshop), *mistakes(workshop)]
    if found:
        raise WorkshopFileError("\n".join(f"{path.name}: {_as_written(one.path)}: {one.what}" for one in found))
    if workshop.id != path.stem:
        raise WorkshopFileError(f"{path.name}: id: expected {path.stem!r}, the file's name, got {workshop.id!r}")
    size = size_of(paths.of(paths.WORKSHOPS, workshop.id), to_fields(workshop))
    if size > LARGEST_DOCUMENT:
        raise WorkshopFileError(
            f"{path.name}: is {size:,} bytes as Firestore counts them, and {LARGEST_DOCUMENT:,} fit in one document. "
            f"Make its texts {size - LARGEST_DOCUMENT:,} bytes shorter, or leave out questions"
        )
    return workshop


def load_all(folder: Path = FOLDER) -> tuple[Workshop, ...]:
    """Every workshop in `folder`, in the order of file names. Raises WorkshopFileError."""
    return tuple(load(path) for path in sorted(folder.glob("*.yaml")))


def _as_written(path: str) -> str:
    """`path` with indexes as people write them: waves[0].after instead of waves.0.after."""
    return re.sub(r"\.(\d+)", r"[\1]", path)


def _unknown(written: Any, record: Any, path: str = "") -> Iterator[Mistake]:
    """A mistake for every field in `written` that `record`, which was made from it, does not have."""
    if isinstance(record, tuple):
        for number, (inside, item) in enumerate(zip(written, record, strict=True)):
            yield from _unknown(inside, item, f"{path}{number}.")
    if not isinstance(record, Struct):
        return
    known = {field.encode_name: getattr(record, field.name) for field in fields(record)}
    for name, inside in written.items():
        if name in known:
            yield from _unknown(inside, known[name], f"{path}{name}.")
        elif name != record.__struct_config__.tag_field:
            yield Mistake(f"{path}{name}", "there is no such field")


_IN_WORDS = {
    f"`str` matching regex {ID_PATTERN!r}": "lower-case letters, digits and hyphens, beginning with a letter",
    f"`str` matching regex {LINE_PATTERN!r}": "one line of text",
    f"`str` matching regex {ADDRESS_PATTERN!r}": "an e-mail address",
}

_MISSING = re.compile(r"Object missing required field `(.*)`")


def _where(complaint: str) -> str:
    """msgspec's message with the field in front.

    msgspec writes 'Expected `int`, got `str` - at `$.capacity`'.
    """
    what, _, path = complaint.partition(" - at `$")
    field = path.rstrip("`").lstrip(".")
    missing = _MISSING.fullmatch(what)
    if missing is not None:
        field = f"{field}.{missing[1]}".lstrip(".")
        what = "expected this field, it is missing"
    for pattern, words in _IN_WORDS.items():
        what = what.replace(pattern, words)
    return f"{field}: {what[0].lower()}{what[1:]}" if field else what
