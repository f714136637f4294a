"""How long the body of a request may take to arrive.

A request occupies a thread until its body has been read, and a process has only as many threads as functions.yaml says.
Somebody who sends a byte now and then would occupy one for minutes.

A timeout on the socket does not help. It starts again with every byte, and gunicorn reads until it has as many bytes as
it was asked for. So one thread of the process watches the clock, and closes the reading side of a connection whose time
is up. The thread that reads from it then sees the end of the stream, and can still send an answer.
"""

import contextlib
import math
import socket
import threading
import time
from collections.abc import Iterator

WHOLE_BODY = 5.0
"""Seconds that a body may take to arrive, after its headers."""

IN_A_CROWD = 1.0
"""Seconds that it may take while more than `crowd` bodies are being read (see BodyDeadlines)."""


class BodyReading:
    """One body being read from `connection`, which is None if there is no socket, as in Flask's test client."""

    def __init__(self, connection: socket.socket | None) -> None:
        self._connection = connection
        self.began = time.monotonic()
        self.too_late = False

    def end(self) -> None:
        """Stop reading from this connection. It has to be closed after the answer."""
        if self._connection is not None:
            with contextlib.suppress(OSError):  # the sender has already closed the connection
                self._connection.shutdown(socket.SHUT_RD)


class BodyDeadlines:
    """Ends a reading after `whole` seconds, or after `hurried` seconds while more than `crowd` are under way.

    So slow senders, however many there are, leave some threads to everybody else after `hurried` seconds.
    """

    def __init__(self, *, crowd: int, whole: float = WHOLE_BODY, hurried: float = IN_A_CROWD) -> None:
        self._crowd = crowd
        self._whole = whole
        self._hurried = hurried
        self._changed = threading.Condition()
        self._under_way: dict[BodyReading, None] = {}
        """The readings in the order in which they began. A dict is used as an ordered set."""
        self._watch: threading.Thread | None = None
        self._asleep_until = 0.0
        """When the thread that watches looks again by itself, so that it need not be woken for every request."""

    @contextlib.contextmanager
    def reading(self, connection: socket.socket | None) -> Iterator[BodyReading]:
        """A context in which the deadline applies. Afterwards `too_late` says whether it has passed."""
        reading = BodyReading(connection)
        with self._changed:
            self._under_way[reading] = None
            if self._watch is None:  # gunicorn forks after importing us, so a thread cannot be started earlier
                self._watch = threading.Thread(target=self._end_what_is_late, name="body deadlines", daemon=True)
                self._watch.start()
            if self._next_is_late_at() < self._asleep_until:
                self._changed.notify()
        try:
            yield reading
        finally:
            with self._changed:
                self._under_way.pop(reading, None)

    def _end_what_is_late(self) -> None:
        with self._changed:
            while True:
                late_at = self._next_is_late_at()
                left = late_at - time.monotonic()
                if left > 0:
                    self._asleep_until = late_at
                    self._changed.wait(None if late_at == math.inf else left)
                    self._asleep_until = 0.0
                    continue
                first = next(iter(self._under_way))
                del self._under_way[first]
                first.too_late = True
                first.end()

    def _next_is_late_at(self) -> float:
        """When the first of the readings is too late, by the monotonic clock. Never, if none is under way."""
        first = next(iter(self._under_way), None)
        allowed = self._hurried if len(self._under_way) > self._crowd else self._whole
        return math.inf if first is None else first.began + allowed
