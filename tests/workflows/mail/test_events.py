"""Events of SendGrid's webhook. There can be a thousand in one call, repeated and in any order."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.database import database
from tests.samples import NOW
from tests.workflows.conftest import Traffic
from werkplaats.domain.delivery import Delivery, Event
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.mail.trouble import troubled_by_id
from werkplaats.mailing.provider import MailEvent
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.store.codec import to_fields
from werkplaats.workflows.mail.events import record_mail_events


def sent(number: int) -> Mail:
    """A mail that SendGrid may have accepted."""
    mail = queue(Kind.CONFIRMED, AboutSeat(f"r{number}", number), "proef", NOW)
    return replace(mail, id=f"m{number}", state=Delivery.UNCERTAIN)


def put(store: Store, count: int) -> None:
    """Put the mails m1, m2 … in the outbox."""
    for start in range(1, count + 1, 400):
        batch = database(store).batch()
        for number in range(start, min(start + 400, count + 1)):
            batch.set(database(store).document(f"mails/m{number}"), to_fields(sent(number)))
        batch.commit()


def the_mail(store: Store, number: int) -> Mail:
    guarded = store.outbox.get(f"m{number}")
    assert guarded is not None
    return guarded.mail


def bounces(store: Store) -> dict[str, str]:
    """The reasons in the journal entries about returned mails, by mail."""
    entries = [entry.to_dict() for entry in database(store).collection_group("journal").stream()]
    return {entry["mail"]: entry["detail"] for entry in entries if entry["kind"] == "mail_bounced"}


def test_a_thousand_events_take_few_requests(store: Store, traffic: Traffic) -> None:
    """A thousand events are recorded in one read and a commit for each 500 writes. If they come again, none is made."""
    put(store, 1000)
    events = [MailEvent(f"m{n}", Event.DELIVERED if n % 100 else Event.BOUNCE, f"550 {n}") for n in range(1, 1001)]
    traffic.forget()
    assert record_mail_events(store, events, NOW) == 1000
    assert traffic.requests == {"batch_get_documents": 1, "commit": 3}, "1,000 mails, 10 entries in the journal"
    assert {the_mail(store, number).state for number in (1, 500, 1000)} == {Delivery.SENT}
    assert bounces(store) == {f"m{number}": f"550 {number}" for number in range(100, 1001, 100)}
    traffic.forget()
    assert record_mail_events(store, events, NOW) == 0, "the whole batch came again"
    assert traffic.requests == {"batch_get_documents": 1}


@pytest.mark.parametrize("seed", range(5))
def test_order_and_repetition_do_not_matter(store: Store, seed: int) -> None:
    """However events are shuffled and repeated, the mails end the same, and a return has one journal entry."""
    put(store, 3)
    chance = random.Random(seed)
    events = [
        *[MailEvent("m1", event) for event in (Event.PROCESSED, Event.DEFERRED, Event.DELIVERED)],
        *[MailEvent("m2", event, "550 no") for event in (Event.PROCESSED, Event.DROPPED, Event.BOUNCE)],
    ]
    batch = chance.sample(events * 3, len(events) * 3)
    record_mail_events(store, batch, NOW)
    assert [the_mail(store, number).delivered for number in (1, 2, 3)] == ["delivered", "bounce", ""]
    assert [the_mail(store, number).state.value for number in (1, 2, 3)] == ["sent", "sent", "uncertain"]
    assert bounces(store) == {"m2": "550 no"}


def test_what_came_back_is_told_in_the_words_of_the_last_event(store: Store) -> None:
    """If a mail was both dropped and bounced, the journal has the reason of the bounce."""
    put(store, 2)
    dropped, bounced = (Event.DROPPED, "Bounced Address"), (Event.BOUNCE, "550 no such user")
    record_mail_events(store, [MailEvent("m1", *one) for one in (dropped, bounced)], NOW)
    record_mail_events(store, [MailEvent("m2", *one) for one in (bounced, dropped)], NOW)
    assert bounces(store) == {"m1": "550 no such user", "m2": "550 no such user"}


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ((Event.BLOCKED, Event.BLOCKED), ["452"]),
        ((Event.BLOCKED, Event.BOUNCE), ["452", "550"]),
        ((Event.BLOCKED, Event.DROPPED, Event.BOUNCE), ["452", "550"]),
        ((Event.BOUNCE, Event.BLOCKED), ["550"]),
        ((Event.DROPPED, Event.BOUNCE), ["550"]),
    ],
)
def test_a_mail_is_told_of_a_second_time_once_it_can_never_arrive(
    store: Store, events: tuple[Event, ...], told: list[str]
) -> None:
    """A mail that was sent twice can be refused for the time being, and then for good."""
    put(store, 1)
    for event in events:
        record_mail_events(store, [MailEvent("m1", event, "452" if event is Event.BLOCKED else "550")], NOW)
    entries = [entry.to_dict() for entry in database(store).collection_group("journal").stream()]
    assert sorted(entry["detail"] for entry in entries) == told
    assert {troubled_by_id(entry["id"]) for entry in entries} == {"m1"}


def test_what_is_no_mail_of_ours_harms_none_of_the_others(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Events of unknown mails, impossible ids and documents that cannot be read are ignored."""
    put(store, 20)
    database(store).document("mails/m7").set({"id": "m7", "kind": "of_tomorrow"})
    ids = [*[f"m{number}" for number in range(1, 21)], "__x__", ".", "é" * 900, "not-ours"]
    assert record_mail_events(store, [MailEvent(id, Event.DELIVERED) for id in ids], NOW) == 19
    assert all(the_mail(store, number).state is Delivery.SENT for number in range(1, 21) if number != 7)
    assert capsys.readouterr().out.count('"message": "document.unreadable"') == 1


def changing(store: Store, number: int, times: int) -> Callable[..., Any]:
    """`update_all` of the outbox, but somebody else changes mail `number` just before it, `times` times."""
    write, left = store.outbox.update_all, [times]

    def update_all(changes: Any) -> Any:
        if left[0] and any(change.mail.id == f"m{number}" for change in changes):
            left[0] -= 1
            database(store).document(f"mails/m{number}").update({"created_at": NOW + timedelta(seconds=left[0])})
        return write(changes)

    return update_all


def test_a_mail_that_somebody_else_changed_is_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """If somebody else changes a mail at the same time, their change is kept and all events are recorded."""
    put(store, 40)
    monkeypatch.setattr(store.outbox, "update_all", changing(store, 5, times=1))
    assert record_mail_events(store, [MailEvent(f"m{n}", Event.DELIVERED) for n in range(1, 41)], NOW) == 40
    assert the_mail(store, 5).created_at == NOW, "the change of somebody else is kept"
    assert all(the_mail(store, number).delivered == "delivered" for number in range(1, 41))


def test_a_mail_that_others_keep_changing_harms_no_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """If one mail keeps changing, the events of all others are recorded, and ConflictError is raised."""
    put(store, 40)
    events = [MailEvent(f"m{number}", Event.DELIVERED) for number in range(1, 41)]
    with monkeypatch.context() as busy:
        busy.setattr(store.outbox, "update_all", changing(store, 5, times=1000))
        with pytest.raises(ConflictError):
            record_mail_events(store, events, NOW)
    assert [number for number in range(1, 41) if not the_mail(store, number).delivered] == [5]
    assert record_mail_events(store, events, NOW) == 1


def test_a_commit_whose_answer_was_lost_is_looked_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the answer to a commit is lost, the mails are read again, and each return has one journal entry."""
    put(store, 10)
    write, lost = store.outbox.update_all, iter([True])

    def losing(changes: Any) -> None:
        write(changes)
        if next(lost, False):
            raise OutcomeUnknownError

    monkeypatch.setattr(store.outbox, "update_all", losing)
    record_mail_events(store, [MailEvent(f"m{number}", Event.BOUNCE, "550") for number in range(1, 11)], NOW)
    assert len(bounces(store)) == 10
