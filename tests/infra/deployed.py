"""Runs a function as the cloud does: from the unpacked bundle, in a virtual environment of its own, called over HTTP.

The buildpack installs requirements.txt with pip, runs `pip check` and compiles everything; its launch command is
`functions-framework` in the source's root, with FUNCTION_TARGET, FUNCTION_SIGNATURE_TYPE and FUNCTION_SOURCE (which is
GOOGLE_FUNCTION_SOURCE) in the environment.
"""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.testing import free_port
from tests.infra.terraform import ROOT

OLD_PYTHON = (
    f"#!/bin/sh\nexec {sys.executable} -c 'import sys; sys.version_info = (3, 9, 1); exec(sys.argv[1])' \"$2\"\n"
)
"""A shell script that, called with `-c`, behaves as Python 3.9.1."""

_STARTED_WITHIN = 60.0


@dataclass(frozen=True)
class Unpacked:
    """The bundle in a folder of its own, and the virtual environment with what its requirements ask for."""

    root: Path
    environment: Path


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: Any


def runtime() -> str:
    """The version of Python that Terraform deploys functions on, such as 3.13."""
    written = (ROOT / "infra" / "variables.tf").read_text()
    found = re.search(r'variable "runtime" \{.*?default\s+= "python3(\d+)"', written, re.DOTALL)
    assert found, "variables.tf has no default runtime"
    return f"3.{found[1]}"


def runtime_python() -> str | None:
    """The path of the Python that functions are deployed on; None if this machine has none.

    If there is one that does not work, the test fails.
    """
    found = subprocess.run([str(ROOT / "tools" / "runtime-python")], capture_output=True, text=True, check=False)
    assert found.returncode in (0, 1), found.stderr
    return found.stdout.strip() or None


def install(bundle: Path, folder: Path) -> Unpacked:
    """Install `bundle` as the buildpack does, with the functions' Python if this machine has it, otherwise this one."""
    root, environment = folder / "workspace", folder / "environment"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(root)
    _run([runtime_python() or sys.executable, "-m", "venv", str(environment)], root)
    python = str(environment / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    _run([*pip, "install", "--no-compile", "--require-hashes", "-r", "requirements.txt"], root)
    _run([*pip, "check"], root)
    _run([python, "-m", "compileall", "-f", "-q", "."], root)
    return Unpacked(root, environment)


@contextmanager
def served(unpacked: Unpacked, name: str, function: Mapping[str, Any], given: Mapping[str, str]) -> Iterator[str]:
    """Run function `name` with only `given` as its environment; gives its address."""
    port = free_port()
    environment = {
        **given,
        "PATH": os.environ["PATH"],
        "HOME": str(unpacked.root.parent),
        "HOST": "127.0.0.1",  # in the cloud it listens on all addresses
        "PORT": str(port),
        "FUNCTION_TARGET": name,
        "FUNCTION_SIGNATURE_TYPE": "cloudevent" if function["trigger"] == "firestore" else "http",
        "FUNCTION_SOURCE": "functions/main.py",
        "THREADS": str(function["concurrency"]),
    }
    log = unpacked.root.parent / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(unpacked.environment / "bin" / "functions-framework")], cwd=unpacked.root, env=environment,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _wait_for(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def get(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    return _ask(urllib.request.Request(url, headers=dict(headers or {})))


def post(url: str, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Answer:
    return _ask(urllib.request.Request(url, body, {"Content-Type": content_type, **(headers or {})}))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _ask(request: urllib.request.Request) -> Answer:
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=30) as answer:
            return Answer(answer.status, answer.read().decode(), answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read().decode(), error.headers)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the function answers; functions-framework listens only once the function is loaded."""
    deadline = time.monotonic() + _STARTED_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            get(f"http://127.0.0.1:{port}/robots.txt")
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"it did not start:\n{log.read_text()}")


def _run(command: list[str], folder: Path) -> None:
    """Run a command without this machine's PYTHONPATH, so that only what requirements.txt installs can be imported."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}"
