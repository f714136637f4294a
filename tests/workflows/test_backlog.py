"""Documents that cannot be read or handled do not hold up others in the outbox, the journal and the backlog."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.database import database
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop
from tests.sendgrid import ScriptedSendGrid, scripted_sendgrid
from tests.surroundings import STILL
from werkplaats.domain.delivery import Delivery
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import queue
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.store.codec import to_fields
from werkplaats.workflows.backlog import backlog
from werkplaats.workflows.failures import SomeFailedError
from werkplaats.workflows.mail.deliver import Postman
from werkplaats.workflows.mail.notify import notify_of_lost_entries, notify_organisers
from werkplaats.workflows.mail.retry import retry_mail
from werkplaats.workflows.seats.queue import SeatQueue

MANY = 250
LATER = NOW + timedelta(minutes=5)
LINKS = Links(("k" * 32,), "https://werkplaats.example.org")


@pytest.fixture
def sendgrid() -> Iterator[ScriptedSendGrid]:
    with scripted_sendgrid() as server:
        yield server


@pytest.fixture
def postman(store: Store, queue: SeatQueue, sendgrid: ScriptedSendGrid) -> Postman:
    """A postman, after r1 has signed up: there is one mail in the outbox and one entry in the journal."""
    queue.do("proef", sign_up(1))
    return Postman(store, sendgrid.client, LINKS, STILL)


def put(store: Store, documents: dict[str, dict[str, Any]]) -> None:
    """Write `documents`, by path."""
    batch = database(store).batch()
    for path, document in documents.items():
        batch.set(database(store).document(path), document)
    batch.commit()


def unreadable_mails() -> dict[str, dict[str, Any]]:
    """Mails that a newer version of the program has written, which are due before all others."""
    mail = {"kind": "of_tomorrow", "state": "queued", "due_at": NOW - timedelta(days=1), "created_at": NOW}
    return {f"mails/x{number}": mail | {"id": f"x{number}", "put_off": False} for number in range(MANY)}


def entries(workshop: str, **fields: Any) -> dict[str, dict[str, Any]]:
    """Entries of `workshop` without notices, which are older than all others."""
    return {
        f"workshops/{workshop}/journal/{number}": to_fields(
            Entry(
                id=str(number),
                workshop=workshop,
                kind=Happened.SIGNED_UP,
                at=NOW - timedelta(days=1),
                version=1,
                registration="r1",
            )
        )
        | fields
        for number in range(MANY)
    }


def test_unreadable_mails_keep_no_other_waiting(postman: Postman, store: Store) -> None:
    """A mail is sent even if many mails that cannot be read are due before it."""
    put(store, unreadable_mails())
    assert retry_mail(postman, LATER) == 1
    sent = store.outbox.get("r1-confirmed-1")
    assert sent is not None
    assert sent.mail.state is Delivery.SENT


def test_unreadable_entries_keep_no_other_waiting(postman: Postman, store: Store) -> None:
    """Notices are queued even if many entries that cannot be read come first."""
    put(store, entries("proef", kind="of_tomorrow"))
    assert notify_of_lost_entries(store, SeatQueue(store, STILL), LATER, STILL.clock) == 2


def test_entries_of_a_workshop_that_is_gone_are_settled(postman: Postman, store: Store) -> None:
    """Entries of a workshop that no longer exists are marked as notified, because there is nobody to notify."""
    put(store, entries("weg"))
    assert notify_of_lost_entries(store, SeatQueue(store, STILL), LATER, STILL.clock) == 2
    assert backlog(store, LATER).unnotified == 0
    put(store, entries("weg"))
    assert notify_organisers(store, SeatQueue(store, STILL), "weg", "7", LATER) == 0
    settled = store.journal.get("weg", "7")
    assert settled is not None
    assert settled.entry.notified


def test_entries_of_a_workshop_that_cannot_be_read_wait_for_it(postman: Postman, store: Store) -> None:
    """Entries of a workshop that cannot be read wait until it has been published again, and hold up no others."""
    put(store, entries("stuk") | {"workshops/stuk": {"id": "stuk", "title": "van morgen"}})
    with pytest.raises(SomeFailedError, match="1 failed"):
        notify_of_lost_entries(store, SeatQueue(store, STILL), LATER, STILL.clock)
    assert backlog(store, LATER).unnotified == MANY, "all entries but the one of the other workshop"
    publish_workshop(store, workshop(id="stuk"), NOW)
    assert notify_of_lost_entries(store, SeatQueue(store, STILL), LATER, STILL.clock) == 2 * MANY
    assert backlog(store, LATER).unnotified == 0


def test_what_cannot_be_read_is_left_to_do_and_hides_nothing(postman: Postman, store: Store) -> None:
    """The backlog counts mails and entries that cannot be read, so that it is not empty while they exist."""
    before = backlog(store, LATER)
    assert (before.due, before.unnotified) == (1, 1)
    put(store, unreadable_mails())
    put(store, entries("proef", kind="of_tomorrow"))
    after = backlog(store, LATER)
    assert (after.due, after.unnotified) == (MANY + 1, MANY + 1)


def test_the_oldest_waiting_mail_is_found_behind_all_others(postman: Postman, store: Store) -> None:
    """Mails that are due sooner, that were put off or that cannot be read do not hide the oldest waiting mail."""
    second = NOW + timedelta(seconds=1)
    sooner = [queue(Kind.LINK, AboutSeat(f"s{number}", 1), "proef", second) for number in range(MANY)]
    put(store, {f"mails/{mail.id}": to_fields(mail) | {"due_at": NOW - timedelta(days=1)} for mail in sooner})
    put_off = {"put_off": True, "created_at": NOW - timedelta(days=2), "due_at": NOW - timedelta(days=2)}
    put(store, {f"mails/p{number}": to_fields(sooner[0]) | put_off | {"id": f"p{number}"} for number in range(MANY)})
    mails = unreadable_mails()
    put(store, {path: mail | {"created_at": NOW - timedelta(days=3)} for path, mail in mails.items()})
    assert store.outbox.oldest_waiting() == NOW
