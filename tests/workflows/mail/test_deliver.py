"""Sending mail with the real SendGrid client, to a server that answers as the test says."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace

from tests.database import database
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop
from tests.sendgrid import SILENCE, ScriptedSendGrid, scripted_sendgrid
from tests.surroundings import STILL
from werkplaats.domain.delivery import MOST_ATTEMPTS, Delivery, Event, claim
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.seats.commands import Cancel, ErasePerson, Rejoin
from werkplaats.mailing.provider import MailEvent
from werkplaats.mailing.rendering import render
from werkplaats.mailing.sendgrid.client import SendGrid
from werkplaats.security.links import Links
from werkplaats.store import OutcomeUnknownError, Store, StoreUnavailableError
from werkplaats.store.wire import Found
from werkplaats.wording.catalogues import Words
from werkplaats.workflows.failures import SomeFailedError
from werkplaats.workflows.mail.deliver import Postman, deliver_mail
from werkplaats.workflows.mail.events import record_mail_events
from werkplaats.workflows.mail.notify import notify_of_lost_entries, notify_organisers
from werkplaats.workflows.mail.retry import retry_mail
from werkplaats.workflows.seats.queue import SeatQueue

LINKS = Links(("k" * 32,), "https://werkplaats.example.org")
MAIL = "r1-confirmed-1"


@pytest.fixture
def sendgrid() -> Iterator[ScriptedSendGrid]:
    with scripted_sendgrid() as server:
        yield server


@pytest.fixture
def postman(store: Store, queue: SeatQueue, sendgrid: ScriptedSendGrid) -> Postman:
    """A postman, after r1 got a seat: its confirmation is in the outbox."""
    queue.do("proef", sign_up(1))
    return Postman(store, sendgrid.client, LINKS, STILL)


def the_mail(store: Store, id: str = MAIL) -> Mail:
    guarded = store.outbox.get(id)
    assert guarded is not None
    return guarded.mail


def test_a_header_has_the_name_of_whose_name_looks_like_one(
    postman: Postman, queue: SeatQueue, sendgrid: ScriptedSendGrid
) -> None:
    """The recipient's name is in the header only if it looks like a name, so that nobody can put a message there."""
    jan = replace(sign_up(2).person, given_name="Jan", family_name="de Vries")
    queue.do("proef", replace(sign_up(2), person=jan))
    deliver_mail(postman, "r2-confirmed-2", NOW)
    [body] = sendgrid.taken
    assert body["personalizations"] == [{"to": [{"email": "p2@example.org", "name": "Jan de Vries"}]}]


@pytest.mark.parametrize(("rejoins", "offered"), [(2, True), (3, False)])
def test_a_cancellation_offers_to_join_again_only_as_long_as_that_is_possible(
    postman: Postman, queue: SeatQueue, sendgrid: ScriptedSendGrid, rejoins: int, offered: bool
) -> None:
    """The mail about a cancellation mentions rejoining only if the page still allows it."""
    for _ in range(rejoins):
        queue.do("proef", Cancel("r1"))
        queue.do("proef", Rejoin("r1"))
    queue.do("proef", Cancel("r1"))
    deliver_mail(postman, f"r1-cancelled-{2 * rejoins + 2}", NOW)
    [body] = sendgrid.taken
    assert ("opnieuw aan" in body["content"][0]["value"]) == offered


def test_a_mail_goes_out_once(postman: Postman, sendgrid: ScriptedSendGrid) -> None:
    """A repeated event does not send a mail again, and SendGrid gets the complete mail."""
    assert deliver_mail(postman, MAIL, NOW) is Delivery.SENT
    assert deliver_mail(postman, MAIL, NOW) is Delivery.SENT
    [body] = sendgrid.taken
    assert body["personalizations"] == [{"to": [{"email": "p1@example.org"}]}], "Naam1 does not look like a name"
    assert body["custom_args"] == {"mail_id": MAIL}
    assert body["from"] == {"email": "proef@example.org", "name": "Proef"}
    assert body["reply_to"]["email"] == "vragen@example.org"
    assert body["tracking_settings"]["click_tracking"] == {"enable": False, "enable_text": False}
    assert body["tracking_settings"]["open_tracking"] == {"enable": False}
    assert body["attachments"][0]["type"].startswith("text/calendar")
    assert LINKS.registration("r1") in body["content"][0]["value"]
    assert the_mail(postman.store).message_id == "message-1"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_sendgrid_cannot_take_now_is_tried_again_later(
    postman: Postman, sendgrid: ScriptedSendGrid, status: int
) -> None:
    """After a temporary error the mail is tried again once its next attempt is due."""
    sendgrid.answers.append(status)
    assert deliver_mail(postman, MAIL, NOW) is Delivery.RETRY
    assert retry_mail(postman, NOW + timedelta(minutes=4)) == 0
    assert retry_mail(postman, NOW + timedelta(minutes=7)) == 1
    assert the_mail(postman.store).state is Delivery.SENT
    assert len(sendgrid.taken) == 2


@pytest.mark.parametrize("status", [400, 413])
def test_what_sendgrid_refuses_is_told_to_organisers(
    postman: Postman, sendgrid: ScriptedSendGrid, store: Store, status: int
) -> None:
    """A mail that SendGrid rejects fails at once and organisers are notified, but not if such a notice fails."""
    sendgrid.answers += [status]
    assert deliver_mail(postman, MAIL, NOW) is Delivery.FAILED
    failed = the_mail(store)
    assert failed.reason == f"SendGrid answered {status} about from.email"
    assert failed.due_at is None
    entry = f"0000000001-{MAIL}-mail_failed"
    assert notify_organisers(store, SeatQueue(store, STILL), "proef", entry, NOW) == 2
    sendgrid.answers += [400]
    assert deliver_mail(postman, f"proef-{entry}-1", NOW) is Delivery.FAILED
    notice = sendgrid.taken[-1]
    assert notice["personalizations"][0]["to"][0]["email"] == "een@example.org"
    assert "p1@example.org" in notice["content"][0]["value"]
    unnotified = store.journal.without_notice(NOW + timedelta(days=1))
    assert [entry.kind.value for entry in unnotified] == ["signed_up"], "a failed notice makes no notice"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_uses_up_no_attempts(
    postman: Postman, sendgrid: ScriptedSendGrid, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is our configuration and no fault of the mail: an alert is raised, and it waits until that is mended."""
    now = NOW
    for _ in range(MOST_ATTEMPTS + 3):
        sendgrid.answers.append(status)
        retry_mail(postman, now) if now > NOW else deliver_mail(postman, MAIL, now)
        now += timedelta(minutes=16)
    assert the_mail(postman.store).state is Delivery.RETRY
    assert the_mail(postman.store).attempts == 0
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["severity"] for line in logged if line["message"] == "mail.retry"} == {"ERROR"}
    retry_mail(postman, now)
    assert the_mail(postman.store).state is Delivery.SENT


def test_nobody_listening_is_tried_again(postman: Postman) -> None:
    """After a refused connection, which sent nothing, the mail is tried again."""
    nowhere = Postman(postman.store, SendGrid("SG.test", "http://127.0.0.1:1"), LINKS, STILL)
    assert deliver_mail(nowhere, MAIL, NOW) is Delivery.RETRY


def test_a_lost_answer_waits_for_sendgrids_events(postman: Postman, sendgrid: ScriptedSendGrid) -> None:
    """After a lost answer, an event shows that the mail was sent, and it is not sent twice."""
    sendgrid.answers.append(SILENCE)
    assert deliver_mail(postman, MAIL, NOW) is Delivery.UNCERTAIN
    assert record_mail_events(postman.store, [MailEvent(MAIL, Event.PROCESSED)], NOW) == 1
    assert the_mail(postman.store).state is Delivery.SENT
    retry_mail(postman, NOW + timedelta(hours=2))
    assert len(sendgrid.taken) == 1


def test_a_lost_answer_without_events_is_sent_again_in_the_end(postman: Postman, sendgrid: ScriptedSendGrid) -> None:
    """If no event comes within half an hour of a lost answer, the mail is sent again."""
    sendgrid.answers.append(SILENCE)
    deliver_mail(postman, MAIL, NOW)
    retry_mail(postman, NOW + timedelta(minutes=29))
    assert len(sendgrid.taken) == 1
    retry_mail(postman, NOW + timedelta(minutes=30))
    assert the_mail(postman.store).state is Delivery.SENT
    assert len(sendgrid.taken) == 2


def test_a_dead_workers_mail_is_reclaimed_as_uncertain(postman: Postman, sendgrid: ScriptedSendGrid) -> None:
    """If a worker dies, its mail becomes uncertain when the lease expires, and is tried again half an hour later."""
    guarded = postman.store.outbox.get(MAIL)
    assert guarded is not None
    postman.store.outbox.update(claim(guarded.mail, NOW), guarded.guard)
    assert deliver_mail(postman, MAIL, NOW) is Delivery.SENDING, "another worker does not send it"
    retry_mail(postman, NOW + timedelta(minutes=4))
    assert the_mail(postman.store).state is Delivery.SENDING
    retry_mail(postman, NOW + timedelta(minutes=5))
    assert the_mail(postman.store).state is Delivery.UNCERTAIN
    retry_mail(postman, NOW + timedelta(minutes=36))
    assert the_mail(postman.store).state is Delivery.SENT
    assert len(sendgrid.taken) == 1


def test_what_sendgrid_took_is_written_down_whatever_the_store_says_first(
    postman: Postman, sendgrid: ScriptedSendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If storing the result fails twice, it is stored at the third attempt, and the mail is not sent again."""
    update, calls = postman.store.outbox.update, count()

    def stumbling(*arguments: Any) -> Any:
        if next(calls) in (1, 2):
            raise OutcomeUnknownError
        return update(*arguments)

    monkeypatch.setattr(postman.store.outbox, "update", stumbling)
    assert deliver_mail(postman, MAIL, NOW) is Delivery.SENT
    assert the_mail(postman.store).state is Delivery.SENT
    retry_mail(postman, NOW + timedelta(hours=2))
    assert len(sendgrid.taken) == 1


def test_a_mail_that_cannot_be_made_keeps_no_other_waiting(
    postman: Postman, sendgrid: ScriptedSendGrid, queue: SeatQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail that cannot be composed is tried again until it is given up, and others are sent."""
    queue.do("proef", sign_up(2))

    def rendered(words: Words, kind: Kind, context: Any, public_url: str) -> Any:
        if context.registration.id == "r1":
            raise KeyError("a mistake in a template")
        return render(words, kind, context, public_url)

    monkeypatch.setattr("werkplaats.mailing.composing.render", rendered)
    assert deliver_mail(postman, MAIL, NOW) is Delivery.RETRY
    assert retry_mail(postman, NOW + timedelta(minutes=10)) == 2
    assert the_mail(postman.store, "r2-confirmed-2").state is Delivery.SENT
    now = NOW
    while the_mail(postman.store).state is not Delivery.FAILED:
        now = the_mail(postman.store).due_at or now
        retry_mail(postman, now)
    assert the_mail(postman.store).reason == "given up after 12 attempts: could not be made: KeyError"
    assert [body["personalizations"][0]["to"][0]["email"] for body in sendgrid.taken] == ["p2@example.org"]


def test_a_store_that_is_away_while_a_mail_is_made_holds_nothing_up(
    postman: Postman, sendgrid: ScriptedSendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the store fails before a mail is claimed, the repeated event sends it."""
    with monkeypatch.context() as away:
        away.setattr(postman.store.wire, "get", _failing_for("ledgers/proef", postman.store, StoreUnavailableError))
        with pytest.raises(StoreUnavailableError):
            deliver_mail(postman, MAIL, NOW)
    assert deliver_mail(postman, MAIL, NOW) is Delivery.SENT


def test_a_mail_that_cannot_be_made_here_is_left_to_who_has_claimed_it(
    postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If composing fails after another worker has claimed the mail, its claim is kept."""

    def rendered(*_: object) -> Any:
        guarded = postman.store.outbox.get(MAIL)
        assert guarded is not None
        postman.store.outbox.update(claim(guarded.mail, NOW), guarded.guard)
        raise KeyError("a mistake in a template")

    monkeypatch.setattr("werkplaats.mailing.composing.render", rendered)
    assert deliver_mail(postman, MAIL, NOW) is Delivery.SENDING
    assert the_mail(postman.store).state is Delivery.SENDING


def test_an_outcome_whose_commit_lost_its_answer_is_told_all_the_same(
    postman: Postman, sendgrid: ScriptedSendGrid, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A result whose commit lost its answer is logged, because the alert about failed mail counts these lines."""
    update, calls = postman.store.outbox.update, count()

    def losing(*arguments: Any) -> Any:
        updated = update(*arguments)
        if next(calls) == 1:
            raise OutcomeUnknownError
        return updated

    monkeypatch.setattr(postman.store.outbox, "update", losing)
    sendgrid.answers.append(400)
    assert deliver_mail(postman, MAIL, NOW) is Delivery.FAILED
    assert capsys.readouterr().out.count('"message": "mail.failed"') == 1


def test_one_mail_in_trouble_stops_no_run(
    postman: Postman, queue: SeatQueue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If one mail fails, the others are sent, and the run logs the failure and raises SomeFailedError."""
    queue.do("proef", sign_up(2))
    monkeypatch.setattr(postman.store.wire, "get", _failing_for(f"mails/{MAIL}", postman.store, ZeroDivisionError))
    with pytest.raises(SomeFailedError):
        retry_mail(postman, NOW + timedelta(minutes=5))
    monkeypatch.undo()
    assert the_mail(postman.store, "r2-confirmed-2").state is Delivery.SENT
    assert f'"mail": "{MAIL}"' in capsys.readouterr().out


def test_an_unreadable_mail_is_passed_over(postman: Postman, store: Store) -> None:
    """A mail that cannot be read is left out, and those after it are sent."""
    due = {"id": "x", "kind": "of_tomorrow", "due_at": NOW - timedelta(days=1), "state": "queued"}
    database(store).collection("mails").document("x").set(due)
    assert retry_mail(postman, NOW + timedelta(minutes=5)) == 1
    assert the_mail(store).state is Delivery.SENT


def _failing_for(path: str, store: Store, error: type[Exception]) -> Callable[[Iterable[str]], dict[str, Found]]:
    """`get` of the store's wire, but it raises `error` if the document at `path` is asked for."""
    get = store.wire.get

    def failing(paths: Iterable[str]) -> dict[str, Found]:
        wanted = list(paths)
        if path in wanted:
            raise error
        return get(wanted)

    return failing


def test_a_lost_event_is_made_good_by_the_schedule(postman: Postman, sendgrid: ScriptedSendGrid) -> None:
    """The schedule handles queued mails and journal entries whose event has not come after two minutes."""
    assert retry_mail(postman, NOW + timedelta(minutes=1)) == 0
    assert (
        notify_of_lost_entries(postman.store, SeatQueue(postman.store, STILL), NOW + timedelta(minutes=2), STILL.clock)
        == 2
    )
    assert retry_mail(postman, NOW + timedelta(minutes=5)) == 3
    assert [body["personalizations"][0]["to"][0]["email"] for body in sendgrid.taken] == [
        "p1@example.org",
        "een@example.org",
        "twee@example.org",
    ]


def test_giving_up_after_many_attempts_is_told(postman: Postman, sendgrid: ScriptedSendGrid) -> None:
    """After twelve attempts, which take more than a day, the mail fails and says why."""
    now = NOW
    while the_mail(postman.store).state is not Delivery.FAILED:
        sendgrid.answers.append(500)
        deliver_mail(postman, MAIL, now)
        now = the_mail(postman.store).due_at or now
    assert len(sendgrid.taken) == MOST_ATTEMPTS
    assert now - NOW > timedelta(days=1)
    assert the_mail(postman.store).reason == "given up after 12 attempts: SendGrid answered 500 about from.email"


@pytest.fixture
def at_the_last_attempt(postman: Postman, sendgrid: ScriptedSendGrid) -> datetime:
    """The time at which the twelfth and last attempt is due."""
    now = NOW
    for _ in range(MOST_ATTEMPTS - 1):
        sendgrid.answers.append(500)
        deliver_mail(postman, MAIL, now)
        now = the_mail(postman.store).due_at or now
    assert the_mail(postman.store).attempts == MOST_ATTEMPTS - 1
    return now


def notices_of_failure(store: Store) -> list[str]:
    """The ids of the journal entries about mails that failed."""
    entries = database(store).collection_group("journal").stream()
    return [entry.id for entry in entries if entry.get("kind") == "mail_failed"]


def test_a_last_attempt_without_an_answer_waits_for_events_too(
    postman: Postman, sendgrid: ScriptedSendGrid, at_the_last_attempt: datetime
) -> None:
    """After a lost answer to the last attempt, the mail fails only if no event comes within half an hour."""
    sendgrid.answers.append(SILENCE)
    assert deliver_mail(postman, MAIL, at_the_last_attempt) is Delivery.UNCERTAIN
    assert notices_of_failure(postman.store) == []
    retry_mail(postman, at_the_last_attempt + timedelta(minutes=29))
    assert the_mail(postman.store).state is Delivery.UNCERTAIN
    retry_mail(postman, at_the_last_attempt + timedelta(minutes=30))
    given_up = the_mail(postman.store)
    assert (given_up.state, given_up.due_at) == (Delivery.FAILED, None)
    assert given_up.reason.startswith("given up after 12 attempts: no answer")
    assert len(sendgrid.taken) == MOST_ATTEMPTS
    assert notices_of_failure(postman.store) == [f"0000000001-{MAIL}-mail_failed"]


@pytest.mark.parametrize("event", [Event.PROCESSED, Event.DEFERRED, Event.DELIVERED])
def test_an_event_settles_a_last_attempt_without_an_answer(
    postman: Postman, sendgrid: ScriptedSendGrid, at_the_last_attempt: datetime, event: Event
) -> None:
    """An event after the last attempt shows that the mail was sent, and organisers are not notified."""
    sendgrid.answers.append(SILENCE)
    deliver_mail(postman, MAIL, at_the_last_attempt)
    assert record_mail_events(postman.store, [MailEvent(MAIL, event)], at_the_last_attempt) == 1
    retry_mail(postman, at_the_last_attempt + timedelta(hours=5))
    assert the_mail(postman.store).state is Delivery.SENT
    assert notices_of_failure(postman.store) == []
    assert len([body for body in sendgrid.taken if body["custom_args"]["mail_id"] == MAIL]) == MOST_ATTEMPTS


def test_a_dead_workers_last_attempt_waits_for_events_too(postman: Postman, at_the_last_attempt: datetime) -> None:
    """If a worker dies in the last attempt, the mail waits for events before it fails."""
    guarded = postman.store.outbox.get(MAIL)
    assert guarded is not None
    postman.store.outbox.update(claim(guarded.mail, at_the_last_attempt), guarded.guard)
    reclaimed = at_the_last_attempt + timedelta(minutes=5)
    retry_mail(postman, reclaimed)
    assert the_mail(postman.store).state is Delivery.UNCERTAIN
    retry_mail(postman, the_mail(postman.store).due_at or reclaimed)
    assert the_mail(postman.store).state is Delivery.FAILED
    assert the_mail(postman.store).reason == "given up after 12 attempts: worker stopped while sending"


def test_a_mail_given_up_in_doubt_and_heard_of_later_was_sent(
    postman: Postman, sendgrid: ScriptedSendGrid, at_the_last_attempt: datetime
) -> None:
    """An event can still show that a failed mail was sent, and then notices about its failure are skipped."""
    sendgrid.answers.append(SILENCE)
    deliver_mail(postman, MAIL, at_the_last_attempt)
    given_up_at = at_the_last_attempt + timedelta(minutes=30)
    retry_mail(postman, given_up_at)
    entry = f"0000000001-{MAIL}-mail_failed"
    notify_organisers(postman.store, SeatQueue(postman.store, STILL), "proef", entry, given_up_at)
    assert deliver_mail(postman, f"proef-{entry}-1", given_up_at) is Delivery.SENT
    notice = sendgrid.taken[-1]["content"]
    assert all("We weten niet zeker of de mail is aangekomen" in part["value"] for part in notice)
    assert not any("De mail is niet verstuurd" in part["value"] for part in notice)
    assert record_mail_events(postman.store, [MailEvent(MAIL, Event.DELIVERED)], given_up_at) == 1
    sent = the_mail(postman.store)
    assert (sent.state, sent.reason, sent.delivered) == (Delivery.SENT, "", "delivered")
    assert deliver_mail(postman, f"proef-{entry}-2", given_up_at) is Delivery.SKIPPED
    assert the_mail(postman.store, f"proef-{entry}-2").reason == "the mail it tells of was sent after all"


def test_doubt_about_an_early_attempt_is_remembered(postman: Postman, sendgrid: ScriptedSendGrid) -> None:
    """An event makes a failed mail sent if any of its attempts was in doubt, even if the last one was not."""
    now = NOW
    sendgrid.answers += [SILENCE, *[500] * (MOST_ATTEMPTS - 1)]
    while the_mail(postman.store).state is not Delivery.FAILED:
        deliver_mail(postman, MAIL, now)
        now = the_mail(postman.store).due_at or now
    record_mail_events(postman.store, [MailEvent(MAIL, Event.DELIVERED)], now)
    assert the_mail(postman.store).state is Delivery.SENT


def test_a_mail_that_sendgrid_refused_outright_stays_failed(postman: Postman, sendgrid: ScriptedSendGrid) -> None:
    """A mail that SendGrid rejected stays failed, whatever events come."""
    sendgrid.answers.append(400)
    deliver_mail(postman, MAIL, NOW)
    record_mail_events(postman.store, [MailEvent(MAIL, Event.DELIVERED)], NOW)
    assert the_mail(postman.store).state is Delivery.FAILED


def test_mail_that_is_no_longer_true_is_skipped(postman: Postman, sendgrid: ScriptedSendGrid, queue: SeatQueue) -> None:
    """If somebody cancels before the confirmation is sent, only the cancellation is sent."""
    queue.do("proef", Cancel("r1"))
    assert deliver_mail(postman, MAIL, NOW) is Delivery.SKIPPED
    assert the_mail(postman.store).reason == "registration is cancelled by now"
    assert deliver_mail(postman, "r1-cancelled-2", NOW) is Delivery.SENT
    assert len(sendgrid.taken) == 1


def test_mail_to_an_erased_person_is_skipped(postman: Postman, sendgrid: ScriptedSendGrid, queue: SeatQueue) -> None:
    """A mail to somebody whose personal data has been erased is skipped."""
    queue.do("proef", ErasePerson("r1"))
    assert deliver_mail(postman, MAIL, NOW) is Delivery.SKIPPED
    assert the_mail(postman.store).reason == "registration was erased"
    assert sendgrid.taken == []


def test_a_bounce_is_told_once(postman: Postman, sendgrid: ScriptedSendGrid, store: Store) -> None:
    """A bounce that is reported twice has one journal entry, with the server's reason."""
    deliver_mail(postman, MAIL, NOW)
    bounce = MailEvent(MAIL, Event.BOUNCE, "550 no such user")
    assert record_mail_events(store, [bounce, bounce, MailEvent(MAIL, Event.PROCESSED)], NOW) == 1
    assert the_mail(store).delivered == "bounce"
    entry = store.journal.get("proef", f"0000000001-{MAIL}-mail_bounced")
    assert entry is not None
    assert entry.entry.detail == "550 no such user"


def test_events_of_other_mails_are_passed_over(store: Store, queue: SeatQueue) -> None:
    """Events of mails that this system did not send are ignored."""
    assert record_mail_events(store, [MailEvent("not-ours", Event.DELIVERED)], NOW) == 0


def test_an_organiser_who_left_is_not_mailed(postman: Postman, store: Store, queue: SeatQueue) -> None:
    """A notice is skipped if its recipient is no longer an organiser."""

    [entry] = store.journal.without_notice(NOW + timedelta(days=1))
    notify_organisers(store, SeatQueue(store, STILL), "proef", entry.id, NOW)
    publish_workshop(store, workshop(organisers=[{"name": "Een", "email": "een@example.org"}]), NOW)
    assert deliver_mail(postman, f"proef-{entry.id}-1", NOW) is Delivery.SENT
    assert deliver_mail(postman, f"proef-{entry.id}-2", NOW) is Delivery.SKIPPED
