"""The connection to SendGrid, with a real server that does with it what the test says."""

import gc
import re
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.mailing.sendgrid.test_client import MESSAGE
from werkplaats.domain.delivery import Accepted, Busy, Unknown
from werkplaats.mailing.sendgrid import client, connection
from werkplaats.mailing.sendgrid.client import SendGrid

ACCEPTED = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: m\r\nContent-Length: 0\r\n\r\n"
WITHIN = 10.0
"""Seconds after which a test that waits for something fails."""


class Server:
    """Accepts connections, and answers each request with `answer`. If `hangs_up`, it then closes the connection."""

    def __init__(self, listening: socket.socket) -> None:
        self.answer = ACCEPTED
        self.hangs_up = False
        self.tunnel_to: ssl.SSLContext | None = None
        """If not None, a CONNECT leads to this server itself, over TLS."""

        self.connections: list[socket.socket] = []
        self.requests: list[bytes] = []
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._listening = listening
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._threads[0].join(WITHIN)
        for one in self.connections:
            with suppress(OSError):  # it has been closed already
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(WITHIN)
        for one in (*self.connections, self._listening):
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listening.accept()
            except OSError:
                return
            self.connections.append(accepted)
            self._threads.append(threading.Thread(target=self._serve, args=(accepted,)))
            self._threads[-1].start()

    def _serve(self, accepted: socket.socket) -> None:
        with suppress(OSError), accepted.makefile("rb") as requests:
            while requests.peek(1):
                head = b"".join(iter(requests.readline, b"\r\n"))
                found = re.search(rb"^content-length: (\d+)", head, re.IGNORECASE | re.MULTILINE)
                self.requests.append(head + requests.read(int(found[1]) if found else 0))
                hangs_up = self.hangs_up
                if self.tunnel_to is not None and head.startswith(b"CONNECT"):
                    accepted.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    self._serve_by_tls(self.tunnel_to, accepted)
                    return
                accepted.sendall(self.answer)
                if hangs_up:
                    accepted.shutdown(socket.SHUT_RDWR)
                    return

    def _serve_by_tls(self, context: ssl.SSLContext, accepted: socket.socket) -> None:
        with context.wrap_socket(accepted.dup(), server_side=True) as tunnel:
            self._serve(tunnel)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(socket.create_server(("127.0.0.1", 0)))
    yield server
    server.stop()


def test_mails_of_one_thread_go_over_one_connection(server: Server) -> None:
    """Nothing is opened before the first mail, and then one connection for all that follow."""
    sendgrid = SendGrid("SG.test", server.url)
    assert server.connections == []
    assert [sendgrid.send(MESSAGE) for _ in range(5)] == [Accepted("m")] * 5
    assert (len(server.connections), len(server.requests)) == (1, 5)


def test_a_connection_that_was_closed_while_idle_makes_no_mail_uncertain(server: Server) -> None:
    """It is seen to be closed before anything is sent on it, so no request is lost."""
    sendgrid = SendGrid("SG.test", server.url)
    for number in range(1, 6):
        assert sendgrid.send(MESSAGE) == Accepted("m")
        assert (len(server.connections), len(server.requests)) == (number, number)
        ours = _kept(sendgrid)
        server.connections[-1].shutdown(socket.SHUT_RDWR)
        assert select.select([ours], [], [], WITHIN)[0], "the news has arrived"


def test_a_connection_on_which_the_server_says_something_unasked_is_not_used(server: Server) -> None:
    """A server that closes an idle connection may say so first, with the status 408."""
    sendgrid = SendGrid("SG.test", server.url)
    assert sendgrid.send(MESSAGE) == Accepted("m")
    server.connections[0].sendall(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    assert select.select([_kept(sendgrid)], [], [], WITHIN)[0]
    assert sendgrid.send(MESSAGE) == Accepted("m")
    assert len(server.connections) == 2


@pytest.mark.parametrize("first", [True, False])
def test_a_connection_that_ends_after_the_request_leaves_the_outcome_unknown(server: Server, first: bool) -> None:
    """Whether it is new or was kept: the server has the request, so it is not sent again, and the mail is uncertain."""
    sendgrid = SendGrid("SG.test", server.url)
    if not first:
        sendgrid.send(MESSAGE)
    before = len(server.requests)
    server.answer, server.hangs_up = b"", True
    assert isinstance(sendgrid.send(MESSAGE), Unknown)
    assert len(server.requests) == before + 1
    server.answer, server.hangs_up = ACCEPTED, False
    assert sendgrid.send(MESSAGE) == Accepted("m")


@pytest.mark.parametrize("answer", [b"HTTP/1.1 2", ACCEPTED.replace(b": 0", b": 9") + b"half", b"nonsense\r\n\r\n"])
def test_an_answer_that_breaks_off_leaves_the_outcome_unknown(server: Server, answer: bytes) -> None:
    """The rest of an answer is never taken for the answer to the next mail."""
    sendgrid = SendGrid("SG.test", server.url)
    sendgrid.send(MESSAGE)
    server.answer, server.hangs_up = answer, True
    assert isinstance(sendgrid.send(MESSAGE), Unknown)
    server.answer, server.hangs_up = ACCEPTED, False
    assert sendgrid.send(MESSAGE) == Accepted("m")
    assert len(server.connections) == 2


def test_a_refusal_keeps_the_connection(server: Server) -> None:
    """The whole answer is read, so the next mail can go over the same connection."""
    sendgrid = SendGrid("SG.test", server.url)
    body = b'{"errors": [{"field": "from.email"}]}'
    server.answer = b"HTTP/1.1 503 Busy\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    assert sendgrid.send(MESSAGE) == Busy("SendGrid answered 503 about from.email")
    server.answer = ACCEPTED
    assert sendgrid.send(MESSAGE) == Accepted("m")
    assert len(server.connections) == 1


def test_a_server_that_closes_each_connection_gets_a_new_one_for_each_mail(server: Server) -> None:
    """What it says in its answer is believed."""
    sendgrid = SendGrid("SG.test", server.url)
    server.answer = ACCEPTED.replace(b"Content-Length", b"Connection: close\r\nContent-Length")
    assert [sendgrid.send(MESSAGE) for _ in range(3)] == [Accepted("m")] * 3
    assert len(server.connections) == 3


def test_a_connection_is_not_kept_for_long(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """After 20 seconds without a mail it is given up, and closed."""
    now = 100.0
    monkeypatch.setattr(connection.time, "monotonic", lambda: now)
    sendgrid = SendGrid("SG.test", server.url)
    for later, connections in ((0.0, 1), (19.9, 1), (19.9, 1), (20.0, 2)):
        now += later
        assert sendgrid.send(MESSAGE) == Accepted("m")
        assert len(server.connections) == connections
    monkeypatch.undo()
    assert server.connections[0].recv(1) == b"", "ours has been closed"


def test_each_thread_has_a_connection_of_its_own(server: Server) -> None:
    """So no answer is read by another thread. When a thread ends its connection is closed."""
    sendgrid = SendGrid("SG.test", server.url)
    at_once = threading.Barrier(3)

    def send() -> None:
        for _ in range(4):
            at_once.wait(WITHIN)
            assert sendgrid.send(MESSAGE) == Accepted("m")

    with ThreadPoolExecutor(3) as pool:
        for future in [pool.submit(send) for _ in range(3)]:
            future.result()
    assert (len(server.connections), len(server.requests)) == (3, 12)
    gc.collect()
    for one in server.connections:
        one.settimeout(WITHIN)
        assert one.recv(1) == b""


def test_a_connection_is_not_used_after_a_fork(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes that share a connection would read each other's answers."""
    sendgrid = SendGrid("SG.test", server.url)
    sendgrid.send(MESSAGE)
    monkeypatch.setattr(connection.os, "getpid", lambda: -1)
    assert sendgrid.send(MESSAGE) == Accepted("m")
    assert len(server.connections) == 2


def test_a_proxy_is_used_as_urllib_does(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy of the environment is asked for the whole address, and its connection is kept as well."""
    monkeypatch.setenv("http_proxy", server.url.replace("//", "//user:secret@"))
    monkeypatch.setenv("no_proxy", "")
    sendgrid = SendGrid("SG.test", "http://sendgrid.example.org")
    assert [sendgrid.send(MESSAGE) for _ in range(2)] == [Accepted("m")] * 2
    assert len(server.connections) == 1
    assert server.requests[0].startswith(b"POST http://sendgrid.example.org/v3/mail/send HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n" in server.requests[0]


@pytest.mark.parametrize("trusted", [True, False])
def test_tls_and_a_tunnel_are_as_with_urllib(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trusted: bool
) -> None:
    """The proxy's password is for the proxy alone, the certificate must be trusted, and the connection is kept."""
    certificate = _certificate(tmp_path, "sendgrid.example.org")
    server.tunnel_to = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tunnel_to.load_cert_chain(certificate)
    monkeypatch.setenv("https_proxy", server.url.replace("//", "//user:secret@"))
    monkeypatch.setenv("no_proxy", "")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    sendgrid = SendGrid("SG.test", "https://sendgrid.example.org")
    sent = [sendgrid.send(MESSAGE) for _ in range(3 if trusted else 1)]
    connect, *posted = [head.split(b"\r\n\r\n")[0] for head in server.requests]
    assert connect.startswith(b"CONNECT sendgrid.example.org:443 HTTP/1.")
    assert b"Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=" in connect
    assert b"SG.test" not in connect
    if not trusted:
        assert (sent, posted) == ([Unknown("connection to SendGrid broke off (SSLCertVerificationError)")], [])
        return
    assert sent == [Accepted("m")] * 3
    assert len(posted) == 3
    assert all(b"Authorization: Bearer SG.test" in one and b"Proxy" not in one for one in posted)
    assert len(server.connections) == 1


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time-out the connection is given up."""
    monkeypatch.setattr(client, "TIMEOUT", 0.2)
    sendgrid = SendGrid("SG.test", server.url)
    server.answer = b""
    assert sendgrid.send(MESSAGE) == Unknown("no answer from SendGrid (TimeoutError)")
    monkeypatch.undo()
    server.answer = ACCEPTED
    assert sendgrid.send(MESSAGE) == Accepted("m")
    assert len(server.connections) == 2


def _certificate(folder: Path, host: str) -> Path:
    """A file with a new certificate of `host`, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "certificate.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def _kept(sendgrid: SendGrid) -> socket.socket:
    """The socket of the connection that this thread keeps."""
    handler = next(one for one in sendgrid._opener.handlers if isinstance(one, connection._HTTPHandler))  # type: ignore[attr-defined]
    assert handler._kept.connection is not None
    found = handler._kept.connection.http.sock
    assert isinstance(found, socket.socket)
    return found
