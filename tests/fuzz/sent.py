"""One request as bytes, and its way through gunicorn's own parser, functions-framework and the function.

A test that fails prints a `Sent`. `tests/fuzz/test_found.py` shows how it is sent again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gunicorn.config import Config
from gunicorn.http import wsgi
from gunicorn.http.parser import RequestParser

_CONFIG = Config()
_CONFIG.set("limit_request_line", 0)  # as functions-framework sets it
_CLIENT = ("169.254.8.129", 50000)
_LONGEST_CUT = 1 << 16


@dataclass(frozen=True)
class Sent:
    """A request to a function. `target` is the path and query as they stand in the first line.

    A length is added to `body` unless `headers` say how long it is, right or wrong.
    """

    function: str
    method: bytes = b"GET"
    target: bytes = b"/"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    at: datetime | None = None
    """When it is sent, in UTC; None is a moment at which people can sign up (world.SIGN_UP)."""

    @property
    def raw(self) -> bytes:
        """The bytes on the line. `printf` them to `nc` to replay them at a server."""
        names = {name.lower() for name, _ in self.headers}
        headers = [(b"Host", b"werkplaats.example.org")] if b"host" not in names else []
        headers += self.headers
        if self.body and not names & {b"content-length", b"transfer-encoding"}:
            headers.append((b"Content-Length", str(len(self.body)).encode()))
        head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        return self.method + b" " + self.target + b" HTTP/1.1\r\n" + head + b"\r\n" + self.body


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class UnreadError(Exception):
    """gunicorn refuses the bytes before the function sees them. In the cloud Google's front end does so before that."""


class _Line:
    """The part of a socket that gunicorn writes to."""

    def __init__(self) -> None:
        self.written = bytearray()

    def sendall(self, data: bytes) -> None:
        self.written += data

    send = sendall

    def shutdown(self, how: int) -> None:
        """The function stops reading."""


def answer_to(raw: bytes, app: Callable[..., Any]) -> Answer:
    """The answer of `app` to the bytes `raw`, read and written by gunicorn as in the cloud. Raises UnreadError."""
    line = _Line()
    try:
        request = next(RequestParser(_CONFIG, _pieces(raw), _CLIENT))
    except Exception as error:
        raise UnreadError(type(error).__name__) from error
    response, environ = wsgi.create(request, line, _CLIENT, ("127.0.0.1", 8080), _CONFIG)
    environ["wsgi.multithread"] = True
    parts: Iterable[bytes] = app(environ, response.start_response)
    try:
        for part in parts:
            response.write(part)
        response.close()
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return _read(bytes(line.written).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"))


def _pieces(raw: bytes) -> Iterator[bytes]:
    for start in range(0, len(raw), _LONGEST_CUT):
        yield raw[start : start + _LONGEST_CUT]


def _read(written: bytes) -> Answer:
    head, _, body = written.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
    return Answer(int(first.split(" ")[1]), headers, body)
