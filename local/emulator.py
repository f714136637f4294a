"""Runs Google's Firestore emulator as a child process."""

import asyncio
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from local.leash import leashed
from local.prerequisites import Prerequisites

PROJECT = "werkplaats-local"
DATABASE = f"projects/{PROJECT}/databases/(default)"

_MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
_ATTEMPTS = 3
_READY_WITHIN = 90.0
_EXPORT = "firestore"


class EmulatorError(Exception):
    """The emulator did not start, or refused a request; the text says why, with its last output or its answer."""


@dataclass(kw_only=True)
class Emulator:
    """`async with Emulator(…) as emulator:` starts it and stops it after the block.

    The emulator checks no credentials: a request with `Authorization: Bearer owner` bypasses the security rules, as
    every gRPC client does.
    """

    prerequisites: Prerequisites
    log: Path
    rules: Path | None = None
    events_to: str | None = None
    """host:port to which the emulator posts the events of registered triggers."""
    keep_in: Path | None = None
    """Folder from which data is loaded at the start, and into which `save` writes; None if nothing is kept."""

    port: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _http: aiohttp.ClientSession | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        try:
            for attempt in range(1, _ATTEMPTS + 1):
                self.port = _free_port()
                self._process = self._start()
                if await self._ready():
                    return self
                # The port may have been taken since it was found to be free.
                if attempt == _ATTEMPTS or "in use" not in self._last_output():
                    raise EmulatorError(f"De Firestore-emulator start niet:\n{self._last_output()}")
            raise AssertionError("unreachable")
        except BaseException:
            await self.stop()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def register_trigger(self, name: str, *, event: str, document: str) -> None:
        """From now on each `event` (created, updated, written or deleted) of `document` is posted to `events_to`."""
        await self._post(
            f"/emulator/v1/projects/{PROJECT}/eventarcTrigger?eventarcTriggerId={name}",
            {
                "eventType": f"google.cloud.firestore.document.v1.{event}",
                "database": "(default)",
                "namespace": "(default)",
                "document": {"value": document, "matchType": "PATH_PATTERN"},
            },
        )

    async def create(self, collection: str, id: str) -> None:
        await self._post(f"/v1/{DATABASE}/documents/{collection}?documentId={id}", {})

    async def delete(self, collection: str, id: str) -> None:
        async with self._session.delete(
            f"http://{self.host}/v1/{DATABASE}/documents/{collection}/{id}",
            headers={"Authorization": "Bearer owner"},
        ) as answer:
            await self._check(answer)

    async def save(self) -> None:
        """Write all data to `keep_in`. What was saved before is removed only once the new copy is complete.

        This uses the export call that the Firebase tools use, because the emulator's own option --export-on-exit writes
        nothing when the emulator is stopped by a signal.
        """
        if self.keep_in is None:
            return
        fresh, old = self.keep_in / f"{_EXPORT}.new", self.keep_in / f"{_EXPORT}.old"
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        await self._post(
            f"/emulator/v1/projects/{PROJECT}:export",
            {"database": DATABASE, "export_directory": str(self.keep_in.resolve()), "export_name": fresh.name},
        )
        (fresh / f"{fresh.name}.overall_export_metadata").rename(fresh / f"{_EXPORT}.overall_export_metadata")
        saved = self.keep_in / _EXPORT
        if saved.exists():
            saved.rename(old)
        fresh.rename(saved)
        shutil.rmtree(old, ignore_errors=True)

    async def stop(self) -> None:
        if self._http is not None:
            await self._http.close()
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        for _ in range(50):
            if process.poll() is not None:
                return
            await asyncio.sleep(0.1)
        process.kill()
        process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [self.prerequisites.java, "-Duser.language=en", "-cp", self.prerequisites.jar, _MAIN_CLASS, "start"]
        command += ["--host=127.0.0.1", f"--port={self.port}"]
        if self.rules is not None:
            command += ["--rules", str(self.rules)]
        if self.events_to is not None:
            command += ["--functions_emulator", self.events_to]
        if self._saved is not None:
            command += ["--import-data", str(self._saved)]
        with self.log.open("ab") as log:
            # In a session of its own, so that Ctrl-C in the terminal does not end it before its data is saved.
            return subprocess.Popen(
                leashed(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def _saved(self) -> Path | None:
        if self.keep_in is None:
            return None
        # Only .old is there if `save` was interrupted between its two renames.
        for name in (_EXPORT, f"{_EXPORT}.old"):
            path = self.keep_in / name / f"{_EXPORT}.overall_export_metadata"
            if path.exists():
                return path
        return None

    async def _ready(self) -> bool:
        assert self._process is not None
        deadline = asyncio.get_running_loop().time() + _READY_WITHIN
        while self._process.poll() is None and asyncio.get_running_loop().time() < deadline:
            try:
                async with self._session.get(f"http://{self.host}/") as answer:
                    if answer.status == 200:
                        return True
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.03)
        return False

    @property
    def _session(self) -> aiohttp.ClientSession:
        assert self._http is not None, "the emulator has not been started"
        return self._http

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        headers = {"Authorization": "Bearer owner"}
        async with self._session.post(f"http://{self.host}{path}", json=body, headers=headers) as answer:
            await self._check(answer)

    async def _check(self, answer: aiohttp.ClientResponse) -> None:
        if answer.status != 200:
            raise EmulatorError(f"{answer.method} {answer.url.path}: {answer.status} {await answer.text()}")

    def _last_output(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
