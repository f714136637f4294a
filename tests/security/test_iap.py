"""Google's keys: fetched when they are needed, kept, and fetched again for one that is new."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests import iap
from werkplaats.security.iap import Assertions, GooglesKeys, KeysUnavailableError, NotSignedInError


class Publisher:
    """Publishes keys as Google does, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.body = iap.PUBLIC_KEYS
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.asked += 1
                self.send_response(publisher.status)
                self.end_headers()
                self.wfile.write(publisher.body.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/public_key"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    publisher = Publisher()
    Thread(target=publisher.server.serve_forever, daemon=True).start()
    yield publisher
    publisher.server.shutdown()
    publisher.server.server_close()


def test_keys_are_fetched_once(publisher: Publisher) -> None:
    """Not at the start, and not for every request; a made-up key's name does not fetch them again either."""
    assertions = Assertions(iap.AUDIENCE, GooglesKeys(publisher.url))
    assert publisher.asked == 0
    for _ in range(3):
        assert assertions.email(iap.assertion("een@example.org")) == "een@example.org"
    with pytest.raises(NotSignedInError):
        assertions.email(iap.assertion("een@example.org", key_id="verzonnen"))
    assert publisher.asked == 1


def test_a_new_key_and_an_old_set_are_fetched(publisher: Publisher) -> None:
    """A key Google has just begun to use after a minute, and all of them after an hour."""
    publisher.body = json.dumps({"oud": "-"})
    now = [0.0]
    keys = GooglesKeys(publisher.url, lambda: now[0])
    assert iap.KEY_ID not in keys(iap.KEY_ID)
    publisher.body = iap.PUBLIC_KEYS
    assert iap.KEY_ID not in keys(iap.KEY_ID)
    now[0] = 90
    assert iap.KEY_ID in keys(iap.KEY_ID)
    now[0] = 3600
    keys(iap.KEY_ID)
    assert publisher.asked == 2
    now[0] = 3800
    keys(iap.KEY_ID)
    assert publisher.asked == 3


@pytest.mark.parametrize(("status", "body"), [(503, "{}"), (200, "<html>"), (200, "[]")])
def test_without_keys_nobody_is_believed(publisher: Publisher, status: int, body: str) -> None:
    """It is said to be so, and tried again for whoever comes next."""
    publisher.status, publisher.body = status, body
    assertions = Assertions(iap.AUDIENCE, GooglesKeys(publisher.url))
    for _ in range(2):
        with pytest.raises(KeysUnavailableError):
            assertions.email(iap.assertion("een@example.org"))
    assert publisher.asked == 2
