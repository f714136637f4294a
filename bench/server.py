"""Serves the function `signup` as the cloud does: with functions-framework, and with its own settings only."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local import catalogue
from local.catalogue import ROOT
from local.leash import leashed
from local.testing import free_port

_FROM_THE_MACHINE = ("PATH", "LANG", "LC_ALL", "TMPDIR")
_READY_WITHIN = 60.0
_STOPPED_WITHIN = 15.0


@dataclass(frozen=True)
class Server:
    address: tuple[str, int]
    threads: int
    """The number of threads in each process, which is the function's concurrency."""
    pid: int


@contextmanager
def serving(settings: Mapping[str, str], *, processes: int, emulator: str, project: str) -> Iterator[Server]:
    """Serve `signup` in `processes` processes inside the block, with its part of `settings` (infra/functions.yaml).

    Call it from the main thread. RuntimeError, with the last of its output, if it does not start.
    """
    function = catalogue.load()["signup"]
    port = free_port()
    command = [sys.executable, "-m", "functions_framework"]
    command += ["--source", "functions/main.py", "--target", function.name]
    command += ["--signature-type", function.signature_type, "--host", "127.0.0.1", "--port", str(port)]
    with tempfile.TemporaryDirectory(prefix="werkplaats-bench-") as folder:
        environment = {
            **{name: os.environ[name] for name in _FROM_THE_MACHINE if name in os.environ},
            **function.environment(settings),
            "HOME": folder,  # gunicorn leaves a socket in it
            "FUNCTION_TARGET": function.name,
            "K_SERVICE": function.name,
            "THREADS": str(function.concurrency),
            "WORKERS": str(processes),
            "GOOGLE_CLOUD_PROJECT": project,
            "FIRESTORE_EMULATOR_HOST": emulator,
        }
        output = Path(folder) / "output.txt"
        with output.open("wb") as file:
            process = subprocess.Popen(
                leashed(command),
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            _wait_until_ready(process, port, output)
            yield Server(("127.0.0.1", port), function.concurrency, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(_STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/werkplaats", timeout=10):
                return
        except urllib.error.HTTPError as error:
            error.close()
            raise RuntimeError(f"signup answers {error.code}:\n{output.read_text()[-2000:]}") from error
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"signup did not start:\n{output.read_text()[-2000:]}")
