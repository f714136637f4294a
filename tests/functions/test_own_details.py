"""What people change about their registration on their own page, over HTTP; and another address, the whole way."""

import json
import re
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.functions.conftest import KEYS, Serve
from tests.functions.desk import asking, main_text
from tests.samples import person, sign_up
from tests.seats import publish_workshop
from tests.sendgrid import ScriptedSendGrid
from tests.shipped import WORKSHOP
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import CallOff, Cancel, Correct, ErasePerson, WriteNote
from werkplaats.domain.times import end_of
from werkplaats.security.identity import Identity
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

ANSWERS: dict[str, Any] = {
    "opgave": "Een plein.",
    "overnachting": "geen",
    "dieetwensen": "vegetarisch",
    "akkoord": True,
}
BEDS_UNTIL = next(one.changeable_until for one in WORKSHOP.questions if one.id == "overnachting")
LINKS = Links(KEYS)
IDENTITY = Identity(b"i" * 32)

Press = Callable[..., TestResponse]


@pytest.fixture
def manage(serve: Serve) -> FlaskClient:
    return serve("manage")


@pytest.fixture
def page(queue: SeatQueue, manage: FlaskClient) -> str:
    """The page of the first of two people who signed up, with real hashes."""
    queue.do_all(WORKSHOP.id, [_signs_up(1), _signs_up(2)])
    return f"{LINKS.registration_path('r1')}/wijzigen"


def _signs_up(number: int) -> Any:
    hashes = {
        "mailbox": IDENTITY.mailbox(WORKSHOP.id, person(number).email),
        "address": IDENTITY.address(WORKSHOP.id, person(number).email),
        "identity": IDENTITY.person(WORKSHOP.id, person(number)),
    }
    return replace(sign_up(number), answers=ANSWERS, **hashes)


def one(store: Store, id: str = "r1") -> Registration:
    found = store.seats.registration(id)
    assert found is not None
    return found


def typed(answer: TestResponse, button: str = "details") -> dict[str, Any]:
    """What a browser sends for the form with the `button`, as it is on the page."""
    form = next(
        form
        for form in BeautifulSoup(answer.text, "html.parser").select("form")
        if form.find("button", attrs={"name": "action", "value": button})
    )
    data: dict[str, Any] = {"action": button}
    for element in form.select("input, textarea"):
        if element.get("type") in ("radio", "checkbox") and not element.has_attr("checked"):
            continue
        data[str(element["name"])] = element.get("value") or element.get_text().removeprefix("\r\n")
    return data


def press(manage: FlaskClient, page: str, button: str = "details", **changes: str) -> TestResponse:
    """Open the page, change what is in the form of `button`, and press it. `_` in a name stands for `-`."""
    changed = {name.replace("_", "-"): value for name, value in changes.items()}
    return manage.post(page, data=typed(manage.get(page), button) | changed)


# Details


def test_the_own_page_leads_to_the_form_which_is_filled_in(page: str, manage: FlaskClient) -> None:
    own = manage.get(page.rpartition("/")[0])
    assert f'href="{page}"' in own.text
    shown = typed(manage.get(page))
    assert (shown["voornaam"], shown["achternaam"]) == ("Naam1", "Achter")
    assert (shown["vraag-opgave"], shown["vraag-overnachting"]) == ("Een plein.", "geen")
    assert "email" not in shown
    assert "vraag-akkoord" not in shown
    fields = BeautifulSoup(manage.get(page).text, "html.parser").select("[autocomplete]")
    assert {str(one["autocomplete"]) for one in fields} >= {"given-name", "family-name", "organization", "tel", "email"}


def test_what_is_changed_is_saved_and_said(page: str, manage: FlaskClient, store: Store) -> None:
    """The rest stays. Opening the form changes nothing, and saving it unchanged does not either."""
    before = one(store)
    manage.get(page)
    assert one(store) == before
    answer = press(manage, page, voornaam="Anna", telefoon="06 12345678", vraag_opgave="Een park.")
    assert answer.status_code == 303
    own = manage.get(answer.headers["Location"])
    assert "Je wijzigingen zijn bewaard." in main_text(own)
    after = one(store)
    assert after.person == replace(person(1), given_name="Anna", phone="06 12345678")
    assert after.answers == ANSWERS | {"opgave": "Een park."}
    assert (after.state, after.sequence, after.link_generation) == (before.state, before.sequence, 0)
    assert after.identity == IDENTITY.person(WORKSHOP.id, after.person)
    assert press(manage, page).status_code == 303
    assert one(store).details_version == after.details_version
    english = press(manage, f"{page}?taal=en", voornaam="Bea")
    assert "Your changes have been saved." in manage.get(english.headers["Location"]).text


def test_organisers_hear_only_of_what_they_asked_for(
    page: str, manage: FlaskClient, store: Store, serve: Serve, clock: list[datetime]
) -> None:
    """The journal has ids of questions, and the history at the desk says that the person did it."""
    press(manage, page, voornaam="Anna", vraag_overnachting="beide-nachten", vraag_dieetwensen="Geheim")
    entries = [entry for entry in store.journal.about(WORKSHOP.id, "r1") if entry.kind is not Happened.SIGNED_UP]
    told = {entry.kind: (entry.detail, entry.notified, entry.by) for entry in entries}
    assert told == {
        Happened.CORRECTED: ("name answers", True, ""),
        Happened.DETAILS_CHANGED: ("overnachting dieetwensen", False, ""),
    }
    ask = asking(serve("organiser"), store, clock)
    history = main_text(ask(f"/organisatie/{WORKSHOP.id}/mensen/r1"))
    assert re.search(r"Antwoorden veranderd .{0,60}overnachting, dieetwensen .{0,60}deelnemer", history)
    assert re.search(r"Gegevens verbeterd .{0,60}naam, antwoorden .{0,60}deelnemer", history)


def test_bad_input_loses_nothing(page: str, manage: FlaskClient, store: Store) -> None:
    before = one(store)
    answer = press(manage, page, voornaam="", telefoon="abc", vraag_opgave="", vraag_dieetwensen="x" * 300)
    assert answer.status_code == 422
    said = main_text(answer)
    for message in ("Vul je voornaam in.", "Dit kan geen telefoonnummer zijn", "er passen er 200", "Vul dit in."):
        assert message in said
    shown = typed(answer)
    assert (shown["telefoon"], shown["vraag-dieetwensen"]) == ("abc", "x" * 300)
    assert one(store) == before
    wrong = press(manage, page, vraag_overnachting="in-een-tent")
    assert wrong.status_code == 422


def test_a_question_that_was_added_later_need_not_be_answered(
    page: str, manage: FlaskClient, store: Store, queue: SeatQueue, clock: list[datetime]
) -> None:
    """Nor one that somebody could leave out; but one that an answer makes necessary must be."""
    new = replace(WORKSHOP.questions[0], id="nieuw", label="Nog iets?", required=True)
    publish_workshop(store, replace(WORKSHOP, questions=(new, *WORKSHOP.questions)), clock[0])
    assert press(manage, page, voornaam="Anna").status_code == 303
    assert press(manage, page, vraag_opgave="").status_code == 422


@pytest.mark.parametrize("version", [None, "0", "x", "99"])
def test_a_stale_form_is_refused_with_what_is_there_now(
    page: str, manage: FlaskClient, store: Store, queue: SeatQueue, version: str | None
) -> None:
    """Nothing typed is lost, and it says what is known now. Sent again, it is saved."""
    data = typed(manage.get(page)) | {"voornaam": "Anna", "vraag-opgave": "Mijn park."}
    queue.do(WORKSHOP.id, WriteNote(registration="r1", text="Belde."))
    data |= {"version": version}
    answer = manage.post(page, data={name: value for name, value in data.items() if value is not None})
    assert answer.status_code == 409
    assert "Er is intussen iets veranderd" in main_text(answer)
    assert "Dit staat er nu: Voornaam Naam1" in main_text(answer)
    assert "Een plein." in main_text(answer)
    assert one(store).person == person(1)
    shown = typed(answer)
    assert (shown["voornaam"], shown["vraag-opgave"]) == ("Anna", "Mijn park.")
    assert manage.post(page, data=shown).status_code == 303
    assert one(store).answers["opgave"] == "Mijn park."


def test_a_second_click_is_done(page: str, manage: FlaskClient) -> None:
    data = typed(manage.get(page)) | {"voornaam": "Anna"}
    assert [manage.post(page, data=data).status_code for _ in range(2)] == [303, 303]


def test_beds_and_diet_are_fixed_after_their_last_day(
    page: str, manage: FlaskClient, store: Store, clock: list[datetime]
) -> None:
    """They are shown with whom to ask. A form from before that is refused, and what was typed is shown."""
    assert BEDS_UNTIL is not None
    old = typed(manage.get(page)) | {"vraag-dieetwensen": "vis", "vraag-opgave": "Mijn park."}
    clock[0] = end_of(BEDS_UNTIL)
    shown = manage.get(page)
    assert "vraag-dieetwensen" not in typed(shown)
    assert "vegetarisch Dit kon je veranderen t/m" in main_text(shown)
    assert "Is er toch iets veranderd?" in main_text(shown)
    refused = manage.post(page, data=old)
    assert refused.status_code == 409
    assert "Je vulde nu in: vis" in main_text(refused)
    assert one(store).answers == ANSWERS
    assert manage.post(page, data=typed(refused)).status_code == 303
    assert one(store).answers == ANSWERS | {"opgave": "Mijn park."}


def test_answers_are_fixed_from_the_start_and_names_are_not(
    page: str, manage: FlaskClient, store: Store, clock: list[datetime]
) -> None:
    clock[0] = WORKSHOP.begins_at
    assert not [name for name in typed(manage.get(page)) if name.startswith("vraag-")]
    assert press(manage, page, voornaam="Anna").status_code == 303
    assert one(store).answers == ANSWERS


@pytest.mark.parametrize("why", ["called off", "over", "ended"])
def test_it_is_read_only_with_a_reason(
    page: str, manage: FlaskClient, store: Store, queue: SeatQueue, clock: list[datetime], why: str
) -> None:
    data, wish = typed(manage.get(page)) | {"voornaam": "Anna"}, typed(manage.get(page), "address")
    if why == "called off":
        queue.do(WORKSHOP.id, CallOff("Ziek."))
    elif why == "over":
        clock[0] = WORKSHOP.ends_at
    else:
        queue.do(WORKSHOP.id, Cancel("r1"))
    reason = {"called off": "gaat niet door", "over": "is voorbij", "ended": "Je hebt geen plek"}[why]
    for answer in (
        manage.get(page),
        manage.post(page, data=data),
        manage.post(page, data=wish | {"email": "x@example.org"}),
    ):
        assert answer.status_code == (200 if answer.request.method == "GET" else 409)
        assert reason in main_text(answer)
        assert 'name="action"' not in answer.text
    assert one(store).person == person(1)
    assert page not in manage.get(page.rpartition("/")[0]).text


def test_an_erased_answer_is_not_shown(
    page: str, manage: FlaskClient, store: Store, queue: SeatQueue, clock: list[datetime]
) -> None:
    """Not even while the nightly run has not been there yet."""
    clock[0] = end_of(WORKSHOP.last_day + timedelta(days=14))
    shown = main_text(manage.get(page))
    assert "Een plein." in shown
    assert "vegetarisch" not in shown


def test_a_link_opens_one_registration(page: str, manage: FlaskClient, store: Store, queue: SeatQueue) -> None:
    """Nothing in the form can name another; an invalid, older or erased one tells nothing."""
    data = typed(manage.get(page)) | {"voornaam": "Anna", "registration": "r2", "token": "r2"}
    assert manage.post(page, data=data).status_code == 303
    assert one(store, "r2").person == person(2)
    other = f"{LINKS.registration_path('r2')}/wijzigen"
    assert manage.post(other, data=data).status_code in (303, 409)
    for wrong in (page.replace("r1", "r2"), f"{LINKS.registration_path('r1', 1)}/wijzigen", "/aanmelding/x/wijzigen"):
        for answer in (manage.get(wrong), manage.post(wrong, data=data)):
            assert answer.status_code == 404
            assert "Achter" not in answer.text
    queue.do(WORKSHOP.id, ErasePerson("r1"))
    assert (manage.get(page).status_code, manage.post(page, data=data).status_code) == (404, 404)


def test_nobody_becomes_another_person(page: str, manage: FlaskClient, store: Store, queue: SeatQueue) -> None:
    queue.do(WORKSHOP.id, replace(_same_address(3), registration="r3"))
    answer = press(manage, page, voornaam="Naam3")
    assert answer.status_code == 409
    assert "Er is al een aanmelding" in main_text(answer)
    assert typed(answer)["voornaam"] == "Naam3"
    assert one(store).person == person(1)


def _same_address(number: int) -> Any:
    colleague = replace(person(number), email=person(1).email)
    first = _signs_up(1)
    return replace(
        first, person=colleague, identity=IDENTITY.person(WORKSHOP.id, colleague), form="f3", registration=f"r{number}"
    )


def test_an_unknown_button_changes_nothing(page: str, manage: FlaskClient, store: Store) -> None:
    assert manage.post(page, data={"action": "erase"}).status_code == 400
    assert one(store).person == person(1)


# Another address


def ask(manage: FlaskClient, page: str, email: str = "nieuw@example.org") -> TestResponse:
    return press(manage, page, "address", email=email)


def wish_page(store: Store, id: str = "r1") -> str:
    """The path of the page at which the wished address is confirmed."""
    registration = one(store, id)
    assert registration.address_wish is not None
    return urlsplit(LINKS.address_wish(id, registration.link_generation, registration.address_wish.version)).path


def bodies(serve: Serve, sendgrid: ScriptedSendGrid, now: datetime) -> dict[str, Any]:
    """The mails that are sent when the schedule runs at `now`, by their id."""
    deliver = serve("retry_mail")
    sys.modules["main"].runtime.clock = lambda: now
    assert deliver.post("/").status_code == 200
    return {
        (body.get("custom_args") or body["personalizations"][0]["custom_args"])["mail_id"]: body
        for body in sendgrid.taken
    }


def test_another_address_the_whole_way(
    page: str, serve: Serve, store: Store, sendgrid: ScriptedSendGrid, clock: list[datetime]
) -> None:
    """Asked for, confirmed by the link in the mail, and then the old links are dead and both have been told."""
    manage = serve("manage")
    before, asked = one(store), ask(manage, page)
    assert (asked.status_code, asked.headers["Location"]) == (303, page)
    waiting = main_text(manage.get(page))
    assert "Je vroeg om een ander adres: nieuw@example.org" in waiting
    assert "nieuw@example.org" in main_text(manage.get(page.rpartition("/")[0]))
    assert one(store).person == before.person
    version = one(store).details_version
    sent = bodies(serve, sendgrid, clock[0] + timedelta(minutes=10))
    to_new, to_old = sent[f"r1-address_wish-{version}"], sent[f"r1-address_asked-{version}"]
    assert to_new["personalizations"][0]["to"] == [{"email": "nieuw@example.org"}]
    assert to_old["personalizations"][0]["to"][0]["email"] == "p1@example.org"
    assert "nieuw@" not in json.dumps(to_old)
    for hidden in ("Naam1", "Achter", "p1@example.org", LINKS.registration_path("r1")):
        assert hidden not in json.dumps(to_new), "a stranger may read it"
    text = next(part["value"] for part in to_new["content"] if part["type"] == "text/plain")
    link = urlsplit(re.search(r"https://\S+/adres\S*", text)[0])  # type: ignore[index]
    manage = serve("manage")
    shown = manage.get(link.path)
    assert shown.status_code == 200
    assert "nieuw@example.org" in main_text(shown)
    assert not any(hidden in shown.text for hidden in ("Naam1", "p1@", LINKS.registration_path("r1")))
    assert one(store).person == before.person, "opening it changes nothing"
    done = manage.post(link.path, data={"action": "confirm"})
    assert done.status_code == 303
    own = manage.get(done.headers["Location"])
    assert "Je e-mailadres is veranderd." in main_text(own)
    after = one(store)
    assert after.person == replace(person(1), email="nieuw@example.org")
    assert (after.address_wish, after.link_generation, after.state) == (None, 1, before.state)
    assert after.mailbox == IDENTITY.mailbox(WORKSHOP.id, "nieuw@example.org")
    assert manage.get(page).status_code == 404, "the old link is dead"
    again = manage.post(link.path)
    assert (again.status_code, again.headers["Location"]) == (303, done.headers["Location"])
    assert "al bevestigd" in main_text(manage.get(link.path))
    sent = bodies(serve, sendgrid, clock[0] + timedelta(minutes=20))
    told = {id: body["personalizations"][0]["to"][0]["email"] for id, body in sent.items() if id.startswith("r1-")}
    assert told[f"r1-new_address-{after.details_version}"] == "nieuw@example.org"
    assert told[f"r1-old_address-{after.details_version}"] == "p1@example.org"


@pytest.mark.parametrize(
    ("email", "said"),
    [("", "Vul je nieuwe"), ("jan", "ontbreekt een @"), ("P1@example.org", "Dit is het adres dat we al van je hebben")],
)
def test_a_wrong_address_is_not_asked_for(page: str, manage: FlaskClient, store: Store, email: str, said: str) -> None:
    answer = ask(manage, page, email)
    assert answer.status_code == 422
    assert said in main_text(answer)
    assert typed(answer, "address")["email"] == email
    assert one(store).address_wish is None


def test_asking_tells_nothing_of_who_has_signed_up(page: str, manage: FlaskClient) -> None:
    """The answers, and the pages after them, are the same but for the address itself."""
    pages = []
    for email in ("p2@example.org", "p9@example.org"):
        assert ask(manage, page, email).status_code == 303
        shown = re.sub(r'value="\d+"', "", manage.get(page).text)
        pages.append(shown.replace(email, "…"))
    assert pages[0] == pages[1]


def test_asking_is_limited(page: str, manage: FlaskClient, store: Store) -> None:
    for number in range(3):
        assert ask(manage, page, f"n{number}@example.org").status_code == 303
    answer = ask(manage, page, "n3@example.org")
    assert answer.status_code == 409
    assert "3 keer" in main_text(answer)
    assert typed(answer, "address")["email"] == "n3@example.org"


def test_whoever_moved_can_ask_for_the_link_with_the_new_address(
    page: str, manage: FlaskClient, serve: Serve, store: Store
) -> None:
    """The function that moves an address and the one that looks for it recognise people by the same key."""
    ask(manage, page, "nieuw@example.org")
    assert manage.post(wish_page(store), data={"action": "confirm"}).status_code == 303
    signup = serve("signup")
    path = f"/werkplaats/{WORKSHOP.id}/link"
    submission = BeautifulSoup(signup.get(path).text, "html.parser").select_one("input[name=submission]")
    assert submission is not None
    data = {"submission": str(submission["value"]), "email": "nieuw@example.org"}
    assert signup.post(path, data=data).status_code == 303
    assert [asked.submission for asked in one(store).link_requests] != []


def test_a_wish_can_be_withdrawn(page: str, manage: FlaskClient, store: Store) -> None:
    ask(manage, page)
    link = wish_page(store)
    assert press(manage, page, "keep_address").status_code == 303
    assert one(store).address_wish is None
    assert "nieuw@example.org" not in manage.get(page).text
    assert (manage.get(link).status_code, manage.post(link).status_code) == (404, 404)
    assert one(store).person == person(1)


def test_links_that_are_not_good_change_nothing(
    page: str, manage: FlaskClient, store: Store, queue: SeatQueue, clock: list[datetime]
) -> None:
    """An older wish, another's wish, a forged one, the registration's own link, and one after a day."""
    ask(manage, page, "eerst@example.org")
    first = wish_page(store)
    ask(manage, page)
    latest = wish_page(store)
    wish = one(store).address_wish
    assert wish is not None
    forged = [
        first,
        latest.replace("r1.", "r2."),
        urlsplit(LINKS.address_wish("r2", 0, wish.version)).path,
        urlsplit(LINKS.address_wish("r1", 1, wish.version)).path,
        urlsplit(LINKS.address_wish("r1", 0, 0)).path,
        f"{LINKS.registration_path('r1')}/adres",
        latest.replace("/adres", "/wijzigen"),
        latest.removesuffix("/adres"),
        "/aanmelding/x/adres",
    ]
    for path in forged:
        for answer in (manage.get(path), manage.post(path, data={"action": "confirm"})):
            assert answer.status_code == 404, path
            assert not any(told in answer.text for told in ("Naam1", "nieuw@", "p1@"))
    clock[0] += timedelta(days=1)
    assert (manage.get(latest).status_code, manage.post(latest).status_code) == (404, 404)
    assert (one(store).person, one(store, "r2").person) == (person(1), person(2))


def test_a_wish_ends_with_the_person_and_with_a_correction(
    page: str, manage: FlaskClient, store: Store, queue: SeatQueue
) -> None:
    """A correction at the desk counts more than what was asked before it; of an erased person nothing is left."""
    ask(manage, page)
    link = wish_page(store)
    queue.do(
        WORKSHOP.id,
        Correct(registration="r1", person=person(7), answers={}, mailbox="m7", address="m7", identity="i7"),
    )
    assert manage.post(link).status_code == 404
    assert one(store).person == person(7)
    other = f"{LINKS.registration_path('r2')}/wijzigen"
    ask(manage, other)
    link = wish_page(store, "r2")
    queue.do(WORKSHOP.id, ErasePerson("r2"))
    assert (manage.get(link).status_code, manage.post(link).status_code) == (404, 404)
    assert (one(store, "r2").person, one(store, "r2").address_wish) == (None, None)


def test_a_name_that_is_changed_meanwhile_stays(page: str, manage: FlaskClient, store: Store) -> None:
    ask(manage, page)
    link = wish_page(store)
    press(manage, page, voornaam="Anna")
    assert manage.post(link).status_code == 303
    assert one(store).person == replace(person(1), given_name="Anna", email="nieuw@example.org")


def test_at_an_address_with_the_same_person_nothing_changes(
    page: str, manage: FlaskClient, store: Store, queue: SeatQueue
) -> None:
    """Only who reads mail there is told so."""
    twin = replace(person(1), email="p2@example.org")
    command = replace(_signs_up(2), person=twin, identity=IDENTITY.person(WORKSHOP.id, twin))
    queue.do(WORKSHOP.id, replace(command, registration="twin", form="twin"))
    ask(manage, page, "p2@example.org")
    answer = manage.post(wish_page(store))
    assert answer.status_code == 409
    assert "al een aanmelding met dit adres" in main_text(answer)
    assert one(store).person == person(1)


@pytest.mark.parametrize("why", ["called off", "ended"])
def test_a_wish_is_not_granted_once_it_is_over(
    page: str, manage: FlaskClient, store: Store, queue: SeatQueue, why: str
) -> None:
    ask(manage, page)
    link = wish_page(store)
    queue.do(WORKSHOP.id, CallOff("Ziek.") if why == "called off" else Cancel("r1"))
    assert (manage.get(link).status_code, manage.post(link).status_code) == (409, 409)
    assert one(store).person == person(1)
    assert one(store).state is (State.CONFIRMED if why == "called off" else State.CANCELLED)


def test_an_old_wish_is_erased_at_night(page: str, serve: Serve, store: Store, clock: list[datetime]) -> None:
    ask(serve("manage"), page)
    clock[0] += timedelta(hours=23)
    assert serve("erase_personal_data").post("/").status_code == 200
    assert one(store).address_wish is not None
    clock[0] += timedelta(hours=1)
    assert serve("erase_personal_data").post("/").status_code == 200
    assert (one(store).address_wish, one(store).address_wishes) == (None, ())
    assert one(store).person == person(1)
