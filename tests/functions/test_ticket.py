"""The page of somebody with a seat as a ticket: calendars, what comes next, and what they filled in."""

from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup
from icalendar import Calendar

from tests.functions.conftest import Serve
from tests.samples import NOW, sign_up
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from tests.wording.pages import told_all
from werkplaats.domain.seats.commands import Cancel
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

PAGE = f"/werkplaats/{WORKSHOP.id}"


def page(serve: Serve, path: str) -> BeautifulSoup:
    return BeautifulSoup(serve("manage").get(path).text, "html.parser")


def test_the_ticket_leads_to_calendars_that_hold_no_token(
    serve: Serve, store: Store, queue: SeatQueue, links: Links
) -> None:
    """Each of them has the days and a link to where one's own link is asked for, because calendars are shared."""
    queue.do(WORKSHOP.id, sign_up(1))
    path = links.registration_path("r1")
    ticket = page(serve, path).select_one(".ticket")
    assert ticket is not None
    found = {urlsplit(str(one["href"])).hostname: str(one["href"]) for one in ticket.select("a")}
    google = parse_qs(urlsplit(found["calendar.google.com"]).query)
    outlook = parse_qs(urlsplit(found["outlook.office.com"]).query)
    assert google["dates"] == ["20270829/20270901"]
    assert (outlook["startdt"], outlook["enddt"]) == (["2027-08-29"], ["2027-09-01"])
    for told in (google["details"][0], outlook["body"][0]):
        assert told.endswith(f"{PAGE}/link")
    token = path.rpartition("/")[2]
    assert not [link for link in found.values() if token in link]


def test_hours_are_in_the_calendars(serve: Serve, store: Store, queue: SeatQueue, links: Links) -> None:
    publish_workshop(store, told_all(WORKSHOP), NOW)
    queue.do(WORKSHOP.id, sign_up(1))
    text = str(page(serve, links.registration_path("r1")).select_one(".ticket"))
    assert "20270829T093000%2F20270831T210000" in text
    assert "2027-08-29T09%3A30%3A00%2B02%3A00" in text


def test_the_file_for_a_calendar_is_of_the_workshop_alone(serve: Serve) -> None:
    """It can be had by anybody, and names nobody who signed up."""
    answer = serve("signup").get(f"{PAGE}/werkplaats.ics")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert "attachment" in answer.headers["Content-Disposition"]
    calendar = Calendar.from_ical(answer.data)
    [event] = calendar.walk("VEVENT")
    assert str(event["url"]).endswith(f"{PAGE}/link")
    assert (event["summary"], event["transp"]) == (WORKSHOP.title, "OPAQUE")
    assert event.decoded("dtstart") == WORKSHOP.first_day
    assert serve("signup").get("/werkplaats/nergens/werkplaats.ics").status_code == 404


def test_the_ticket_tells_what_comes_next_and_what_was_filled_in(serve: Serve, queue: SeatQueue, links: Links) -> None:
    """In order of time. Somebody who cancelled sees neither, but still what they filled in."""
    queue.do(WORKSHOP.id, sign_up(1))
    shown = page(serve, links.registration_path("r1"))
    assert [one.get_text().replace("\N{NO-BREAK SPACE}", " ") for one in shown.select(".timeline b")] == [
        "zondag 22 augustus 2027",
        "zaterdag 28 augustus 2027",
        "zo 29 t/m di 31 augustus 2027",
        "woensdag 1 september 2027",
        "maandag 29 november 2027",
        "donderdag 31 augustus 2028",
    ]
    heading = shown.h1
    assert heading is not None
    assert heading.get_text().startswith("Je hebt een plek, ")
    assert shown.select(".filled-in dt")
    queue.do(WORKSHOP.id, Cancel("r1"))
    ended = page(serve, links.registration_path("r1"))
    assert not ended.select(".timeline, .plan, [href*=google\\.com\\/render]")
    assert ended.select(".filled-in dt")


def test_a_page_that_went_wrong_says_where_to_go(serve: Serve, queue: SeatQueue, links: Links) -> None:
    """To ask for one's link, and whom to mail where the workshop is known; else to the list of workshops."""
    queue.do(WORKSHOP.id, sign_up(1))
    known = serve("manage").post(links.registration_path("r1"), data={"action": "onzin"})
    assert known.status_code == 400
    assert f'href="{PAGE}/link"' in known.text
    assert f"mailto:{WORKSHOP.sender.reply_to}" in known.text
    unknown = serve("manage").get("/aanmelding/onzin")
    assert unknown.status_code == 404
    assert 'href="/"' in unknown.text
    assert "mailto:" not in unknown.text
