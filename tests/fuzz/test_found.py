"""What the fuzz tests found, each as an example with its story."""

import pytest

from tests.fuzz.promises import check
from tests.fuzz.sent import Answer, Sent
from tests.fuzz.world import PEOPLE, SURVEY, World, tokens


def replay(world: World, sent: Sent) -> Answer:
    """Send again what a failed test printed."""
    answer = check(world, sent)
    assert answer is not None, "gunicorn refuses this"
    return answer


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"application/json", b"true"),
        (b"application/json", b'"x"'),
        (b"application/json", b'{"context": {}, "data": []}'),
        (b"application/json", b"{"),
        (b"application/cloudevents+json", b"null"),
        (b"application/cloudevents+json", b'{"specversion": [], "type": "x", "source": "x", "id": "x"}'),
        (b"application/protobuf", b""),
    ],
)
@pytest.mark.parametrize("function", ["deliver_mail", "promote_waitlist", "notify_organisers"])
def test_what_is_no_event_is_refused_once_and_without_details(
    world: World, function: str, kind: bytes, body: bytes
) -> None:
    """functions-framework answered some of these with 500, so that Eventarc would have sent them again for a day, and
    wrote a traceback with their content into the log. It answered others with 400, the names of its exceptions, every
    header of the request and its whole body."""
    answer = replay(world, Sent(function, b"POST", headers=((b"Content-Type", kind),), body=body))
    assert (answer.status, answer.body) == (400, b"This is no event that can be read.")


def test_an_event_in_broken_chunks_is_refused(world: World) -> None:
    """The error of gunicorn's reader ended as 500 and a traceback too."""
    event = Sent("deliver_mail", b"POST", headers=((b"Transfer-Encoding", b"chunked"),), body=b"zz\r\n")
    assert replay(world, event).status == 400


@pytest.mark.parametrize("body", [b"zz\r\n", b"5\r\nab", b"fffffffffffffffff\r\n"])
def test_a_chore_does_not_depend_on_a_body(world: World, body: bytes) -> None:
    """functions-framework read the body after the answer. If it could not, the answer was 500 though the chore had
    been done, and the scheduler would have called again."""
    sent = Sent("retry_mail", b"POST", headers=((b"Transfer-Encoding", b"chunked"),), body=body)
    assert replay(world, sent).status == 200


def test_the_webhook_without_a_key_says_when_to_come_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While its key was not set, it answered 503 without Retry-After."""
    runtime = world.runtimes["mail_events"]
    monkeypatch.setitem(runtime.__dict__, "mail_events", None)
    answer = replay(world, Sent("mail_events", b"POST", b"/hooks/sendgrid", body=b"[]"))
    assert (answer.status, answer.headers["retry-after"]) == (503, "3600")


def test_a_click_on_an_offer_that_is_over_ends_it(world: World) -> None:
    """This is no bug: a refused click (409) writes that the offer has expired, as the schedule would have done. It is
    the one change of a refused request that is about a person, and promises.py knows it."""
    token = tokens()["registration"][PEOPLE.index("r6")]
    form = ((b"Content-Type", b"application/x-www-form-urlencoded"),)
    sent = Sent("manage", b"POST", f"/aanmelding/{token}".encode(), form, b"action=accept", SURVEY)
    assert replay(world, sent).status == 409
    assert world.after["registrations/r6"].fields["state"] == "expired"
