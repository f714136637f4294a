"""Requests to the functions that Eventarc, Cloud Scheduler and the mail provider call: good ones, and malformed."""

import base64
import json
from collections.abc import Mapping

from hypothesis import strategies as st

from tests.functions.conftest import ROOT
from tests.fuzz import world
from tests.fuzz.hostile import odd_headers, pick, quoted_values, rarely, values
from tests.fuzz.made import framings
from tests.fuzz.sent import Sent
from tests.fuzz.tables import METHODS, Fields
from tests.fuzz.world import MOMENTS, WORKSHOP

_RECORDED = {
    "deliver_mail": "mail_created",
    "promote_waitlist": "ledger_updated",
    "notify_organisers": "entry_created",
}
_EVENTS = {
    name: json.loads((ROOT / "tests" / "events" / f"{file}.json").read_text()) for name, file in _RECORDED.items()
}
_DOCUMENTS: Mapping[str, list[str]] = {
    "deliver_mail": [f"mails/{one}" for one in world.MAILS],
    "promote_waitlist": [f"ledgers/{one}" for one in (WORKSHOP.id, "proef", "oefenen", "afgelast", "x")],
    "notify_organisers": [
        f"workshops/{WORKSHOP.id}/journal/{one}" for one in ("form-f3", "0000000002-r2-signed_up", "x")
    ],
}
_ODD_DOCUMENTS = [
    "", "/", "mails", "mails/", "mails//x", "mails/a/b", "mails/../ledgers/x", "mails/.", "mails/__x__", "sessions/x",
    "mails/%00", "mails/\u00e9", "mails/" + "x" * 1600, "ledgers/" + "9" * 5000, "workshops/a/journal/..",
    "workshops//journal/x", "projects/p/databases/(default)/documents/mails/x", "mails/{mail}", "mails/x\\n",
]  # fmt: skip
_ODD_ATTRIBUTES = [
    b"",
    b"null",
    b"{}",
    b"0",
    b"1.1",
    b"\xff",
    b"x" * 5000,
    b"google.cloud.storage.object.v1.finalized",
    b"%E2",
]
_TYPES = [
    b"application/protobuf",
    b"application/json",
    b"text/plain",
    b"application/cloudevents-batch+json",
    b"",
    b"\xff",
]
_STRUCTURED = b"application/cloudevents+json"
_PATH = "projects/p/databases/(default)/documents/mails/x"
_FIREBASE = "providers/google.firebase.database/eventTypes/ref.write"
_AUTH = "providers/firebase.auth/eventTypes/user.create"
_FIRESTORE = "providers/cloud.firestore/eventTypes/document.create"
_LEGACY: list[object] = [
    {"context": {"eventId": "1", "timestamp": "x", "eventType": _FIRESTORE, "resource": _PATH}, "data": {}},
    {"context": {"eventType": _FIRESTORE, "resource": {"service": "firestore.googleapis.com"}}, "data": {}},
    {"context": {"eventType": _FIREBASE, "resource": "projects/_/instances/a/refs/b"}, "data": {}, "domain": 5},
    {"context": {"eventType": _AUTH, "resource": "x"}, "data": {"metadata": 5}},
    {"context": {}, "data": []},
    {"context": [], "data": 1},
    {"context": {"eventType": 5, "resource": 5}, "data": None},
    {"context": {"eventType": "google.pubsub.topic.publish", "resource": "x"}, "data": []},
    {"subscription": "x", "message": {"data": "x", "messageId": "1"}},
    {"subscription": "x", "message": []},
    {"subscription": "x", "message": "data messageId"},
    {"eventId": "1"},
    [], [1], 5, "x", None, {}, True,
]  # fmt: skip
"""Events in the ways that functions of the first generation got them, which functions-framework still reads."""

_HUGE = b"\x0a\xff\xff\xff\x7f" + b"\x00" * 1_000_000


@st.composite
def events(draw: st.DrawFn) -> Sent:
    """A request to a function that Eventarc calls."""
    function = pick(draw, list(_EVENTS))
    recorded = _EVENTS[function]
    document = pick(draw, _DOCUMENTS[function if not rarely(draw, 6) else pick(draw, list(_EVENTS))])
    if rarely(draw, 3):
        document = pick(draw, _ODD_DOCUMENTS)
    attributes = {name.encode(): value.encode() for name, value in recorded["headers"].items()}
    attributes |= {b"ce-document": document.encode(), b"ce-subject": f"documents/{document}".encode()}
    body = base64.b64decode(recorded["body"])
    way = pick(draw, ("binary", "binary", "binary", "body", "structured", "legacy"))
    if way == "body":
        body = _odd_body(draw, body)
        attributes[b"content-type"] = pick(draw, _TYPES)
    elif way == "structured":
        attributes, body = _structured(draw, attributes)
    elif way == "legacy":
        attributes = {b"content-type": b"application/json"}
        body = json.dumps(pick(draw, _LEGACY)).encode()
    for _ in range(pick(draw, (0, 0, 1, 1, 2, 5))):
        attributes = _broken(draw, attributes)
    framed, body = framings(draw, body) if rarely(draw, 6) else ([], body)
    headers: Fields = [*attributes.items(), *framed]
    if rarely(draw, 8):
        headers.append(draw(odd_headers))
    method = pick(draw, METHODS) if rarely(draw, 15) else b"POST"
    target = b"/" + (draw(quoted_values) if rarely(draw, 15) else b"")
    return Sent(function, method, target, tuple(headers), body, pick(draw, MOMENTS))


def _odd_body(draw: st.DrawFn, good: bytes) -> bytes:
    """No protobuf, or a part of it."""
    at = draw(st.integers(0, len(good)))
    return pick(
        draw, (good[:at], good[:at] + draw(values) + good[at + 1 :], draw(values), b"", b"{}", b"{", b"[]", _HUGE)
    )


def _structured(draw: st.DrawFn, attributes: dict[bytes, bytes]) -> tuple[dict[bytes, bytes], bytes]:
    """The event as JSON, with all of it in the body: right, or with wrong types."""
    event: dict[str, object] = {
        name.decode()[3:]: value.decode() for name, value in attributes.items() if name[:3] == b"ce-"
    }
    event["data"] = pick(draw, ({}, None, "x", 5, [[]], {"a": 1}))
    for _ in range(pick(draw, (0, 0, 1, 2))):
        event[pick(draw, list(event))] = pick(draw, (None, 5, [], {}, True, "", 1e300, ["a"], {"a": {"b": 1}}, "é" * 9))
    if rarely(draw, 4):
        event.pop(pick(draw, list(event)))
    if rarely(draw, 6):
        event["data_base64"] = pick(draw, ("!!", 5, None, "AAAA"))
    body = json.dumps(pick(draw, ([event], 5, None)) if rarely(draw, 8) else event).encode()
    if rarely(draw, 6):
        body = body[: draw(st.integers(0, len(body)))] + draw(values)
    kind = pick(draw, (b"; charset=utf-8", b"; charset=nooit", b"-batch")) if rarely(draw, 6) else b""
    return {b"content-type": _STRUCTURED + kind}, body


def _broken(draw: st.DrawFn, attributes: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """`attributes` without one of them, or with another value of it, or with one that is unknown."""
    name = pick(draw, list(attributes) or [b"ce-id"])
    match pick(draw, ("missing", "odd", "unknown")):
        case "missing":
            return {one: value for one, value in attributes.items() if one != name}
        case "odd":
            return attributes | {name: pick(draw, _ODD_ATTRIBUTES)}
    return attributes | {pick(draw, (b"ce-", b"ce-x y", b"ce-data", b"ce-specversion", b"ce-_id", b"CE-ID2")): b"x"}


_SCHEDULED = [name for name, function in world.load().items() if function.trigger == "schedule"]


@st.composite
def calls(draw: st.DrawFn) -> Sent:
    """A request to a function that Cloud Scheduler calls, good or odd."""
    method = pick(draw, METHODS) if rarely(draw, 2) else b"POST"
    target = b"/" + (draw(quoted_values) if rarely(draw, 4) else b"")
    framed, body = framings(draw, draw(values)) if rarely(draw, 2) else ([], b"")
    headers = [*framed, *draw(st.lists(odd_headers, max_size=2))]
    return Sent(pick(draw, _SCHEDULED), method, target, tuple(headers), body, pick(draw, MOMENTS))


_PROVIDER_EVENTS = ["delivered", "bounce", "processed", "dropped", "open", "", 5, None, ["bounce"], {"a": 1}]


@st.composite
def reports(draw: st.DrawFn) -> Sent:
    """A request to the webhook of the mail provider, signed by it or not."""
    told: list[object] = []
    for _ in range(pick(draw, (0, 1, 1, 2, 5))):
        event: dict[str, object] = {
            "mail_id": pick(draw, world.MAILS),
            "event": pick(draw, _PROVIDER_EVENTS),
            "email": "geheim1@example.org",
            "reason": "550 no such user geheim1@example.org",
        }
        if rarely(draw, 2):
            event[pick(draw, list(event))] = pick(
                draw, (None, 5, "", "a/b", "..", "__x__", "\x00", "\ud800", "x" * 2000, [], {})
            )
        told.append(event)
    body = json.dumps(told).encode()
    if rarely(draw, 4):
        body = pick(
            draw, (b"", b"{}", b"[1]", b"[[]]", b"null", body[:-1], b"[" * 5000, b"\xff", b'[{"mail_id": 1e999}]')
        )
    timestamp = pick(draw, (b"1772355600", b"", b"x", b"9" * 400))
    headers = dict(world.signed(body, timestamp))
    if rarely(draw, 3):
        name = pick(draw, list(headers))
        headers[name] = pick(draw, (b"", b"AAAA", b"!", b"=" * 50, b"\xe9", b"MEUCIQ==", headers[name][:-2]))
    if rarely(draw, 8):
        body += b" "
    method = pick(draw, METHODS) if rarely(draw, 8) else b"POST"
    target = b"/hooks/sendgrid" + (draw(quoted_values) if rarely(draw, 10) else b"")
    framed, body = framings(draw, body) if rarely(draw, 6) else ([], body)
    return Sent("mail_events", method, target, (*headers.items(), *framed), body, pick(draw, MOMENTS))
