"""Measures how much work it is to send a mail: round trips to the store, and this process's processor time.

Mails of the main kinds are sent with the real `Postman` to a stand-in for SendGrid in another process. The floor is the
same number of bare round trips on the same wire, and a bare POST on a connection that is kept open.
"""

import http.client
import json
import os
import statistics
import time
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from typing import Any

from google.cloud.firestore_v1.types import DocumentChange

from bench import workshops
from bench.accepting import accepting_mail
from bench.bare import sign_up
from bench.rows import Row
from local.testing import PROJECT
from werkplaats.domain.delivery import Event
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.about import AboutSignIn, AboutWave
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.notices import make_notices
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.signing_in import SignInRequest, SignIns
from werkplaats.domain.survey.waves import Invitation, invitation_id
from werkplaats.machine import surroundings, utc_now
from werkplaats.mailing.provider import MailEvent
from werkplaats.mailing.sendgrid.client import SendGrid
from werkplaats.security.links import Links
from werkplaats.store import Store, codec, paths
from werkplaats.store.events import mail_in
from werkplaats.store.firestore import FirestoreWire
from werkplaats.store.protobuf import fill
from werkplaats.store.wire import Found, Must, Query, Revision, Where, Write
from werkplaats.workflows.mail.deliver import Postman, deliver_in_turn
from werkplaats.workflows.mail.events import record_mail_events
from werkplaats.workflows.seats.queue import SeatQueue

MAILS = 200
"""How many mails of each kind are sent."""

EVENTS = 1000
LOT = 25
"""How many mails of a kind are sent before it is the turn of the next kind; the median of such lots is reported."""

KINDS = (Kind.CONFIRMED, Kind.WAITLISTED, Kind.ORGANISER_SIGNED_UP, Kind.SURVEY_INVITATION, Kind.SIGN_IN)


class CountingWire(FirestoreWire):
    """A wire that counts round trips in `trips`."""

    def __init__(self) -> None:
        super().__init__(PROJECT, f"bench-{uuid.uuid4().hex[:8]}")
        self.trips: Counter[str] = Counter()

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        self.trips["reads"] += 1
        return super().get(paths)

    def query(self, query: Query) -> list[Found]:
        self.trips["reads"] += 1
        return super().query(query)

    def count(self, query: Query) -> int:
        self.trips["reads"] += 1
        return super().count(query)

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        self.trips["commits"] += 1
        return super().commit(writes)


def measure(emulator: str) -> list[Row]:
    """The rows of a run against the Firestore emulator at the address `emulator`."""
    os.environ["FIRESTORE_EMULATOR_HOST"] = emulator
    with accepting_mail() as url, quiet():
        wire = CountingWire()
        try:
            return _measure(wire, url)
        finally:
            wire.close()


def _measure(wire: CountingWire, url: str) -> list[Row]:
    store, now = Store(wire), utc_now()
    postman = Postman(store, SendGrid("SG.bench", url), Links(("k" * 32,), "https://example.org"), surroundings())
    mails = _queue_mails(store, now)
    body = json.dumps({"content": "x" * 12_000}).encode()
    spent: dict[str, list[float]] = {name: [] for name in (*KINDS, "floor")}
    trips: dict[str, Counter[str]] = {}
    with _bare_post(url) as post:
        for start in range(0, MAILS, LOT):
            for kind in KINDS:
                some = mails[kind][start : start + LOT]
                wire.trips.clear()
                spent[kind.value].append(_deliver(postman, some, now))
                trips[kind.value] = Counter(wire.trips)
            bare = mails[KINDS[0]][start : start + LOT]
            spent["floor"].append(_per_each(bare, lambda mail: _bare(wire, mail, lambda: post(body))))
    floor = statistics.median(spent["floor"])
    rows = []
    for kind in KINDS:
        value, of_kind = statistics.median(spent[kind.value]), trips[kind.value]
        rows += [
            Row(part="mail", name=f"{kind.value}: processor time", value=value, unit="ms", floor=floor,
                floor_name="its round trips and a POST, bare", ratio=value / floor, at_most=3),
            Row(part="mail", name=f"{kind.value}: round trips of reads", value=of_kind["reads"] / LOT, unit="each",
                ratio=of_kind["reads"] / LOT, at_most=2),
            Row(part="mail", name=f"{kind.value}: commits", value=of_kind["commits"] / LOT, unit="each",
                ratio=of_kind["commits"] / LOT, at_most=2),
        ]  # fmt: skip
    return [*rows, *_events(store, wire, mails, now)]


def _queue_mails(store: Store, now: datetime) -> dict[Kind, list[Found]]:
    """Queue MAILS mails of each kind, and return the documents, by kind."""
    roomy = workshops.published(store, "roomy", workshops.PLENTY, now)
    full = workshops.published(store, "full", 1, now)
    seats = SeatQueue(store, surroundings())
    for workshop in (roomy, full):
        for start in range(0, MAILS, LOT):
            seats.do_all(workshop.id, [sign_up(workshop.id, number) for number in range(start, start + LOT)])
    seats.do_all(full.id, [sign_up(full.id, MAILS)])
    entries = [codec.read(found, Entry) for found in store.wire.query(Query(collection=paths.journal(roomy.id)))]
    # One by one, although most of so many would be told together.
    store.outbox.add_missing([make_notices(roomy, entry, now)[0] for entry in entries[:MAILS]])
    wave = roomy.waves[0]
    people = store.seats.all_of(roomy.id)
    invited = [
        (
            Invitation(
                id=invitation_id(roomy.id, wave.id, one.id),
                workshop=roomy.id,
                wave=wave.id,
                registration=one.id,
                invited_at=now,
            ),
            queue(Kind.SURVEY_INVITATION, AboutWave(one.id, wave.id), roomy.id, now),
        )
        for one in people[:MAILS]
    ]
    store.surveys.invite(invited)
    for number in range(MAILS):
        request = SignInRequest(id=f"request{number}", browser="b", at=now)
        sign_ins = SignIns(id=f"address{number}", email="o@example.org", workshop=roomy.id, requests=(request,))
        mail = queue(Kind.SIGN_IN, AboutSignIn(sign_ins.id, request.id), roomy.id, now)
        store.signing_in.write(sign_ins, Must.NOT_EXIST, mail)
    found: dict[Kind, list[Found]] = {}
    for kind in KINDS:
        query = Query(collection=paths.MAILS, where=(Where("kind", "==", kind.value),), limit=MAILS)
        found[kind] = store.wire.query(query)
        assert len(found[kind]) == MAILS, (kind, len(found[kind]))
    return found


def _deliver(postman: Postman, mails: Sequence[Found], now: datetime) -> float:
    """Deliver `mails` and return the processor time for each, in ms."""
    events = {found.id: _event(found) for found in mails}

    def deliver(found: Found) -> None:
        state = deliver_in_turn(postman, found.id, now, hint=mail_in(events[found.id]))
        assert state == "sent", state

    return _per_each(mails, deliver)


def _event(found: Found) -> bytes:
    """The body of the event that Eventarc sends for the new document `found`."""
    change = DocumentChange.pb()()
    change.document.name = f"projects/p/databases/d/documents/{found.path}"
    fill(change.document.fields, found.fields)
    body: bytes = change.SerializeToString()
    return body


def _bare(wire: CountingWire, found: Found, post: Callable[[], None]) -> None:
    """The round trips of a mail with nothing in between."""
    registration = found.fields["about"]["registration"]  # type: ignore[index, call-overload]  # it has one
    wire.get([found.path])
    there = wire.get([paths.of(paths.LEDGERS, "roomy"), paths.of(paths.REGISTRATIONS, str(registration))])
    assert len(there) == 2
    mail = codec.read(found, Mail)
    [revision] = wire.commit([codec.update(found.path, mail)])
    post()
    wire.commit([codec.update(found.path, mail, revision)])


@contextmanager
def _bare_post(url: str) -> Iterator[Callable[[bytes], None]]:
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)

    def post(body: bytes) -> None:
        connection.request("POST", "/v3/mail/send", body, {"Content-Type": "application/json"})
        with connection.getresponse() as answer:
            assert answer.status == 202
            answer.read()

    try:
        yield post
    finally:
        connection.close()


def _events(store: Store, wire: CountingWire, mails: dict[Kind, list[Found]], now: datetime) -> list[Row]:
    """Rows about recording EVENTS events of as many mails."""
    events = [MailEvent(found.id, Event.DELIVERED) for kind in KINDS for found in mails[kind]]
    wire.trips.clear()
    began = time.process_time()
    assert record_mail_events(store, events, now) == len(events) == EVENTS
    each = (time.process_time() - began) * 1000 / EVENTS
    trips = wire.trips.total()
    return [
        Row(part="mail", name="an event of the provider: processor time", value=each, unit="ms"),
        Row(part="mail", name="1,000 events: round trips", value=trips, unit="", ratio=trips, at_most=4),
    ]


def _per_each(things: Sequence[Any], do: Callable[[Any], None]) -> float:
    """The processor time of `do` for each of `things`, in ms."""
    began = time.process_time()
    for thing in things:
        do(thing)
    return (time.process_time() - began) * 1000 / len(things)


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what the program logs."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        yield
