"""Messages of organisers to participants, at the desk."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.functions.conftest import Serve, recorded
from tests.functions.desk import CROSS_SITE, Ask, asking, field, main_text
from tests.samples import sign_up
from tests.seats import publish_workshop
from tests.sendgrid import ScriptedSendGrid
from tests.shipped import WORKSHOP
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import GroupMessage, Progress
from werkplaats.domain.roles import PERMITTED, Permission, Role
from werkplaats.domain.seats.commands import CallOff, Cancel
from werkplaats.domain.workshop import Organiser
from werkplaats.store import Store, codec
from werkplaats.store.wire import Query
from werkplaats.workflows.messages import entry_of
from werkplaats.workflows.seats.queue import SeatQueue

DESK = f"/organisatie/{WORKSHOP.id}"
PATH = f"{DESK}/berichten"
HELLO = {"to": "seat", "subject": "Neem laarzen mee", "text": "Beste {naam}, neem **laarzen** mee. Zie {link}."}


@pytest.fixture
def ask(serve: Serve, store: Store, clock: list[datetime]) -> Ask:
    return asking(serve("organiser"), store, clock)


def mails(store: Store, *kinds: Kind) -> list[Mail]:
    found = [codec.read(one, Mail) for one in store.wire.query(Query(collection="mails"))]
    return [mail for mail in found if mail.kind in (kinds or (Kind.MESSAGE, Kind.SURVEY_MESSAGE))]


def only_message(store: Store) -> GroupMessage:
    [message] = store.messages.of(WORKSHOP.id)
    return message


def arrive(serve: Serve, store: Store) -> None:
    """The event of the journal's entry about the only message."""
    entry = entry_of(only_message(store).id)
    event = recorded("entry_created", f"workshops/{WORKSHOP.id}/journal/{entry}")
    assert serve("notify_organisers").post("/", **event).status_code == 200  # type: ignore[arg-type]


def test_the_page_shows_a_form_with_the_groups_and_how_many_they_are(ask: Ask, queue: SeatQueue) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    answer = ask(PATH)
    assert answer.status_code == 200
    assert "Iedereen met een plek (1)" in main_text(answer)
    assert f'href="{PATH}"' in ask(DESK).text
    for wave in WORKSHOP.waves:
        assert f'value="not_answered.{wave.id}"' in answer.text


def test_a_preview_shows_the_mail_and_sends_nothing(ask: Ask, store: Store, queue: SeatQueue) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    answer = ask(PATH, HELLO | {"action": "preview", "later": "yes"})
    assert answer.status_code == 200
    assert "<strong>laarzen</strong>" in answer.text
    assert "Beste Sam, neem" in main_text(answer)
    assert "Eén persoon krijgt dit bericht." in main_text(answer)
    assert field(answer, "text").strip() == HELLO["text"]
    assert not store.messages.of(WORKSHOP.id)
    assert not mails(store)


def test_a_test_goes_to_its_writer_alone(
    ask: Ask, serve: Serve, store: Store, queue: SeatQueue, sendgrid: ScriptedSendGrid
) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    answer = ask(PATH, HELLO | {"action": "test"})
    assert answer.status_code == 200
    assert field(answer, "subject") == HELLO["subject"]
    [mail] = mails(store, Kind.ORGANISER_MESSAGE_TEST)
    assert mail.about.organiser == "platform31@example.org"  # type: ignore[union-attr]
    assert not store.messages.of(WORKSHOP.id)
    event = recorded("mail_created", f"mails/{mail.id}")
    assert serve("deliver_mail").post("/", **event).status_code == 200  # type: ignore[arg-type]
    sent = sendgrid.taken[-1]
    assert sent["personalizations"][0]["to"][0]["email"] == "platform31@example.org"
    assert sent["subject"] == "Test: Neem laarzen mee"


def test_a_message_is_queued_once_for_each_person_in_the_group(
    ask: Ask, serve: Serve, store: Store, queue: SeatQueue
) -> None:
    """Twice the same form, and the event again and again: one message, one mail each. The journal says who sent it."""
    for number in (1, 2):
        queue.do(WORKSHOP.id, sign_up(number))
    gone = queue.do(WORKSHOP.id, sign_up(3)).registration  # type: ignore[union-attr]
    queue.do(WORKSHOP.id, Cancel(gone.id, by=""))
    data = HELLO | {"action": "send", "submission": field(ask(PATH), "submission")}
    first, again = ask(PATH, data), ask(PATH, data)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"] == f"{PATH}/{only_message(store).id}"
    for _ in range(3):
        arrive(serve, store)
    assert len(mails(store)) == 2
    assert gone.id not in {mail.registration for mail in mails(store)}
    message = only_message(store)
    assert (message.state, message.queued, message.by) == (Progress.DONE, 2, "platform31@example.org")
    entry = store.journal.get(WORKSHOP.id, entry_of(message.id))
    assert entry is not None
    assert (entry.entry.by, entry.entry.detail, entry.entry.notified) == ("platform31@example.org", "", True)
    page = main_text(ask(first.headers["Location"]))
    assert "2 mails staan klaar of zijn weg." in page
    assert "laarzen" in main_text(ask(PATH))


def test_the_mail_has_the_name_and_the_link_of_each(
    ask: Ask, serve: Serve, store: Store, queue: SeatQueue, sendgrid: ScriptedSendGrid
) -> None:
    hostile = sign_up(1)
    hostile = replace(hostile, person=replace(hostile.person, given_name="<b>[x](https://kwaad.example.org)"))
    queue.do(WORKSHOP.id, hostile)
    assert ask(PATH, HELLO | {"action": "send"}).status_code == 303
    arrive(serve, store)
    [mail] = mails(store)
    event = recorded("mail_created", f"mails/{mail.id}")
    assert serve("deliver_mail").post("/", **event).status_code == 200  # type: ignore[arg-type]
    sent = sendgrid.taken[-1]
    text, html = (part["value"] for part in sent["content"][:2])
    assert "https://werkplaats.example.org/aanmelding/" in text
    assert 'href="https://werkplaats.example.org/aanmelding/' in html
    assert "kwaad" not in text + html
    assert sent["reply_to"]["email"] == WORKSHOP.sender.reply_to


def test_whoever_left_meanwhile_gets_nothing(
    ask: Ask, serve: Serve, store: Store, queue: SeatQueue, sendgrid: ScriptedSendGrid
) -> None:
    one = queue.do(WORKSHOP.id, sign_up(1)).registration  # type: ignore[union-attr]
    ask(PATH, HELLO | {"action": "send"})
    arrive(serve, store)
    [mail] = mails(store)
    queue.do(WORKSHOP.id, Cancel(one.id, by=""))
    event = recorded("mail_created", f"mails/{mail.id}")
    assert serve("deliver_mail").post("/", **event).status_code == 200  # type: ignore[arg-type]
    [mail] = mails(store)
    assert (mail.state, mail.reason) == ("skipped", "message is not for this person any more")


def test_a_message_can_be_paused_go_on_and_be_stopped(
    ask: Ask, serve: Serve, store: Store, queue: SeatQueue, clock: list[datetime]
) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    path = ask(PATH, HELLO | {"action": "send"}).headers["Location"]
    arrive(serve, store)
    version = field(ask(path), "version")
    assert ask(path, {"action": "pause", "version": version}).status_code == 303
    stale = ask(path, {"action": "stop", "version": version})
    assert stale.status_code == 409
    assert "intussen veranderd" in main_text(stale)
    [mail] = mails(store)
    event = recorded("mail_created", f"mails/{mail.id}")
    assert serve("deliver_mail").post("/", **event).status_code == 200  # type: ignore[arg-type]
    [mail] = mails(store)
    assert (mail.state, mail.put_off) == ("retry", True)
    assert ask(PATH, {"action": "resume"}).status_code == 303
    [mail] = mails(store)
    assert mail.due_at == clock[0]
    assert only_message(store).state is Progress.DONE
    assert ask(PATH, {"action": "stop"}).status_code == 303
    assert serve("retry_mail").post("/").status_code == 200
    [mail] = mails(store)
    assert (mail.state, mail.reason) == ("skipped", "message was stopped")
    for deed in ("pause", "resume", "stop"):
        assert ask(path, {"action": deed}).status_code == 409
    assert ask(f"{PATH}/nergens", {"action": "stop"}).status_code == 404


def test_later_people_get_it_too_until_it_is_stopped(
    ask: Ask, serve: Serve, store: Store, queue: SeatQueue, clock: list[datetime]
) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    path = ask(PATH, HELLO | {"action": "send", "later": "yes"}).headers["Location"]
    arrive(serve, store)
    assert only_message(store).state is Progress.FOLLOWING
    clock[0] += timedelta(hours=1)
    queue.do(WORKSHOP.id, sign_up(2))
    for _ in range(2):
        assert serve("retry_mail").post("/").status_code == 200
    assert len(mails(store)) == only_message(store).queued == 2
    ask(path, {"action": "stop"})
    clock[0] += timedelta(hours=1)
    queue.do(WORKSHOP.id, sign_up(3))
    assert serve("retry_mail").post("/").status_code == 200
    assert len(mails(store)) == 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"to": ""}, "Kies aan wie je het bericht stuurt."),
        ({"to": "iedereen"}, "Deze groep is er niet"),
        ({"to": "not_answered.nergens"}, "Deze groep is er niet"),
        ({"to": "answer.nergens.niets"}, "Deze groep is er niet"),
        ({"subject": ""}, "Vul een onderwerp in."),
        ({"subject": "x" * 151}, "Dit is te lang"),
        ({"subject": "Hallo\r\nBcc: iemand@example.org"}, "Dat hebben we weggehaald."),
        ({"subject": "Hallo {link}"}, "Dit wordt niet ingevuld: {link}."),
        ({"text": ""}, "Schrijf een bericht."),
        ({"text": "x" * 8_001}, "Dit is te lang"),
        ({"text": "Beste {voornaam},"}, "Dit wordt niet ingevuld: {voornaam}."),
        ({"text": "[klik](javascript:alert(1))"}, "Een link kan niet met ‘javascript:’ beginnen."),
        ({"to": "attended", "later": "yes"}, "Haal dat vinkje weg."),
        ({"to": "waitlist"}, "In deze groep zit nu niemand."),
        ({"to": "offered"}, "In deze groep zit nu niemand."),
        ({"to": f"not_answered.{WORKSHOP.waves[0].id}"}, "In deze groep zit nu niemand."),
    ],
)
def test_a_mistake_is_told_and_nothing_is_sent(
    ask: Ask, store: Store, queue: SeatQueue, changed: dict[str, str], says: str
) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    answer = ask(PATH, HELLO | changed | {"action": "send"})
    assert answer.status_code == 422
    assert says in main_text(answer)
    assert not store.messages.of(WORKSHOP.id)
    if "text" not in changed:
        assert field(answer, "text").strip() == HELLO["text"]


def test_markup_in_a_message_stays_text(ask: Ask, queue: SeatQueue) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    text = '<script>alert("x")</script> <javascript:alert(2)> ![p](https://example.org/p.png)'
    answer = ask(PATH, HELLO | {"text": text, "subject": "<b>Dik</b>", "action": "preview"})
    assert answer.status_code == 200
    for bad in ("<script>alert", "<b>Dik", 'href="javascript', "<img"):
        assert bad not in answer.text


def test_only_organisers_of_the_workshop_may_and_only_from_our_page(
    ask: Ask, store: Store, clock: list[datetime], queue: SeatQueue
) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    publish_workshop(store, replace(WORKSHOP, id="ander"), clock[0])
    path = ask(PATH, HELLO | {"action": "send"}).headers["Location"]
    assert ask(path.replace(WORKSHOP.id, "ander")).status_code == 404
    assert ask(path.replace(WORKSHOP.id, "ander"), {"action": "stop"}).status_code == 404
    named = {"action": "stop", "message": path.rpartition("/")[2]}
    assert ask(PATH.replace(WORKSHOP.id, "ander"), named).status_code == 404
    assert ask(path, {"action": "stop"}, headers=CROSS_SITE).status_code == 403
    assert ask(PATH, HELLO | {"action": "send"}, headers=CROSS_SITE).status_code == 403
    assert ask(PATH, HELLO | {"action": "send"}, email="vreemd@example.org").status_code == 403
    assert ask(PATH, HELLO | {"action": "vernietig"}).status_code == 400
    assert only_message(store).state is Progress.SENDING


@pytest.mark.parametrize("role", [role for role in Role if Permission.SEND_MESSAGES not in PERMITTED[role]])
def test_other_roles_neither_read_nor_change_a_message(
    ask: Ask, store: Store, clock: list[datetime], queue: SeatQueue, role: Role
) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    path = ask(PATH, HELLO | {"action": "send"}).headers["Location"]
    other = Organiser(name="Ander", email="ander@example.org", role=role)
    ledger = store.seats.ledger(WORKSHOP.id)
    assert ledger is not None
    with_other = replace(WORKSHOP, organisers=(*WORKSHOP.organisers, other))
    publish_workshop(store, with_other, clock[0], seen=ledger.published)
    for answer in (
        ask(PATH, email=other.email),
        ask(path, email=other.email),
        ask(PATH, HELLO | {"action": "preview"}, email=other.email),
        ask(PATH, HELLO | {"action": "send"}, email=other.email),
        ask(path, {"action": "stop"}, email=other.email),
    ):
        assert answer.status_code == 403
        assert "laarzen" not in answer.text
    assert only_message(store).state is Progress.SENDING


def test_the_same_button_twice_does_it_once(ask: Ask, store: Store, queue: SeatQueue) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    path = ask(PATH, HELLO | {"action": "send"}).headers["Location"]
    data = {"action": "pause", "version": field(ask(path), "version")}
    assert [ask(path, data).status_code for _ in range(2)] == [303, 409]
    assert (only_message(store).state, only_message(store).revision) == (Progress.PAUSED, 1)
    test = HELLO | {"action": "test", "submission": field(ask(PATH), "submission")}
    assert [ask(PATH, test).status_code for _ in range(2)] == [200, 200]
    assert len(mails(store, Kind.ORGANISER_MESSAGE_TEST)) == 1


def test_a_called_off_workshop_can_still_tell_its_people(ask: Ask, store: Store, queue: SeatQueue) -> None:
    queue.do(WORKSHOP.id, sign_up(1))
    queue.do(WORKSHOP.id, CallOff("Ziekte.", "platform31@example.org"))
    assert "Een bericht versturen kan nog wel" in main_text(ask(PATH))
    assert ask(PATH, HELLO | {"action": "send"}).status_code == 303
