"""Workshops as files: workshops/<id>.yaml, beside functions/, and those that are uploaded and downloaded at the desk.

A file is checked strictly, while a stored document is read leniently. Every field that is missing, unknown or of the
wrong type is reported with its path and what was expected, and so is every broken rule about fields.
"""

import re
from datetime import date
from enum import StrEnum
from pathlib import Path

import msgspec
import yaml
from msgspec import Struct

from werkplaats.domain.mistakes import Mistake
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_written import NOT_WRITTEN, read
from werkplaats.store import paths
from werkplaats.store.codec import LARGEST_DOCUMENT, size_of, to_fields
from werkplaats.workshop_yaml import read_yaml, write_yaml

FOLDER = Path(__file__).resolve().parents[2] / "workshops"

LARGEST_FILE = 1_000_000
"""Bytes of a file that is uploaded."""


MOST_MISTAKES = 100
"""So many mistakes of a file are told with their line; the rest follow once these are put right."""


class WorkshopFileError(Exception):
    """A workshop's file cannot be used. The message names the file, the field and what was expected.

    `mistakes` are those in its fields, each with its line. They are empty if the file as a whole cannot be used: it is
    `too_large`, or it is no YAML, from `line` on where that is known.
    """

    def __init__(
        self,
        message: str,
        mistakes: tuple["LineMistake", ...] = (),
        *,
        too_large: bool = False,
        line: int | None = None,
    ) -> None:
        super().__init__(message)
        self.mistakes = mistakes
        self.too_large = too_large
        self.line = line


class LineMistake(Struct, frozen=True):
    """A mistake, and the line of the file that it is on, from 1: for a field that is missing, where it should be."""

    line: int
    mistake: Mistake


def load(path: Path) -> Workshop:
    """The workshop in `path`, whose name is its id. Raises WorkshopFileError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WorkshopFileError(f"{path.name}: cannot be read ({error.strerror})") from error
    workshop = _read(content, path.name, own=True)
    if workshop.id != path.stem:
        raise WorkshopFileError(f"{path.name}: id: expected {path.stem!r}, the file's name, got {workshop.id!r}")
    return workshop


def load_all(folder: Path = FOLDER) -> tuple[Workshop, ...]:
    """Every workshop in `folder`, in the order of file names. Raises WorkshopFileError."""
    return tuple(load(path) for path in sorted(folder.glob("*.yaml")))


def example() -> Workshop:
    """The shipped workshop, to begin a first one from."""
    return load(FOLDER / "werken-aan-wijkontwikkeling.yaml")


def parse(content: bytes, name: str) -> Workshop:
    """The workshop that an uploaded file of this `name` and `content` describes. Raises WorkshopFileError."""
    if len(content) > LARGEST_FILE:
        raise WorkshopFileError(f"{name}: is {len(content):,} bytes, and {LARGEST_FILE:,} are taken", too_large=True)
    return _read(content, name, own=False)


def write(workshop: Workshop) -> str:
    """`workshop` as a file that `parse` makes the same of, but for what has become of it since it was published.

    What is as it would be if it were left out, is left out.
    """
    return write_yaml(_without_defaults(workshop))


def _read(content: bytes, name: str, *, own: bool) -> Workshop:
    try:
        written, lines = read_yaml(content.decode("utf-8"), own=own)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark: yaml.Mark | None = getattr(error, "problem_mark", None)
        raise WorkshopFileError(
            f"{name}: is not YAML: {' '.join(str(error).split())}", line=mark.line + 1 if mark else None
        ) from error
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        # A day that no calendar has, or a tag such as !!int on text that is none: PyYAML does not check that.
        raise WorkshopFileError(f"{name}: {error}") from error
    workshop = read(written)
    if isinstance(workshop, tuple):
        raise WorkshopFileError(
            "\n".join(f"{name}: {_as_written(one)}" for one in workshop),
            tuple(LineMistake(_line_of(one.path, lines), one) for one in workshop[:MOST_MISTAKES]),
        )
    size = size_of(paths.of(paths.WORKSHOPS, workshop.id), to_fields(workshop))
    if size > LARGEST_DOCUMENT:
        raise WorkshopFileError(
            f"{name}: is {size:,} bytes as Firestore counts them, and {LARGEST_DOCUMENT:,} fit in one document. "
            f"Make its texts {size - LARGEST_DOCUMENT:,} bytes shorter, or leave out questions",
            too_large=True,
        )
    return workshop


def _without_defaults(record: Struct) -> dict[str, object]:
    """The fields of `record`, as a file has them, that are not as they would be if they were left out."""
    config = record.__struct_config__
    written: dict[str, object] = {} if config.tag_field is None else {config.tag_field: config.tag}
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        if field.required or (value != _default_of(field) and field.name not in NOT_WRITTEN):
            written[field.encode_name] = _plain(value)
    return written


def _default_of(field: msgspec.structs.FieldInfo) -> object:
    factory = field.default_factory
    return field.default if factory is msgspec.NODEFAULT else factory()


def _plain(value: object) -> object:
    match value:
        case Struct():
            return _without_defaults(value)
        case tuple() | list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case StrEnum():
            return value.value
        case date() | str() | int() | None:
            return value
        case _:
            raise TypeError(f"a file cannot hold {type(value).__name__}")


def _as_written(mistake: Mistake) -> str:
    """waves[0].after: what was expected, for a mistake at waves.0.after"""
    field = re.sub(r"\.(\d+)", r"[\1]", mistake.path)
    return f"{field}: {mistake.what}" if field else mistake.what


def _line_of(path: str, lines: dict[str, int]) -> int:
    """The line of `path`, or of what is around it, if that is not there."""
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)
