"""A copy of the repository that tests can change, and the recipes of docs/adding.md as changes to its files."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parents[2]

_COPIED = (
    "functions",
    "local",
    "bench",
    "infra",
    "docs",
    "templates",
    "tests",
    "tools",
    "workshops",
    "pyproject.toml",
    "firestore.rules",
    "firestore.indexes.json",
    "Makefile",
    "README.md",
)
_LEFT = shutil.ignore_patterns("recipes", "journeys", "images", "build", ".terraform*", ".*_cache")


class Edit(Struct, frozen=True):
    """One change of a recipe: in `file`, the text `before` becomes `after`. If `before` is empty, the file is new."""

    file: str
    before: str
    after: str


class Outcome(Struct, frozen=True):
    """What a tool printed about the copy, and whether it found nothing wrong (`content`)."""

    content: bool
    said: str


class Copy:
    """A copy of the repository in `folder`, on which tools can be run. Whoever applies edits undoes them again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in _COPIED:
            there = folder / name
            there.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, there, ignore=_LEFT)
            else:
                shutil.copy2(ROOT / name, there)
        if (ROOT / ".mypy_cache").is_dir():  # the cache also holds for copied files, because mypy compares contents
            shutil.copytree(ROOT / ".mypy_cache", folder / ".mypy_cache")

    def apply(self, edits: Iterable[Edit]) -> None:
        for edit in edits:
            path = self.folder / edit.file
            if not edit.before:
                assert not path.exists(), f"{edit.file} exists already"
                path.parent.mkdir(exist_ok=True)
                path.write_text(edit.after)
                continue
            text = path.read_text()
            assert text.count(edit.before) == 1, f"docs/adding.md no longer fits {edit.file}:\n{edit.before}"
            path.write_text(text.replace(edit.before, edit.after))

    def undo(self, edits: Iterable[Edit]) -> None:
        for edit in reversed(list(edits)):
            if edit.before:
                self.apply([Edit(edit.file, edit.after, edit.before)])
            else:
                path = self.folder / edit.file
                path.unlink()
                if not any(path.parent.iterdir()):
                    path.parent.rmdir()

    def mypy(self, *paths: str) -> Outcome:
        """Check the types of `paths`, with the repository's settings."""
        return self._run("mypy", "--no-error-summary", *paths)

    def ruff(self) -> Outcome:
        return self._run("ruff", "check", "-q", ".")

    def tests(self, *which: str) -> Outcome:
        return self._run("pytest", "-q", "-p", "no:cacheprovider", *which)

    def imports(self, module: str) -> Outcome:
        """Import `module`, as a program that starts does."""
        return self.program(f"import {module}")

    def program(self, code: str, **settings: str) -> Outcome:
        """Run `code` with Python, with `settings` as environment variables besides those of this process."""
        return self._run(code=code, **settings)

    def command(self, module: str) -> Outcome:
        """Run `python -m module`, as `make` does, with the address of a Firestore that does not exist."""
        return self._run(module, GOOGLE_CLOUD_PROJECT="proef", FIRESTORE_EMULATOR_HOST="localhost:1")

    def _run(self, tool: str = "", *arguments: str, code: str = "", **settings: str) -> Outcome:
        what = ["-c", code] if code else ["-m", tool, *arguments]
        environment = {name: value for name, value in os.environ.items() if name != "FIRESTORE_EMULATOR_HOST"}
        run = subprocess.run(
            [sys.executable, *what],
            cwd=self.folder,
            env=environment | {"PYTHONPATH": "functions", "PYTHONDONTWRITEBYTECODE": "1"} | settings,
            capture_output=True,
            text=True,
        )
        return Outcome(run.returncode == 0, run.stdout + run.stderr)


def recipe(title: str) -> list[Edit]:
    """The changes under the heading `title` of docs/adding.md, in order."""
    text = (ROOT / "docs" / "adding.md").read_text()
    section = text.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return [edit for block in re.findall(r"```diff\n(.*?)```", section, re.DOTALL) for edit in _edits(block)]


def _edits(block: str) -> list[Edit]:
    head, *hunks = block.split("@@\n")
    file = head.removeprefix("+++ ").strip()
    edits = []
    for hunk in hunks:
        lines = [line or " " for line in hunk.splitlines()]
        before = "".join(f"{line[1:]}\n" for line in lines if line[0] in " -")
        after = "".join(f"{line[1:]}\n" for line in lines if line[0] in " +")
        edits.append(Edit(file, before, after))
    return edits
