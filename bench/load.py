"""The load: a number of visitors at once, each of whom sends a form as soon as the one before is answered.

It runs on the same processors as what it measures, so it does as little as possible: requests are made beforehand,
connections are kept open, and one thread waits for all of them.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

SILENCE = 90.0
"""Seconds. If no answer at all comes for this long, which is longer than the function's timeout, the requests that are
still unanswered are given up.
"""


@dataclass(frozen=True)
class Answer:
    """The answer to the request with this `number`: its status, its Location header, and how many seconds it took.

    `status` is 0 if the connection ended without an answer.
    """

    number: int
    status: int
    location: str
    seconds: float


@dataclass(frozen=True)
class Burst:
    """`answers` in the order in which they came; `seconds` is the time from the first request to the last answer."""

    answers: tuple[Answer, ...]
    seconds: float
    own_seconds: float
    """Seconds of processor time that the load itself took."""


class Visitors:
    """The visitors' connections to one server, which stay open from one burst to the next."""

    def __init__(self, address: tuple[str, int], at_once: int) -> None:
        self._waiting = selectors.DefaultSelector()
        self._connections = [_Connection(address) for _ in range(at_once)]

    @classmethod
    @contextmanager
    def at(cls, address: tuple[str, int], at_once: int) -> Iterator[Self]:
        visitors = cls(address, at_once)
        try:
            yield visitors
        finally:
            visitors._close()

    def send(self, requests: Sequence[bytes]) -> Burst:
        """Send each of `requests` once, as many at the same time as there are visitors. None is tried again."""
        answers: list[Answer] = []
        left = iter(enumerate(requests))
        processor, began = time.process_time(), time.perf_counter()
        for connection in self._connections:
            self._next(connection, left)
        while self._waiting.get_map():
            ready = self._waiting.select(SILENCE)
            if not ready:
                answers += self._given_up()
                break
            for key, _ in ready:
                answered: _Connection = key.data
                answer = answered.receive()
                if answer is not None:
                    answers.append(answer)
                    self._waiting.unregister(answered.socket)
                    self._next(answered, left)
        seconds = time.perf_counter() - began
        return Burst(tuple(answers), seconds, time.process_time() - processor)

    def _next(self, connection: "_Connection", left: Iterator[tuple[int, bytes]]) -> None:
        for number, request in left:
            connection.send(number, request)
            self._waiting.register(connection.socket, selectors.EVENT_READ, connection)
            return

    def _given_up(self) -> list[Answer]:
        connections: list[_Connection] = [key.data for key in self._waiting.get_map().values()]
        for connection in connections:
            self._waiting.unregister(connection.socket)
        return [connection.unanswered() for connection in connections]

    def _close(self) -> None:
        self._waiting.close()
        for connection in self._connections:
            connection.socket.close()


class _Connection:
    """One visitor's connection, with at most one request at a time; a new one is opened if the server has closed it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._ended = False
        self.socket = self._connect()

    def send(self, number: int, request: bytes) -> None:
        if self._ended or self._was_closed():
            self.socket.close()
            self.socket = self._connect()
            self._ended = False
        self._number, self._received, self._began = number, b"", time.perf_counter()
        self.socket.sendall(request)

    def _was_closed(self) -> bool:
        """Whether the server has closed the connection since the last answer, as gunicorn does after 2 s."""
        try:
            return self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except ConnectionError:
            return True

    def receive(self) -> Answer | None:
        """Read what has arrived; returns the answer once it is complete, and None until then."""
        try:
            chunk = self.socket.recv(65536)
        except ConnectionError:
            chunk = b""
        if not chunk:
            return self.unanswered()
        self._received += chunk
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return None
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if len(body) < int(headers.get("content-length", 0)):
            return None
        self._ended = headers.get("connection") == "close"
        status = int(status_line.split(" ", 2)[1])
        return Answer(self._number, status, headers.get("location", ""), time.perf_counter() - self._began)

    def unanswered(self) -> Answer:
        self._ended = True
        return Answer(self._number, 0, "", time.perf_counter() - self._began)

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(self._address)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected
