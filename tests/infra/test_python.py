"""tools/: which Python is chosen, and when packages are installed again, on a machine with few Pythons."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infra.deployed import OLD_PYTHON
from tests.infra.terraform import ROOT

Tool = Callable[..., subprocess.CompletedProcess[str]]

REAL: str = sys._base_executable  # type: ignore[attr-defined]
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"

BROKEN = "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """The only folder on PATH: some basic commands, and no Python until a test adds one."""
    folder = tmp_path / "commands"
    folder.mkdir()
    for name in ("sh", "sed", "dirname", "cat", "rm", "grep", "touch"):
        (folder / name).symlink_to(shutil.which(name) or name)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The part of the repository that the tools need; it deploys on this test's Python and requires no packages."""
    folder = tmp_path / "root"
    for name in ("tools", "infra"):
        (folder / name).mkdir(parents=True)
    for name in ("tools/runtime-python", "tools/venv", "infra/variables.tf"):
        shutil.copy(ROOT / name, folder / name)
    deploy_on(folder, HERE)
    (folder / "requirements-dev.txt").write_text("# nothing\n")
    return folder


@pytest.fixture
def tool(root: Path, home: Path, commands: Path) -> Tool:
    def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(root / "tools" / name), *arguments], env={"PATH": str(commands), "HOME": str(home)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def deploy_on(root: Path, version: str) -> None:
    variables = root / "infra" / "variables.tf"
    other = f'default     = "python{version.replace(".", "")}"'
    variables.write_text(re.sub(r'default +=+ +"python3\d+"', other, variables.read_text()))


def put(path: Path, text: str | None = None) -> Path:
    """Make a command: a script with `text`, or without it a link to the Python that runs this test."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is None:
        path.symlink_to(REAL)
    else:
        path.write_text(text)
        path.chmod(0o755)
    return path


# Which Python


@pytest.mark.parametrize(
    "place",
    [f".pyenv/versions/{HERE}.0/bin/python", f".local/share/uv/python/cpython-{HERE}.7-linux/bin/python{HERE}"],
    ids=["pyenv", "uv"],
)
def test_a_command_that_fails_is_passed_over(tool: Tool, home: Path, commands: Path, place: str) -> None:
    """If a command for the version fails, as pyenv's may, the Python that pyenv or uv installed is used."""
    put(commands / f"python{HERE}", BROKEN)
    kept = put(home / place)
    found = tool("runtime-python")
    assert (found.returncode, found.stdout.strip()) == (0, str(kept)), found.stderr


def test_another_version_under_the_name_is_none(tool: Tool, root: Path, commands: Path) -> None:
    """A command with the right name that starts another version of Python is not accepted."""
    deploy_on(root, "3.99")
    put(commands / "python3.99")
    assert tool("runtime-python").returncode == 2


def test_where_there_is_none_it_says_so(tool: Tool) -> None:
    """If that Python is not on the machine, the exit code is 1, unlike for one that does not work."""
    none = tool("runtime-python")
    assert (none.returncode, none.stdout) == (1, "")
    assert f"Python {HERE}" in none.stderr


def test_one_that_is_there_and_fails_is_named(tool: Tool, commands: Path) -> None:
    """If that Python does not work, the exit code is 2, and the message says where it is and what it may lack."""
    broken = put(commands / f"python{HERE}", BROKEN)
    found = tool("runtime-python")
    assert (found.returncode, found.stdout) == (2, "")
    assert str(broken) in found.stderr
    assert "venv" in found.stderr


# What is installed for it


@pytest.mark.long
def test_it_is_made_once_on_the_python_of_the_functions(tool: Tool, root: Path, home: Path, commands: Path) -> None:
    """The environment is made with the functions' Python, not python3; a second call does nothing."""
    put(commands / "python3", BROKEN)
    put(home / f".pyenv/versions/{HERE}.0/bin/python")
    made = tool("venv")
    assert made.returncode == 0, made.stderr
    assert f"on Python {HERE}" in made.stdout
    assert (root / ".venv" / "bin" / "python").exists()
    again = tool("venv")
    assert (again.returncode, again.stdout) == (0, "")


@pytest.mark.long
def test_it_is_made_anew_for_other_requirements_and_for_another_python(tool: Tool, root: Path, commands: Path) -> None:
    """If requirements or the Python change, the environment is removed and made again."""
    put(commands / "python3")
    other = put(commands / "another")
    assert tool("venv").returncode == 0
    left = root / ".venv" / "left"
    left.touch()
    (root / "requirements-dev.txt").write_text("# nothing at all\n")
    assert tool("venv").returncode == 0
    assert not left.exists()
    left.touch()
    assert tool("venv", str(other)).returncode == 0
    assert not left.exists()


@pytest.mark.long
def test_what_could_not_be_installed_is_told(tool: Tool, root: Path, commands: Path) -> None:
    """If installing fails, the environment is not taken as complete, so that the next call tries again."""
    put(commands / "python3")
    (root / "requirements-dev.txt").write_text("./nowhere.whl --hash=sha256:" + 64 * "0" + "\n")
    failed = tool("venv")
    assert failed.returncode == 1
    assert "Installing failed" in failed.stderr
    assert not (root / ".venv" / "ready").exists()


@pytest.mark.parametrize("text", [BROKEN, OLD_PYTHON], ids=["broken", "old"])
def test_one_that_will_not_do_is_refused_by_name(tool: Tool, commands: Path, text: str) -> None:
    """A Python that is broken or too old is refused, with how to name another."""
    put(commands / "python3", text)
    refused = tool("venv")
    assert refused.returncode == 1
    assert "Python 3.11 or newer is needed" in refused.stderr
    assert "make PYTHON=" in refused.stderr
