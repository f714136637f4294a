"""Addresses that are still to be confirmed, as organisers see them: lists, notices, and the page that changes it."""

import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from tests.functions.conftest import Serve, submission
from tests.functions.desk import CROSS_SITE, ORGANISER, Ask, asking, field, main_text
from tests.functions.test_confirming import ALWAYS, BUSY, deliver, mails_to
from tests.functions.test_public import send
from tests.samples import NOW
from tests.seats import publish_workshop
from tests.sendgrid import ScriptedSendGrid
from tests.shipped import WORKSHOP
from tests.surroundings import STILL
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.roles import Role
from werkplaats.domain.workshop import Organiser
from werkplaats.store import Store
from werkplaats.workflows.mail.notify import notify_organisers
from werkplaats.workflows.seats.queue import SeatQueue

DESK = f"/organisatie/{WORKSHOP.id}"
CONFIRMING = f"{DESK}/bevestigen"
ASSISTANT, READER = "assistent@example.org", "lezer@example.org"


@pytest.fixture
def visitor(serve: Serve) -> FlaskClient:
    return serve("signup")


@pytest.fixture
def ask(serve: Serve, store: Store, clock: list[Any], visitor: FlaskClient) -> Ask:
    """Three people of whom the second has confirmed."""
    publish_workshop(store, ALWAYS, NOW)
    for number in (1, 2, 3):
        sign_up(visitor, number)
    second = people(store)["p2@example.org"]
    manage = serve("manage")
    path = sys.modules["main"].runtime.links.registration_path(second.id, 0)
    assert manage.post(path, data={"action": "confirm"}).status_code == 303
    return asking(serve("organiser"), store, clock)


def sign_up(visitor: FlaskClient, number: int) -> None:
    answer = send(visitor, voornaam=f"Naam{number}", email=f"p{number}@example.org", submission=submission(f"{number}"))
    assert answer.status_code == 303


def people(store: Store) -> dict[str, Registration]:
    return {one.person.email: one for one in store.seats.all_of(WORKSHOP.id) if one.person}


def chosen(page: Any) -> list[str]:
    """The ids of those whose box is ticked."""
    return [str(one["value"]) for one in BeautifulSoup(page.text, "html.parser").select("[name=wie][checked]")]


def test_lists_say_who_still_has_to_confirm(ask: Ask, store: Store) -> None:
    """The list of people, one person, the totals and the files; nothing of the kind for whoever has confirmed."""
    listed = main_text(ask(f"{DESK}/mensen"))
    assert listed.count("adres nog niet bevestigd, tot ") == 2
    by_address = people(store)
    unsure, sure = by_address["p1@example.org"], by_address["p2@example.org"]
    assert "Dat kan tot dinsdag 2 maart 2027 om 10.00 uur" in main_text(ask(f"{DESK}/mensen/{unsure.id}"))
    assert "nog niet bevestigd" not in main_text(ask(f"{DESK}/mensen/{sure.id}"))
    assert "2 van hen moeten het e-mailadres nog bevestigen" in main_text(ask(f"{DESK}/totalen"))
    rows = ask(f"{DESK}/mensen.csv").text.splitlines()
    assert "Adres bevestigen voor" in rows[0]
    assert sum("2 maart" in row or "02-03" in row for row in rows[1:]) == 2


def test_an_organiser_vouches_for_somebody(ask: Ask, store: Store) -> None:
    """Whoever is given the seat that is held for them need not confirm any more. Nobody else has that button."""
    by_address = people(store)
    unsure, sure = by_address["p1@example.org"], by_address["p2@example.org"]
    assert 'value="give_seat"' not in ask(f"{DESK}/mensen/{sure.id}").text
    page = ask(f"{DESK}/mensen/{unsure.id}")
    assert "hoeft het e-mailadres dan niet meer te bevestigen" in main_text(page)
    click = {"action": "give_seat", "version": field(page, "version")}
    assert ask(f"{DESK}/mensen/{unsure.id}", click).status_code == 303
    assert not people(store)["p1@example.org"].is_unconfirmed


def test_all_of_them_are_chosen_and_cancelled_without_mail(ask: Ask, store: Store) -> None:
    """The page shows those who have not confirmed alone; one link ticks all, and two clicks cancel them."""
    page = ask(CONFIRMING)
    said = main_text(page)
    assert "p1@example.org" in said
    assert "p2@example.org" not in said
    assert chosen(page) == []
    assert CONFIRMING + "?alle=ja" in page.text
    ids = chosen(ask(f"{CONFIRMING}?alle=ja"))
    by_address = people(store)
    assert set(ids) == {by_address["p1@example.org"].id, by_address["p3@example.org"].id}
    asks = ask(f"{DESK}/mensen/afmelden?" + "&".join(f"wie={id}" for id in ids))
    assert "adres nog niet bevestigd" in main_text(asks)
    sheet = BeautifulSoup(asks.text, "html.parser")
    without = sheet.find("input", attrs={"name": "mail"})
    assert without is not None
    assert without.has_attr("checked"), "nobody is mailed at an address that is not theirs"
    seen = [str(one["value"]) for one in sheet.select("[name=gezien]")]
    before = len(list(store.outbox.due(NOW + timedelta(days=30))))
    form = MultiDict([("action", "cancel"), ("mail", "no"), *(("wie", id) for id in ids)])
    form.setlist("gezien", seen)
    assert ask(f"{DESK}/mensen/afmelden", data=form).status_code == 303
    states = {email: one.state for email, one in people(store).items()}
    assert states == {
        "p1@example.org": State.CANCELLED,
        "p2@example.org": State.CONFIRMED,
        "p3@example.org": State.CANCELLED,
    }
    assert len(list(store.outbox.due(NOW + timedelta(days=30)))) == before
    assert "Niemand." in main_text(ask(CONFIRMING))


def test_when_it_is_asked_is_published_and_nothing_else(ask: Ask, store: Store) -> None:
    """A revision by whoever did it. A stale click is 409, an unknown value 400."""
    version = field(ask(CONFIRMING), "version")
    for _ in range(2):
        answer = ask(CONFIRMING, {"confirm_address": "busy", "version": version})
        assert (answer.status_code, answer.headers["Location"]) == (303, CONFIRMING)
    assert store.workshops.get(WORKSHOP.id) == BUSY
    head = store.workshops.revisions(WORKSHOP.id)[0]
    assert (head.by, head.changed) == (ORGANISER, ("confirm_address",))
    for stale in ({"version": version}, {"version": "x"}, {}):
        refused = ask(CONFIRMING, {"confirm_address": "always"} | stale)
        assert refused.status_code == 409, stale
        assert "intussen veranderd" in main_text(refused)
    assert ask(CONFIRMING, {"confirm_address": "soms", "version": version}).status_code == 400
    assert store.workshops.get(WORKSHOP.id) == BUSY


def test_who_may_see_and_change_it(ask: Ask, store: Store) -> None:
    """Whoever may see people sees the page, and only organisers change when it is asked."""
    organisers = (
        *ALWAYS.organisers,
        Organiser(name="Twee", email=ASSISTANT, role=Role.ASSISTANT),
        Organiser(name="Drie", email=READER, role=Role.READER),
    )
    publish_workshop(store, replace(ALWAYS, organisers=organisers), NOW)
    page = ask(CONFIRMING, email=ASSISTANT)
    assert "confirm_address" not in page.text
    assert "altijd laten bevestigen" in main_text(page)
    assert ask(CONFIRMING, email=READER).status_code == 403
    asked = {"confirm_address": "never", "version": field(ask(CONFIRMING), "version")}
    assert ask(CONFIRMING, asked, email=ASSISTANT).status_code == 403
    assert ask(CONFIRMING, asked, headers=CROSS_SITE).status_code == 403


def test_organisers_are_told_at_once_of_a_rush(
    serve: Serve, visitor: FlaskClient, store: Store, clock: list[datetime], sendgrid: ScriptedSendGrid
) -> None:
    """Once, with a button that leads to the page where it is set; the overview says so until it has been calm."""
    publish_workshop(store, BUSY, NOW)
    for number in range(9):
        sign_up(visitor, number)
    entries = [entry for entry in store.journal.without_notice(NOW + timedelta(hours=1)) if entry.kind.value == "busy"]
    assert len(entries) == 1
    serve("notify_organisers")
    notify_organisers(store, SeatQueue(store, STILL), WORKSHOP.id, entries[0].id, NOW)
    deliver(serve, store)
    told = [one for one in mails_to(sendgrid, ORGANISER) if one["subject"].startswith("Ongewoon veel aanmeldingen")]
    assert len(told) == 1
    assert f"https://werkplaats.example.org{CONFIRMING}" in str(told[0]["content"])
    ask = asking(serve("organiser"), store, clock)
    overview = ask(DESK)
    assert "Er melden zich ongewoon veel mensen aan" in main_text(overview)
    assert CONFIRMING in overview.text
    assert "op zijn vroegst op" in main_text(ask(CONFIRMING))
    clock[0] = NOW + timedelta(hours=1, minutes=11)
    assert "ongewoon veel" not in main_text(ask(DESK))
