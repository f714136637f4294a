"""Reading the requests of SendGrid's Event Webhook: which are trusted, and which events are left out."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from werkplaats.domain.delivery import Event
from werkplaats.mailing.provider import Forged, MailEvent, Unreadable
from werkplaats.mailing.sendgrid.events import SendGridEvents

PRIVATE = ec.generate_private_key(ec.SECP256R1())
DER = serialization.Encoding.DER
PUBLIC = PRIVATE.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)
READER = SendGridEvents(base64.b64encode(PUBLIC).decode())


def signed(body: bytes, timestamp: str = "1800000000") -> dict[str, str]:
    signature = PRIVATE.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": timestamp,
    }


def test_events_of_our_mails_are_read_in_their_order() -> None:
    """Events of kinds that we do not know, and about mails that cannot be ours, are left out."""
    sent = [
        {"event": "processed", "mail_id": "r1-confirmed-1"},
        {"event": "open", "mail_id": "r1-confirmed-1"},
        {"event": "bounce", "mail_id": "other/../mail"},
        {"event": "bounce"},
        {"event": "dropped", "mail_id": "r2-link-2", "reason": "Bounced Address"},
    ]
    body = json.dumps(sent).encode()
    assert READER.events(body, signed(body)) == (
        MailEvent("r1-confirmed-1", Event.PROCESSED),
        MailEvent("r2-link-2", Event.DROPPED, "Bounced Address"),
    )


def test_no_address_is_taken_from_a_reason() -> None:
    """A reason has no address in it, because it is kept longer than the registration."""
    body = b'[{"event": "bounce", "mail_id": "m", "reason": "550 <p1@example.org>: User unknown"}]'
    assert READER.events(body, signed(body)) == (MailEvent("m", Event.BOUNCE, "550 <…>: User unknown"),)


@pytest.mark.parametrize(
    ("address", "reason", "told"),
    [
        ("jan.jansen@example.org", "550 No such user - Jan.Jansen", "550 No such user - …"),
        ("jan+wp@example.org", "550 mailbox jan is full at example.org", "550 mailbox … is full at …"),
        ("jan@example.org", "550 jan%40example.org unknown, 5.1.1", "550 …%40… unknown, 5.1.1"),
        ("jan@example.org", "550 SRS0=x=jan=example.org: januari", "550 SRS0=x=…=…: januari"),
        ('"jan jansen"@example.org', 'unknown: "Jan Jansen"@example.org', "unknown: …"),
    ],
)
def test_no_part_of_the_recipients_address_is_taken_from_a_reason(address: str, reason: str, told: str) -> None:
    """Servers write addresses in many ways; the parts of the one that we sent to are taken out as words."""
    body = json.dumps([{"event": "bounce", "mail_id": "m", "email": address, "reason": reason}]).encode()
    assert READER.events(body, signed(body)) == (MailEvent("m", Event.BOUNCE, told),)


@pytest.mark.parametrize(
    "headers", [{}, signed(b"[ ]"), signed(b"[]") | {"x-twilio-email-event-webhook-timestamp": "1"}]
)
def test_what_is_not_signed_is_not_believed(headers: dict[str, str]) -> None:
    """A request whose body, signature or time was changed or left out is forged."""
    assert READER.events(b"[]", headers) == Forged()


@pytest.mark.parametrize("body", [b"", b"no json", b'{"event": "bounce"}', b"[1, 2]"])
def test_what_is_signed_and_no_list_of_events_is_unreadable(body: bytes) -> None:
    """A signed request that is no list of events is unreadable, and need not be sent again."""
    assert READER.events(body, signed(body)) == Unreadable()
