"""Runs the emulator alone, or the whole system, for tests and benchmarks; the processes end with the `with` block."""

import asyncio
import os
import re
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
    """Run an empty Firestore emulator, with the security rules of the repository or without any.

    Gives the value for FIRESTORE_EMULATOR_HOST. Its project is `PROJECT`; tests that share an emulator can each use
    another project. Call this from the main thread.
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
    """The file with what the process has printed so far."""

    @property
    def firestore(self) -> str:
        """host:port of its emulator. The project is `PROJECT`."""
        (address,) = re.findall(r"^  Firestore +(\S+)", self.output.read_text(), re.MULTILINE)
        return str(address)


@contextmanager
def running_system(
    port: int = 0, data: Path | None = None, *, ready_within: float = _READY_WITHIN
) -> Iterator[RunningSystem]:
    """Run `python -m local` on `port` (0: any free port), with `data` as DATA; it is ready when the block begins.

    After the block it is stopped with the signal that Ctrl-C sends. RuntimeError, with what it printed, if it is not
    ready within that many seconds or does not end with code 0.
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
            _wait_until_ready(system, ready_within)
            yield system
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            if (code := process.wait(_STOPPED_WITHIN)) not in (0, -signal.SIGKILL):
                raise RuntimeError(f"python -m local ended with code {code}:\n{output.read_text()}")
        finally:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that is free now; another process may still take it before it is used."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(system: RunningSystem, ready_within: float) -> None:
    deadline = time.monotonic() + ready_within
    while system.process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{system.url}/_local/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"python -m local did not start:\n{system.output.read_text()}")
