"""What the body of an event says of a mail, as a hint."""

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from google.cloud.firestore_v1.types import DocumentChange

from tests.samples import NOW
from werkplaats.domain.mail.about import AboutSignIn, AboutWave
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.store.codec import to_fields
from werkplaats.store.events import mail_in
from werkplaats.store.protobuf import fields_in_event, fill

RECORDED = Path(__file__).parent.parent / "events" / "mail_created.json"


def body_of(mail: Mail, **more: object) -> bytes:
    """The body of the event of a new document with `mail`, and with the fields `more`."""
    change = DocumentChange.pb()()
    change.document.name = f"projects/p/databases/(default)/documents/mails/{mail.id}"
    fill(change.document.fields, to_fields(mail) | more)
    body: bytes = change.SerializeToString()
    return body


@pytest.mark.parametrize(
    "mail",
    [
        queue(Kind.SURVEY_REMINDER, AboutWave("r1", "evaluatie", 2), "proef", NOW),
        queue(Kind.SIGN_IN, AboutSignIn("a1", "s1"), "proef", NOW + timedelta(microseconds=1)),
    ],
)
def test_the_mail_is_read_from_the_event(mail: Mail) -> None:
    """Fields that this version does not know are left out."""
    assert mail_in(body_of(mail, of_tomorrow=[1])) == mail


def test_a_recorded_event_is_read() -> None:
    """Firestore's own message has more in it than the one that it is read as. The rest is skipped."""
    fields = fields_in_event(base64.b64decode(json.loads(RECORDED.read_text())["body"]))
    assert (fields["id"], fields["workshop"], fields["attempts"]) == ("r1-confirmed-1", "proef", 0)
    assert fields["created_at"] == NOW


@pytest.mark.parametrize("body", [None, {}, "text", b"", b"\xff", b"\x0a\x05short", b"\x0a\x02\x08\x01"])
def test_anything_else_gives_no_hint(body: object) -> None:
    """Then the mail is read first, and after it what it names."""
    assert mail_in(body) is None


@pytest.mark.parametrize("broken", [{"about": {"type": "of tomorrow"}}, {"kind": "of_tomorrow"}, {"created_at": "x"}])
def test_a_mail_of_a_later_version_gives_no_hint(broken: dict[str, object]) -> None:
    """An event can come from a version of the program that knows more kinds of mail."""
    assert mail_in(body_of(queue(Kind.SIGN_IN, AboutSignIn("a1", "s1"), "proef", NOW), **broken)) is None


def test_a_value_of_an_unknown_type_is_no_hint() -> None:
    """Firestore may have types of values that this version does not know."""
    change = DocumentChange.pb()()
    change.document.fields["x"].SetInParent()
    assert mail_in(change.SerializeToString()) is None
