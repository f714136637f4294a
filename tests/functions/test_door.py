"""Marking people at the door by their code, and saying that the attendance list is complete."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from tests.functions.conftest import Serve
from tests.functions.desk import CROSS_SITE, Ask, asking, main_text
from tests.samples import NOW, sign_up
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.domain.attendance import Mark
from werkplaats.domain.registration import Person
from werkplaats.domain.roles import Role
from werkplaats.domain.seats.commands import Cancel, ErasePerson
from werkplaats.domain.workshop import Organiser
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

DESK = f"/organisatie/{WORKSHOP.id}"
LIST = f"{DESK}/aanwezig"
DAY = WORKSHOP.first_day.isoformat()
NEXT = WORKSHOP.last_day.isoformat()


@pytest.fixture
def ask(serve: Serve, store: Store, clock: list[Any]) -> Ask:
    return asking(serve("organiser"), store, clock)


def main(answer: Any) -> Any:
    return BeautifulSoup(answer.text, "html.parser").main


# The code


def test_whoever_has_a_seat_has_a_code_until_the_workshop_is_over(
    serve: Serve, queue: SeatQueue, links: Links, clock: list[Any]
) -> None:
    """The code is on the page of a person with a seat, drawn without style; it opens the desk, and has no token."""
    queue.do(WORKSHOP.id, sign_up(1))
    client, link = serve("manage"), links.registration("r1")
    drawn = main(client.get(link)).find("svg", class_="qr")
    assert drawn["aria-label"] == "QR-code waarmee je aanwezig wordt gemeld"
    assert drawn.find_parent("details", class_="printed"), "it is on paper too, also where it is closed on the screen"
    assert not re.search(r"style=|<style|<script", str(drawn))
    clock[0] = WORKSHOP.begins_at
    assert main(client.get(link)).find("svg", class_="qr") == drawn, "the code stays the same"
    clock[0] = WORKSHOP.ends_at
    assert main(client.get(link)).find("svg", class_="qr") is None
    clock[0] = NOW
    queue.do(WORKSHOP.id, Cancel("r1"))
    assert main(client.get(link)).find("svg", class_="qr") is None


def test_what_the_code_opens_is_no_link_of_the_participant(
    serve: Serve, queue: SeatQueue, links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address in the code is the desk's, with the id of the registration and no token."""
    import segno

    held: list[str] = []
    make = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **how: held.append(text) or make(text, **how))
    queue.do(WORKSHOP.id, sign_up(1))
    serve("manage").get(links.registration("r1"))
    assert held == [f"https://werkplaats.example.org{LIST}/r1"]


# The page at the door


def test_at_the_door_one_button_marks_who_it_is(ask: Ask, queue: SeatQueue, store: Store, clock: list[Any]) -> None:
    """Today is chosen; the button marks the person and leads back; then the page says so, and can undo it."""
    jan = Person(given_name="<b>Jan</b>", family_name="", email="jan@example.org", phone="", organisation="Zwolle")
    queue.do(WORKSHOP.id, replace(sign_up(1), person=jan))
    clock[0] = WORKSHOP.begins_at
    page = ask(f"{LIST}/r1")
    assert "<b>Jan" not in page.text
    assert main(page)["data-state"] == "none"
    assert "Let op" not in main_text(page)
    assert store.attendance.of(WORKSHOP.id) == {}, "a GET marks nobody"
    for _ in range(2):
        done = ask(f"{LIST}/r1", data={"dag": DAY, "stand": "present", "terug": "deur"})
        assert (done.status_code, done.headers["Location"]) == (303, f"{LIST}/r1?dag={DAY}")
        assert store.attendance.of(WORKSHOP.id) == {"r1": {DAY: Mark.PRESENT}}
    page = ask(f"{LIST}/r1")
    assert "Genoteerd: aanwezig" in main_text(page)
    assert [one["value"] for one in main(page).select("button[name=stand]")] == ["none"]
    assert main(ask(f"{LIST}/r1?dag={NEXT}"))["data-state"] == "none"
    assert main(ask(f"{LIST}/r1?dag=2027-01-01"))["data-state"] == "present", "an unknown day is today"
    told = main_text(ask(f"/organisatie/{WORKSHOP.id}/logboek?wat=aanwezig"))
    assert told.count("Aanwezigheid genoteerd") == 1
    assert "zondag 29 augustus 2027: aanwezig" in told
    assert "Platform31" in told


def test_at_the_door_it_says_what_is_not_right(ask: Ask, queue: SeatQueue, store: Store, clock: list[Any]) -> None:
    """Another day, somebody without a seat, and somebody whose data was erased are said, without a button to mark."""
    for number in range(1, WORKSHOP.capacity + 2):
        queue.do(WORKSHOP.id, sign_up(number))
    page = ask(f"{LIST}/r1")
    assert "Let op: dit is niet vandaag" in main_text(page)
    waits = f"{LIST}/r{WORKSHOP.capacity + 1}"
    assert "heeft geen plek Nu: wachtlijst" in main_text(ask(waits))
    assert not main(ask(waits)).find("button")
    queue.do(WORKSHOP.id, ErasePerson("r2"))
    assert "zijn gewist" in main_text(ask(f"{LIST}/r2"))
    assert not main(ask(f"{LIST}/r2")).find("button")
    clock[0] = WORKSHOP.begins_at
    assert ask(f"{LIST}/r3", data={"dag": DAY, "stand": "absent"}).status_code == 303
    assert "Genoteerd als afwezig" in main_text(ask(f"{LIST}/r3"))


def test_a_code_leads_to_signing_in_and_back(serve: Serve, queue: SeatQueue) -> None:
    """Whoever is not signed in is led to signing in, with the way back."""
    queue.do(WORKSHOP.id, sign_up(1))
    answer = serve("organiser").get(f"{LIST}/r1")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/organisatie/inloggen?naar=%2Forganisatie%2F")
    assert answer.headers["Location"].endswith("aanwezig%2Fr1")


def test_a_code_of_another_workshop_and_another_role_open_nothing(ask: Ask, queue: SeatQueue, store: Store) -> None:
    """The code of somebody in another workshop is not found there; a reader sees neither page nor button."""
    reader = Organiser(name="Lezer", email="lezer@example.org", role=Role.READER)
    publish_workshop(store, sample_workshop(), NOW)
    publish_workshop(store, replace(WORKSHOP, organisers=(*WORKSHOP.organisers, reader)), NOW)
    queue.do("proef", sign_up(7))
    queue.do(WORKSHOP.id, sign_up(1))
    assert ask(f"{LIST}/r7").status_code == 404
    assert ask("/organisatie/proef/aanwezig/r7").status_code == 403
    assert ask(f"{LIST}/r1", email="lezer@example.org").status_code == 403
    assert ask(LIST, data={"lijst": "compleet"}, email="lezer@example.org").status_code == 403
    assert ask(f"{LIST}/r1", data={"dag": DAY, "stand": "present"}, headers=CROSS_SITE).status_code == 403
    assert store.attendance.of(WORKSHOP.id) == {}


# The list


def test_the_list_is_complete_when_an_organiser_says_so(
    ask: Ask, queue: SeatQueue, store: Store, clock: list[Any]
) -> None:
    """From the first day on, by a button; it can be opened again, and the journal knows who did both."""
    queue.do(WORKSHOP.id, sign_up(1))
    assert not main(ask(LIST)).find("button", value="compleet")
    assert ask(LIST, data={"lijst": "compleet"}).status_code == 409
    clock[0] = WORKSHOP.begins_at
    for said, offered in (("compleet", "open"), ("compleet", "open"), ("open", "compleet")):
        done = ask(LIST, data={"lijst": said, "dag": NEXT})
        assert (done.status_code, done.headers["Location"]) == (303, f"{LIST}?dag={NEXT}")
        assert [one["value"] for one in main(ask(LIST)).select("button[name=lijst]")] == [offered]
    ledger = store.seats.ledger(WORKSHOP.id)
    assert ledger is not None
    closed = store.journal.get(WORKSHOP.id, f"{ledger.version - 1:010d}-workshop-list_completed")
    opened = store.journal.get(WORKSHOP.id, f"{ledger.version:010d}-workshop-list_reopened")
    assert closed is not None
    assert opened is not None
    assert [closed.entry.by, opened.entry.by] == ["platform31@example.org"] * 2


@pytest.mark.parametrize("data", [{"x": "y"}, {"lijst": "x"}, {"lijst": ""}])
def test_an_unknown_button_of_the_list_changes_nothing(ask: Ask, store: Store, data: dict[str, str]) -> None:
    """It is answered with 400."""
    before = store.seats.ledger(WORKSHOP.id)
    assert ask(LIST, data=data).status_code == 400
    assert ask(LIST, data={"lijst": "compleet"}, headers=CROSS_SITE).status_code == 403
    assert store.seats.ledger(WORKSHOP.id) == before
