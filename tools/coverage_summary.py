"""Prints which share of the program's lines the tests ran: in all, by folder, and in the least covered modules.

    python tools/coverage_summary.py

It reads .coverage, which `make test` writes. pyproject.toml says which lines are counted.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from coverage import Coverage

PROGRAM = Path(__file__).resolve().parents[1] / "functions" / "werkplaats"
LEAST_COVERED = 5
"""The number of modules that are listed as least covered."""


def main() -> None:
    measured = Coverage()
    measured.load()
    modules = {path.relative_to(PROGRAM): _counts(measured, path) for path in sorted(PROGRAM.rglob("*.py"))}
    folders: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for path, counts in modules.items():
        folders[path.parts[0] if len(path.parts) > 1 else "(other modules)"].append(counts)
    _print("Lines of functions/werkplaats that tests ran in their own processes", _added(modules.values()))
    for folder, counted in sorted(folders.items()):
        _print(f"  {folder}", _added(counted))
    print("Least covered")
    for path, counts in sorted(modules.items(), key=lambda one: _share(one[1]))[:LEAST_COVERED]:
        _print(f"  {path}", counts)


def _counts(measured: Coverage, path: Path) -> tuple[int, int]:
    """The number of lines of the module `path` that ran, and the number of its lines with a statement."""
    _, statements, _, missing, _ = measured.analysis2(str(path))
    return len(statements) - len(missing), len(statements)


def _added(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    ran, statements = zip(*counts, strict=True)
    return sum(ran), sum(statements)


def _share(counts: tuple[int, int]) -> float:
    ran, statements = counts
    return ran / statements if statements else 1.0


def _print(what: str, counts: tuple[int, int]) -> None:
    print(f"{what:<70}{_share(counts):>7.1%}{counts[0]:>7} of {counts[1]}")


if __name__ == "__main__":
    main()
