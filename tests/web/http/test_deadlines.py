"""The deadline for bodies, tried with real sockets."""

import math
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from werkplaats.web.http.deadlines import BodyDeadlines

LONG = 60.0
"""Seconds that are longer than any test takes."""


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def drip(connection: socket.socket, stop: threading.Event) -> None:
    with suppress(BrokenPipeError):  # the other side reads no more
        while not stop.wait(0.02):
            connection.sendall(b"a")


def test_a_read_that_waits_ends_at_the_deadline(pair: tuple[socket.socket, socket.socket]) -> None:
    """A reading that takes too long sees the end of the stream, and an answer can still be sent."""
    ours, theirs = pair
    with BodyDeadlines(crowd=1, whole=0.05).reading(ours) as reading:
        assert ours.recv(10) == b""
        assert reading.too_late
    ours.sendall(b"antwoord")
    assert theirs.recv(10) == b"antwoord"


def test_bytes_now_and_then_win_no_time(pair: tuple[socket.socket, socket.socket]) -> None:
    """The deadline is for the whole body, however many bytes arrive meanwhile."""
    ours, theirs = pair
    with BodyDeadlines(crowd=1, whole=1.0).reading(ours):
        dripping = threading.Event()
        dripper = threading.Thread(target=drip, args=(theirs, dripping))
        dripper.start()
        received = b"".join(iter(lambda: ours.recv(1), b""))
        dripping.set()
        dripper.join()
    assert received


def test_what_is_read_in_time_is_left_alone(pair: tuple[socket.socket, socket.socket]) -> None:
    """A connection whose body arrived in time can be read by its next request, also when another one is late."""
    ours, theirs = pair
    deadlines = BodyDeadlines(crowd=1, whole=1.0)  # a busy machine may pause for longer than a moment
    with deadlines.reading(ours) as reading:
        pass
    other, silent = socket.socketpair()
    with other, silent, deadlines.reading(other):
        assert other.recv(10) == b""
    assert not reading.too_late
    theirs.sendall(b"volgende")
    assert ours.recv(10) == b"volgende"


def test_in_a_crowd_the_first_must_hurry() -> None:
    """While too many bodies are being read, the oldest end after the short time, until few enough are left."""
    deadlines = BodyDeadlines(crowd=2, whole=LONG, hurried=0.05)
    with ExitStack() as stack:
        pairs = [socket.socketpair() for _ in range(3)]
        for ours, theirs in pairs:
            stack.enter_context(ours)
            stack.enter_context(theirs)
        readings = [stack.enter_context(deadlines.reading(ours)) for ours, _ in pairs]
        assert pairs[0][0].recv(10) == b""
        assert [reading.too_late for reading in readings] == [True, False, False]


def test_without_a_socket_nothing_is_ended() -> None:
    """A reading without a socket, as in Flask's test client, is no error."""
    with BodyDeadlines(crowd=1).reading(None) as reading:
        reading.end()
    assert not reading.too_late


def test_a_request_does_not_wake_the_thread_that_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    """While it watches the clock for one body, others that arrive in time do not wake it."""
    deadlines, woken = BodyDeadlines(crowd=8, whole=LONG), list[None]()
    notify = deadlines._changed.notify

    def counted() -> None:
        woken.append(None)
        notify()

    monkeypatch.setattr(deadlines._changed, "notify", counted)
    moment = threading.Event()
    with deadlines.reading(None):
        while not 0 < deadlines._asleep_until < math.inf:
            moment.wait(0.001)  # until it watches this one
    woken.clear()
    for _ in range(20):
        with deadlines.reading(None):
            pass
    assert woken == []
