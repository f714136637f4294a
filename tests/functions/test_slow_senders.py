"""Clients that send slowly, at the function's own port: a front that reads whole bodies would hide them."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.catalogue import ROOT, load
from local.testing import PROJECT, free_port

THREADS = load()["signup"].concurrency

_FORM = (
    "POST /werkplaats/x/aanmelden HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
)
LENGTH = f"{_FORM}Content-Length: 500\r\n\r\n".encode()
CHUNKED = f"{_FORM}Transfer-Encoding: chunked\r\n\r\n".encode()
TOO_LARGE = f"{_FORM}Content-Length: 500000\r\n\r\n".encode() + b"x" * 70_000

_GIVES_UP = 25.0
"""Seconds after which a test fails that would otherwise wait for ever."""


@pytest.fixture(scope="module")
def signup(emulator: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of `signup`, served by functions-framework with as many threads as when it is deployed."""
    port = free_port()
    log = Path(tmp_path_factory.mktemp("signup")) / "log"
    environment = os.environ | {
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "FIRESTORE_EMULATOR_HOST": emulator,
        "SIGNING_KEYS": "k" * 32,
        "FUNCTION_TARGET": "signup",
        "PUBLIC_URL": "http://localhost",
        "THREADS": str(THREADS),
        "PORT": str(port),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "functions_framework", "--source", "functions/main.py", "--host", "127.0.0.1"],
            cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        asyncio.run(_ready(port))
        yield port
    finally:
        process.terminate()
        process.wait(20)


@dataclass(frozen=True)
class Slow:
    """A client that sends `head`, and then `piece` every 0.3 seconds, or nothing more if `piece` is empty."""

    head: bytes
    piece: bytes

    async def answer(self, port: int) -> bytes:
        """Send the request slowly; returns all bytes that come back before the function closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        dripping = asyncio.create_task(self._drip(writer))
        try:
            return await reader.read()
        finally:
            dripping.cancel()
            writer.close()

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        writer.write(self.head)
        while self.piece:
            await asyncio.sleep(0.3)
            writer.write(self.piece)


def test_slow_senders_hold_up_nobody_else(signup: int) -> None:
    """Slow clients on all threads are each cut off with 408, and another visitor gets a page while most still wait."""
    kinds = [Slow(LENGTH, b"a"), Slow(LENGTH, b""), Slow(CHUNKED, b"0"), Slow(CHUNKED, b"1\r\na\r\n")]
    kinds += [Slow(LENGTH.replace(b"/werkplaats", path), b"a") for path in (b"//werkplaats", b"/robots.txt?", b"/x")]
    kinds += [Slow(LENGTH.replace(b"/werkplaats/x/aanmelden", b"http://localhost"), b"a")]

    async def scenario() -> None:
        slow = [asyncio.create_task(kinds[number % len(kinds)].answer(signup)) for number in range(THREADS)]
        await asyncio.sleep(0.3)  # each has a thread by now
        assert b" 200 OK" in await _get(signup)
        assert sum(one.done() for one in slow) <= THREADS // 2
        for answer in await asyncio.gather(*slow):
            assert answer.startswith(b"HTTP/1.1 408 "), answer[:200]
            assert b"Connection: close" in answer
            assert "Het versturen duurde te lang" in answer.decode()

    _run(scenario())


def test_body_that_is_too_large_and_slow_is_cut_off_as_well(signup: int) -> None:
    """A body that is too large is read to its end, but no longer than the deadline, and is then refused with 413."""

    async def scenario() -> None:
        answer = await Slow(TOO_LARGE, b"a").answer(signup)
        assert answer.startswith(b"HTTP/1.1 413 "), answer[:200]
        assert b"Connection: close" in answer

    _run(scenario())


@pytest.mark.parametrize("rest", [b"zzz\r\n", b"5\r\nabc", b"-1\r\n"])
def test_body_that_is_none_is_refused(signup: int, rest: bytes) -> None:
    """Malformed or incomplete chunks are refused with 400, and what follows them is not read as another request."""

    async def scenario() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", signup)
        writer.write(CHUNKED + rest)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 400 "), answer[:200]
        assert b"Connection: close" in answer
        assert answer.count(b"HTTP/1.1") == 1

    _run(scenario())


def test_connection_goes_on_after_a_body_in_time(signup: int) -> None:
    """The deadline of one request does not affect the next one on the same connection."""

    async def scenario() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", signup)
        for _ in range(2):
            writer.write(f"{_FORM}Content-Length: 3\r\n\r\na=1".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert b" 404 " in head.splitlines()[0]
            assert b"Connection: keep-alive" in head
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split()[0]))
        writer.close()

    _run(scenario())


async def _get(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer


async def _ready(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await _get(port)
                return
            except OSError:
                await asyncio.sleep(0.05)


def _run(scenario: Coroutine[None, None, None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(_GIVES_UP):
            await scenario

    asyncio.run(bounded())
