"""Starts and stops the functions' processes, by orders to the forkserver."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from local.catalogue import ROOT, Function
from local.forkserver import GRACE

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
_START_WITHIN = 120.0
_LOOK_AGAIN = 0.01
_REPLACED_WITHIN = 60.0
"""How long, in seconds, `kill` waits until gunicorn has started another worker process."""


class WorkerError(Exception):
    """A process did not start; the text names it and gives the last of its output."""


class UnknownFunctionError(KeyError):
    """There is no function of that name, or it has not started."""


class Workers:
    """Starts the forkserver when it is made, which must happen in the main thread.

    `ports` has the port of each function once the function is ready. `on_death` is called with the name of a function
    whose process ends by itself.
    """

    def __init__(self, *, logs: Path, clock: Path, on_death: Callable[[str], None]) -> None:
        self.ports: dict[str, int] = {}
        self._logs = logs
        self._clock = clock
        self._on_death = on_death
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._processes: dict[str, int] = {}
        self._killing: dict[str, asyncio.Lock] = {}
        self._loaded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self.log("forkserver").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.forkserver"],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._reader = asyncio.create_task(self._read())

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def last_output(self, name: str, characters: int = 3000) -> str:
        path = self.log(name)
        return path.read_text(errors="replace")[-characters:].strip() if path.exists() else ""

    async def loaded(self) -> None:
        await asyncio.wait_for(asyncio.shield(self._loaded), _START_WITHIN)

    async def start(self, functions: Iterable[Function], settings: Mapping[str, str], base: Mapping[str, str]) -> None:
        """Start one process for each function, with `base` and its part of `settings` as its environment.

        Returns when all functions answer requests; WorkerError if one does not start.
        """
        await asyncio.gather(
            *(
                self._order(
                    kind="function",
                    name=function.name,
                    signature_type=function.signature_type,
                    env={**_machine(), **base, **function.environment(settings), **_identity(function)},
                )
                for function in functions
            )
        )

    async def publish(self, base: Mapping[str, str], *, fresh: bool) -> None:
        """Publish the workshops, in a process of its own; if `fresh`, set the clock first. WorkerError if it fails."""
        await self._order(kind="publish", name="publish", env={**_machine(), **base}, fresh=fresh)

    async def kill(self, name: str) -> int:
        """End the worker process of the function `name` with SIGKILL. Returns its process id.

        Returns once another has taken its place. The function's socket is its parent's, so requests that come in
        between wait; those that it was handling get no answer. UnknownFunctionError if there is no such function,
        WorkerError if no other takes its place in time.
        """
        if name not in self.ports:
            raise UnknownFunctionError(name)
        async with self._killing.setdefault(name, asyncio.Lock()):
            try:
                async with asyncio.timeout(_REPLACED_WITHIN):
                    killed = await self._process_of(name)
                    with contextlib.suppress(ProcessLookupError):  # it had just ended by itself
                        os.kill(killed, signal.SIGKILL)
                    await self._process_of(name, other_than=killed)
            except TimeoutError:
                raise WorkerError(f"{name} start niet opnieuw:\n{self.last_output(name)}") from None
        return killed

    async def stop(self) -> None:
        """End all processes: ask them first, and kill those that do not end in time. A second call does nothing."""
        assert self._process.stdin is not None
        if self._process.stdin.closed:
            return
        self._process.stdin.close()
        try:
            await asyncio.to_thread(self._process.wait, GRACE + 3)
        except subprocess.TimeoutExpired:
            self._process.kill()  # the kernel then kills its children too (leash.py)
            self._process.wait()
        await self._reader
        for future in (*self._waiting.values(), self._loaded):
            future.cancel()

    async def _process_of(self, name: str, other_than: int = 0) -> int:
        """The process id of the worker of the function `name`, once it is another than `other_than`."""
        while (process := self._processes.get(name, other_than)) == other_than:
            await asyncio.sleep(_LOOK_AGAIN)
        return process

    async def _order(self, **order: Any) -> None:
        await self.loaded()
        assert self._process.stdin is not None
        name = order["name"]
        done = self._waiting[name] = asyncio.get_running_loop().create_future()
        line = json.dumps({**order, "log": str(self.log(name)), "clock": str(self._clock)})
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        try:
            await asyncio.wait_for(done, _START_WITHIN)
        except TimeoutError:
            raise WorkerError(f"{name} start niet:\n{self.last_output(name)}") from None

    async def _read(self) -> None:
        assert self._process.stdout is not None
        stream = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), self._process.stdout)
        async for line in stream:
            self._handle_report(json.loads(line))
        if not self._loaded.done():
            self._loaded.set_exception(WorkerError(f"De forkserver start niet:\n{self.last_output('forkserver')}"))

    def _handle_report(self, report: dict[str, Any]) -> None:
        if report["event"] == "loaded":
            self._loaded.set_result(None)
            return
        assert self._process.stdin is not None
        name = report["name"]
        if report["event"] == "working":
            self._processes[name] = report["pid"]
            return
        waiting = self._waiting.pop(name, None)
        if report["event"] == "ready":
            self.ports[name] = report["port"]
        elif waiting is None and not self._process.stdin.closed:
            self._on_death(name)
        if waiting is None or waiting.done():
            return
        if report["event"] == "ready" or report["code"] == 0:
            waiting.set_result(None)
        else:
            text = f"{name} stopte met code {report['code']}. Het laatste dat het zei:\n{self.last_output(name)}"
            waiting.set_exception(WorkerError(text))


def _machine() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def _identity(function: Function) -> dict[str, str]:
    """The environment variables by which the cloud tells a function its own name and settings."""
    return {
        "FUNCTION_TARGET": function.name,
        "FUNCTION_SIGNATURE_TYPE": function.signature_type,
        "K_SERVICE": function.name,
        "THREADS": str(function.concurrency),
    }
