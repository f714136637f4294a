"""A rush on the whole local system: how long after the last answer the last participant's mail goes out.

Everything shares this machine's processors: emulator, functions, stand-ins and load. So times are for information, and
the goals are ratios of two times of one run.
"""

import json
import os
import re
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from bench import workshops
from bench.forms import Form, filled_in
from bench.load import Answer, Visitors
from bench.rows import Row
from local.testing import PROJECT, RunningSystem, running_system
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire

AT_ONCE = 64
SIGN_UPS = 2_000
SEATS = 24
CANCELLATIONS = 100
WAITING = 500

MAILS_IN = 3.0
"""Goal: the last participant's mail, by the time until the last answer."""

OFFERS_IN = 2.0
"""Goal: the last offer's mail, by the time until the last offer is stored."""

_SUBMISSION = re.compile(r'name="submission"[^>]*value="([^"]+)"')
_ENDS_WITHIN = 600.0


class _Mail(Struct, frozen=True):
    kind: str
    at: datetime


def measure(sign_ups: int = SIGN_UPS) -> list[Row]:
    """Measure a rush of `sign_ups` people, and CANCELLATIONS at once while WAITING people wait.

    Raises RuntimeError if a sign-up or a mail is missing in the end.
    """
    with running_system() as system:
        os.environ["FIRESTORE_EMULATOR_HOST"] = system.firestore
        store = Store(FirestoreWire(PROJECT, "(default)"))
        return [*_rush(system, store, sign_ups), *_offers(system, store)]


def _rush(system: RunningSystem, store: Store, sign_ups: int) -> list[Row]:
    workshop = workshops.published(store, "drukte", SEATS, _now(system))
    forms = _forms(system, workshop, sign_ups)
    began_at, began = _now(system), time.perf_counter()
    answers = _send(system, [form.request for form in forms], 303)
    answered = time.perf_counter() - began
    _settle(system)
    mails = _mails(system)
    participants = [mail for mail in mails if not mail.kind.startswith("organiser")]
    if len(participants) != sign_ups or len(answers) != sign_ups:
        raise RuntimeError(f"{sign_ups} people signed up, but {len(participants)} mails went to participants")
    mailed = (max(mail.at for mail in participants) - began_at).total_seconds()
    return [
        Row(
            part="rush",
            name=f"{sign_ups} sign-ups for {SEATS} seats, {AT_ONCE} at once: answers",
            value=sign_ups / answered,
            unit="/s",
        ),
        Row(
            part="rush",
            name="until the last participant's mail",
            value=mailed,
            unit="s",
            floor=answered,
            floor_name="last answer",
            ratio=mailed / answered,
            at_most=MAILS_IN,
        ),
        Row(part="rush", name="mails to organisers by then", value=len(mails) - len(participants), unit="mails"),
    ]


def _offers(system: RunningSystem, store: Store) -> list[Row]:
    workshop = workshops.published(store, "afmeldingen", CANCELLATIONS, _now(system))
    forms = _forms(system, workshop, CANCELLATIONS + WAITING)
    with_seat = _send(system, [form.request for form in forms[:CANCELLATIONS]], 303)
    _send(system, [form.request for form in forms[CANCELLATIONS:]], 303)
    _settle(system)
    began_at, began = _now(system), time.perf_counter()
    _send(system, [_cancelling(system, answer) for answer in with_seat], 303)
    while (ledger := store.seats.ledger(workshop.id)) is None or ledger.offered < CANCELLATIONS:
        if time.perf_counter() - began > _ENDS_WITHIN:
            raise RuntimeError(f"not all of {CANCELLATIONS} seats were offered")
        time.sleep(0.02)
    stored = time.perf_counter() - began
    _settle(system)
    offers = [mail for mail in _mails(system) if mail.kind == "offered"]
    if len(offers) != CANCELLATIONS:
        raise RuntimeError(f"{CANCELLATIONS} seats were offered, but {len(offers)} mails tell of it")
    mailed = (max(mail.at for mail in offers) - began_at).total_seconds()
    return [
        Row(
            part="rush",
            name=f"{CANCELLATIONS} cancellations with {WAITING} waiting: until the last offer's mail",
            value=mailed,
            unit="s",
            floor=stored,
            floor_name="offers stored",
            ratio=mailed / stored,
            at_most=OFFERS_IN,
        )
    ]


def _forms(system: RunningSystem, workshop: Workshop, count: int) -> list[Form]:
    """`count` filled-in forms, each with a submission from a page of its own."""
    page = f"{system.url}/werkplaats/{workshop.id}/aanmelden"

    def fresh(_: int) -> str:
        with urllib.request.urlopen(page, timeout=60) as answer:
            found = _SUBMISSION.search(answer.read().decode())
        if found is None:
            raise RuntimeError(f"{page} is no form")
        return found[1]

    with ThreadPoolExecutor(8) as pool:
        return filled_in(workshop, urlsplit(system.url).netloc, list(pool.map(fresh, range(count))))


def _send(system: RunningSystem, requests: Sequence[bytes], status: int) -> tuple[Answer, ...]:
    port = urlsplit(system.url).port
    assert port is not None
    with Visitors.at(("127.0.0.1", port), AT_ONCE) as visitors:
        answers = visitors.send(requests).answers
    if others := {answer.status for answer in answers} - {status}:
        raise RuntimeError(f"answers with status {others} in place of {status}")
    return answers


def _cancelling(system: RunningSystem, answer: Answer) -> bytes:
    body = urlencode({"action": "cancel"}).encode()
    head = (
        f"POST {answer.location} HTTP/1.1\r\nHost: {urlsplit(system.url).netloc}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _settle(system: RunningSystem) -> None:
    with urllib.request.urlopen(f"{system.url}/_local/settled?timeout={_ENDS_WITHIN:.0f}", timeout=_ENDS_WITHIN + 30):
        pass


def _now(system: RunningSystem) -> datetime:
    with urllib.request.urlopen(f"{system.url}/_local/clock", timeout=30) as answer:
        return datetime.fromisoformat(json.load(answer)["now"])


def _mails(system: RunningSystem) -> list[_Mail]:
    with urllib.request.urlopen(f"{system.url}/_local/mail.json", timeout=120) as answer:
        received = json.load(answer)
    return [
        _Mail(kind, datetime.fromisoformat(one["received_at"]))
        for one in received
        if one["status"] == 202
        for kind in set(one["request"]["categories"]) - {"werkplaats"}
    ]
