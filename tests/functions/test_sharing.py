"""What a workshop's page tells programs that show a link to it, and the calendar of all workshops."""

import json
import zlib
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from icalendar import Calendar
from msgspec.structs import replace

from tests.counting import CountingWire
from tests.functions.conftest import Serve
from tests.functions.test_public import PAGE
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.domain.seats.commands import CallOff
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_parts import Hours, Organisation, Price
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

SITE = "https://werkplaats.example.org"
AGENDA = "/werkplaats/agenda.ics"
HOSTILE = "</script><script>alert(1)</script><!-- & \u2028"


@pytest.fixture
def visitor(serve: Serve) -> FlaskClient:
    return serve("signup")


def head(client: FlaskClient, path: str) -> dict[str, str]:
    """The properties in the head of the page, by name, with its canonical address."""
    page = BeautifulSoup(client.get(path).text, "html.parser")
    found = {str(one["property"]): str(one["content"]) for one in page.select("meta[property]")}
    canonical = page.select_one("link[rel=canonical]")
    return found | ({"canonical": str(canonical["href"])} if canonical else {})


def event(client: FlaskClient, path: str) -> dict[str, object]:
    """What the page tells search engines."""
    page = BeautifulSoup(client.get(path).text, "html.parser")
    [script] = page.select('script[type="application/ld+json"]')
    told = json.loads(script.get_text())
    assert isinstance(told, dict)
    return told


def test_a_link_has_a_title_a_text_and_a_picture(visitor: FlaskClient) -> None:
    """In Teams or LinkedIn it looks like something. Its own address has no code in it."""
    told = head(visitor, f"{PAGE}?via=lpb")
    assert told["canonical"] == told["og:url"] == SITE + PAGE
    assert told["og:title"] == "Werkplaats ‘Werken aan wijkontwikkeling’"
    assert told["og:description"].startswith("29 t/m 31 augustus 2027, Doorn. ")
    assert told["og:image"].startswith(f"{SITE}/werkplaats/beeld-")
    picture = visitor.get(told["og:image"].removeprefix(SITE))
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert "immutable" in picture.headers["Cache-Control"]
    size = tuple(int.from_bytes(picture.data[at : at + 4]) for at in (16, 20))
    assert size == (int(told["og:image:width"]), int(told["og:image:height"])) == (1200, 630)


def test_an_organisation_has_a_picture_in_its_own_colour(visitor: FlaskClient, store: Store) -> None:
    """Its palette goes from that colour to the colour of text on it, and its checksums are right."""
    publish_workshop(store, replace(WORKSHOP, organisation=Organisation(name="Gemeente", colour="#1740b8")), NOW)
    told = head(visitor, PAGE)
    assert told["og:site_name"] == "Gemeente"
    content, at, parts = visitor.get(told["og:image"].removeprefix(SITE)).data, 8, {}
    while at < len(content):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        parts[name] = content[at + 8 : at + 8 + length]
        assert zlib.crc32(name + parts[name]) == int.from_bytes(content[at + 8 + length : at + 12 + length])
        at += 12 + length
    assert (parts[b"PLTE"][:3].hex(), parts[b"PLTE"][-3:].hex(), len(parts[b"PLTE"])) == ("1740b8", "ffffff", 48)


@pytest.mark.parametrize("name", ["ffd21f-000000000000", "767676-ff61589e68da", "x", "ffd21f"])
def test_there_is_no_other_picture(visitor: FlaskClient, name: str) -> None:
    assert visitor.get(f"/werkplaats/beeld-{name}.png").status_code == 404


def test_search_engines_are_told_of_the_event(visitor: FlaskClient, store: Store) -> None:
    """Days, place, whose it is, and whether there are seats; with hours where they are known."""
    told = event(visitor, PAGE)
    assert (told["startDate"], told["endDate"]) == ("2027-08-29", "2027-08-31")
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    assert told["offers"]["availability"] == "https://schema.org/InStock"  # type: ignore[index]
    assert "example.org" not in json.dumps(told).replace(SITE, "")
    hours = (Hours(begins="09:30", ends="21:00"),) * 3
    publish_workshop(store, replace(WORKSHOP, days=hours, price=Price(amount="€ 450")), NOW)
    told = event(visitor, PAGE)
    assert (told["startDate"], told["endDate"]) == ("2027-08-29T09:30:00+02:00", "2027-08-31T21:00:00+02:00")
    assert told["offers"]["description"] == "€ 450"  # type: ignore[index]


def test_search_engines_are_told_what_is_so(visitor: FlaskClient, queue: SeatQueue, store: Store) -> None:
    """That it is full, and that it was called off, in which case nothing is on offer."""
    publish_workshop(store, replace(WORKSHOP, capacity=1), NOW)
    queue.do(WORKSHOP.id, sign_up(1))
    assert event(visitor, PAGE)["offers"]["availability"] == "https://schema.org/SoldOut"  # type: ignore[index]
    queue.do(WORKSHOP.id, CallOff(reason="Te weinig mensen.", by="platform31@example.org"))
    told = event(visitor, PAGE)
    assert told["eventStatus"] == "https://schema.org/EventCancelled"
    assert "offers" not in told


def test_no_text_leaves_the_script(visitor: FlaskClient, store: Store) -> None:
    """Whatever organisers write stays text within the JSON."""
    publish_workshop(store, replace(WORKSHOP, title=HOSTILE, summary=HOSTILE), NOW)
    page = visitor.get(PAGE).text
    [script] = BeautifulSoup(page, "html.parser").select("script")
    assert script["type"] == "application/ld+json"
    assert not {*"<>&\u2028"} & {*script.get_text()}
    told = event(visitor, PAGE)
    assert (told["name"], told["description"]) == (HOSTILE, HOSTILE)


def test_a_page_says_where_it_is_in_other_languages(visitor: FlaskClient) -> None:
    """In English it has the English texts and an address of its own, and both name each other."""
    english = head(visitor, f"{PAGE}?taal=en")
    assert english["canonical"] == english["og:url"] == f"{SITE}{PAGE}?taal=en"
    assert english["og:locale"] == "en_GB"
    assert event(visitor, f"{PAGE}?taal=en")["inLanguage"] == "en"
    for path in (PAGE, f"{PAGE}?taal=en&via=lpb"):
        page = BeautifulSoup(visitor.get(path).text, "html.parser")
        others = {str(one["hreflang"]): str(one["href"]) for one in page.select("head link[rel=alternate]")}
        assert others == {"nl": f"{SITE}{PAGE}?taal=nl", "en": f"{SITE}{PAGE}?taal=en"}
    calendar = visitor.get(f"{AGENDA}?taal=en").text.replace("\r\n ", "")
    assert f"URL:{SITE}{PAGE}?taal=en" in calendar


def test_one_for_practice_is_not_told_of(visitor: FlaskClient, store: Store) -> None:
    publish_workshop(store, workshop(id="oefenen", practice=True), NOW)
    page = visitor.get("/werkplaats/oefenen").text
    for told in ("og:", "ld+json", "canonical"):
        assert told not in page
    assert "oefenen" not in visitor.get(AGENDA).text


# The calendar


def events(client: FlaskClient, path: str = AGENDA) -> dict[str, object]:
    """The events of the calendar, by the first part of their UID."""
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    calendar = Calendar.from_ical(answer.data)
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    return {str(one["uid"]).partition("@")[0]: one for one in calendar.walk("VEVENT")}


def test_the_calendar_has_the_workshops_that_have_not_ended(visitor: FlaskClient, store: Store) -> None:
    """With their hours, where there are any, or else as whole days; and nothing personal."""
    hours = (Hours(begins="09:30", ends="21:00"),) * 3
    publish_workshop(store, workshop(days=hours), NOW)
    past = {"first_day": date(2027, 2, 1), "last_day": date(2027, 2, 2)}
    publish_workshop(
        store, workshop(id="voorbij", sign_up={"opens": "2027-01-01", "closes": "2027-01-02"}, **past), NOW
    )
    found = events(visitor)
    assert set(found) == {WORKSHOP.id, "proef"}
    whole, timed = found[WORKSHOP.id], found["proef"]
    assert (whole.start, whole.end) == (date(2027, 8, 29), date(2027, 9, 1))  # type: ignore[attr-defined]
    assert timed.start.isoformat() == "2027-08-29T09:30:00+02:00"  # type: ignore[attr-defined]
    assert str(timed["url"]) == f"{SITE}/werkplaats/proef"  # type: ignore[index]
    assert b"VTIMEZONE" in visitor.get(AGENDA).data
    assert b"mailto" not in visitor.get(AGENDA).data.lower()


def test_one_that_was_called_off_stays_as_cancelled(visitor: FlaskClient, queue: SeatQueue) -> None:
    queue.do(WORKSHOP.id, CallOff(reason="Te weinig mensen.", by="platform31@example.org"))
    off = events(visitor)[WORKSHOP.id]
    assert str(off["status"]) == "CANCELLED"  # type: ignore[index]
    assert str(off["summary"]).startswith("Afgelast: ")  # type: ignore[index]


def test_no_workshop_makes_an_empty_calendar(visitor: FlaskClient, clock: list) -> None:  # type: ignore[type-arg]
    """It is a calendar, and no workshop is looked for that is called agenda.ics."""
    clock[0] = NOW + timedelta(days=400)
    assert events(visitor) == {}


def test_the_calendar_reads_no_more_than_what_has_not_ended() -> None:
    """One query, whatever was published in earlier years."""
    wire = CountingWire()
    store = Store(wire)
    for number in range(20):
        publish_workshop(store, _held_in(2020, number), NOW)
    publish_workshop(store, _held_in(2028, 99), NOW)
    with wire.at_most(trips=1, reads=1):
        assert len(store.workshops.not_ended(NOW)) == 1


def _held_in(year: int, number: int) -> Workshop:
    return workshop(
        id=f"nummer-{number}",
        first_day=date(year, 6, 1),
        last_day=date(year, 6, 2),
        sign_up={"opens": date(year, 1, 1), "closes": date(year, 5, 1)},
    )


def test_search_engines_find_a_text_for_each_page(visitor: FlaskClient) -> None:
    """The front page, the workshop's and its form have a description. A form for practice is on no list."""
    for path in ("/", PAGE, f"{PAGE}/aanmelden"):
        found = BeautifulSoup(visitor.get(path).text, "html.parser").select_one("meta[name=description]")
        assert found is not None, path
        assert len(str(found["content"])) > 20


def test_a_form_for_practice_is_not_to_be_found(visitor: FlaskClient, store: Store) -> None:
    publish_workshop(store, workshop(id="oefenen", practice=True), NOW)
    assert "noindex" in visitor.get("/werkplaats/oefenen/aanmelden").text
