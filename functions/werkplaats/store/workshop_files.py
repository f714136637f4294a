"""Workshops as files: workshops/<id>.yaml, beside functions/."""

from pathlib import Path

import msgspec
import yaml

from werkplaats.domain.workshop import Workshop

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
    except msgspec.ValidationError as error:
        raise WorkshopFileError(f"{path.name}: {_where(str(error))}") from error
    if workshop.id != path.stem:
        raise WorkshopFileError(f"{path.name}: id: expected {path.stem!r}, the file's name, got {workshop.id!r}")
    return workshop


def load_all(folder: Path = FOLDER) -> tuple[Workshop, ...]:
    """Every workshop in `folder`, by name of the file."""
    return tuple(load(path) for path in sorted(folder.glob("*.yaml")))


def _where(complaint: str) -> str:
    """msgspec says 'Expected `int`, got `str` - at `$.capacity`'; the field belongs in front."""
    what, _, path = complaint.partition(" - at `$")
    field = path.rstrip("`").lstrip(".")
    return f"{field}: {what[0].lower()}{what[1:]}" if field else what
