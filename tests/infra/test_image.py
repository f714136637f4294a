"""infra/image.py, with a stand-in that answers as the references of Cloud Run's and Cloud Build's APIs have it."""

from email.message import Message
from http.client import RemoteDisconnected
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from infra import image

BUILD = {"imageUri": "images/organiser:0123456789abcdef"}
NAME = "projects/p/locations/europe-west1/builds/b"


class Google:
    """Answers with `answers`, one for each look at the build: a status, or an error."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.submitted: list[Any] = []

    def submit(self, region: str, build: dict[str, Any]) -> dict[str, Any]:
        self.submitted.append((region, build))
        return {"buildOperation": {"metadata": {"build": {"name": NAME, "logUrl": "https://console.example.org/b"}}}}

    def build(self, name: str) -> dict[str, Any]:
        assert name == NAME
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"status": answer, "statusDetail": "what went wrong"}


def refusal(code: int) -> HTTPError:
    return HTTPError("https://api.example.org", code, "no", Message(), None)


def make(google: Google) -> None:
    image.make(google, "europe-west1", BUILD, pause=0)


def test_waits_for_the_image() -> None:
    """One build, and no return before it has succeeded."""
    google = Google("QUEUED", "WORKING", "SUCCESS")
    make(google)
    assert google.submitted == [("europe-west1", BUILD)]
    assert not google.answers


@pytest.mark.parametrize(
    "passing", [URLError("no route"), refusal(503), TimeoutError(), RemoteDisconnected(), ConnectionResetError()]
)
def test_a_look_that_fails_is_no_build_that_fails(passing: Exception) -> None:
    """The build goes on at Google; it is looked for again."""
    make(Google("WORKING", passing, "SUCCESS"))


@pytest.mark.parametrize("status", ["FAILURE", "INTERNAL_ERROR", "TIMEOUT", "CANCELLED", "EXPIRED"])
def test_a_build_that_fails_is_told(status: str) -> None:
    """With the reason and where its log is: Terraform stops there."""
    with pytest.raises(image.BuildError, match=r"(?s)what went wrong.*console\.example\.org"):
        make(Google("WORKING", status))


def test_a_refusal_is_final() -> None:
    """Asking again would not help."""
    with pytest.raises(HTTPError):
        make(Google(refusal(403)))


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that never ends does not keep Terraform for ever."""
    monkeypatch.setattr(image, "PATIENCE", 0.0)
    with pytest.raises(image.BuildError, match="no end to it"):
        make(Google())
