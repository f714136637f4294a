"""One person's page over HTTP: correcting, sending again, notes, labels, erasing, and what the page shows."""

import json
import sys
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.functions.conftest import KEYS, Serve, recorded, submission
from tests.functions.desk import CROSS_SITE, Ask, asking, field, main_text
from tests.samples import NOW, person, sign_up
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP, sent
from werkplaats.domain.delivery import Delivery, Event
from werkplaats.domain.mail.about import AboutMessage, AboutWave
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import queue as queue_mail
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import Cancel
from werkplaats.mailing.provider import MailEvent
from werkplaats.security.links import HIDDEN, Links
from werkplaats.store import Store
from werkplaats.workflows.mail.events import record_mail_events
from werkplaats.workflows.seats.queue import SeatQueue

PEOPLE = f"/organisatie/{WORKSHOP.id}/mensen"
PAGE = f"{PEOPLE}/r1"
ANSWERS: dict[str, Any] = {"opgave": "Een plein.", "overnachting": "geen", "akkoord": True}
EVERY = ("correct", "resend", "note", "label", "erase")


@pytest.fixture
def client(serve: Serve, queue: SeatQueue) -> FlaskClient:
    """The desk, with two people who signed up."""
    for number in (1, 2):
        queue.do(WORKSHOP.id, replace(sign_up(number), answers=ANSWERS))
    return serve("organiser")


@pytest.fixture
def ask(client: FlaskClient, store: Store, clock: list[Any]) -> Ask:
    return asking(client, store, clock)


def one(store: Store, id: str = "r1") -> Registration:
    found = store.seats.registration(id)
    assert found is not None
    return found


def typed(page: TestResponse, button: str) -> dict[str, Any]:
    """What a browser sends for the form with the `button`, as it is on the page."""
    form = next(
        form
        for form in BeautifulSoup(page.text, "html.parser").select("form")
        if form.find("button", attrs={"name": "action", "value": button})
    )
    data: dict[str, Any] = {"action": button}
    for element in form.select("input, textarea"):
        if element.get("type") in ("radio", "checkbox") and not element.has_attr("checked"):
            continue
        data[str(element["name"])] = element.get("value") or element.get_text().removeprefix("\n")
    return data


def press(ask: Ask, button: str, path: str = PAGE, **changes: str) -> TestResponse:
    """Open the page, change what is in the form of `button`, and press it."""
    return ask(path, typed(ask(path), button) | changes)


# Correcting


def test_a_name_and_an_answer_are_corrected(ask: Ask, store: Store) -> None:
    """The form is filled with what is known. What is not changed stays, also answers to questions of earlier days."""
    before = one(store)
    answer = press(ask, "correct", voornaam="Anna", **{"vraag-opgave": "Een park."})
    assert answer.status_code == 303
    after = one(store)
    assert after.person == replace(person(1), given_name="Anna")
    assert after.answers == ANSWERS | {"opgave": "Een park."}
    assert (after.state, after.link_generation) == (before.state, 0)
    assert press(ask, "correct").status_code == 303
    assert one(store).details_version == after.details_version, "nothing was changed, so nothing happened"


def test_a_new_address_ends_the_older_links(serve: Serve, ask: Ask, store: Store) -> None:
    """An older link, and an older form, lead to a page that says to ask for the link, as an invalid one does."""
    visitors, manage, links = serve("signup"), None, Links(KEYS)
    path = f"/werkplaats/{WORKSHOP.id}/aanmelden"
    signed_up = visitors.post(path, data=sent(submission=submission()))
    old = signed_up.headers["Location"]
    id = links.read_registration(old.rpartition("/")[2]).id  # type: ignore[union-attr]
    manage = serve("manage")
    assert manage.get(old).status_code == 200
    asks = asking(serve("organiser"), store, [NOW])
    assert press(asks, "correct", f"{PEOPLE}/{id}", email="nieuw@example.org").status_code == 303
    manage = serve("manage")
    gone = manage.get(old)
    assert gone.status_code == 404
    assert "Vraag je link opnieuw aan" in main_text(gone)
    assert f"/werkplaats/{WORKSHOP.id}/link" in gone.text, "it leads to where a link is asked for"
    assert not any(told in gone.text for told in ("Jan", "Vries", "data-state", "nieuw@")), "of nobody"
    assert manage.post(old, data={"action": "cancel"}).status_code == 404
    assert one(store, id).state is State.CONFIRMED
    assert manage.get(links.registration_path(id, 1)).status_code == 200
    assert manage.get(links.registration_path(id, 2)).status_code == 404
    again = serve("signup").post(path, data=sent(submission=submission()))
    assert again.status_code == 404
    assert "nieuw@example.org" not in again.text
    assert "Vraag je link opnieuw aan" in main_text(again)


def test_both_addresses_are_mailed_and_the_old_one_is_kept_no_longer(
    serve: Serve, ask: Ask, store: Store, sendgrid: Any, clock: list[Any]
) -> None:
    """The new address gets the link. The old one reads neither it nor the new address nor a name."""
    press(ask, "correct", voornaam="Geheimnaam", email="nieuw@example.org")
    version = one(store).details_version
    deliver = serve("retry_mail")
    sys.modules["main"].runtime.clock = lambda: NOW + timedelta(minutes=10)
    assert deliver.post("/").status_code == 200
    bodies = {
        body["personalizations"][0].get("custom_args", body.get("custom_args"))["mail_id"]: body
        for body in sendgrid.taken
    }
    new, old = bodies[f"r1-new_address-{version}"], bodies[f"r1-old_address-{version}"]
    assert new["personalizations"][0]["to"][0]["email"] == "nieuw@example.org"
    assert Links(KEYS).registration_path("r1", 1) in json.dumps(new)
    assert old["personalizations"][0]["to"] == [{"email": "p1@example.org"}]
    for hidden in ("nieuw@", "Geheimnaam", "/aanmelding/"):
        assert hidden not in json.dumps(old)
    settled = store.outbox.get(f"r1-old_address-{version}")
    assert settled is not None
    assert "p1@" not in repr(settled)
    assert settled.mail.text


def _mail_id(body: dict[str, Any]) -> str:
    return str((body.get("custom_args") or body["personalizations"][0]["custom_args"])["mail_id"])


def test_somebody_is_not_made_the_same_as_another(ask: Ask, store: Store) -> None:
    """It is refused with a link to the other registration, and nothing that was typed is lost."""
    assert press(ask, "correct", voornaam="Anna", email="anna@example.org").status_code == 303
    answer = press(
        ask, "correct", f"{PEOPLE}/r2", voornaam="anna", achternaam="ACHTER", email="Anna@example.org", functie="x"
    )
    assert answer.status_code == 409
    assert BeautifulSoup(answer.text, "html.parser").find("a", href=PAGE)
    assert (field(answer, "voornaam"), field(answer, "functie")) == ("anna", "x")
    assert one(store, "r2").details_version == 0


@pytest.mark.parametrize("wrong", [{"voornaam": ""}, {"email": "geen adres"}, {"vraag-opgave": ""}])
def test_a_correction_with_a_mistake_is_shown_again(ask: Ask, store: Store, wrong: dict[str, str]) -> None:
    before = one(store)
    answer = press(ask, "correct", achternaam="<b>Nieuw</b>", **wrong)
    assert answer.status_code == 422
    assert field(answer, "achternaam") == "<b>Nieuw</b>"
    assert "<b>Nieuw" not in answer.text
    assert one(store) == before


def test_a_question_that_came_later_need_not_be_answered(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """A required question that somebody never saw is no obstacle. Answers to questions that are gone stay."""
    queue.do(WORKSHOP.id, replace(sign_up(3), answers={"verdwenen": "blijft"}))
    assert press(ask, "correct", f"{PEOPLE}/r3", voornaam="Anna").status_code == 303
    assert one(store, "r3").answers == {"verdwenen": "blijft"}
    assert one(store, "r3").person == replace(person(3), given_name="Anna")


# What all forms have in common


@pytest.mark.parametrize("action", EVERY)
@pytest.mark.parametrize("version", [None, "0", "x", "999"])
def test_a_form_of_another_version_changes_nothing_and_loses_nothing(
    ask: Ask, store: Store, action: str, version: str | None
) -> None:
    """409 with the page as it is now, with what was typed, and with a version that works."""
    press(ask, "note", text="Eerder.")
    before = one(store)
    data = typed(ask(PAGE), action) | {"voornaam": "Getypt", "text": "Getypt", "labels": "getypt"}
    data.pop("version")
    refused = ask(PAGE, data | ({} if version is None else {"version": version}))
    assert refused.status_code == 409
    assert "intussen iets veranderd" in main_text(refused)
    assert one(store) == before
    if action in ("correct", "note", "label"):
        assert "getypt" in "".join(typed(refused, action).values()).lower()
    assert ask(PAGE, typed(refused, action)).status_code == 303


@pytest.mark.parametrize(
    "sent",
    [
        {"action": "correct", "email": "geen"},
        {"action": "note", "text": ""},
        {"action": "label", "labels": "x" * 500},
    ],
    ids=lambda sent: sent["action"],
)
@pytest.mark.parametrize("version", [None, "999"])
def test_a_form_of_another_version_is_that_first_whatever_mistakes_it_has(
    ask: Ask, store: Store, sent: dict[str, str], version: str | None
) -> None:
    before = one(store)
    assert ask(PAGE, sent | {"version": str(before.shown_version)}).status_code == 422
    refused = ask(PAGE, sent | ({} if version is None else {"version": version}))
    assert refused.status_code == 409
    assert "intussen iets veranderd" in main_text(refused)
    assert one(store) == before


@pytest.mark.parametrize("action", EVERY)
def test_a_double_click_does_it_once(ask: Ask, store: Store, action: str) -> None:
    changed = {"text": "Belt nog.", "labels": "spreker", "voornaam": "Anna"}
    data = typed(ask(PAGE), action) | changed
    answers = [ask(PAGE, data).status_code for _ in range(2)]
    assert answers == [303, 303]
    after = one(store)
    assert ask(PAGE, data).status_code == 303
    assert one(store) == after


@pytest.mark.parametrize("action", EVERY)
def test_who_may_not_changes_nothing(ask: Ask, store: Store, action: str) -> None:
    """Another site, another workshop's address, nobody, and an organiser of another workshop."""
    publish_workshop(store, sample_workshop(), NOW)
    data, before = typed(ask(PAGE), action) | {"text": "x", "labels": "x", "voornaam": "x"}, one(store)
    assert ask(PAGE, data, headers=CROSS_SITE).status_code == 403
    assert ask(PAGE.replace(WORKSHOP.id, "proef"), data).status_code == 403
    assert ask("/organisatie/proef/mensen/r1", data, email="een@example.org").status_code == 404
    assert ask(PAGE, data, email="een@example.org").status_code == 403
    assert one(store) == before


def test_a_seat_can_be_given_up_from_the_page_after_a_correction(ask: Ask, store: Store) -> None:
    """The buttons of the state carry the version of everything too; one from before a note still works."""
    press(ask, "note", text="Eerder.")
    older = typed(ask(PAGE), "cancel")
    press(ask, "note", text="Later.")
    assert ask(PAGE, older).status_code == 409, "what it carries is neither the state's version nor the present one"
    state = str(one(store).state_version)
    assert ask(PAGE, older | {"version": state}).status_code == 303


# Notes and labels


def test_notes_and_labels_are_shown_as_text(ask: Ask, store: Store) -> None:
    """With who wrote them; markup is text."""
    assert press(ask, "note", text="Belt <script>nog</script>.").status_code == 303
    assert press(ask, "label", labels="spreker, <i>rolstoel</i>,, spreker").status_code == 303
    page = ask(PAGE)
    assert "Belt <script>nog</script>." in main_text(page)
    assert "<script>nog" not in page.text
    assert one(store).labels == ("spreker", "<i>rolstoel</i>")
    assert "spreker, <i>rolstoel</i>" in main_text(page)
    assert "platform31@example.org" in main_text(page)


@pytest.mark.parametrize(
    ("action", "wrong"),
    [
        ("note", {"text": " "}),
        ("note", {"text": "x" * 2_001}),
        ("label", {"labels": "a,b,c,d,e,f"}),
        ("label", {"labels": "x" * 31}),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(ask: Ask, action: str, wrong: dict[str, str]) -> None:
    answer = press(ask, action, **wrong)
    assert answer.status_code == 422
    [name] = wrong
    assert field(answer, name).strip() == wrong[name].strip()
    assert BeautifulSoup(answer.text, "html.parser").select(".error")


# Mails and history


def deliver(serve: Serve, *ids: str) -> None:
    client = serve("deliver_mail")
    for id in ids:
        event = recorded("mail_created", f"mails/{id}")
        assert client.post("/", data=event["data"], headers=event["headers"]).status_code == 200  # type: ignore[arg-type]


def test_the_page_shows_mails_as_they_were_sent_without_the_link(serve: Serve, ask: Ask, store: Store) -> None:
    """The text, its state and its time; whoever reads the desk cannot open the participant's page."""
    deliver(serve, "r1-confirmed-1")
    mail = store.outbox.get("r1-confirmed-1")
    assert mail is not None
    assert mail.mail.subject.startswith("Je hebt een plek")
    assert HIDDEN in mail.mail.text
    assert "/aanmelding/" not in mail.mail.text
    ask = asking(serve("organiser"), store, [NOW])
    page = main_text(ask(PAGE))
    assert "De bevestiging van een plek : verstuurd" in page
    assert "Beste deelnemer," in page
    assert HIDDEN in page
    assert "Aangemeld : heeft een plek" in page
    assert "deelnemer" in page


def test_a_mail_that_came_back_is_sent_again_and_only_such_a_mail(serve: Serve, ask: Ask, store: Store) -> None:
    """A new mail of the same kind goes out, once for a double click, if it is still true."""
    deliver(serve, "r1-confirmed-1")
    ask = asking(serve("organiser"), store, [NOW])
    assert ask(PAGE, {"action": "resend", "version": "1", "mail": "r1-confirmed-1"}).status_code == 409
    record_mail_events(store, [MailEvent("r1-confirmed-1", Event.BOUNCE, "550 <b>nobody</b>")], NOW)
    page = ask(PAGE)
    assert "teruggekomen" in main_text(page)
    assert "550 <b>nobody</b>" in main_text(page)
    button = BeautifulSoup(page.text, "html.parser").find("input", value="r1-confirmed-1")
    assert button is not None
    data = {"action": "resend", "version": "1", "mail": "r1-confirmed-1"}
    assert [ask(PAGE, data).status_code for _ in range(2)] == [303, 303]
    again = [mail for mail in store.outbox.of_registration("r1") if "-again-" in mail.id]
    assert [mail.kind.value for mail in again] == ["confirmed"]
    for id in ("r2-confirmed-2", "bestaat-niet", "r1-confirmed-1/x"):
        shown = str(one(store).shown_version)
        assert ask(PAGE, {"action": "resend", "version": shown, "mail": id}).status_code == 409


def test_an_angry_click_does_not_mail_ten_times(ask: Ask, store: Store) -> None:
    answers = [press(ask, "resend").status_code for _ in range(5)]
    assert answers == [303, 303, 303, 409, 409]
    assert len([mail for mail in store.outbox.of_registration("r1") if mail.kind.value == "link"]) == 3


def test_it_is_not_shown_who_has_answered_a_survey(ask: Ask, store: Store) -> None:
    """Of surveys only the invitation is listed, without what became of it: a reminder tells who had not answered."""
    pages = []
    for state, reason in ((Delivery.SENT, ""), (Delivery.SKIPPED, "has answered already")):
        for number in (0, 1):
            kind = Kind.SURVEY_REMINDER if number else Kind.SURVEY_INVITATION
            mail = queue_mail(kind, AboutWave("r1", "evaluatie", number), WORKSHOP.id, NOW)
            store.outbox.add_missing([mail])
            guarded = store.outbox.get(mail.id)
            assert guarded is not None
            settled = replace(guarded.mail, state=state, reason=reason, due_at=None, settled_at=NOW)
            store.outbox.update(settled, guarded.guard)
        pages.append(main_text(ask(PAGE)))
    assert pages[0] == pages[1]
    assert "mail over de vragenlijst" in pages[0]
    assert "herinnering" not in pages[0]


def test_a_message_to_those_who_have_not_answered_is_not_shown(ask: Ask, store: Store) -> None:
    """Neither on the page nor in what is downloaded: its text, which only those get, tells who had not answered."""
    mail = queue_mail(Kind.SURVEY_MESSAGE, AboutMessage("r1", "m1"), WORKSHOP.id, NOW)
    store.outbox.add_missing([mail])
    guarded = store.outbox.get(mail.id)
    assert guarded is not None
    sent = replace(guarded.mail, state=Delivery.SENT, due_at=None, settled_at=NOW)
    store.outbox.update(replace(sent, subject="Nog even", text="Vul hem in.", has_text=True), guarded.guard)
    for shown in (ask(PAGE).text, ask(f"{PAGE}/gegevens.json").text):
        assert "Vul hem in." not in shown
        assert "bericht over de vragenlijst" not in shown


# Erasing and downloading


def test_somebody_is_erased_at_once(serve: Serve, ask: Ask, store: Store) -> None:
    """The page says what it means; afterwards it has nothing of the person, and the seat is free."""
    press(ask, "note", text="Geheime notitie.")
    deliver(serve, "r1-confirmed-1")
    ask = asking(serve("organiser"), store, [NOW])
    page = ask(PAGE)
    assert "raakt de plek kwijt" in main_text(page)
    data = typed(page, "erase")
    assert ask(PAGE, data).status_code == 303
    page = ask(PAGE)
    for hidden in ("Naam1", "p1@example.org", "Geheime", "Een plein"):
        assert hidden not in page.text
    assert "Gegevens gewist" in main_text(page)
    assert one(store).person is None
    ledger = store.seats.ledger(WORKSHOP.id)
    assert ledger is not None
    assert ledger.confirmed == 1
    mail = store.outbox.get("r1-confirmed-1")
    assert mail is not None
    assert (mail.mail.subject, mail.mail.text, mail.mail.has_text) == ("", "", False)
    assert ask(PAGE, data).status_code == 303, "once more succeeds"
    assert ask(f"{PAGE}/gegevens.json").status_code == 404


def test_everything_that_is_held_can_be_downloaded(ask: Ask, store: Store) -> None:
    """With names that people can read; the survey's answers are nobody's, so they are not in it."""
    press(ask, "note", text="Belt nog.")
    press(ask, "label", labels="spreker")
    answer = ask(f"{PAGE}/gegevens.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    held = json.loads(answer.text)
    assert held["Persoon"]["E-mailadres"] == "p1@example.org"
    assert held["Labels"] == ["spreker"]
    assert held["Notities"][0]["Tekst"] == "Belt nog."
    assert [one["Soort"] for one in held["Mails"]] == ["de bevestiging van een plek"]
    assert "Een plein." in held["Antwoorden"].values()
    assert ask(f"{PAGE}/gegevens.json", email="een@example.org").status_code == 403


def test_a_registration_that_ended_is_shown_too(ask: Ask, queue: SeatQueue) -> None:
    queue.do(WORKSHOP.id, Cancel("r1"))
    assert "heeft geen plek" in main_text(ask(PAGE))
