"""A workshop's own colour and logo, and the facts that its pages tell."""

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace

from tests.domain.test_logos import png
from tests.functions.conftest import Serve
from tests.samples import NOW, sign_up
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from tests.wording.pages import told_all
from werkplaats.domain.colours import LEAST_CONTRAST, contrast
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_parts import Contact, Organisation
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.wording.brand import brand_path, brand_stylesheet
from werkplaats.workflows.edit import keep_logo
from werkplaats.workflows.seats.queue import SeatQueue

PAGE = f"/werkplaats/{WORKSHOP.id}"


def branded(store: Store, **organisation: str) -> Workshop:
    workshop = replace(WORKSHOP, organisation=Organisation(**organisation))
    publish_workshop(store, workshop, NOW)
    return workshop


def sheets(client: FlaskClient) -> list[str]:
    page = BeautifulSoup(client.get(PAGE).text, "html.parser")
    return [str(link["href"]) for link in page.select("link[rel=stylesheet]")]


def test_a_colour_has_a_stylesheet_that_is_kept_for_ever(serve: Serve, store: Store) -> None:
    """A workshop without one has only the shared stylesheet, and so has the desk."""
    assert len(sheets(serve("signup"))) == 1
    branded(store, colour="#1740b8")
    client = serve("signup")
    _, own = sheets(client)
    assert own.startswith("/werkplaats/merk-")
    answer = client.get(own)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "--signal: #1740b8; --on-signal: #ffffff" in answer.text
    assert "style-src 'self'; img-src 'self'" in client.get(PAGE).headers["Content-Security-Policy"]


def test_an_address_that_we_did_not_make_is_no_stylesheet(serve: Serve) -> None:
    """No other hash, no other text, and no colour on which nothing can be read."""
    client = serve("signup")
    path = brand_path("#1740b8")
    assert path is not None
    for wrong in (
        path.replace("1740b8", "1740b9"),
        path[:-5] + "x.css",
        "/werkplaats/merk-.css",
        "/werkplaats/merk-1740b8.css",
        "/werkplaats/merk-%7D*%7Bcolor:red-0123456789ab.css",
        path.upper(),
    ):
        answer = client.get(wrong)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store"), wrong


def test_only_a_readable_colour_gets_into_a_stylesheet() -> None:
    for wrong in ("", "#fff", "red", "#1740b8;}*{color:red", "#1740b8\n", "#1740B8"):
        assert brand_stylesheet(wrong) is None
    for colour in ("#000000", "#ffffff", "#ffd21f", "#00ff00", "#1740b8"):
        assert brand_stylesheet(colour) is not None
        assert max(contrast("#14161a", colour), contrast("#ffffff", colour)) >= LEAST_CONTRAST


def test_a_logo_is_shown_with_the_name_of_the_organisation(serve: Serve, store: Store) -> None:
    content = png()
    logo = keep_logo(store, content)
    branded(store, name='Stad & "Land"', logo=logo.digest)  # type: ignore[union-attr]
    client = serve("signup")
    image = BeautifulSoup(client.get(PAGE).text, "html.parser").select_one("header img")
    assert image is not None
    assert image["alt"] == 'Stad & "Land"'
    answer = client.get(str(image["src"]))
    assert (answer.status_code, answer.data) == (200, content)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for wrong in ("0" * 64, "x", "0" * 63 + "/", "..%2f..%2fworkshops"):
        missing = client.get(f"/werkplaats/logo-{wrong}.png")
        assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")


def test_the_page_tells_the_facts_where_there_are_any(serve: Serve, store: Store) -> None:
    """Without them it has no empty headings. What is for participants is not on it."""
    before = serve("signup").get(PAGE).text
    for heading in ("Voor wie", "Programma", "Prijs", "Wie begeleidt je?", "Als je je afmeldt"):
        assert heading not in before
    publish_workshop(store, told_all(WORKSHOP), NOW)
    after = serve("signup").get(PAGE).text
    for said in (
        "zo\N{NO-BREAK SPACE}09.30–21.00\N{NO-BREAK SPACE}uur",
        "Αβγ, Postweg 9",
        "€ 450",
        "Voor wie",
        "Programma",
        "Wie begeleidt je?",
        "Als je je afmeldt",
    ):
        assert said in after
    for hidden in ("1234567", "https://example.org/a"):
        assert hidden not in after


def test_materials_and_telephone_are_for_those_with_a_seat(
    serve: Serve, store: Store, queue: SeatQueue, links: Links
) -> None:
    publish_workshop(store, replace(told_all(WORKSHOP), capacity=1), NOW)
    for number in (1, 2):
        queue.do(WORKSHOP.id, sign_up(number))
    client = serve("manage")
    seat = client.get(links.registration_path("r1")).text
    waits = client.get(links.registration_path("r2")).text
    assert "https://example.org/a?b=c&amp;d" in seat
    assert 'href="tel:+31301234567"' in seat
    assert "https://example.org/a" not in waits
    assert "tel:+31301234567" not in waits


def test_the_contact_stands_where_people_look_for_help(
    serve: Serve, store: Store, queue: SeatQueue, links: Links
) -> None:
    """On the workshop's page, the ticket and pages that went wrong. Without a contact there is only the address."""
    queue.do(WORKSHOP.id, sign_up(1))
    ticket = links.registration_path("r1")
    for named in (False, True):
        if named:
            contact = Contact(name="Noor Bakker", phone="06 1234 5678")
            publish_workshop(store, replace(WORKSHOP, contact=contact), NOW)
        pages = [
            serve("signup").get(PAGE),
            serve("manage").get(ticket),
            serve("manage").post(ticket, data={"action": "onzin"}),
        ]
        for page in pages:
            assert ("Noor Bakker" in page.text) is named
            assert ('href="tel:0612345678"' in page.text) is named
            assert f"mailto:{WORKSHOP.sender.reply_to}" in page.text
