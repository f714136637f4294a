"""Workshops as files: workshops/<id>.yaml, beside functions/."""

import re
from pathlib import Path

import msgspec
import yaml

from werkplaats.domain.questions import ID_PATTERN, LINE_PATTERN
from werkplaats.domain.workshop import ADDRESS_PATTERN, Workshop, check_file
from werkplaats.store import paths
from werkplaats.store.codec import LARGEST_DOCUMENT, size_of, to_fields

FOLDER = Path(__file__).resolve().parents[3] / "workshops"


class WorkshopFileError(Exception):
    """A workshop's file cannot be used; the message names the file, the field and what was expected."""


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
        check_file(workshop)
    except (msgspec.ValidationError, ValueError) as error:
        raise WorkshopFileError(f"{path.name}: {_where(str(error))}") from error
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
    """Every workshop in `folder`, by name of the file."""
    return tuple(load(path) for path in sorted(folder.glob("*.yaml")))


_IN_WORDS = {
    f"`str` matching regex {ID_PATTERN!r}": "lower-case letters, digits and hyphens, beginning with a letter",
    f"`str` matching regex {LINE_PATTERN!r}": "one line of text",
    f"`str` matching regex {ADDRESS_PATTERN!r}": "an e-mail address",
}

_NAMED = re.compile(r"Object (contains unknown|missing required) field `(.*)`")


def _where(complaint: str) -> str:
    """msgspec says 'Expected `int`, got `str` - at `$.capacity`'; the field belongs in front."""
    what, _, path = complaint.partition(" - at `$")
    field = path.rstrip("`").lstrip(".")
    named = _NAMED.fullmatch(what)
    if named is not None:
        field = f"{field}.{named[2]}".lstrip(".")
        what = "there is no such field" if named[1] == "contains unknown" else "expected this field, it is missing"
    for pattern, words in _IN_WORDS.items():
        what = what.replace(pattern, words)
    return f"{field}: {what[0].lower()}{what[1:]}" if field else what
