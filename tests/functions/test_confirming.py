"""Confirming an address over HTTP: what people get to see, and that nobody learns anything about others."""

import re
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.functions.conftest import Serve, submission
from tests.functions.test_public import FORM, PAGE, TYPED, buttons, send, soup, state
from tests.samples import NOW
from tests.seats import publish_workshop
from tests.sendgrid import ScriptedSendGrid
from tests.shipped import WORKSHOP
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import Cancel, Expire, Promote
from werkplaats.domain.workshop import Waitlist, Workshop
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.mail.deliver import deliver_mail
from werkplaats.workflows.seats.queue import SeatQueue

RECEIVED = f"{PAGE}/ontvangen"
ALWAYS = replace(WORKSHOP, confirm_address="always")
BUSY = replace(WORKSHOP, confirm_address="busy")
NEVER = WORKSHOP


@pytest.fixture
def visitor(serve: Serve) -> FlaskClient:
    return serve("signup")


@pytest.fixture
def manage(serve: Serve) -> FlaskClient:
    return serve("manage")


@pytest.fixture
def always(visitor: FlaskClient, store: Store) -> Workshop:
    """The shipped workshop, in which everybody confirms."""
    publish_workshop(store, ALWAYS, NOW)
    return ALWAYS


def only(store: Store) -> Registration:
    [one] = store.seats.all_of(WORKSHOP.id)
    return one


def path_of(links: Links, one: Registration) -> str:
    return links.registration_path(one.id, one.link_generation)


def held(answer: TestResponse) -> str | None:
    """What the page says that the seat or place is held for."""
    main = soup(answer).main
    assert main is not None
    return main.get("data-held")  # type: ignore[return-value]


def said(answer: TestResponse) -> str:
    main = soup(answer).main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def version(answer: TestResponse) -> str:
    found = soup(answer).find("button", value="confirm")
    assert found is not None
    return str(found.find_parent("form").find("input", attrs={"name": "version"})["value"])  # type: ignore[index,union-attr]


# The whole way


def test_a_seat_is_held_until_the_address_is_confirmed(
    always: Workshop, visitor: FlaskClient, manage: FlaskClient, store: Store, links: Links
) -> None:
    """The answer tells nothing. The mail's page has the button, says until when, and becomes the ordinary ticket."""
    answer = send(visitor)
    assert (answer.status_code, answer.headers["Location"]) == (303, RECEIVED)
    path = path_of(links, only(store))
    page = manage.get(path)
    assert (state(page), held(page)) == (("confirmed", None), "confirm")
    assert buttons(page) == {"confirm", "cancel"}
    assert "dinsdag 2 maart om 10.00 uur, nog 24 uur" in said(page)
    for untrue in ("Je hebt een plek", "agenda", "QR", "Deel", "Tot ziens", "Zo gaat het verder"):
        assert untrue not in said(page), untrue

    confirmed = manage.post(path, data={"action": "confirm", "version": version(page)})
    assert (confirmed.status_code, confirmed.headers["Location"]) == (303, path)
    ticket = manage.get(path)
    assert (state(ticket), held(ticket)) == (("confirmed", None), None)
    assert "Je hebt een plek, Jan" in said(ticket)
    assert "Zet in je agenda" in said(ticket)
    again = manage.post(path, data={"action": "confirm", "version": version(page)})
    assert again.status_code == 303, "clicking twice is no harm"


def test_known_and_unknown_people_get_the_same_answer(always: Workshop, visitor: FlaskClient, manage: FlaskClient,
                                                      store: Store, links: Links) -> None:  # fmt: skip
    """To the letter: new, known without a confirmed address, known with one, and the same form sent again."""
    answers = [send(visitor)]
    answers.append(send(visitor))
    answers.append(send(visitor, submission=submission("two")))
    path = path_of(links, only(store))
    assert manage.post(path, data={"action": "confirm"}).status_code == 303
    answers.append(send(visitor, submission=submission("three")))
    answers.append(send(visitor))
    first = answers[0]
    for other in answers[1:]:
        assert (other.status_code, other.data) == (first.status_code, first.data)
        assert list(other.headers) == list(first.headers)
    assert path not in "".join(f"{one.headers} {one.text}" for one in answers)


def test_the_page_after_it_says_what_to_do_and_no_state(always: Workshop, visitor: FlaskClient) -> None:
    received = visitor.get(RECEIVED)
    assert "Er is een mail onderweg naar het adres dat je invulde" in said(received)
    assert "houden we je plek of je plaats in de rij voor je vast" in said(received)
    for told in ("data-state", "data-held", "aanmelding/"):
        assert told not in str(soup(received).main), told


def test_opening_the_page_confirms_nothing(
    always: Workshop, visitor: FlaskClient, manage: FlaskClient, store: Store, links: Links
) -> None:
    """Mail scanners follow links."""
    send(visitor)
    path = path_of(links, only(store))
    before = store.seats.newest_ledger(WORKSHOP.id)
    for ask in (manage.get, manage.head):
        for query in ("", "?action=confirm", "?taal=en"):
            assert ask(path + query).status_code == 200
    assert store.seats.newest_ledger(WORKSHOP.id) == before
    assert held(manage.get(path)) == "confirm"


def test_a_stale_click_is_refused(
    always: Workshop, visitor: FlaskClient, manage: FlaskClient, store: Store, links: Links, queue: SeatQueue
) -> None:
    """Another version than the present one is 409 with the page as it is now."""
    send(visitor)
    path = path_of(links, only(store))
    page = manage.get(path)
    refused = manage.post(path, data={"action": "confirm", "version": "999"})
    assert refused.status_code == 409
    assert held(refused) == "confirm"
    queue.do(WORKSHOP.id, Cancel(only(store).id, by_organiser=True))
    gone = manage.post(path, data={"action": "confirm", "version": version(page)})
    assert (gone.status_code, state(gone)) == (409, ("cancelled", None))
    assert "Dat lukt niet" in said(gone)


# Too late


@pytest.mark.parametrize("ended", [False, True], ids=["before the schedule ran", "after it ran"])
def test_a_hold_that_is_over_says_why_and_offers_the_way_back(
    always: Workshop,
    visitor: FlaskClient,
    manage: FlaskClient,
    store: Store,
    links: Links,
    queue: SeatQueue,
    clock: list[datetime],
    ended: bool,
) -> None:
    """The button is refused, and whoever joins again from the mailed link need not confirm any more."""
    send(visitor)
    path, id = path_of(links, only(store)), only(store).id
    late = version(manage.get(path))
    clock[0] = NOW + timedelta(hours=24)
    if ended:
        queue.do(WORKSHOP.id, Expire(id))
    page = manage.get(path)
    assert (state(page), held(page), buttons(page)) == (("expired", None), None, {"rejoin"})
    assert "We vroegen je om je e-mailadres te bevestigen" in said(page)
    assert "Toch meedoen?" in said(page)
    refused = manage.post(path, data={"action": "confirm", "version": late})
    assert (refused.status_code, state(refused)) == (409, ("expired", None))
    assert manage.post(path, data={"action": "rejoin"}).status_code == 303
    ticket = manage.get(path)
    assert (state(ticket), held(ticket)) == (("confirmed", None), None)


# On the waitlist


def test_a_place_on_the_waitlist_is_kept_and_passed_over(
    visitor: FlaskClient, manage: FlaskClient, store: Store, links: Links, queue: SeatQueue
) -> None:
    """Whoever still has to confirm keeps the place, which the page tells, and is first again once that is done."""
    publish_workshop(store, replace(NEVER, capacity=1), NOW)
    seat = send(visitor, submission=submission("seat"), email="a@example.org").headers["Location"]
    publish_workshop(store, replace(ALWAYS, capacity=1), NOW)
    send(visitor)
    publish_workshop(store, replace(NEVER, capacity=1), NOW)
    other = send(visitor, submission=submission("other"), email="b@example.org").headers["Location"]
    mine = path_of(links, next(one for one in store.seats.all_of(WORKSHOP.id) if one.is_unconfirmed))

    page = manage.get(mine)
    assert (state(page), held(page)) == (("waitlisted", "1"), "confirm")
    assert "We houden plaats 1 in de rij voor je vast" in said(page)
    assert "slaan we je over" in said(page)
    assert "slaan we zolang over" in said(manage.get(other)), "the rule is published to those who wait"
    assert manage.post(mine, data={"action": "confirm"}).status_code == 303
    assert (state(manage.get(mine)), state(manage.get(other))) == (("waitlisted", "1"), ("waitlisted", "2"))
    assert held(manage.get(mine)) is None
    assert manage.post(seat, data={"action": "cancel"}).status_code == 303
    queue.do(WORKSHOP.id, Promote())
    assert state(manage.get(mine)) == ("offered", None)


def test_a_full_waitlist_says_so_and_loses_nothing(visitor: FlaskClient, store: Store) -> None:
    """The workshop's page and the form say so beforehand, and whoever sends the form all the same loses nothing."""
    full = replace(NEVER, capacity=1, waitlist=Waitlist(at_most=1))
    publish_workshop(store, full, NOW)
    for number in range(2):
        answer = send(visitor, email=f"p{number}@example.org", submission=submission(str(number)))
        assert answer.status_code == 303
    refused = send(visitor)
    assert refused.status_code == 409
    assert "de wachtlijst is vol" in said(refused)
    assert 'value="Jan"' in refused.text
    for path in (PAGE, FORM, "/"):
        assert "achtlijst is vol" in said(visitor.get(path)), path
    assert not soup(visitor.get(PAGE)).select(f'a[href^="{FORM}"]')
    assert not soup(visitor.get(FORM)).select("form")


# Who is asked


@pytest.mark.parametrize("workshop", [NEVER, BUSY], ids=["never", "busy"])
def test_whoever_fills_in_the_decoy_confirms(
    visitor: FlaskClient, manage: FlaskClient, store: Store, links: Links, workshop: Workshop
) -> None:
    """It is never a mistake, whatever is in it; people, who cannot see it, are asked nothing."""
    publish_workshop(store, workshop, NOW)
    answer = send(visitor, onderwerp="https://example.org/ \x00 <b>")
    assert (answer.status_code, answer.headers["Location"]) == (303, RECEIVED)
    assert held(manage.get(path_of(links, only(store)))) == "confirm"
    person = send(visitor, onderwerp="  ", submission=submission("two"), email="piet@example.org")
    assert person.headers["Location"].startswith("/aanmelding/")
    assert held(manage.get(person.headers["Location"])) is None


def test_the_decoy_survives_a_mistake(visitor: FlaskClient) -> None:
    """The form that comes back still has what was in it."""
    answer = send(visitor, onderwerp="koop nu", voornaam="")
    assert answer.status_code == 422
    assert soup(answer).find("input", attrs={"name": "onderwerp"})["value"] == "koop nu"  # type: ignore[index]


def test_a_rush_is_asked_and_told_beforehand(visitor: FlaskClient, store: Store) -> None:
    """Of 24 seats six go without a question in ten minutes. Then the form says that a mail with a button follows."""
    publish_workshop(store, BUSY, NOW)
    where = [
        send(visitor, email=f"p{number}@example.org", submission=submission(str(number))).headers["Location"]
        for number in range(8)
    ]
    assert [path == RECEIVED for path in where] == [False] * 6 + [True] * 2
    assert "Na het versturen krijg je een mail met een knop" in said(visitor.get(FORM))
    assert "knop in een mail" in said(visitor.get(PAGE))


def test_the_form_says_beforehand_that_everybody_confirms(always: Workshop, visitor: FlaskClient) -> None:
    assert "Na het versturen krijg je een mail met een knop" in said(visitor.get(FORM))
    assert "Je ziet meteen of je een plek hebt" not in said(visitor.get(FORM))
    assert "Je bevestigt je aanmelding met een knop in een mail" in said(visitor.get(PAGE))


def test_the_form_promises_an_answer_at_once_if_nobody_confirms(visitor: FlaskClient) -> None:
    assert "Je ziet meteen of je een plek hebt" in said(visitor.get(FORM))


# Mails


def test_the_mail_leads_to_the_button_and_no_other_mail_goes_before_it(
    always: Workshop, visitor: FlaskClient, manage: FlaskClient, store: Store, queue: SeatQueue, serve: Serve,
    sendgrid: ScriptedSendGrid, clock: list[datetime],
) -> None:  # fmt: skip
    """First only the mail to confirm; the ordinary one after confirming; another one if the hold ends."""
    for number in (1, 2):
        send(visitor, email=f"p{number}@example.org", submission=submission(str(number)))
    deliver(serve, store)
    first, second = mails_to(sendgrid, "p1@example.org"), mails_to(sendgrid, "p2@example.org")
    assert [len(first), len(second)] == [1, 1]
    assert first[0]["subject"].startswith("Bevestig je adres: ")
    plain, html = (part["value"] for part in first[0]["content"][:2])
    assert "tot dinsdag 2 maart om 10.00 uur" in " ".join(plain.split())
    assert "hoef je niets te doen" in plain
    assert [one.get_text(strip=True) for one in BeautifulSoup(html, "html.parser").select("a.brand")] == [
        "Aanmelding bevestigen"
    ]
    path = re.findall(r"https://werkplaats\.example\.org(/aanmelding/\S+)", plain)[0]
    assert manage.post(path, data={"action": "confirm"}).status_code == 303
    clock[0] = NOW + timedelta(hours=24)
    for one in store.seats.all_of(WORKSHOP.id):
        queue.do(WORKSHOP.id, Expire(one.id))
    deliver(serve, store)
    subjects = [[mail["subject"] for mail in mails_to(sendgrid, f"p{n}@example.org")][1:] for n in (1, 2)]
    assert [len(each) for each in subjects] == [1, 1]
    assert subjects[0][0].startswith("Je hebt een plek: ")
    assert subjects[1][0].startswith("Je aanmelding is niet bevestigd: ")


def test_somebody_who_reads_english_reads_english(
    always: Workshop, visitor: FlaskClient, manage: FlaskClient, store: Store, links: Links, serve: Serve,
    sendgrid: ScriptedSendGrid,
) -> None:  # fmt: skip
    """The answer, the page after it, the mail and the registration's page."""
    answer = visitor.post(f"{FORM}?taal=en", data=TYPED)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{RECEIVED}?taal=en")
    assert "Now check your email" in said(visitor.get(answer.headers["Location"]))
    deliver(serve, store)
    [mail] = mails_to(sendgrid, TYPED["email"])
    assert mail["subject"].startswith("Confirm your address: ")
    page = manage.get(path_of(links, only(store)))
    assert '<html lang="en">' in page.text
    assert "Confirm your email address" in said(page)
    assert "a link" not in said(page)


def deliver(serve: Serve, store: Store) -> None:
    """Send all mails that are to be sent now."""
    serve("deliver_mail")
    main = sys.modules["main"].runtime
    for mail in list(store.outbox.due(main.now() + timedelta(minutes=10))):
        deliver_mail(main.postman, mail.id, main.now())


def mails_to(sendgrid: ScriptedSendGrid, address: str) -> list[dict[str, Any]]:
    """The mails that were sent to `address`, oldest first."""
    sent = [one | {"subject": one["personalizations"][0].get("subject") or one["subject"]} for one in sendgrid.taken]
    return [one for one in sent if one["personalizations"][0]["to"][0]["email"] == address]
