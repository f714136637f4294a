"""How long the body of a request may take to arrive.

A request holds a thread until its body is read, and there are only as many threads as functions.yaml gives. Somebody
who sends a byte now and then would hold one for minutes.

A timeout on the socket does not help: it starts anew with every byte, and gunicorn reads until it has what it was asked
for. So one thread of this process watches the clock, and shuts the reading side of a connection whose time is over.
Whoever reads from it then finds that it has ended, and the answer can still be sent.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

WHOLE_BODY = 5.0
"""Seconds that a body may take, from its headers to its last byte."""

IN_A_CROWD = 1.0
"""Seconds that it may take while more bodies are awaited than `BodyDeadlines.crowd`."""


class BodyReading:
    """The reading of one body from `connection`; None where there is no socket, as in Flask's test client."""

    def __init__(self, connection: socket.socket | None) -> None:
        self._connection = connection
        self.began = time.monotonic()
        self.too_late = False

    def end(self) -> None:
        """Read nothing more from this connection, which must be closed after the answer."""
        if self._connection is not None:
            with contextlib.suppress(OSError):  # its sender has gone already
                self._connection.shutdown(socket.SHUT_RD)


class BodyDeadlines:
    """Ends readings that take too long: longer than `whole`, or `hurried` while more than `crowd` are under way.

    So those who send slowly, however many they are, leave some threads to everybody else after `hurried`.
    """

    def __init__(self, *, crowd: int, whole: float = WHOLE_BODY, hurried: float = IN_A_CROWD) -> None:
        self._crowd = crowd
        self._whole = whole
        self._hurried = hurried
        self._changed = threading.Condition()
        self._under_way: dict[BodyReading, None] = {}
        """In the order in which they began: the first is the first to be too late."""
        self._watch: threading.Thread | None = None

    @contextlib.contextmanager
    def reading(self, connection: socket.socket | None) -> Iterator[BodyReading]:
        """While this block runs, the deadline holds. Its `too_late` says whether it has passed."""
        reading = BodyReading(connection)
        with self._changed:
            self._under_way[reading] = None
            if self._watch is None:  # not before: gunicorn forks after it has imported us
                self._watch = threading.Thread(target=self._end_what_is_late, name="body deadlines", daemon=True)
                self._watch.start()
            if len(self._under_way) == 1 or len(self._under_way) > self._crowd:
                self._changed.notify()
        try:
            yield reading
        finally:
            with self._changed:
                self._under_way.pop(reading, None)

    def _end_what_is_late(self) -> None:
        with self._changed:
            while True:
                first = next(iter(self._under_way), None)
                left = None if first is None else first.began + self._allowed() - time.monotonic()
                if first is None or left is None or left > 0:
                    self._changed.wait(left)
                    continue
                del self._under_way[first]
                first.too_late = True
                first.end()

    def _allowed(self) -> float:
        return self._hurried if len(self._under_way) > self._crowd else self._whole
