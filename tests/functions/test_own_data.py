"""What participants can do with what is held about them: read it, take it along, have it erased."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.functions.conftest import KEYS, Serve
from tests.samples import sign_up
from tests.shipped import WORKSHOP
from werkplaats.domain.journal import ASKED_BY_PARTICIPANT, Happened
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import ErasePerson, WriteNote
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

Own = Callable[[int], str]


@pytest.fixture
def manage(serve: Serve) -> FlaskClient:
    return serve("manage")


@pytest.fixture
def page(queue: SeatQueue, store: Store, manage: FlaskClient) -> Own:
    """The path of the page of the person with that number, of two who signed up."""
    queue.do_all(WORKSHOP.id, [sign_up(1), sign_up(2)])
    links = Links(KEYS)
    return lambda number: links.registration_path(f"r{number}")


def state_of(store: Store, number: int) -> State:
    registration = store.seats.registration(f"r{number}")
    assert registration is not None
    return registration.state


def button(answer: TestResponse) -> dict[str, str]:
    """What the form with the button that erases sends, from the page `answer`."""
    erase = BeautifulSoup(answer.text, "html.parser").find("button", value="erase")
    assert erase is not None
    form = erase.find_parent("form")
    assert form is not None
    return {"action": "erase"} | {str(one["name"]): str(one["value"]) for one in form.find_all("input")}


def test_everything_held_can_be_taken_along(page: Own, manage: FlaskClient, queue: SeatQueue) -> None:
    """The file has the person's own data, mails and what organisers wrote, and nothing about anybody else."""
    queue.do(WORKSHOP.id, WriteNote(registration="r1", seen=1, by="piet@example.org", text="Belde over de route."))
    answer = manage.get(f"{page(1)}/gegevens.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    held = json.loads(answer.data)
    assert held["Persoon"]["E-mailadres"] == sign_up(1).person.email
    assert [one["Tekst"] for one in held["Notities"]] == ["Belde over de route."]
    assert [one["Wat"] for one in held["Wat er gebeurde"]] == ["Aangemeld", "Notitie geschreven"]
    assert held["Mails"]
    assert sign_up(2).person.email not in answer.text


def test_what_is_kept_until_the_address_is_confirmed_is_told(
    page: Own, manage: FlaskClient, store: Store, queue: SeatQueue
) -> None:
    """Until when it is kept, and the person's own number, also of somebody on the waitlist who is passed over."""
    for number in range(3, 25):
        queue.do(WORKSHOP.id, sign_up(number))
    path = page(25)
    queue.do(WORKSHOP.id, replace(sign_up(25), suspicious=True))
    waiting = store.seats.registration("r25")
    assert waiting is not None
    assert waiting.is_passed_over
    held = json.loads(manage.get(f"{path}/gegevens.json").data)
    assert held["Kenmerken"]["Volgnummer"] == 25
    assert held["Vastgehouden tot"]
    assert held["Wordt overgeslagen op de wachtlijst"] is True


def test_everything_held_can_be_read(page: Own, manage: FlaskClient) -> None:
    """The page says the same, and leads to the file."""
    answer = manage.get(f"{page(1)}/gegevens")
    assert answer.status_code == 200
    assert sign_up(1).person.email in answer.text
    assert f"{page(1)}/gegevens.json" in answer.text
    assert sign_up(2).person.email not in answer.text


@pytest.mark.parametrize("path", ["gegevens", "gegevens.json"])
def test_a_link_that_is_not_good_tells_nothing(page: Own, manage: FlaskClient, path: str) -> None:
    for wrong in (page(1)[:-2], Links(KEYS).registration_path("r1", 1), "/aanmelding/x"):
        answer = manage.get(f"{wrong}/{path}")
        assert answer.status_code == 404
        assert sign_up(1).person.email not in answer.text


def test_erasing_asks_once(page: Own, manage: FlaskClient, store: Store) -> None:
    """The first click changes nothing and says what is lost. The second erases, and a third finds it done."""
    first = button(manage.get(f"{page(1)}/gegevens"))
    question = manage.post(page(1), data=first)
    assert question.status_code == 200
    assert "plek kwijt" in question.text
    assert state_of(store, 1) is State.CONFIRMED
    second = button(question)
    done = manage.post(page(1), data=second)
    assert (done.status_code, done.headers["Location"]) == (303, page(1))
    registration = store.seats.registration("r1")
    assert registration is not None
    assert (registration.person, registration.state) == (None, State.CANCELLED)
    assert manage.get(page(1)).status_code == 404
    assert manage.get(f"{page(1)}/gegevens.json").status_code == 404
    assert manage.post(page(1), data=second).status_code == 303
    assert state_of(store, 2) is State.CONFIRMED


def test_the_journal_says_who_erased(page: Own, manage: FlaskClient, store: Store, queue: SeatQueue) -> None:
    """Organisers can tell somebody who erased themselves from an erasure at the end of the time."""
    manage.post(page(1), data={"action": "erase", "sure": "yes"})
    queue.do(WORKSHOP.id, ErasePerson("r2"))
    erased = {
        one.registration: one.detail
        for number in (1, 2)
        for one in store.journal.about(WORKSHOP.id, f"r{number}")
        if one.kind is Happened.ERASED
    }
    assert erased == {"r1": ASKED_BY_PARTICIPANT, "r2": ""}


def test_what_has_changed_since_is_not_erased(page: Own, manage: FlaskClient, store: Store, queue: SeatQueue) -> None:
    """Somebody who is shown one thing does not erase another: the page is shown as it is now."""
    question = button(manage.post(page(1), data=button(manage.get(f"{page(1)}/gegevens"))))
    queue.do(WORKSHOP.id, WriteNote(registration="r1", seen=1, by="piet@example.org", text="Belde."))
    answer = manage.post(page(1), data=question)
    assert answer.status_code == 409
    assert "intussen iets veranderd" in answer.text
    registration = store.seats.registration("r1")
    assert registration is not None
    assert registration.person is not None


def test_the_erasing_is_remembered(page: Own, manage: FlaskClient, store: Store, clock: list[datetime]) -> None:
    """It is kept on the list by which a backup that is restored later is erased again."""
    manage.post(page(1), data={"action": "erase", "sure": "yes"})
    assert [one.registration for one in store.erasures.at_once()] == ["r1"]
