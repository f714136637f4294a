"""The page of somebody with a seat as a ticket: calendars, what comes next, and what they filled in."""

from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup
from icalendar import Calendar, Event

from tests.functions.conftest import KEYS, Serve
from tests.samples import NOW, sign_up
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from tests.wording.pages import told_all
from werkplaats.domain.mail.decision import ToParticipant
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.seats.commands import Cancel
from werkplaats.mailing.composing import compose
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

PAGE = f"/werkplaats/{WORKSHOP.id}"

PUBLIC_URL = "https://werkplaats.example.org"


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
    with_token = [str(one["href"]) for one in ticket.select("a") if token in str(one["href"])]
    assert with_token == [f"{path}/werkplaats.ics"], "a file, which is not opened by its address a second time"


def test_hours_are_in_the_calendars(serve: Serve, store: Store, queue: SeatQueue, links: Links) -> None:
    publish_workshop(store, told_all(WORKSHOP), NOW)
    queue.do(WORKSHOP.id, sign_up(1))
    text = str(page(serve, links.registration_path("r1")).select_one(".ticket"))
    assert "20270829T093000%2F20270831T210000" in text
    assert "2027-08-29T09%3A30%3A00%2B02%3A00" in text


def test_the_file_for_a_calendar_holds_no_token(serve: Serve, queue: SeatQueue, links: Links) -> None:
    """Calendars are shared: its link asks for an address. Somebody without a seat is sent to their page instead."""
    queue.do(WORKSHOP.id, sign_up(1))
    path = links.registration_path("r1")
    answer = serve("manage").get(f"{path}/werkplaats.ics?taal=en")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert "attachment" in answer.headers["Content-Disposition"]
    event = only_event(answer.data)
    assert event["url"] == f"{PUBLIC_URL}{PAGE}/link?taal=en"
    assert str(event["summary"]).startswith("Workshop ")
    assert path.rpartition("/")[2] not in answer.text
    queue.do(WORKSHOP.id, Cancel("r1"))
    gone = serve("manage").get(f"{path}/werkplaats.ics?taal=en")
    assert (gone.status_code, gone.headers["Location"]) == (303, f"{path}?taal=en")


def test_page_and_mails_put_one_event_into_a_calendar(
    serve: Serve, store: Store, queue: SeatQueue, links: Links
) -> None:
    """The file of the page and those of the mails are about the same event, and the one that was made last wins."""
    for number in (1, 2):
        queue.do(WORKSHOP.id, sign_up(number))
    path = links.registration_path("r1")
    page, other = (serve("manage").get(f"{one}/werkplaats.ics") for one in (path, links.registration_path("r2")))
    first, other_one = only_event(page.data), only_event(other.data)
    assert first["uid"] != other_one["uid"], "colleagues who share a mailbox keep an event each"
    confirmed = mailed_event(store, Kind.CONFIRMED)
    queue.do(WORKSHOP.id, Cancel("r1"))
    cancelled = mailed_event(store, Kind.CANCELLED)
    assert first["uid"] == confirmed["uid"] == cancelled["uid"]
    assert first["sequence"] <= confirmed["sequence"] < cancelled["sequence"], "the mail was sent after the page"


def mailed_event(store: Store, kind: Kind) -> Event:
    """The event in the mail of `kind` to the first person, sent now."""
    [mail] = [one for one in store.outbox.of_registration("r1") if one.kind is kind]
    registration, ledger = store.seats.registration("r1"), store.seats.ledger(WORKSHOP.id)
    assert registration is not None
    assert registration.person is not None
    assert ledger is not None
    letter = ToParticipant(
        mail=mail, workshop=WORKSHOP, ledger=ledger, registration=registration, person=registration.person
    )
    file = compose(letter, Links(KEYS, PUBLIC_URL), NOW).calendar
    assert file is not None
    return only_event(file)


def only_event(file: bytes) -> Event:
    [event] = Calendar.from_ical(file).walk("VEVENT")
    assert isinstance(event, Event)
    return event


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


def test_whoever_sees_a_wrong_address_can_ask_for_another_there(serve: Serve, queue: SeatQueue, links: Links) -> None:
    """With a seat and on the waitlist, in the language of the page."""
    queue.do_all(WORKSHOP.id, [sign_up(number) for number in range(1, WORKSHOP.capacity + 2)])
    for id in ("r1", f"r{WORKSHOP.capacity + 1}"):
        path = links.registration_path(id)
        asks = page(serve, f"{path}?taal=en").select_one("[href$='#adres']")
        assert asks is not None
        assert asks["href"] == f"{path}/wijzigen?taal=en#adres"
        assert page(serve, str(asks["href"])).select_one("#adres form input[type=email]")


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
