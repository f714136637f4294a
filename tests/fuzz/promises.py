"""What every answer must hold, whatever was sent."""

import contextlib
import io
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from tests.fuzz.sent import Answer, Sent, UnreadError
from tests.fuzz.wires import Documents
from tests.fuzz.world import World, secrets
from werkplaats.web.http.responses import SECURITY_HEADERS

_SCRIPTED = f"{SECURITY_HEADERS['Content-Security-Policy']}; script-src 'self'"
_ALSO = {
    ("Content-Security-Policy", ""): (_SCRIPTED,),
    ("Referrer-Policy", "organiser"): ("same-origin",),  # the desk's POSTs say where they come from
}
"""Other values that a header may have, by its name and the function, or all functions."""

_ACKNOWLEDGED = b"OK"
"""What functions-framework answers Eventarc with. Nobody sees it."""

_TRACE = re.compile(r"Traceback|\.py\b|File &quot;|\b[A-Z][A-Za-z]+(?:Error|Exception|Warning)\b")
_LONG_PIECE = re.compile(r"[^&=;,\s/?\"]{12,200}")
_EVENT_ID = re.compile(r'(?<="event.not_for_us", "id": ).*(?=, "expected")')
"""Eventarc's name for an event, by which it is found in Eventarc's own log."""

_MOST_PIECES = 300
_SECRETS = secrets()


@dataclass(frozen=True)
class Expected:
    """Documents that a refused request, or one that is no POST, may change all the same, and why."""

    why: str
    collection: str
    when: Callable[[Sent, Answer], bool]


def _post_to(ending: str) -> Callable[[Sent, Answer], bool]:
    return lambda sent, answer: sent.method == b"POST" and ending in unquote(sent.target.decode("latin-1"))


EXPECTED = (
    Expected("a session was used", "sessions", lambda sent, answer: sent.function == "organiser"),
    Expected("an attempt at a code is counted", "sign_ins", _post_to("/inloggen/code")),
    Expected("what was typed is kept as a draft, though it cannot be published", "drafts", _post_to("/bewerken")),
    Expected("a picture of a form that came too late is offered beside the other", "logos", _post_to("/bewerken")),
)  # fmt: skip


def check(world: World, sent: Sent) -> Answer | None:
    """Send `sent`, and fail if its answer, the store or the log breaks a promise. None if gunicorn cannot read it."""
    with _logged() as log:
        try:
            answer = world.send(sent)
        except UnreadError:
            return None
    check_answer(answer, sent)
    check_log(log.getvalue(), sent, world.ids)
    check_changes(world, sent, answer)
    return answer


def check_answer(answer: Answer, sent: Sent) -> None:
    said = answer.body.decode("utf-8", "replace")
    assert answer.status < 500 or (answer.status == 503 and answer.headers.get("retry-after", "").isdecimal()), (
        f"{answer.status} {said[:500]}"
    )
    if not answer.headers.get("content-type", "").startswith(("text/css", "text/javascript")):  # they have comments
        found = {match[0] for match in _TRACE.finditer(said)}
        assert not found or found <= set(_TRACE.findall(_decoded(sent))), f"{found}: {said[:500]}"
    if answer.headers.get("content-type", "").startswith("text/html") and answer.body != _ACKNOWLEDGED:
        for name, value in SECURITY_HEADERS.items():
            allowed = {value, *_ALSO.get((name, sent.function), ()), *_ALSO.get((name, ""), ())}
            assert answer.headers.get(name.lower()) in allowed, f"{name}: {answer.headers.get(name.lower())}"
        assert "cache-control" in answer.headers
    if answer.status >= 400:
        assert answer.headers.get("cache-control") == "no-store", answer.headers
    if sent.method == b"HEAD" or answer.status in (204, 303, 304):
        assert answer.body == b""


def check_log(log: str, sent: Sent, ids: re.Pattern[str]) -> None:
    """`ids` finds the ids of documents, which a log may name."""
    for secret in _SECRETS:
        assert secret not in log, f"{secret} in {log}"
    if log:
        log = ids.sub("", _EVENT_ID.sub("", log))
        for piece in {*_LONG_PIECE.findall(_decoded(sent))[:_MOST_PIECES]}:
            assert piece not in log, f"{piece} in {log}"
            assert json.dumps(piece)[1:-1] not in log, f"{piece} in {log}"
    assert "Traceback" not in log, log
    for crash in ("request.crashed", "event.failed", "schedule.failed"):
        assert crash not in log, log


def check_changes(world: World, sent: Sent, answer: Answer) -> None:
    if sent.method == b"POST" and answer.status < 400:
        return
    before, after = world.before, world.after
    if after == before:
        return
    changed = {
        path
        for path in {*before, *after}
        if path not in before or path not in after or before[path].fields != after[path].fields
    }
    allowed = {one.collection for one in EXPECTED if one.when(sent, answer)}
    if answer.status == 409 and _only_an_offer_ended(after, changed):
        return
    unexpected = sorted(path for path in changed if path.partition("/")[0] not in allowed)
    assert not unexpected, f"{answer.status} changed {unexpected}"


def _only_an_offer_ended(after: Documents, changed: set[str]) -> bool:
    """Whether all that changed is an offer that was over: a click on it ends it, as the schedule would have done."""
    entries = [path for path in changed if "/journal/" in path]
    people = [after[path].fields.get("state") for path in changed if path.startswith("registrations/")]
    others = {path.partition("/")[0] for path in changed} - {
        "registrations",
        "ledgers",
        "mailboxes",
        "mails",
        "workshops",
    }
    return people == ["expired"] and not others and all(path.endswith("-expired") for path in entries)


def _decoded(sent: Sent) -> str:
    """All of the request as text, as it stands there and with its percent-encodings and pluses read."""
    parts = [sent.target, sent.body, *(value for _, value in sent.headers)]
    text = "\n".join(part.decode("utf-8", "replace") for part in parts)
    return f"{text}\n{unquote(text.replace('+', ' '))}"


@contextlib.contextmanager
def _logged() -> "contextlib._GeneratorContextManager[io.StringIO]":  # type: ignore[misc]
    """All that is written to the log, by us or by a library."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
            yield log
    finally:
        root.removeHandler(handler)
