"""Measures how well tests/domain guards the rules: changes them one detail at a time, and sees whether a test fails.

    python tools/mutants.py [PART ...]

Runs mutmut over functions/werkplaats/domain, or over the PARTs named, each against its own tests only. A changed
program is called a mutant. Prints the share of mutants that a test noticed ("killed") and the others ("survivors").
tests/domain/survivors.yaml lists survivors that are harmless, and why; the others are printed in full.

Ends with status 1 if too few mutants of a part were killed, and with 2 if there is no such part. It works in the folder
.mutants, which git ignores.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import yaml
from mutmut.configuration import reset_config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".mutants"
HARMLESS = ROOT / "tests" / "domain" / "survivors.yaml"
LEAST = 90
"""The percentage of mutants that must be killed in a part with `held`."""

KILLED = ("killed", "timeout")


@dataclass(frozen=True)
class Part:
    """A part of the domain.

    - `modules`: its modules, as patterns.
    - `tests`: the folders and files with its tests. `without` is one of them that is not run.
    - `held`: whether LEAST applies to it.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    without: str | None = None
    held: bool = True


PARTS = {
    # test_promises.py is left out: it takes seconds for each mutant, and the other tests show better what broke.
    "seats": Part(("seats/*",), ("seats",), without="seats/test_promises.py"),
    "delivery": Part(("delivery.py",), ("test_delivery.py",)),
    "survey": Part(("survey/*",), ("survey",)),
    "questions": Part(("questions.py",), ("test_questions.py",)),
    "mail": Part(("mail/*",), ("mail",), held=False),
    "rest": Part(("[!_]*.py",), (".",), held=False),
}

# Lines that are not mutated: texts of errors, lines that only mypy uses, and aliases of types.
PATTERNS = (r"assert_never\(", r"raise \w+Error\(", r'^\s*f"', r"TypeAlias")

# pytest is started for each mutant, so slow features that are not needed here are turned off.
PYTEST = ("--assert=plain", "-p", "no:cacheprovider", "-p", "no:unraisableexception", "-p", "no:threadexception")

CONFTEST = """
from hypothesis import Phase, settings

# The same examples each time, and no search for the smallest one that fails: that it fails is enough.
settings.register_profile(
    "mutants", derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("mutants")
"""


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test noticed: its function, and the lines that differ, before and after the change."""

    function: str
    was: str
    becomes: str


def main(names: list[str]) -> int:
    unknown = set(names) - set(PARTS)
    if unknown:
        print(f"There is no part {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    harmless_ones = yaml.safe_load(HARMLESS.read_text())
    listed = {Survivor(one["function"], one["was"], one["becomes"]) for one in harmless_ones}
    failed = False
    for name in names or PARTS:
        part = PARTS[name]
        folder = _lay_out(name, part)
        _run_mutmut(folder)
        results = list(_results(folder))
        killed, total = sum(status in KILLED for status, _ in results), len(results)
        score = 100 * killed / total if total else 0.0
        survivors = [one for _, one in results if one is not None]
        harmless = sum(one in listed for one in survivors)
        print(
            f"{name:10} {score:5.1f} %  {killed} of {total} killed; of the others {harmless} are known to be harmless"
        )
        for one, times in Counter(one for one in survivors if one not in listed).items():
            print(f"    in {one.function}" + (f" ({times} times)" if times > 1 else ""))
            print(f"        - {one.was}\n        + {one.becomes}")
        failed = failed or (part.held and score < LEAST)
    return 1 if failed else 0


def _lay_out(name: str, part: Part) -> Path:
    """Make the folder that mutmut needs: the modules in `src`, and everything else that tests use in `mutants`.

    mutmut names a mutant after the path of its module, without `src`. So `functions` has to be called `src` here.
    """
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "mutants").mkdir(parents=True)
    (folder / "src").symlink_to(ROOT / "functions")
    for other in ("tests", "local", "infra", "templates", "workshops"):
        (folder / "mutants" / other).symlink_to(ROOT / other)
    (folder / "mutants" / "conftest.py").write_text(CONFTEST)
    modules = [f"src/werkplaats/domain/{module}" for module in part.modules]
    taken = [f"src/werkplaats/domain/{module}" for other in PARTS.values() if other != part for module in other.modules]
    tests = [os.path.normpath(f"tests/domain/{test}") for test in part.tests]
    mutmut = {
        "source_paths": ["src/werkplaats"],
        "only_mutate": modules,
        "do_not_mutate": taken if name == "rest" else [],
        "do_not_mutate_patterns": list(PATTERNS),
        "pytest_add_cli_args_test_selection": [
            *tests,
            *([f"--ignore=tests/domain/{part.without}"] if part.without else []),
        ],
        "pytest_add_cli_args": list(PYTEST),
    }
    lines = ["[tool.mutmut]", *(f"{key} = {json.dumps(value)}" for key, value in mutmut.items())]
    lines += ["[tool.pytest.ini_options]", 'pythonpath = ["src", "."]', 'addopts = "-q --import-mode=importlib"']
    (folder / "pyproject.toml").write_text("\n".join(lines) + "\n")
    shutil.copy(folder / "pyproject.toml", folder / "mutants")
    return folder


def _run_mutmut(folder: Path) -> None:
    workers = os.environ.get("WORKERS", str(os.cpu_count() or 1))
    command = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", workers]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    with (folder / "log").open("w") as log:
        if subprocess.run(command, cwd=folder, env=environment, stdout=log, stderr=log, check=False).returncode:
            sys.exit(f"mutmut could not run; {folder / 'log'} says why")


def _results(folder: Path) -> Iterator[tuple[str, Survivor | None]]:
    """The status of each mutant, with the mutant itself if it survived."""
    with chdir(folder):
        reset_config()
        for path in walk_mutatable_files():
            mutants = SourceFileMutationData(path=path)
            mutants.load()
            for name, code in mutants.exit_code_by_key.items():
                status = status_by_exit_code[code]
                yield status, None if status in KILLED else _survivor(name, get_diff_for_mutant(name, path=path))


def _survivor(name: str, diff: str) -> Survivor:
    changes = [line for line in diff.split("\n")[2:] if line[:1] in ("+", "-")]
    was, becomes = (" ".join(line[1:].strip() for line in changes if line[0] == sign) for sign in "-+")
    module, _, function = name.removeprefix("werkplaats.domain.").partition("__mutmut")[0].rpartition(".")
    return Survivor(f"{module}.{function.removeprefix('x_').strip('xǁ').replace('ǁ', '.')}", was, becomes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
