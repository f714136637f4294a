"""Fixtures that serve each function through functions-framework, on the emulator, with a clock the test sets."""

import base64
import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

import functions_framework
import pytest
import yaml
from flask.testing import FlaskClient
from nacl.public import PrivateKey

from tests.samples import NOW
from tests.seats import publish_workshop, seat_queue
from tests.sendgrid import ScriptedSendGrid, scripted_sendgrid
from tests.shipped import WORKSHOP
from werkplaats.security.links import Links, Submissions
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

ROOT = Path(__file__).resolve().parents[2]
KEYS = ("n" * 32, "o" * 32)
FUNCTIONS = yaml.safe_load((ROOT / "infra" / "functions.yaml").read_text())
SURVEY_KEY = PrivateKey.generate()
_ALWAYS = ("GOOGLE_CLOUD_PROJECT",)
"""The settings that infra/functions.tf gives to every function."""

Serve = Callable[[str], FlaskClient]


@cache
def submission(form: str = "one", made_at: datetime = NOW) -> str:
    """The signed submission of a form opened at `made_at`; the same one for the same `form` name."""
    return Submissions(KEYS, lambda: made_at).new()


@pytest.fixture
def sendgrid() -> Iterator[ScriptedSendGrid]:
    with scripted_sendgrid() as server:
        yield server


@pytest.fixture
def clock() -> list[datetime]:
    """The time that functions see is the one item of this list; a test may replace it."""
    return [NOW]


@pytest.fixture
def serve(
    project: str, store: Store, sendgrid: ScriptedSendGrid, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> Serve:
    """Serves the function of main.py with the given name, with the shipped workshop published.

    It has the settings that infra/functions.yaml gives it, and no others, as when it is deployed.
    """
    publish_workshop(store, WORKSHOP, NOW)
    settings = {
        "GOOGLE_CLOUD_PROJECT": project,
        "SIGNING_KEYS": ",".join(KEYS),
        "IDENTITY_KEY": "i" * 32,
        "PUBLIC_URL": "https://werkplaats.example.org",
        "SENDGRID_API_KEY": "SG.test",
        "SENDGRID_BASE_URL": sendgrid.url,
        "SURVEY_PUBLIC_KEY": base64.b64encode(bytes(SURVEY_KEY.public_key)).decode(),
        "ORGANISERS": "maker@example.org",
        "SURVEY_PRIVATE_KEYS": base64.b64encode(bytes(SURVEY_KEY)).decode(),
    }

    def serve(target: str) -> FlaskClient:
        function = FUNCTIONS[target]
        given = {*function["env"], *function.get("optional", ()), *function["secrets"], *_ALWAYS}
        for name, value in settings.items():
            monkeypatch.setenv(name, value if name in given else "")
        monkeypatch.setenv("FUNCTION_TARGET", target)
        app = functions_framework.create_app(target, str(ROOT / "functions" / "main.py"))
        sys.modules["main"].runtime.clock = lambda: clock[0]
        return app.test_client(use_cookies=False)  # a test that needs cookies says which

    return serve


@pytest.fixture
def links() -> Links:
    return Links(KEYS)


@pytest.fixture
def queue(store: Store, serve: Serve, clock: list[datetime]) -> SeatQueue:
    return seat_queue(store, lambda: clock[0])


def recorded(name: str, document: str) -> dict[str, object]:
    """The POST by which Eventarc delivers an event: a recorded one, changed to be about `document`."""
    event = json.loads((ROOT / "tests" / "events" / f"{name}.json").read_text())
    headers = event["headers"] | {"ce-document": document, "ce-subject": f"documents/{document}"}
    return {"headers": headers, "data": base64.b64decode(event["body"])}
