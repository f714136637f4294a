"""The organisers' desk over HTTP: who gets in, what the pages show, and which requests are refused."""

import csv
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.functions.conftest import Serve
from tests.samples import NOW, person, sign_up
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from tests.signing_in import signed_in
from werkplaats.domain.attendance import Mark
from werkplaats.domain.registration import Person, State
from werkplaats.domain.seats.commands import Accept, Cancel, ErasePerson, Promote
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

DESK = f"/organisatie/{WORKSHOP.id}"
ORGANISER = "platform31@example.org"
DAY = WORKSHOP.first_day.isoformat()

Open = Callable[..., TestResponse]


@pytest.fixture
def client(serve: Serve) -> FlaskClient:
    return serve("organiser")


@pytest.fixture
def ask(client: FlaskClient, store: Store, clock: list[Any]) -> Open:
    """Asks for a page as somebody who is signed in."""

    def ask(path: str, email: str = ORGANISER, data: Any = None, **headers: str) -> TestResponse:
        cookie = signed_in(store, email, clock[0])
        signed = cookie | {name.replace("_", "-"): value for name, value in headers.items()}
        if data is None:
            return client.get(path, headers=signed)
        return client.post(path, data=data, headers=signed)

    return ask


def soup(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def text(answer: TestResponse) -> str:
    main = soup(answer).main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def version(answer: TestResponse) -> str:
    """The version that the forms on this page send along."""
    field = soup(answer).find("input", attrs={"name": "version"})
    assert field is not None
    return str(field["value"])  # type: ignore[index]


def click(ask: Open, registration: str, action: str, **headers: str) -> TestResponse:
    """Opens a person's page and presses the button `action` on it."""
    path = f"{DESK}/mensen/{registration}"
    return ask(path, data={"action": action, "version": version(ask(path))}, **headers)


def rows(answer: TestResponse) -> list[list[str]]:
    """The rows of a CSV file, read in the way that Excel with Dutch settings reads it."""
    assert answer.data.startswith(b"\xef\xbb\xbf"), "without this mark Excel reads it as Windows-1252"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))


# Who gets in


@pytest.mark.parametrize(
    "cookie",
    [
        None,
        "",
        "s.",
        "x" * 5000,
        "s." + "A" * 43,
        "s." + "A" * 42,
        "s." + "A" * 43 + "; __session=s." + "B" * 43,
        "a." + "0" * 32 + "." + "A" * 43,
        "s.../../registrations/r1",
        "s." + "é" * 43,
    ],
    ids=[
        "none", "empty", "no token", "too long", "made up", "too short", "two", "of a request", "a path", "no ASCII",
    ],
)  # fmt: skip
def test_whoever_is_not_signed_in_is_asked_to(
    client: FlaskClient, cookie: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page leads to where one signs in, and back; what would change something is refused. The log quotes nothing."""
    headers = {} if cookie is None else {"Cookie": f"__session={cookie}".encode().decode("latin-1")}
    for path in ("/organisatie/", DESK, f"{DESK}/mensen.csv?q=jan", "/organisatie/bestaat-niet"):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 303
        back = "" if path == "/organisatie/" else "?" + urlencode({"naar": path})
        assert answer.headers["Location"] == f"/organisatie/inloggen{back}"
        assert answer.headers["Cache-Control"] == "no-store"
    answer = client.post(f"{DESK}/mensen/r1", data={"action": "cancel"}, headers=headers)
    assert answer.status_code == 401
    assert client.post("/organisatie/", data={"a": "b"}).status_code == 401, "also where nothing takes a POST"
    assert "Log eerst in" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "A" * 42 not in capsys.readouterr().out


def test_other_headers_do_not_sign_in(client: FlaskClient) -> None:
    """Neither the local run's header nor those of a proxy are believed."""
    headers = {"X-Local-Organiser": ORGANISER, "X-Goog-Authenticated-User-Email": f"accounts.google.com:{ORGANISER}"}
    assert client.get(DESK, headers=headers).status_code == 303


def test_an_organiser_sees_only_what_is_theirs(ask: Open, store: Store) -> None:
    """An organiser sees only their own workshops; another's gets the same 403 as one that does not exist."""
    publish_workshop(store, sample_workshop(), NOW)
    mine = ask("/organisatie/", "Platform31@EXAMPLE.org")
    assert mine.status_code == 200
    assert WORKSHOP.title in mine.text
    assert "Proefwerkplaats" not in mine.text
    others = ask("/organisatie/proef")
    nothing = ask("/organisatie/bestaat-niet")
    assert (others.status_code, nothing.status_code) == (403, 403)
    assert others.text == nothing.text
    assert ask("/organisatie/", "iemand@example.com").status_code == 403
    assert ask(DESK, "iemand@example.com").status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://desk.example.org", "X-Forwarded-Host": "desk.example.org"}, 303),
        ({}, 303),
    ],
)
def test_another_sites_page_changes_nothing(
    ask: Open, queue: SeatQueue, store: Store, headers: dict[str, str], status: int
) -> None:
    """A form sent from another site's page is refused with 403; our own pages and programs are accepted."""
    queue.do(WORKSHOP.id, sign_up(1))
    answer = click(ask, "r1", "cancel", **headers)
    assert answer.status_code == status
    registration = store.seats.registration("r1")
    assert registration is not None
    assert (registration.state is State.CANCELLED) == (status == 303)


def test_pages_are_kept_nowhere_and_run_no_scripts_but_one(ask: Open) -> None:
    """All pages have security headers and may not be cached; only the attendance page may run a script."""
    for path in ("/organisatie/", DESK, f"{DESK}/mensen", f"{DESK}/aanwezig", f"{DESK}/resultaten/evaluatie"):
        answer = ask(path)
        assert answer.status_code == 200, path
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert ("script-src 'self'" in policy) == path.endswith("aanwezig")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "style=" not in answer.text
    for path in (f"{DESK}/mensen/r1", f"{DESK}/resultaten/onbekend", f"{DESK}/iets", "/organisatie/_/aanwezig.js"):
        assert ask(path).status_code == 404, path
    assert ask(f"{DESK}/mensen", data={}).status_code == 405


def test_the_desk_serves_its_own_script(ask: Open, client: FlaskClient) -> None:
    """Its script, without personal data, is served to anybody. The stylesheet is that of the public pages."""
    page = soup(ask(f"{DESK}/aanwezig"))
    sheet, script = page.find("link", rel="stylesheet"), page.find("script")
    assert sheet is not None
    assert script is not None
    assert str(sheet["href"]).startswith("/werkplaats/_/stijl.")
    assert client.get(str(script["src"])).mimetype == "text/javascript"


# Numbers and people


def full_house(queue: SeatQueue, store: Store) -> None:
    """A workshop of two seats: 1 and 2 have them, 3 and 4 are on the waitlist, and 5 has cancelled."""
    publish_workshop(store, replace(WORKSHOP, capacity=2), NOW)
    for number in range(1, 6):
        queue.do(WORKSHOP.id, sign_up(number))
    queue.do(WORKSHOP.id, Cancel("r5"))


def test_the_numbers(ask: Open, queue: SeatQueue, store: Store) -> None:
    """The overview shows seats, offers, waitlist and free seats as the ledger counts them."""
    full_house(queue, store)
    queue.do(WORKSHOP.id, Cancel("r2"))
    queue.do(WORKSHOP.id, Promote())
    shown = text(ask(DESK))
    assert "1 met een plek 1 kiest nog 1 op de wachtlijst 0 vrij van 2" in shown
    assert "Hoe vond je de werkplaats?" in shown
    assert "1 van de 2 plekken bezet" in text(ask("/organisatie/"))


def test_the_list_is_in_order_searched_and_filtered(ask: Open, queue: SeatQueue, store: Store) -> None:
    """The list has seats by name, then the waitlist in order, then who left; a search ignores accents and case."""
    full_house(queue, store)
    odd = Person(given_name="José", family_name="Ünal", email="jose@example.org", organisation="Woonstad")
    queue.do(WORKSHOP.id, replace(sign_up(6), person=odd))

    def names(query: str = "") -> list[str]:
        return [str(link.get_text()) for link in soup(ask(f"{DESK}/mensen{query}")).select(".people tbody a")]

    assert names() == ["Naam1 Achter", "Naam2 Achter", "Naam3 Achter", "Naam4 Achter", "José Ünal", "Naam5 Achter"]
    assert names("?q=JOSE+unal") == names("?q=woonstad") == names("?q=jose@") == ["José Ünal"]
    assert names("?q=achter&stand=wachtlijst") == ["Naam3 Achter", "Naam4 Achter"]
    assert names("?stand=weg") == ["Naam5 Achter"]
    assert names("?q=niemand") == []
    assert len(names("?stand=onbekend")) == 6
    assert "wachtlijst, plaats 3" in text(ask(f"{DESK}/mensen?q=jose"))


def test_what_people_typed_is_text(ask: Open, queue: SeatQueue) -> None:
    """HTML in names and answers is shown as text."""
    hostile = Person(given_name="<script>x</script>", family_name='"><b>', email="o'h+<i>@example.org")
    queue.do(WORKSHOP.id, replace(sign_up(1), person=hostile, answers={"opgave": "<img src=x>"}))
    for path in (f"{DESK}/mensen", f"{DESK}/mensen?q=%3Cscript%3E", f"{DESK}/mensen/r1", f"{DESK}/aanwezig"):
        page = ask(path)
        assert "&lt;script&gt;" in page.text
        assert "<script>x" not in page.text
        assert "<img" not in page.text


def test_the_file_of_people_computes_nothing(ask: Open, queue: SeatQueue) -> None:
    """In the CSV file an apostrophe precedes whatever a spreadsheet would take for a formula."""
    sly = Person(
        given_name="=1+1", family_name="@SUM(A1)", email="-x@example.org", organisation='A;"B"', phone="+31 6 12345678"
    )
    answers: dict[str, Any] = {"opgave": "\t=cmd|x\nregel", "overnachting": "geen", "akkoord": True}
    queue.do(WORKSHOP.id, replace(sign_up(1), person=sly, answers=answers))
    queue.do(WORKSHOP.id, sign_up(2))
    answer = ask(f"{DESK}/mensen.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    head, *people = rows(answer)
    line = dict(zip(head, next(row for row in people if "SUM" in row[1]), strict=True))
    assert line["Voornaam"] == "'=1+1"
    assert line["Achternaam"] == "'@SUM(A1)"
    assert line["E-mailadres"] == "'-x@example.org"
    assert line["Organisatie"] == 'A;"B"'
    assert line["Telefoonnummer"] == "'+31 6 12345678"
    assert line["Aan welke opgave werk je, en wat is jouw rol daarin?"] == "'\t=cmd|x\nregel"
    assert line["Blijf je slapen?"] == "Nee, ik slaap ergens anders"
    assert line["Stand"] == "plek"
    assert len(rows(ask(f"{DESK}/mensen.csv?q=naam2"))) == 2
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in people for cell in row)


def test_a_person_whose_data_is_erased(ask: Open, queue: SeatQueue) -> None:
    """An erased person is listed without a name, is left out of the CSV file, and cannot be acted upon (409)."""
    queue.do(WORKSHOP.id, sign_up(1))
    queue.do(WORKSHOP.id, ErasePerson("r1"))
    assert "Gegevens gewist" in text(ask(f"{DESK}/mensen"))
    assert "Gegevens gewist" in text(ask(f"{DESK}/mensen/r1"))
    assert len(rows(ask(f"{DESK}/mensen.csv"))) == 1
    assert ask(f"{DESK}/mensen/r1", data={"action": "cancel"}).status_code == 409


# Seats


def test_looking_changes_nothing(ask: Open, queue: SeatQueue, store: Store) -> None:
    """A GET changes nothing, whatever its query string asks for."""
    full_house(queue, store)
    before = store.seats.ledger(WORKSHOP.id)
    for path in (f"{DESK}/mensen/r1?action=cancel", f"{DESK}/aanwezig?dag={DAY}&stand=present", f"{DESK}/mensen"):
        assert ask(path).status_code == 200
    assert ask(f"{DESK}/aanwezig/r1?dag={DAY}&stand=present").status_code == 200
    assert store.seats.ledger(WORKSHOP.id) == before
    assert store.attendance.of(WORKSHOP.id) == {}


def test_giving_up_a_seat_for_somebody(ask: Open, queue: SeatQueue, store: Store) -> None:
    """An organiser can cancel for somebody, who is mailed about it; clicking twice does no harm."""
    full_house(queue, store)
    assert soup(ask(f"{DESK}/mensen/r1")).find("button", value="cancel")
    seen = version(ask(f"{DESK}/mensen/r1"))
    for _ in range(2):
        answer = ask(f"{DESK}/mensen/r1", data={"action": "cancel", "version": seen})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{DESK}/mensen/r1")
    page = soup(ask(f"{DESK}/mensen/r1"))
    assert page.main is not None
    assert page.main["data-state"] == "cancelled"
    assert not page.find("button", value="cancel")
    ledger = store.seats.ledger(WORKSHOP.id)
    assert ledger is not None
    assert store.outbox.get(f"r1-cancelled-{ledger.version}") is not None
    assert store.journal.get(WORKSHOP.id, f"{ledger.version:010d}-r1-cancelled_by_organiser") is not None
    registration = store.seats.registration("r1")
    assert registration is not None
    assert registration.cancelled_by_organiser


def test_giving_a_seat(ask: Open, queue: SeatQueue, store: Store) -> None:
    """A free seat can be given out of turn, and the page says who is passed over; without one it is refused."""
    full_house(queue, store)
    full = ask(f"{DESK}/mensen/r4", data={"action": "give_seat", "version": version(ask(f"{DESK}/mensen/r4"))})
    assert full.status_code == 409
    assert "geen plek vrij" in text(full)
    queue.do(WORKSHOP.id, Cancel("r1"))
    page = ask(f"{DESK}/mensen/r4")
    assert "gaat Naam4 Achter voor op één ander die langer wacht" in text(page)
    for _ in range(2):
        given = ask(f"{DESK}/mensen/r4", data={"action": "give_seat", "version": version(page)})
        assert given.status_code == 303
    registrations = {one.id: one.state for one in store.seats.all_of(WORKSHOP.id)}
    assert registrations["r4"] is State.CONFIRMED
    assert registrations["r3"] is State.WAITLISTED
    seen = store.seats.registration("r5").state_version  # type: ignore[union-attr]
    refused = ask(f"{DESK}/mensen/r5", data={"action": "give_seat", "version": str(seen)})
    assert "geen plek vrij" in text(refused)


def test_a_click_on_a_page_that_has_changed_since_is_refused(ask: Open, queue: SeatQueue, store: Store) -> None:
    """A click from a page that shows an older state, or one without a version, is refused with 409."""
    full_house(queue, store)
    seen = version(ask(f"{DESK}/mensen/r3"))
    queue.do(WORKSHOP.id, Cancel("r1"))
    queue.do(WORKSHOP.id, Promote())
    queue.do(WORKSHOP.id, Accept("r3"))
    for data in ({"version": seen}, {}, {"version": "x"}):
        refused = ask(f"{DESK}/mensen/r3", data={"action": "cancel", **data})
        assert refused.status_code == 409
        assert "intussen iets veranderd" in text(refused)
        assert soup(refused).main["data-state"] == "confirmed"  # type: ignore[index]
    seen = version(ask(f"{DESK}/mensen/r4"))
    queue.do(WORKSHOP.id, Cancel("r4"))
    queue.do(WORKSHOP.id, Cancel("r2"))
    assert ask(f"{DESK}/mensen/r4", data={"action": "give_seat", "version": seen}).status_code == 409
    assert ask(f"{DESK}/mensen/r4", data={"action": "cancel"}).status_code == 303, "it has already taken effect"


def test_once_begun_a_seat_is_not_given_up(ask: Open, queue: SeatQueue, clock: list[Any]) -> None:
    """Once the workshop has begun, a seat can no longer be cancelled; absence is recorded as attendance instead."""
    queue.do(WORKSHOP.id, sign_up(1))
    clock[0] = WORKSHOP.begins_at
    assert not soup(ask(f"{DESK}/mensen/r1")).find("button", value="cancel")
    answer = ask(f"{DESK}/mensen/r1", data={"action": "cancel"})
    assert answer.status_code == 409
    assert "is begonnen" in text(answer)


def test_an_unknown_button_and_anothers_registration(ask: Open, queue: SeatQueue, store: Store) -> None:
    """An unknown action is answered with 400; a registration of another workshop is not found (404)."""
    publish_workshop(store, sample_workshop(), NOW)
    queue.do("proef", replace(sign_up(7), person=person(7)))
    queue.do(WORKSHOP.id, sign_up(1))
    assert ask(f"{DESK}/mensen/r1", data={"action": "promote"}).status_code == 400
    assert ask(f"{DESK}/mensen/r7").status_code == 404
    assert ask(f"{DESK}/mensen/r7", data={"action": "cancel"}).status_code == 404
    assert ask(f"{DESK}/aanwezig/r7", data={"dag": DAY, "stand": "present"}).status_code == 404


# Attendance


def test_a_tap_is_noted_and_may_be_repeated(ask: Open, queue: SeatQueue, store: Store) -> None:
    """A mark is stored, may be sent twice, and is removed by "open"."""
    queue.do(WORKSHOP.id, sign_up(1))
    for _ in range(2):
        answer = ask(f"{DESK}/aanwezig/r1", data={"dag": DAY, "stand": "present", "q": "naam 1"})
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{DESK}/aanwezig?dag={DAY}&q=naam+1#p-r1"
        assert store.attendance.of(WORKSHOP.id) == {"r1": {DAY: Mark.PRESENT}}
    scripted = ask(f"{DESK}/aanwezig/r1", data={"dag": DAY, "stand": "absent"}, X_Requested_With="XMLHttpRequest")
    assert (scripted.status_code, scripted.text) == (200, "absent")
    page = soup(ask(f"{DESK}/aanwezig?dag={DAY}"))
    pressed = page.select('#p-r1 button[aria-pressed="true"]')
    assert [button["value"] for button in pressed] == ["absent"]
    assert "0 aanwezig, 1 afwezig, 0 open" in " ".join(page.get_text(" ").split()).replace(" ,", ",")
    assert ask(f"{DESK}/aanwezig/r1", data={"dag": DAY, "stand": "none"}).status_code == 303
    assert store.attendance.of(WORKSHOP.id) == {}


def test_only_those_with_a_seat_and_those_marked_are_on_the_list(ask: Open, queue: SeatQueue, store: Store) -> None:
    """The attendance list has those with a seat and those already marked; somebody on the waitlist cannot be marked."""
    full_house(queue, store)
    assert ask(f"{DESK}/aanwezig/r2", data={"dag": DAY, "stand": "present"}).status_code == 303
    queue.do(WORKSHOP.id, Cancel("r2"))
    listed = [row["id"] for row in soup(ask(f"{DESK}/aanwezig")).select(".roll li")]
    assert listed == ["p-r1", "p-r2"]
    assert ask(f"{DESK}/aanwezig/r3", data={"dag": DAY, "stand": "present"}).status_code == 409
    assert "r3" not in store.attendance.of(WORKSHOP.id)


@pytest.mark.parametrize(
    "fields",
    [
        {"q": "x"},
        {"dag": DAY},
        {"dag": DAY, "stand": "x"},
        {"dag": "2027-08-28", "stand": "present"},
        {"stand": "none"},
    ],
)
def test_a_tap_that_cannot_be_meant_is_refused(
    ask: Open, queue: SeatQueue, store: Store, fields: dict[str, str]
) -> None:
    """A mark for a day that is not the workshop's, or with an unknown value, is refused with 400."""
    queue.do(WORKSHOP.id, sign_up(1))
    assert ask(f"{DESK}/aanwezig/r1", data=fields).status_code == 400
    assert store.attendance.of(WORKSHOP.id) == {}


def test_the_list_opens_on_today_and_searches_on_the_server_too(ask: Open, queue: SeatQueue, clock: list[Any]) -> None:
    """The list opens on today's day of the workshop; a search without script hides those who do not match."""
    queue.do(WORKSHOP.id, sign_up(1))
    queue.do(WORKSHOP.id, sign_up(2))
    assert "Zondag 29 augustus 2027" in text(ask(f"{DESK}/aanwezig"))
    clock[0] = NOW.replace(month=8, day=30)
    assert "Maandag 30 augustus 2027" in text(ask(f"{DESK}/aanwezig"))
    assert "Zondag 29 augustus 2027" in text(ask(f"{DESK}/aanwezig?dag={DAY}"))
    seen = soup(ask(f"{DESK}/aanwezig?q=naam2")).select(".roll li:not([hidden])")
    assert [row["id"] for row in seen] == ["p-r2"]
