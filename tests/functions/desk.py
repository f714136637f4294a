"""What tests of the desk share: asking for pages as somebody who is signed in, and reading the answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.signing_in import signed_in
from werkplaats.store import Store

ORGANISER = "platform31@example.org"
MAKER = "maker@example.org"

Ask = Callable[..., TestResponse]


def asking(client: FlaskClient, store: Store, clock: list[datetime]) -> Ask:
    """A function that asks for a page as `email`, with POST if there is `data`."""

    def ask(path: str, data: Any = None, email: str = ORGANISER, **options: Any) -> TestResponse:
        headers = signed_in(store, email, clock[0]) | options.pop("headers", {})
        if data is None:
            return client.get(path, headers=headers, **options)
        answer = client.post(path, data=data, headers=headers, **options)
        # werkzeug's client writes a form with a large file to a temporary file, and leaves it open.
        answer.request.environ["wsgi.input"].close()
        return answer

    return ask


def main_text(answer: TestResponse) -> str:
    """What the main part of a page says, on one line."""
    main = BeautifulSoup(answer.text, "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def field(answer: TestResponse, name: str) -> str:
    """What the first field of that `name` on a page holds."""
    found = BeautifulSoup(answer.text, "html.parser").find(attrs={"name": name})
    assert found is not None, name
    return str(found.get("value") or found.get_text())  # type: ignore[union-attr]


CROSS_SITE = {"Sec-Fetch-Site": "cross-site"}
