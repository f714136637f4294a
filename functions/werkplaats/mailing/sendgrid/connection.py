"""The connection to SendGrid: one for each thread, kept for a short while, so that not each mail has to make its own.

SendGrid's library (python_http_client) cannot be given a connection or an opener: for each request it calls
`urllib.request.build_opener()`, which reads the certificates of all authorities anew, and that opener makes a new
connection. So we post by an opener of our own. It is the same one but for its two handlers that open connections:
proxies, redirects and statuses are treated as before.
"""

import io
import os
import select
import threading
import time
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, Request, build_opener
from urllib.response import addinfourl

KEPT = 20.0
"""How long a connection is kept without a request, in seconds.

Servers keep one for a minute or longer. A server can close it at the moment at which a request is sent, and then nobody
knows whether that was taken. So we give it up much earlier.
"""


def keeping_opener() -> OpenerDirector:
    """An opener of urllib that keeps the connection to the server that it is used for. It opens nothing yet.

    Threads can share it. It raises what urllib raises: HTTPError for a status other than 2xx, and URLError if no
    connection could be made or the request broke off.
    """
    kept = _KeptByThread()
    return build_opener(_HTTPHandler(kept), _HTTPSHandler(kept))


class _Connection:
    """A connection to `to`. It is closed when nobody refers to it any more, for instance because its thread ended."""

    def __init__(self, to: tuple[object, ...], http: HTTPConnection) -> None:
        self.to = to
        self.http = http
        self.used_at = 0.0

    def __del__(self) -> None:
        self.http.close()

    def is_usable(self) -> bool:
        """Whether a request can be sent on it now: it was used lately, and the server has not closed it.

        A server has nothing to say before it is asked something. If there is something to read, the server has closed
        the connection or is about to.
        """
        if self.http.sock is None or time.monotonic() - self.used_at >= KEPT:
            return False
        poll = select.poll()
        poll.register(self.http.sock, select.POLLIN)
        return not poll.poll(0)


class _KeptByThread(threading.local):
    """The connection that each thread keeps, if it keeps one."""

    connection: _Connection | None = None

    def take(self, to: tuple[object, ...]) -> _Connection | None:
        """The kept connection to `to` if it can be used. It is not kept any more then, until it is kept again."""
        taken, self.connection = self.connection, None
        return taken if taken is not None and taken.to == to and taken.is_usable() else None

    def keep(self, connection: _Connection) -> None:
        connection.used_at = time.monotonic()
        self.connection = connection


class _Keeping:
    """What replaces `do_open` of urllib's handlers, which asks the server to close the connection after its answer."""

    def __init__(self, kept: _KeptByThread) -> None:
        super().__init__()
        self._kept = kept

    def do_open(self, http_class: Any, req: Request, **options: Any) -> addinfourl:
        """Send `req` once, and read the whole answer."""
        headers = {name.title(): value for name, value in {**req.headers, **req.unredirected_hdrs}.items()}
        tunnel, for_proxy = req._tunnel_host, headers.get("Proxy-Authorization")  # type: ignore[attr-defined]
        if tunnel:
            headers.pop("Proxy-Authorization", None)
        to = (http_class, req.host, tunnel, for_proxy, os.getpid())  # a connection does not survive a fork
        connection = self._kept.take(to)
        if connection is None:
            connection = _Connection(to, http_class(req.host, timeout=req.timeout, **options))
            if tunnel:
                connection.http.set_tunnel(tunnel, headers={"Proxy-Authorization": for_proxy} if for_proxy else {})
        try:
            body, answer = self._exchange(connection.http, req, headers)
        except BaseException:
            connection.http.close()
            raise
        if connection.http.sock is not None:
            self._kept.keep(connection)
        read = addinfourl(io.BytesIO(body), answer.headers, req.full_url, answer.status)
        read.msg = answer.reason  # type: ignore[attr-defined]  # urllib looks here for it
        return read

    def _exchange(self, http: HTTPConnection, req: Request, headers: dict[str, str]) -> tuple[bytes, HTTPResponse]:
        try:
            http.request(req.get_method(), req.selector, req.data, headers)
        except OSError as error:
            raise URLError(error) from error
        with http.getresponse() as answer:
            return answer.read(), answer


class _HTTPHandler(_Keeping, HTTPHandler):  # type: ignore[misc]  # `do_open` returns a response of another class
    pass


class _HTTPSHandler(_Keeping, HTTPSHandler):  # type: ignore[misc]  # `do_open` returns a response of another class
    pass
