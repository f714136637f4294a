"""Cancelling with a word about it, as the page of a registration and the organisers see it."""

from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.functions.conftest import KEYS, Serve
from tests.functions.desk import asking, main_text
from tests.samples import sign_up
from tests.shipped import WORKSHOP
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import LeavingReason
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

PATH = Links(KEYS).registration_path("r1")


@pytest.fixture
def manage(serve: Serve, queue: SeatQueue) -> FlaskClient:
    queue.do(WORKSHOP.id, sign_up(1))
    return serve("manage")


def test_the_form_asks_why_and_needs_no_answer(manage: FlaskClient, store: Store) -> None:
    """The page offers every reason. Without any the person is cancelled all the same."""
    page = BeautifulSoup(manage.get(PATH).text, "html.parser")
    button = page.find("button", value="cancel")
    assert button is not None
    form = button.find_parent("form")
    assert form is not None
    assert {option["value"] for option in form.find_all("option")} == {"", *LeavingReason}
    assert not form.find_all(attrs={"required": True})
    assert manage.post(PATH, data={"action": "cancel"}).status_code == 303
    registration = store.seats.registration("r1")
    assert registration is not None
    assert (registration.state, registration.remarks) == (State.CANCELLED, ())


def test_what_was_said_is_stored(manage: FlaskClient, store: Store) -> None:
    said = {"action": "cancel", "reason": "no_time", "text": "Mijn dochter trouwt.\r\nIn Doorn!"}
    assert manage.post(PATH, data=said).status_code == 303
    registration = store.seats.registration("r1")
    assert registration is not None
    assert [one.text for one in registration.remarks] == ["Mijn dochter trouwt.\nIn Doorn!"]
    told = [one.detail for one in store.journal.about(WORKSHOP.id, "r1") if one.kind is Happened.CANCELLED]
    assert told == ["no_time"]


def test_organisers_read_it_with_who_said_it(
    manage: FlaskClient, serve: Serve, store: Store, clock: list[datetime]
) -> None:
    """The reason in what happened, and the words beside the notes that they wrote themselves."""
    manage.post(PATH, data={"action": "cancel", "reason": "no_time", "text": "Mijn dochter trouwt."})
    page = asking(serve("organiser"), store, clock)(f"/organisatie/{WORKSHOP.id}/mensen/r1")
    assert "Mijn dochter trouwt. Naam1 Achter, " in main_text(page)
    assert "Afgemeld : Ik kan toch niet op deze dagen" in main_text(page)


def test_a_reason_that_is_none_is_left_out(manage: FlaskClient, store: Store) -> None:
    """Whoever makes up a form of their own is still cancelled."""
    assert manage.post(PATH, data={"action": "cancel", "reason": "<b>"}).status_code == 303
    told = [one.detail for one in store.journal.about(WORKSHOP.id, "r1") if one.kind is Happened.CANCELLED]
    assert told == ["cancelled"]


def test_too_long_a_story_changes_nothing(manage: FlaskClient, store: Store) -> None:
    answer = manage.post(PATH, data={"action": "cancel", "text": "a" * 1001})
    assert answer.status_code == 422
    assert "te lang" in answer.text
    stale = manage.post(PATH, data={"action": "cancel", "text": "a" * 1001, "version": "999"})
    assert stale.status_code == 409
    assert "intussen iets veranderd" in stale.text
    registration = store.seats.registration("r1")
    assert registration is not None
    assert registration.state is State.CONFIRMED
