"""Reads the requests of SendGrid's Event Webhook. They are signed, may be repeated, and come in any order."""

import re
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from sendgrid.helpers.eventwebhook import EventWebhook

from werkplaats import log
from werkplaats.domain.delivery import Event
from werkplaats.mailing.provider import Forged, MailEvent, Unreadable

_SIGNATURE = "x-twilio-email-event-webhook-signature"
_TIMESTAMP = "x-twilio-email-event-webhook-timestamp"

_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+")

_EVENTS = {event.value for event in Event if event is not Event.BLOCKED}


class SendGridEvents(Struct, frozen=True):
    """An EventReader for SendGrid. `public_key` is the key that SendGrid shows, in base64.

    The age of a signature is not checked, because a repeated request does no harm.
    """

    public_key: str

    def events(self, body: bytes, headers: Mapping[str, str]) -> tuple[MailEvent, ...] | Forged | Unreadable:
        if not self._signed(body, headers.get(_SIGNATURE, ""), headers.get(_TIMESTAMP, "")):
            return Forged()
        try:
            sent = msgspec.json.decode(body, type=list[dict[str, Any]])
        except msgspec.MsgspecError:
            return Unreadable()
        return tuple(
            MailEvent(event["mail_id"], _event(event), _reason(event))
            for event in sent
            if str(event.get("event")) in _EVENTS and _is_id(event.get("mail_id"))
        )

    def _signed(self, body: bytes, signature: str, timestamp: str) -> bool:
        try:
            text = body.decode("utf-8")
            return bool(EventWebhook(self.public_key).verify_signature(text, signature, timestamp))
        except (NotBase64, ValueError, UnicodeDecodeError) as error:
            log.event("webhook.signature_unreadable", severity="WARNING", error=type(error).__name__)
            return False


def _event(event: dict[str, Any]) -> Event:
    """Which event it is. A bounce of the type "blocked" is one for this time only.

    https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event, under bounces.
    """
    blocked = event["event"] == Event.BOUNCE and event.get("type") == "blocked"
    return Event.BLOCKED if blocked else Event(event["event"])


def _reason(event: dict[str, Any]) -> str:
    """What the receiving server said about a mail that came back. The address is taken out, as it is personal data.

    So are both parts of the recipient's address where they stand alone: servers say "no mailbox jan.jansen here" too.
    """
    reason = str(event.get("reason") or event.get("type") or "")[:2000]
    address = str(event.get("email") or "")
    local, _, domain = address.rpartition("@")
    for part in (address, local.partition("+")[0], local, domain):
        if part:
            reason = re.sub(rf"(?:(?<!\w)|(?<=%40)){re.escape(part)}(?!\w)", "…", reason, flags=re.IGNORECASE)
    return _ADDRESS.sub("…", reason)[:500]


def _is_id(mail_id: object) -> bool:
    return isinstance(mail_id, str) and 0 < len(mail_id) <= 500 and "/" not in mail_id and mail_id not in (".", "..")
