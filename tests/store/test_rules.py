"""firestore.rules: only the functions can read or write anything."""

import base64
import json
import urllib.error
import urllib.request

import pytest

from tests.samples import sign_up
from werkplaats.workflows.seats.queue import SeatQueue


def _token() -> str:
    """The token of a signed-in user. The emulator accepts it without a signature."""

    def part(content: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    claims = {"sub": "somebody", "user_id": "somebody", "email": "een@example.org", "firebase": {}}
    return f"{part({'alg': 'none'})}.{part(claims)}."


def _ask(url: str, token: str | None, method: str = "GET", body: object = None) -> int:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.fixture
def documents(emulator: str, project: str, queue: SeatQueue) -> str:
    """The REST address of a database with one registration, r1."""
    queue.do("proef", sign_up(1))
    return f"http://{emulator}/v1/projects/{project}/databases/(default)/documents"


@pytest.mark.parametrize("token", [None, _token()], ids=["anonymous", "signed in"])
@pytest.mark.parametrize(
    "path", ["registrations/r1", "ledgers/proef", "workshops/proef", "workshops/proef/journal", "x/y"]
)
def test_nobody_reads(documents: str, path: str, token: str | None) -> None:
    """Nobody can read a document or list documents, signed in or not."""
    assert _ask(f"{documents}/{path}", token) == 403


@pytest.mark.parametrize("token", [None, _token()], ids=["anonymous", "signed in"])
def test_nobody_writes(documents: str, token: str | None) -> None:
    """Nobody can create, change or delete a document, signed in or not."""
    body = {"fields": {"capacity": {"integerValue": "999"}}}
    assert _ask(f"{documents}/ledgers/proef", token, "PATCH", body) == 403
    assert _ask(f"{documents}/ledgers?documentId=mine", token, "POST", body) == 403
    assert _ask(f"{documents}/registrations/r1", token, "DELETE") == 403


def test_the_emulator_would_have_let_the_functions(documents: str) -> None:
    """With the functions' rights the same request succeeds, so the tests above can fail."""
    assert _ask(f"{documents}/registrations/r1", "owner") == 200
