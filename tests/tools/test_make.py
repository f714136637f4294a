"""`make help` and the hook of pre-commit name what the Makefile has."""

import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()


def help_text() -> str:
    return subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_help_lists_every_target() -> None:
    """Every target that can be asked for is in `make help`, with a text."""
    [phony] = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    listed = re.findall(r"^make ([a-z-]+) +\S", help_text(), re.MULTILINE)
    assert sorted(listed) == sorted(set(phony.split()) - {"FORCE"})
    assert set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)) == set(listed)


def test_help_lists_every_variable() -> None:
    """Every variable that can be given to `make` is in `make help`, with an example and a text."""
    settable = set(re.findall(r"^([A-Z]+) \?=", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"^  ([A-Z]+)=\S+ +\S", help_text(), re.MULTILINE)) == settable
    assigned = set(re.findall(r"^([A-Z]+) :=", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"\$\((?:if )?([A-Z]+)\b", MAKEFILE)) == settable | assigned | {"MAKE"}


def test_pre_commit_runs_make_check() -> None:
    """The hook of pre-commit runs `make check`, whichever files have changed."""
    [repository] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    [hook] = repository["hooks"]
    assert (hook["entry"], hook["pass_filenames"], hook["always_run"]) == ("make check", False, True)
    assert "\ncheck:" in MAKEFILE
