"""docs/glossary.md names what the code has."""

import re
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import get_args

import werkplaats.domain
from werkplaats.domain.seats.commands import Command

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "functions" / "werkplaats"


def terms() -> dict[str, tuple[set[str], str]]:
    """By each term of the table: its names in code, and its file."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| ([^|]+) \| `([^`|]+)` \|$", _text(), re.MULTILINE)
    return {term: (set(re.findall(r"`(\w+)`", names)), file) for term, names, file in rows}


def test_every_row_can_be_read() -> None:
    """Every row of the table has a term, a Dutch word, a meaning, names in code and a file."""
    rows = [line for line in _text().splitlines() if line.startswith("| ")]
    assert len(terms()) == len(rows) - 2


def test_every_name_is_defined_in_its_file() -> None:
    """Every name in code is defined in the file of its row."""
    for term, (names, file) in terms().items():
        code = (PROGRAM / file).read_text()
        for name in names:
            assert re.search(rf"^(class|def) {name}\b|^{name}\b.* = ", code, re.MULTILINE), f"{term}: {name} in {file}"


def test_every_enumeration_and_command_of_the_domain_has_a_term() -> None:
    """Every enumeration of the domain, and every command, is named in the glossary."""
    packages = walk_packages(werkplaats.domain.__path__, "werkplaats.domain.")
    modules = [import_module(name) for _, name, _ in packages]
    values = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    needed = {
        value.__name__ for value in values if issubclass(value, Enum) and value.__module__.startswith("werkplaats")
    }
    needed |= {command.__name__ for command in get_args(Command)}
    assert needed - set().union(*(names for names, _ in terms().values())) == set()


def _text() -> str:
    return (ROOT / "docs" / "glossary.md").read_text()
