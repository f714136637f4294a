"""SendGrid's Event Webhook: signed, repeated, in any order."""

import re
from binascii import Error as NotBase64
from typing import Any

import msgspec
from flask import Request, Response
from sendgrid.helpers.eventwebhook import EventWebhook
from werkzeug.exceptions import MethodNotAllowed

from werkplaats import log
from werkplaats.domain.mail.outbox import Event
from werkplaats.runtime import Runtime
from werkplaats.web.http.responses import plain
from werkplaats.workflows.mail.events import MailEvent, record_mail_events

_SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
_TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"

_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+")

_EVENTS = {event.value for event in Event}


def handle(runtime: Runtime, request: Request) -> Response:
    """Note what SendGrid tells. A replay does no harm, so the age of a signature does not matter."""
    if request.method != "POST":
        raise MethodNotAllowed(["POST"])
    key = runtime.settings.sendgrid_webhook_public_key
    if key is None:
        return plain("SENDGRID_WEBHOOK_PUBLIC_KEY is not set: see docs/settings.md", 503)
    body = request.get_data()
    if not _signed(key, body, request.headers.get(_SIGNATURE, ""), request.headers.get(_TIMESTAMP, "")):
        log.event("webhook.forged", severity="WARNING")
        return plain("The signature does not fit.", 403)
    events = _read(body)
    if events is None:
        # Signed and yet unreadable: sending it again would not help.
        log.event("webhook.unreadable", severity="ERROR")
        return plain("Not a list of events.", 200)
    changed = record_mail_events(runtime.store, events, runtime.now())
    return plain(f"{changed} of {len(events)}", 200)


def _signed(key: str, body: bytes, signature: str, timestamp: str) -> bool:
    try:
        text = body.decode("utf-8")
        return bool(EventWebhook(key).verify_signature(text, signature, timestamp))
    except (NotBase64, ValueError, UnicodeDecodeError) as error:
        log.event("webhook.signature_unreadable", severity="WARNING", error=type(error).__name__)
        return False


def _read(body: bytes) -> list[MailEvent] | None:
    """The events that matter here; those of mails that are not ours, or of kinds we do not know, are passed over."""
    try:
        sent = msgspec.json.decode(body, type=list[dict[str, Any]])
    except msgspec.MsgspecError:
        return None
    return [
        MailEvent(event["mail_id"], Event(event["event"]), _reason(event))
        for event in sent
        if str(event.get("event")) in _EVENTS and _is_id(event.get("mail_id"))
    ]


def _reason(event: dict[str, Any]) -> str:
    """Why a mail came back, in the receiving server's words but for the address, which is kept in one place only."""
    reason = str(event.get("reason") or event.get("type") or "")[:2000]
    return _ADDRESS.sub("…", reason)[:500]


def _is_id(mail_id: object) -> bool:
    return isinstance(mail_id, str) and 0 < len(mail_id) <= 500 and "/" not in mail_id and mail_id not in (".", "..")
