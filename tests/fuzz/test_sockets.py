"""Bytes that are hardly HTTP, at the port of a function as it is deployed: gunicorn answers or hangs up, and goes on.

What gunicorn refuses it answers with a page of its own. Nobody sees that one in the cloud, where Google's front end
refuses the same bytes earlier, so only its status is checked: 501 stands for a transfer coding that it does not know.
"""

import errno
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import strategies as st

from local.catalogue import ROOT
from local.testing import PROJECT, free_port
from tests.fuzz.amounts import amounts, explore
from tests.fuzz.hostile import pick, rarely, values
from tests.fuzz.made import visits

_HIDDEN = b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n"
"""A request within the body of another. Its answer would be seen by whoever asks next on the same connection."""

_STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3}) ", re.MULTILINE)
_FINE = frozenset({501, *range(100, 500)})
_NAMES = re.compile(rb"Traceback|\b[A-Z][a-z]+(?:Error|Exception)\b")

_LINE = b"POST /werkplaats/x/aanmelden HTTP/1.1\r\nHost: x\r\n"
_LONG = str(len(_HIDDEN) + 5).encode()
_SMUGGLED = [
    _LINE + b"Content-Length: 0\r\nContent-Length: %s\r\n\r\n" % _LONG + _HIDDEN,
    _LINE + b"Content-Length: %s\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % _LONG + _HIDDEN,
    _LINE + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + _HIDDEN,
    _LINE + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + _HIDDEN,
    _LINE + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + _HIDDEN,
    _LINE + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + _HIDDEN,
    _LINE + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + _HIDDEN,
    _LINE + b"X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: +5\r\n\r\n" + _HIDDEN,
    _LINE + b"Content-Length: 5,6\r\n\r\n" + _HIDDEN,
    _LINE + b"Transfer-Encoding: chunked\r\n\r\n5;\x0a\r\n" + _HIDDEN,
    _LINE + b"Transfer-Encoding: chunked\r\n\r\n+5\r\n" + _HIDDEN,
    _LINE + b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n" + _HIDDEN,
]
_NO_HTTP = [
    b"", b"\r\n\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost\r\n\r\n",
    b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n", b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"get / HTTP/1.1\r\n\r\n", b"GET http://[ HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\nHost: x\n\n", b"GET / HTTP/1.1\r\nExpect: x\r\n\r\n", b"GET //[ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT x:443 HTTP/1.1\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PROXY TCP4 1 2 3 4\r\nGET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: x\r\n\r\n",
]  # fmt: skip


@dataclass(frozen=True)
class Served:
    port: int
    log: Path


@pytest.fixture(scope="module")
def served(emulator: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The function `signup`, served by functions-framework as it is deployed."""
    found = Served(free_port(), Path(tmp_path_factory.mktemp("signup")) / "log")
    environment = os.environ | {
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "FIRESTORE_EMULATOR_HOST": emulator,
        "PUBLIC_URL": "https://werkplaats.example.org",
        "SIGNING_KEYS": "k" * 32,
        "FUNCTION_TARGET": "signup",
        "THREADS": "8",
        "PORT": str(found.port),
    }
    with found.log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "functions_framework", "--source", "functions/main.py", "--host", "127.0.0.1"],
            cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not _is_up(found.port):
            assert time.monotonic() < deadline, found.log.read_text()
            time.sleep(0.05)
        yield found
    finally:
        process.terminate()
        process.wait(20)


def _is_up(port: int) -> bool:
    try:
        return exchange(port, b"GET /robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(
            b"HTTP/1.1 200"
        )
    except OSError:
        return False


_HUNG_UP = (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN)
"""How it shows that the function closed the connection while more was coming."""


def exchange(port: int, raw: bytes) -> bytes:
    """Everything that comes back for the bytes `raw`, until the function closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        answer = bytearray()
        try:
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
            while piece := line.recv(1 << 16):
                answer += piece
        except OSError as error:
            if error.errno not in _HUNG_UP:
                raise
        return bytes(answer)


@st.composite
def broken_bytes(draw: st.DrawFn) -> bytes:
    """A request to the pages with something wrong in its bytes, one within another, or no HTTP at all."""
    match pick(draw, ("request", "request", "smuggled", "none")):
        case "smuggled":
            return pick(draw, _SMUGGLED)
        case "none":
            return pick(draw, _NO_HTTP)
    raw = draw(visits()).raw
    at = draw(st.integers(0, min(len(raw), 400)))
    match pick(draw, ("inserted", "cut", "newlines", "twice", "folded")):
        case "inserted":
            return raw[:at] + draw(values)[:2000] + raw[at:]
        case "cut":
            return raw[:at]
        case "newlines":
            return raw.replace(b"\r\n", pick(draw, (b"\n", b"\r", b"\r\r\n", b"\x0b\n")))
        case "folded":
            return raw.replace(b"\r\n", b"\r\n ", 1 + at % 3)
    return raw + (raw if rarely(draw, 2) else b"\r\n\r\n" + raw)


@amounts
def test_a_server_holds_out(served: Served, amount: int) -> None:
    """No bytes end in an error of ours, in a traceback, or in the answer to a request that was in a body."""

    def check(raw: bytes) -> None:
        answer = exchange(served.port, raw)
        for found in _STATUS.finditer(answer):
            assert int(found[1]) in _FINE or b"Retry-After: " in answer, answer[:500]
        assert set(_NAMES.findall(answer)) <= set(_NAMES.findall(raw)), answer[:1000]
        if raw in _SMUGGLED:
            assert b"User-agent: *" not in answer, answer

    explore(amount, 0.1, broken_bytes(), check)
    assert _is_up(served.port)
    assert "Traceback" not in served.log.read_text()
