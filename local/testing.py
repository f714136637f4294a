"""For tests and benches: the emulator alone, or the whole system, as processes that are gone after the block."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local import prerequisites
from local.catalogue import ROOT
from local.emulator import PROJECT as PROJECT
from local.emulator import Emulator

_READY_WITHIN = 60.0
_STOPPED_WITHIN = 20.0


@contextmanager
def running_emulator(*, rules: bool = True) -> Iterator[str]:
    """The Firestore emulator, empty, with the repository's rules or without; gives its FIRESTORE_EMULATOR_HOST.

    The project is `PROJECT`; tests that share an emulator can use projects of their own. Call it from the main thread.
    """
    with tempfile.TemporaryDirectory(prefix="werkplaats-") as folder, asyncio.Runner() as runner:
        emulator = Emulator(
            prerequisites=prerequisites.find(),
            log=Path(folder) / "emulator.log",
            rules=ROOT / "firestore.rules" if rules else None,
        )
        runner.run(emulator.__aenter__())
        try:
            yield emulator.host
        finally:
            runner.run(emulator.stop())


@dataclass(frozen=True)
class RunningSystem:
    url: str
    process: subprocess.Popen[bytes]
    output: Path
    """File with what it said so far."""


@contextmanager
def running_system(port: int = 0, data: Path | None = None) -> Iterator[RunningSystem]:
    """`python -m local`, ready, on `port` or a free one; with `data` as DATA. Stopped as by Ctrl-C.

    RuntimeError, with what it said, if it does not start, or does not end with code 0.
    """
    port = port or free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("PORT", "DATA")}
    environment |= {"PORT": str(port), **({"DATA": str(data)} if data else {})}
    with tempfile.TemporaryDirectory(prefix="werkplaats-") as folder:
        output = Path(folder) / "output.txt"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "local"],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip
        system = RunningSystem(f"http://localhost:{port}", process, output)
        try:
            _wait_until_ready(system)
            yield system
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            if (code := process.wait(_STOPPED_WITHIN)) not in (0, -signal.SIGKILL):
                raise RuntimeError(f"python -m local ended with code {code}:\n{output.read_text()}")
        finally:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(system: RunningSystem) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while system.process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{system.url}/_local/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"python -m local did not start:\n{system.output.read_text()}")
