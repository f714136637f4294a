"""Sign-up and my registration over HTTP: what docs/contract.md promises, and how bad requests are answered."""

import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.database import database
from tests.functions.conftest import KEYS, Serve, submission
from tests.samples import NOW, sign_up
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.domain.seats.commands import CallOff, Cancel, ErasePerson, Promote
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

PAGE = f"/werkplaats/{WORKSHOP.id}"
FORM = f"{PAGE}/aanmelden"

TYPED = {
    "voornaam": "Jan",
    "achternaam": "de Vries",
    "email": "jan@example.org",
    "submission": submission(),
    "vraag-opgave": "Meer groen in de wijk.",
    "vraag-overnachting": "beide-nachten",
    "vraag-akkoord": "ja",
}


@pytest.fixture
def visitor(serve: Serve) -> FlaskClient:
    return serve("signup")


@pytest.fixture
def manage(serve: Serve) -> FlaskClient:
    return serve("manage")


def send(client: FlaskClient, path: str = FORM, **changes: str) -> TestResponse:
    return client.post(path, data=TYPED | changes)


def soup(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def test_the_pages_are_there(visitor: FlaskClient) -> None:
    """Front page, workshop, form, privacy statement and link page answer 200 with security headers."""
    for path in ("/", PAGE, FORM, f"{PAGE}/privacy", f"{PAGE}/link", f"{PAGE}/ontvangen"):
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert FORM in visitor.get(PAGE).text


def test_the_stylesheet_is_served_under_the_address_pages_name(visitor: FlaskClient) -> None:
    """Pages link to the stylesheet by an address made of its content, so caches may keep it for ever."""
    sheet = soup(visitor.get("/")).find("link", rel="stylesheet")
    assert sheet is not None
    answer = visitor.get(str(sheet["href"]))  # type: ignore[index]
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert visitor.get("/werkplaats/_/stijl.0123456789ab.css").status_code == 404


def test_the_fonts_are_served_beside_the_stylesheet(visitor: FlaskClient) -> None:
    """At the addresses that pages and the stylesheet name, for ever; only fonts of our own may be loaded."""
    page = visitor.get("/")
    assert "font-src 'self'" in page.headers["Content-Security-Policy"]
    sheet = str(soup(page).select_one("link[rel=stylesheet]")["href"])  # type: ignore[index]
    named = re.findall(r'url\("([^"]+\.woff2)"\)', visitor.get(sheet).text)
    assert len(named) == 4
    preloaded = [str(link["href"]) for link in soup(page).select("link[rel=preload]")]
    assert set(preloaded) <= {f"/werkplaats/_/{name}" for name in named}
    for name in named:
        font = visitor.get(f"/werkplaats/_/{name}")
        assert (font.status_code, font.mimetype, font.data[:4]) == (200, "font/woff2", b"wOF2")
        assert "immutable" in font.headers["Cache-Control"]


def test_the_form_is_as_the_contract_has_it(visitor: FlaskClient) -> None:
    """The form's fields carry the autocomplete names of the contract, and each form has a submission of its own."""
    first, second = soup(visitor.get(FORM)), soup(visitor.get(FORM))
    for autocomplete in ("given-name", "family-name", "email", "organization", "organization-title", "tel"):
        assert len(first.find_all(attrs={"autocomplete": autocomplete})) == 1, autocomplete
    for autocomplete in ("given-name", "family-name", "email"):
        assert first.find(attrs={"autocomplete": autocomplete, "required": True})
    marks = [page.find("input", attrs={"name": "submission", "type": "hidden"})["value"] for page in (first, second)]  # type: ignore[index]
    assert marks[0] != marks[1]


def test_a_sign_up_leads_to_its_page(visitor: FlaskClient, manage: FlaskClient, store: Store) -> None:
    """A sign-up redirects to the registration's page; the same form and person again lead to the same page."""
    answer = send(visitor)
    assert answer.status_code == 303
    again = send(visitor, organisatie="Gemeente Zwolle", voornaam=" jan")
    assert again.headers["Location"] == answer.headers["Location"]
    assert 'data-state="confirmed"' in manage.get(answer.headers["Location"]).text
    assert len(store.seats.all_of(WORKSHOP.id)) == 1


def test_a_known_person_is_told_nothing(visitor: FlaskClient, store: Store) -> None:
    """Signing up somebody who is already registered reveals neither their state nor their link."""
    send(visitor)
    answer = send(visitor, submission=submission("two"), email=" JAN@Example.ORG", voornaam="jan ")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}/ontvangen")
    assert len(store.seats.all_of(WORKSHOP.id)) == 1


def test_a_sixth_person_behind_one_address_is_told_to_use_another(visitor: FlaskClient) -> None:
    """A sixth person with the same address gets a message at the field, and the form keeps what was typed."""
    for number in range(5):
        assert send(visitor, voornaam=f"N{number}", submission=submission(f"{number}")).status_code == 303
    answer = send(visitor, voornaam="Zes", submission=submission("6"))
    assert answer.status_code == 422
    assert "al vijf mensen aangemeld" in answer.text
    assert 'value="Zes"' in answer.text


def test_the_same_form_with_another_person_is_another_sign_up(
    visitor: FlaskClient, manage: FlaskClient, store: Store, links: Links
) -> None:
    """A form sent again for another person is another sign-up, and only its answer offers to cancel the first."""
    first = send(visitor).headers["Location"]
    answer = send(visitor, voornaam="Jans")
    assert answer.status_code == 303
    assert send(visitor, voornaam="Jans").headers["Location"] == answer.headers["Location"]
    path, _, query = answer.headers["Location"].partition("?")
    assert path not in ("", first)
    assert query
    assert "?" not in send(visitor).headers["Location"], "the first sign-up was made with a form that was new"

    said = soup(manage.get(f"{path}?{query}")).find(class_="panel")
    assert said is not None
    for told in ("Jan ", "jan@", first):
        assert told not in str(said)
    assert "cancel_previous" not in buttons(manage.get(path)), "the mail's link opens the page without it"

    data = {"action": "cancel_previous", "submission": said.find("input")["value"]}  # type: ignore[index,union-attr]
    for _ in range(2):
        cancelled = manage.post(path, data=data)
        assert (cancelled.status_code, cancelled.headers["Location"]) == (303, path)
    assert state(manage.get(first)) == ("cancelled", None)
    assert state(manage.get(path)) == ("confirmed", None)
    assert "cancel_previous" in buttons(manage.get(f"{path}?{query}")), "the notice tells nothing of the other's state"


def test_only_the_forms_own_submission_cancels_what_it_signed_up(
    visitor: FlaskClient, manage: FlaskClient, store: Store
) -> None:
    """The earlier sign-up is cancelled only with the unaltered submission of its form, and never by its own page."""
    first = send(visitor).headers["Location"]
    path = send(visitor, voornaam="Jans").headers["Location"].partition("?")[0]
    for wrong in ("", submission("another"), submission()[:-2], "s" * 24):
        refused = manage.post(path, data={"action": "cancel_previous", "submission": wrong})
        assert refused.status_code == 409
    assert manage.post(first, data={"action": "cancel_previous", "submission": submission()}).status_code == 409
    assert [one.state.value for one in store.seats.all_of(WORKSHOP.id)] == ["confirmed", "confirmed"]


def test_a_submission_is_good_for_twelve_hours(visitor: FlaskClient, clock: list[Any]) -> None:
    """A form sent after more than twelve hours comes back with what was typed, and can then be sent."""
    clock[0] += timedelta(hours=12, seconds=1)
    answer = send(visitor)
    assert answer.status_code == 422
    fresh = soup(answer).find("input", attrs={"name": "submission"})["value"]  # type: ignore[index]
    assert 'value="Jan"' in answer.text
    assert send(visitor, submission=str(fresh)).status_code == 303


GMAIL, GOOGLEMAIL = "gmail.com", "googlemail.com"


@pytest.mark.parametrize(
    "addresses",
    [
        ["jan@example.org"] * 6,
        [f"jan+{number}@example.org" for number in range(6)],
        [f"{name}@{GMAIL}" for name in ("j.an", "ja.n", "jan", "jan+a")] + [f"JAN@{GOOGLEMAIL}", f"j.a.n@{GMAIL}"],
    ],
    ids=["the same", "tags", "dots"],
)
def test_one_mailbox_is_signed_up_five_times_a_day(
    visitor: FlaskClient, manage: FlaskClient, store: Store, clock: list[Any], addresses: list[str]
) -> None:
    """A sixth sign-up in one day for one mailbox is refused at the field, even if the five others were cancelled."""
    for number, email in enumerate(addresses[:5]):
        answer = send(visitor, email=email, voornaam=f"N{number}", submission=submission(f"{number}"))
        assert manage.post(answer.headers["Location"], data={"action": "cancel"}).status_code == 303
    sixth = {"email": addresses[5], "voornaam": "Zes", "submission": submission("6")}
    answer = send(visitor, **sixth)
    assert answer.status_code == 422
    assert soup(answer).find(id="email-fout")
    assert 'value="Zes"' in answer.text
    clock[0] += timedelta(days=1)
    assert send(visitor, **sixth | {"submission": submission("7", clock[0])}).status_code == 303


def test_joining_again_stops_after_three_times(visitor: FlaskClient, manage: FlaskClient, store: Store) -> None:
    """Joining again is possible three times, so that nobody can fill a mailbox by cancelling and joining again."""
    path = send(visitor).headers["Location"]
    for _ in range(3):
        manage.post(path, data={"action": "cancel"})
        assert manage.post(path, data={"action": "rejoin"}).status_code == 303
    manage.post(path, data={"action": "cancel"})
    refused = manage.post(path, data={"action": "rejoin"})
    assert refused.status_code == 409
    assert f"mail ons dan: {WORKSHOP.sender.reply_to}" in refused.text
    assert buttons(refused) == set()
    assert len(list(store.outbox.due(NOW + timedelta(days=1)))) == 8


@pytest.mark.parametrize("others", [1, 4])
def test_joining_again_beside_others_with_the_same_address(
    visitor: FlaskClient, manage: FlaskClient, store: Store, others: int
) -> None:
    """Somebody can join again while colleagues with the same address are signed up."""
    paths = [
        send(visitor, voornaam=f"Naam {'abcde'[number]}", submission=submission(f"{number}")).headers["Location"]
        for number in range(others + 1)
    ]
    assert manage.post(paths[0], data={"action": "cancel"}).status_code == 303
    assert manage.post(paths[0], data={"action": "rejoin"}).status_code == 303
    assert state(manage.get(paths[0])) == ("confirmed", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"voornaam": ""}, "voornaam"),
        ({"voornaam": "   "}, "voornaam"),
        ({"voornaam": "x" * 81}, "voornaam"),
        ({"achternaam": "de\r\nBcc: wie@example.org"}, "achternaam"),
        ({"achternaam": "de\x00Vries"}, "achternaam"),
        ({"email": "geen adres"}, "email"),
        ({"email": "jan@"}, "email"),
        ({"email": "jan@example.org\r\nBcc: wie@example.org"}, "email"),
        ({"vraag-opgave": ""}, "vraag-opgave"),
        ({"vraag-opgave": "x" * 5001}, "vraag-opgave"),
        ({"vraag-overnachting": "in-een-tent"}, "vraag-overnachting"),
        ({"vraag-akkoord": ""}, "vraag-akkoord"),
    ],
)
def test_bad_input_is_told_at_the_field_and_loses_nothing(
    visitor: FlaskClient, store: Store, changes: dict[str, str], field: str
) -> None:
    """Bad input is answered with 422, a summary, a message at the field, and everything else as it was typed."""
    answer = send(visitor, organisatie="Gemeente & <b>Zwolle</b>", **changes)
    assert answer.status_code == 422
    page = soup(answer)
    assert {str(one["id"]) for one in page.find_all(class_="error")} == {f"{field}-fout"}
    assert page.find(attrs={"role": "alert"})
    assert page.find("input", attrs={"name": "organisatie"})["value"] == "Gemeente & <b>Zwolle</b>"  # type: ignore[index]
    assert page.find("input", attrs={"name": "submission"})["value"] == TYPED["submission"]  # type: ignore[index]
    assert store.seats.all_of(WORKSHOP.id) == ()


@pytest.mark.parametrize("mark", ["", "kort", "<script>", "x" * 129, "abcdefgh"])
def test_a_form_without_our_mark_gets_a_new_one(visitor: FlaskClient, store: Store, mark: str) -> None:
    """A form without a valid submission comes back with a new one and with what was typed."""
    answer = send(visitor, submission=mark)
    assert answer.status_code == 422
    fresh = soup(answer).find("input", attrs={"name": "submission"})["value"]  # type: ignore[index]
    assert re.fullmatch(r"[\w.-]{16,100}", str(fresh))
    assert 'value="Jan"' in answer.text
    assert send(visitor, submission=str(fresh)).status_code == 303


def test_markup_is_text_everywhere(visitor: FlaskClient, manage: FlaskClient) -> None:
    """HTML and template syntax that people type are shown as text."""
    answer = send(visitor, voornaam="<script>alert(1)</script>", achternaam='"><img src=x>', organisatie="{{7*7}}")
    assert answer.status_code == 303
    shown = manage.get(answer.headers["Location"]).text
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "chunked"])
def test_too_large_a_body_is_refused(visitor: FlaskClient, store: Store, chunked: bool) -> None:
    """A body of more than 64 kB is refused with 413, with or without a Content-Length header."""
    options: dict[str, Any] = {"environ_overrides": {"wsgi.input_terminated": True}} if chunked else {}
    if chunked:
        options["headers"] = {"Transfer-Encoding": "chunked"}
    answer = visitor.post(
        FORM, data="vraag-opgave=" + "x" * 70_000, content_type="application/x-www-form-urlencoded", **options
    )
    assert answer.status_code == 413
    assert answer.headers["Cache-Control"] == "no-store"
    assert "64 kB" in answer.text


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_another_content_type_is_refused(visitor: FlaskClient, content_type: str) -> None:
    """A form in a content type other than that of HTML forms is refused with 415."""
    assert visitor.post(FORM, data=b"{}", content_type=content_type).status_code == 415


@pytest.mark.parametrize("body", [b"voornaam=%ff%fe", b"voornaam=\xff", b"a=1&" * 600])
def test_an_unreadable_form_is_refused(visitor: FlaskClient, body: bytes) -> None:
    """A form that is not UTF-8, or has more fields than any of our forms, is refused with 400."""
    answer = visitor.post(FORM, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(visitor: FlaskClient, manage: FlaskClient, links: Links, method: str) -> None:
    """Other methods are refused with 405 and an Allow header."""
    for client, path in ((visitor, FORM), (manage, links.registration_path("r1"))):
        answer = getattr(client, method)(path)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
    assert visitor.post(PAGE, data=TYPED).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/werkplaats/nergens",
        "/werkplaats/nergens/aanmelden",
        f"{PAGE}/niets",
        "/iets",
        "/werkplaats/..%2f..%2fetc",
        "/werkplaats/" + "x" * 2000,
        "/werkplaats/a%00b",
    ],
)
def test_what_is_not_there_is_not_found(visitor: FlaskClient, path: str) -> None:
    """An unknown address gets 404 with a Dutch page that may not be cached."""
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<main" in answer.text


def test_a_closed_workshop_says_so_and_since_when(visitor: FlaskClient, clock: list[Any]) -> None:
    """Sign-up is open on the closing day; after that the page gives that day, and a new form gets 409."""
    clock[0] = NOW.replace(month=8, day=1, hour=21)
    mine, other = submission("mine", clock[0]), submission("other", clock[0])
    answer = send(visitor, submission=mine)
    assert answer.status_code == 303
    clock[0] += timedelta(hours=2)
    page = visitor.get(FORM)
    assert page.status_code == 200
    assert "gesloten" in page.text
    assert "1\N{NO-BREAK SPACE}augustus\N{NO-BREAK SPACE}2027" in page.text
    assert "<form" not in page.text
    assert send(visitor, submission=other, email="ander@example.org").status_code == 409
    assert send(visitor, submission=other, email="").status_code == 409
    assert send(visitor, submission=mine).headers["Location"] == answer.headers["Location"]


def test_asking_for_the_link_tells_nothing(visitor: FlaskClient, store: Store) -> None:
    """Asking for the link gets the same answer for a known and an unknown address."""
    send(visitor)
    answers = [
        visitor.post(f"{PAGE}/link", data={"email": email, "submission": mark * 24})
        for email, mark in (("jan@example.org", "a"), ("wie@example.org", "b"))
    ]
    assert [(one.status_code, one.headers["Location"], one.text) for one in answers] == [
        (303, f"{PAGE}/link/verstuurd", "")
    ] * 2
    assert visitor.get(f"{PAGE}/link/verstuurd").status_code == 200
    assert visitor.post(f"{PAGE}/link", data={"email": "x"}).status_code == 422
    kinds = [mail.kind.value for mail in store.outbox.due(NOW + timedelta(days=1), 10)]
    assert sorted(kinds) == ["confirmed", "link"]


@pytest.fixture
def full(queue: SeatQueue) -> SeatQueue:
    """All 24 seats are held by r1 to r24; r25 and r26 are on the waitlist."""
    queue.do_all(WORKSHOP.id, [sign_up(number) for number in range(1, 27)])
    return queue


def state(answer: TestResponse) -> tuple[str, str | None]:
    main = soup(answer).find("main")
    assert main is not None
    return str(main["data-state"]), main.get("data-place")  # type: ignore[index,union-attr,return-value]


def buttons(answer: TestResponse) -> set[str]:
    return {str(one["value"]) for one in soup(answer).find_all("button", attrs={"name": "action"})}


def test_my_registration_shows_where_i_stand(manage: FlaskClient, full: SeatQueue, links: Links) -> None:
    """The page shows the state, the place and the buttons that the state allows, and may not be cached."""
    answer = manage.get(links.registration_path("r1"))
    assert (state(answer), buttons(answer)) == (("confirmed", None), {"cancel"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert state(manage.get(links.registration_path("r1") + "/")) == ("confirmed", None), "as every other page"
    answer = manage.get(links.registration_path("r26"))
    assert (state(answer), buttons(answer)) == (("waitlisted", "2"), {"cancel"})
    full.do(WORKSHOP.id, Cancel("r1"))
    full.do(WORKSHOP.id, Promote())
    answer = manage.get(links.registration_path("r25"))
    assert (state(answer), buttons(answer)) == (("offered", None), {"accept", "decline"})
    answer = manage.get(links.registration_path("r1"))
    assert (state(answer), buttons(answer)) == (("cancelled", None), {"rejoin"})


def test_an_action_takes_effect_and_leads_back(manage: FlaskClient, full: SeatQueue, links: Links) -> None:
    """An action redirects to the same page, also if repeated; one that the state does not allow gets 409."""
    path = links.registration_path("r1")
    for _ in range(2):
        answer = manage.post(path, data={"action": "cancel"})
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    refused = manage.post(path, data={"action": "accept"})
    assert refused.status_code == 409
    assert state(refused) == ("cancelled", None)
    assert "geen aanbod" in soup(refused).find(attrs={"role": "alert"}).text  # type: ignore[union-attr]


def version(answer: TestResponse) -> str:
    """The version that the page's forms send along, which is the same in each of them."""
    versions = {str(one["value"]) for one in soup(answer).find_all("input", attrs={"name": "version"})}
    assert len(versions) == 1
    return versions.pop()


def test_a_click_on_a_page_that_has_changed_since_is_refused(
    manage: FlaskClient, full: SeatQueue, links: Links
) -> None:
    """A cancellation from a page that still showed the waitlist does not cancel the seat accepted since."""
    path = links.registration_path("r25")
    waiting = version(manage.get(path))
    full.do(WORKSHOP.id, Cancel("r1"))
    full.do(WORKSHOP.id, Promote())
    offered = version(manage.get(path))
    assert manage.post(path, data={"action": "accept", "version": offered}).status_code == 303
    for seen in (waiting, offered, "", "-1", "1e3", "x" * 5000, "٣"):
        refused = manage.post(path, data={"action": "cancel", "version": seen})
        assert refused.status_code == 409, seen
        assert state(refused) == ("confirmed", None)
    assert manage.post(path, data={"action": "accept", "version": offered}).status_code == 303, "a double click"
    assert manage.post(path, data={"action": "cancel", "version": version(refused)}).status_code == 303


def test_joining_again_works_as_soon_as_the_page_offers_it(
    manage: FlaskClient, full: SeatQueue, links: Links, clock: list[Any]
) -> None:
    """Somebody whose offer has ended can join again at once, before the schedule has recorded that it expired."""
    full.do(WORKSHOP.id, Cancel("r1"))
    full.do(WORKSHOP.id, Promote())
    clock[0] += timedelta(days=3)
    path = links.registration_path("r25")
    page = manage.get(path)
    assert (state(page), buttons(page)) == (("expired", None), {"rejoin"})
    assert manage.post(path, data={"action": "rejoin", "version": version(page)}).status_code == 303
    assert state(manage.get(path)) == ("waitlisted", "2")


def test_a_get_changes_nothing(
    manage: FlaskClient, full: SeatQueue, store: Store, links: Links, clock: list[Any]
) -> None:
    """A GET changes nothing, because mail scanners follow links; an offer that has ended is only shown as such."""
    full.do(WORKSHOP.id, Cancel("r1"))
    full.do(WORKSHOP.id, Promote())
    clock[0] += timedelta(days=3)
    ledger = store.seats.ledger(WORKSHOP.id)
    answer = manage.get(links.registration_path("r25") + "?action=accept")
    assert (state(answer), buttons(answer)) == (("expired", None), {"rejoin"})
    assert manage.head(links.registration_path("r25")).status_code == 200
    assert store.seats.ledger(WORKSHOP.id) == ledger
    assert manage.post(links.registration_path("r25"), data={"action": "accept"}).status_code == 409


@pytest.mark.parametrize("action", ["", "CANCEL", "wipe", "promote"])
def test_an_unknown_action_changes_nothing(
    manage: FlaskClient, full: SeatQueue, links: Links, store: Store, action: str
) -> None:
    """An unknown action is answered with 400 and changes nothing."""
    ledger = store.seats.ledger(WORKSHOP.id)
    assert manage.post(links.registration_path("r1"), data={"action": action}).status_code == 400
    assert store.seats.ledger(WORKSHOP.id) == ledger


def test_no_altered_link_opens_anything(manage: FlaskClient, full: SeatQueue, links: Links) -> None:
    """A link that is altered, cut off, extended, of another kind, or signed with an unknown key is not found (404)."""
    token = links.registration_path("r1").removeprefix("/aanmelding/")
    other = links.registration_path("r2").removeprefix("/aanmelding/")
    assert manage.get(f"/aanmelding/{token}").status_code == 200
    forged = [token[:-1], token + "A", token + "=", token.upper(), "r1", "r1.", ".", "r2." + token.split(".")[1]]
    forged += [token[:i] + ("A" if token[i] != "A" else "B") + token[i + 1 :] for i in range(len(token))]
    forged += [Links(("x" * 32,)).registration_path("r1").removeprefix("/aanmelding/")]
    forged += [links.survey(WORKSHOP, WORKSHOP.waves[0], "r1").removeprefix("/enquete/"), f"{token}%00", f"{token}/x"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    forged += [token[:-1] + letter for letter in alphabet if letter != token[-1]]
    assert other not in forged
    assert {manage.get(f"/aanmelding/{one}").status_code for one in forged} == {404}
    assert manage.post(f"/aanmelding/{forged[0]}", data={"action": "cancel"}).status_code == 404


def test_a_link_of_an_older_key_still_opens(manage: FlaskClient, full: SeatQueue) -> None:
    """A link signed with an older key of SIGNING_KEYS still opens the registration."""
    assert manage.get(Links((KEYS[1],)).registration_path("r1")).status_code == 200


def test_an_erased_registration_says_so(manage: FlaskClient, full: SeatQueue, links: Links) -> None:
    """The link of an erased registration gets 404 with a page that says that the data was removed."""
    full.do(WORKSHOP.id, ErasePerson("r1"))
    answer = manage.get(links.registration_path("r1"))
    assert answer.status_code == 404
    assert "verwijderd" in answer.text
    assert manage.post(links.registration_path("r1"), data={"action": "cancel"}).status_code == 404


def test_what_breaks_inside_is_not_shown(
    visitor: FlaskClient, store: Store, project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unreadable document gives a page of ours with 500; neither the page nor the log quotes the document."""
    database(store).collection("workshops").document("stuk").set({"title": "geheim"})
    database(store).collection("ledgers").document("stuk").set({"id": "stuk", "capacity": 1})
    answer = visitor.get("/werkplaats/stuk")
    assert answer.status_code == 500
    assert "geheim" not in answer.text
    assert "Traceback" not in answer.text
    logged = capsys.readouterr().out
    assert "request.crashed" in logged
    assert "geheim" not in logged


def test_a_store_that_does_not_answer_is_said(visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the store does not answer, the visitor gets 503 with the form as it was typed, and when to try again."""
    import sys

    from werkplaats.workflows.seats.commit import SeatsBusyError

    runtime = sys.modules["main"].runtime

    def busy(*_: object) -> None:
        raise SeatsBusyError

    monkeypatch.setattr(runtime.seat_queue, "do", busy)
    answer = send(visitor)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert 'value="Jan"' in answer.text
    assert TYPED["submission"] in answer.text


def test_a_workshop_that_was_called_off_says_so(
    visitor: FlaskClient, manage: FlaskClient, store: Store, queue: SeatQueue
) -> None:
    """All pages of a workshop that was called off say so, only people who signed up see why, and no list has it."""
    mine = send(visitor).headers["Location"]
    queue.do(WORKSHOP.id, CallOff("De begeleider is **ziek**. <script>"))
    for client, path in ((visitor, PAGE), (visitor, FORM), (manage, mine)):
        page = soup(client.get(path))
        main = page.find("main")
        assert main is not None
        assert main["data-workshop"] == "called_off"  # type: ignore[index]
        assert "gaat niet door" in page.get_text()
        assert page.find("form") is None
    own = manage.get(mine).text
    assert "De begeleider is <strong>ziek</strong>." in own
    assert "<script>" not in own
    assert 'data-state="confirmed"' in own
    assert WORKSHOP.title not in visitor.get("/").text


@pytest.mark.parametrize("action", ["cancel", "accept", "decline", "rejoin"])
def test_after_calling_off_every_button_answers_that(
    visitor: FlaskClient, manage: FlaskClient, queue: SeatQueue, action: str
) -> None:
    """After calling off every action on a registration, and a new sign-up, gets 409 with an explanation."""
    mine = send(visitor).headers["Location"]
    queue.do(WORKSHOP.id, CallOff("De begeleider is ziek."))
    answer = manage.post(mine, data={"action": action})
    assert answer.status_code == 409
    assert "De werkplaats gaat niet door. Je kunt hier niets meer veranderen" in answer.text
    refused = send(visitor, email="piet@example.org", voornaam="Piet")
    assert refused.status_code == 409
    assert 'data-workshop="called_off"' in refused.text


def test_a_workshop_that_practises_is_listed_nowhere(visitor: FlaskClient, store: Store) -> None:
    """A practice workshop is not on the front page; its own page says what it is and has noindex."""
    publish_workshop(store, replace(WORKSHOP, id="oefening", title="Alleen om te oefenen", practice=True), NOW)
    assert "Alleen om te oefenen" not in visitor.get("/").text
    page = soup(visitor.get("/werkplaats/oefening"))
    assert "Dit is een oefening." in page.get_text()
    assert page.find("meta", attrs={"name": "robots", "content": "noindex"})


def test_sign_up_that_is_opened_by_hand_is_open(visitor: FlaskClient, store: Store) -> None:
    """Sign-up opened by hand is open before its days, and closed by hand it says so without naming a day."""
    for how, status in (("open", 303), ("closed", 409)):
        window = replace(WORKSHOP.sign_up, opens=NOW.date() + timedelta(days=9), by_hand=how)
        publish_workshop(store, replace(WORKSHOP, sign_up=window), NOW)
        assert send(visitor, submission=submission(how), email=f"{how}@example.org").status_code == status
    assert "Aanmelden kan nu niet." in visitor.get(FORM).text
