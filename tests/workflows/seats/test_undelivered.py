"""Over the store: the mail of an offer comes back, and the seat goes to the next."""

from datetime import timedelta

import pytest

from tests.samples import NOW, sign_up
from tests.surroundings import STILL
from werkplaats.domain.delivery import Event
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.about import AboutEntry
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import Accept, Cancel, Promote, Undelivered
from werkplaats.mailing.provider import MailEvent
from werkplaats.store import Store, codec, paths
from werkplaats.store.wire import Query
from werkplaats.workflows.mail.events import record_mail_events
from werkplaats.workflows.mail.notify import notify_of_lost_entries, notify_organisers
from werkplaats.workflows.seats.queue import SeatQueue

OFFER = "r3-offered-6"


@pytest.fixture
def offered(store: Store, queue: SeatQueue) -> Store:
    """Two seats, r1 has cancelled, and r3 has the offer, before r4."""
    for number in (1, 2, 3, 4):
        queue.do("proef", sign_up(number))
    queue.do("proef", Cancel("r1"))
    queue.do("proef", Promote())
    assert store.outbox.get(OFFER) is not None
    return store


def one(store: Store, id: str) -> Registration:
    found = store.seats.registration(id)
    assert found is not None
    return found


def notify(store: Store, queue: SeatQueue) -> None:
    """What the event of the journal's entry does."""
    notify_organisers(store, queue, "proef", f"0000000006-{OFFER}-mail_bounced", NOW)


@pytest.mark.parametrize("event", [Event.BOUNCE, Event.DROPPED])
def test_an_offer_that_comes_back_ends(offered: Store, queue: SeatQueue, event: Event) -> None:
    """Also if the event and the entry come twice."""
    for _ in range(2):
        record_mail_events(offered, [MailEvent(OFFER, event, "550 5.1.1")], NOW)
        notify(offered, queue)
    r3 = one(offered, "r3")
    assert (r3.state, r3.is_passed_over, r3.number) == (State.WAITLISTED, True, 3)
    queue.do("proef", Promote())
    assert one(offered, "r4").state is State.OFFERED
    waiting = [found.id for found in offered.seats.in_state("proef", State.WAITLISTED)]
    assert waiting == ["r3"]


def notices(store: Store) -> list[tuple[Kind, str]]:
    """The mails to the first organiser about mails and offers that did not arrive: their kind, and the entry."""
    kinds = (Kind.ORGANISER_MAIL_FAILED, Kind.ORGANISER_UNDELIVERED)
    found = [codec.read(one, Mail) for one in store.wire.query(Query(collection=paths.MAILS))]
    return [
        (mail.kind, mail.about.entry)
        for mail in found
        if mail.kind in kinds and isinstance(mail.about, AboutEntry) and mail.about.number == 1
    ]


def test_organisers_are_mailed_once_and_the_journal_has_both(offered: Store, queue: SeatQueue) -> None:
    """Also if the process dies between the end of the offer and the notices; the entry has the mail and why."""
    bounced = f"0000000006-{OFFER}-mail_bounced"
    record_mail_events(offered, [MailEvent(OFFER, Event.BOUNCE, "550 5.1.1")], NOW)
    queue.do("proef", Undelivered("r3", 6, OFFER, "550 5.1.1"))
    notify(offered, queue)
    told = {one.kind: one for one in offered.journal.about("proef", "r3")}
    ended = told[Happened.OFFER_UNDELIVERED]
    assert (ended.mail, ended.detail, ended.notified) == (OFFER, "550 5.1.1", False)
    assert (told[Happened.MAIL_BOUNCED].id, told[Happened.MAIL_BOUNCED].notified) == (bounced, True)
    notify_organisers(offered, queue, "proef", ended.id, NOW)
    assert notices(offered) == [(Kind.ORGANISER_UNDELIVERED, ended.id)]
    offered.journal.forget_details("proef", "r3")
    assert not any(one.detail for one in offered.journal.about("proef", "r3") if one.mail)


def test_organisers_hear_of_a_mail_if_no_offer_ended_by_it(offered: Store, queue: SeatQueue) -> None:
    queue.do("proef", Accept("r3"))
    record_mail_events(offered, [MailEvent(OFFER, Event.BOUNCE, "550 5.1.1")], NOW)
    notify(offered, queue)
    assert notices(offered) == [(Kind.ORGANISER_MAIL_FAILED, f"0000000006-{OFFER}-mail_bounced")]


def test_a_mailbox_that_is_full_ends_nothing(offered: Store, queue: SeatQueue) -> None:
    """The mail may arrive the next time, and the person has the link to the page."""
    record_mail_events(offered, [MailEvent(OFFER, Event.BLOCKED, "452 mailbox full")], NOW)
    notify(offered, queue)
    assert one(offered, "r3").state is State.OFFERED
    found = offered.journal.get("proef", f"0000000006-{OFFER}-mail_bounced")
    assert found is not None
    assert found.entry.notified, "organisers are told all the same"


def test_an_offer_that_is_refused_for_now_and_then_for_good_ends(offered: Store, queue: SeatQueue) -> None:
    """As of a mail that was sent twice. Organisers hear of the first, and of the end of the offer in one more mail."""
    record_mail_events(offered, [MailEvent(OFFER, Event.BLOCKED, "452 mailbox full")], NOW)
    notify(offered, queue)
    for _ in range(2):
        record_mail_events(offered, [MailEvent(OFFER, Event.BOUNCE, "550 5.1.1")], NOW)
    notify_organisers(offered, queue, "proef", f"0000000006-{OFFER}-mail_bounced-for_good", NOW)
    assert one(offered, "r3").is_passed_over
    [ended] = [one for one in offered.journal.about("proef", "r3") if one.kind is Happened.OFFER_UNDELIVERED]
    notify_organisers(offered, queue, "proef", ended.id, NOW)
    refused = (Kind.ORGANISER_MAIL_FAILED, f"0000000006-{OFFER}-mail_bounced")
    assert sorted(notices(offered)) == sorted([refused, (Kind.ORGANISER_UNDELIVERED, ended.id)])


def test_what_comes_back_after_the_answer_changes_nothing(offered: Store, queue: SeatQueue) -> None:
    queue.do("proef", Accept("r3"))
    record_mail_events(offered, [MailEvent(OFFER, Event.BOUNCE, "550 5.1.1")], NOW)
    notify(offered, queue)
    assert one(offered, "r3").state is State.CONFIRMED


def test_another_mail_that_comes_back_ends_no_offer(offered: Store, queue: SeatQueue) -> None:
    record_mail_events(offered, [MailEvent("r3-waitlisted-3", Event.BOUNCE, "550 5.1.1")], NOW)
    notify_organisers(offered, queue, "proef", "0000000003-r3-waitlisted-3-mail_bounced", NOW)
    assert one(offered, "r3").state is State.OFFERED


def test_the_schedule_does_it_if_the_event_was_lost(offered: Store, queue: SeatQueue) -> None:
    record_mail_events(offered, [MailEvent(OFFER, Event.BOUNCE, "550 5.1.1")], NOW)
    notify_of_lost_entries(offered, queue, NOW + timedelta(minutes=5), STILL.clock)
    assert one(offered, "r3").is_passed_over
