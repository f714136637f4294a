"""A small HTTP server that answers mail/send as a test says. (The stand-in in local/ does so at random.)"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from werkplaats.mailing.sendgrid.client import SendGrid

SILENCE = "silence"
"""The server accepts the request and closes the connection without an answer."""


class ScriptedSendGrid:
    """`answers` are status codes or SILENCE, one for each request; then it is always 202. `taken` are the bodies."""

    def __init__(self, url: str, answers: list[int | str], taken: list[dict[str, Any]]) -> None:
        self.url = url
        self.answers = answers
        self.taken = taken
        self.client = SendGrid("SG.test", url)


@contextmanager
def scripted_sendgrid(complaint: str = "from.email") -> Iterator[ScriptedSendGrid]:
    """A running server. `complaint` is the field that it complains about when it answers with an error."""
    answers: list[int | str] = []
    taken: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = answers.pop(0) if answers else 202
            if answer == SILENCE:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = b"" if answer == 202 else json.dumps({"errors": [{"message": "no", "field": complaint}]}).encode()
            self.send_response(int(answer))
            self.send_header("X-Message-Id", f"message-{len(taken)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield ScriptedSendGrid(f"http://127.0.0.1:{server.server_port}", answers, taken)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
