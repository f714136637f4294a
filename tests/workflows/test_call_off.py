"""Everybody is mailed once when a workshop is called off, whatever crashes."""

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar
from msgspec.structs import replace

from tests.database import database
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.sendgrid import ScriptedSendGrid, scripted_sendgrid
from tests.surroundings import STILL
from werkplaats.domain.seats.commands import Promote, Refusal
from werkplaats.security.links import Links
from werkplaats.store import ConflictError, Store
from werkplaats.workflows.backlog import backlog
from werkplaats.workflows.call_off import call_off, tell_participants
from werkplaats.workflows.mail import enqueue
from werkplaats.workflows.mail.deliver import Postman
from werkplaats.workflows.mail.notify import notify_of_lost_entries, notify_organisers
from werkplaats.workflows.mail.retry import retry_mail
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.expire import expire_offers
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.survey.invite import send_surveys

WORKSHOP = workshop(capacity=2, reminders=["7 days"])
REASON = "De begeleider is ziek."


@pytest.fixture
def clock() -> list[datetime]:
    return [NOW]


@pytest.fixture
def queue(store: Store, clock: list[datetime]) -> SeatQueue:
    """Seats of a workshop in which r1 and r2 have a seat and r3 waits."""
    publish_workshop(store, WORKSHOP, NOW)
    queue = seat_queue(store, lambda: clock[0])
    queue.do_all("proef", [sign_up(number) for number in range(1, 4)])
    return queue


@pytest.fixture
def sendgrid() -> Iterator[ScriptedSendGrid]:
    with scripted_sendgrid() as server:
        yield server


@pytest.fixture
def postman(store: Store, sendgrid: ScriptedSendGrid) -> Postman:
    from werkplaats.mailing.sendgrid.client import SendGrid

    links = Links(("k" * 32,), "https://werkplaats.example.org")
    return Postman(store, SendGrid("SG.test", sendgrid.url), links, STILL)


def entry_id(store: Store) -> str:
    [entry] = [one for one in store.journal.without_notice(NOW + timedelta(days=400)) if one.kind == "called_off"]
    return entry.id


def kinds(store: Store) -> list[str]:
    mails = [one.to_dict() for one in database(store).collection("mails").stream()]
    return sorted(f"{mail['about']['registration']} {mail['kind']}" for mail in mails if mail["kind"] == "called_off")


def test_everybody_is_mailed_once_with_the_reason(
    store: Store, queue: SeatQueue, postman: Postman, sendgrid: ScriptedSendGrid
) -> None:
    """Everybody gets one mail with the reason, seats also a calendar file, and mails that waited are skipped."""
    assert call_off(queue, "proef", REASON, by="een@example.org") is None
    assert call_off(queue, "proef", "Iets anders.", by="een@example.org") is None
    assert store.workshops.revisions("proef")[0].by == "een@example.org"
    notify_organisers(store, SeatQueue(store, STILL), "proef", entry_id(store), NOW)
    retry_mail(postman, NOW + timedelta(minutes=5))
    bodies = {body["personalizations"][0]["to"][0]["email"]: body for body in sendgrid.taken}
    assert sorted(bodies) == ["p1@example.org", "p2@example.org", "p3@example.org"]
    assert len(sendgrid.taken) == 3, "no confirmation, and none about the waitlist"
    for body in bodies.values():
        assert body["subject"] == "De werkplaats gaat niet door: Proefwerkplaats"
        assert all(REASON in part["value"] for part in body["content"])

    [file] = bodies["p1@example.org"]["attachments"]
    calendar = Calendar.from_ical(base64.b64decode(file["content"]))
    assert calendar["METHOD"] == "CANCEL"
    assert calendar.events[0]["STATUS"] == "CANCELLED"
    assert "attachments" not in bodies["p3@example.org"]


def test_after_a_crash_in_the_middle_the_rest_is_told(
    store: Store, queue: SeatQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash between two mails the schedule queues the missing ones, and nothing twice."""
    call_off(queue, "proef", REASON, by="een@example.org")
    id, add = entry_id(store), store.outbox.add_missing
    monkeypatch.setattr(enqueue, "AT_ONCE", 1)
    left = iter([True, False, False])
    monkeypatch.setattr(store.outbox, "add_missing", lambda mails: add(mails) if next(left) else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        notify_organisers(store, SeatQueue(store, STILL), "proef", id, NOW)
    assert len(kinds(store)) == 1
    monkeypatch.undo()
    assert backlog(store, NOW).unnotified >= 1
    notify_of_lost_entries(store, SeatQueue(store, STILL), NOW + timedelta(minutes=10), STILL.clock)
    assert kinds(store) == ["r1 called_off", "r2 called_off", "r3 called_off"]
    notify_organisers(store, SeatQueue(store, STILL), "proef", id, NOW)
    published = store.workshops.get("proef")
    assert published is not None
    assert tell_participants(store, published, NOW) == 0


def test_two_runs_at_once_tell_everybody_once(store: Store, queue: SeatQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """If two runs queue the mails at once, the one that loses queues only what is still missing."""
    call_off(queue, "proef", REASON, by="een@example.org")
    published = store.workshops.get("proef")
    assert published is not None
    add, first = store.outbox.add_missing, iter([True])

    def beaten(mails: list[object]) -> int:
        if next(first, False):
            add(mails[:2])  # type: ignore[arg-type]
            raise ConflictError
        return add(mails)  # type: ignore[arg-type]

    monkeypatch.setattr(store.outbox, "add_missing", beaten)
    assert tell_participants(store, published, NOW) == 1
    assert len(kinds(store)) == 3


def test_no_schedule_does_anything_for_it_any_more(store: Store, queue: SeatQueue, clock: list[datetime]) -> None:
    """Schedules make no offer, reminder or survey after calling off, and announce no change."""
    moved = replace(WORKSHOP, location=replace(WORKSHOP.location, street="Kerkplein 1"), capacity=3)
    publish_workshop(store, moved, NOW)
    call_off(queue, "proef", REASON, by="een@example.org")
    assert backlog(store, NOW).promotable == ()
    assert expire_offers(store, queue, NOW) == 0
    assert queue.do("proef", Promote()).count == 0  # type: ignore[union-attr]
    assert send_reminders(store, NOW) == 0
    assert store.changes.unannounced() == (), "it is not told later either"
    assert send_reminders(store, WORKSHOP.begins_at - timedelta(days=6)) == 0
    assert send_surveys(store, WORKSHOP.wave_opens_at(WORKSHOP.waves[0]) + timedelta(hours=10)) == 0


def test_what_cannot_be_called_off_says_why(store: Store, queue: SeatQueue, clock: list[datetime]) -> None:
    """Calling off without a reason, or after the last day, is refused."""
    assert call_off(queue, "proef", " ", by="een@example.org") is Refusal.NO_REASON
    clock[0] = WORKSHOP.ends_at
    assert call_off(queue, "proef", REASON, by="een@example.org") is Refusal.OVER


def test_a_workshop_that_cannot_be_read_stays_called_off_when_it_is_published_anew(
    store: Store, queue: SeatQueue
) -> None:
    """Publishing over a workshop that cannot be read keeps it called off."""
    call_off(queue, "proef", REASON, by="een@example.org")
    database(store).document("workshops/proef").update({"first_day": "zaterdag"})
    publish_workshop(store, WORKSHOP, NOW)
    published = store.workshops.get("proef")
    assert published is not None
    assert published.called_off is not None
    assert published.called_off.reason == REASON
