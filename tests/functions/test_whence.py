"""Where people come from: the code of the link is kept with the sign-up, and shown at the desk."""

import re
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.functions.conftest import Serve, submission
from tests.functions.desk import asking, main_text
from tests.functions.test_public import FORM, PAGE, TYPED
from tests.shipped import WORKSHOP
from werkplaats.domain.seats.commands import ErasePerson
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

DESK = f"/organisatie/{WORKSHOP.id}"

NO_CODES = ["LPB", "a b", "x" * 41, "<b>", "é", "a\nb", ""]


@pytest.fixture
def visitor(serve: Serve) -> FlaskClient:
    return serve("signup")


def hidden(page: str) -> str | None:
    """What the form's hidden field holds; None if it has none."""
    found = BeautifulSoup(page, "html.parser").find("input", attrs={"name": "via", "type": "hidden"})
    return None if found is None else str(found["value"])  # type: ignore[index]


def test_the_code_of_the_link_goes_along_to_the_sign_up(visitor: FlaskClient, store: Store) -> None:
    """From the workshop's page by its button to the form, through a form with a mistake, into the registration."""
    page = BeautifulSoup(visitor.get(f"{PAGE}?via=lpb").text, "html.parser")
    buttons = {str(a["href"]) for a in page.find_all("a") if "/aanmelden" in str(a["href"])}
    assert buttons == {f"{FORM}?via=lpb"}
    assert hidden(visitor.get(f"{FORM}?via=lpb").text) == "lpb"
    wrong = visitor.post(FORM, data=TYPED | {"via": "lpb", "voornaam": ""})
    assert wrong.status_code == 422
    assert hidden(wrong.text) == "lpb"
    assert visitor.post(FORM, data=TYPED | {"via": "lpb"}).status_code == 303
    assert [one.via for one in store.seats.all_of(WORKSHOP.id)] == ["lpb"]


@pytest.mark.parametrize("code", NO_CODES)
def test_what_is_no_code_is_left_out(visitor: FlaskClient, store: Store, code: str) -> None:
    """Anything else in its place is ignored, in the address and in the form, and nobody is kept from signing up."""
    page = visitor.get(PAGE, query_string={"via": code})
    assert "via=" not in re.sub(r"<a [^>]*hreflang[^>]*>", "", page.text)  # the same page in another language
    assert hidden(visitor.get(FORM, query_string={"via": code}).text) is None
    assert visitor.post(FORM, data=TYPED | {"via": code}).status_code == 303
    assert [one.via for one in store.seats.all_of(WORKSHOP.id)] == [""]


def test_the_desk_shows_where_people_come_from(
    visitor: FlaskClient, serve: Serve, store: Store, clock: list[datetime], queue: SeatQueue
) -> None:
    """A person's page, the list as a file and the totals show the code, and it is erased with the person."""
    for number, code in enumerate(["lpb", "lpb", "nieuwsbrief", ""]):
        sent = TYPED | {"voornaam": f"N{number}", "email": f"n{number}@example.org", "via": code}
        assert visitor.post(FORM, data=sent | {"submission": submission(str(number))}).status_code == 303
    ask = asking(serve("organiser"), store, clock)
    totals = main_text(ask(f"{DESK}/totalen"))
    assert "Waar mensen vandaan komen" in totals
    assert "lpb 2 0 nieuwsbrief 1 0 zonder code 1 0" in totals
    first, *_, last = sorted(store.seats.all_of(WORKSHOP.id), key=lambda one: one.sequence)
    assert "Gekomen via lpb" in main_text(ask(f"{DESK}/mensen/{first.id}"))
    assert "Gekomen via" not in main_text(ask(f"{DESK}/mensen/{last.id}"))
    listed = ask(f"{DESK}/mensen.csv").text
    assert "Gekomen via" in listed
    assert listed.count("lpb") == 2
    assert '"Gekomen via": "lpb"' in ask(f"{DESK}/mensen/{first.id}/gegevens.json").text
    queue.do(WORKSHOP.id, ErasePerson(first.id))
    erased = store.seats.registration(first.id)
    assert erased is not None
    assert erased.via == ""


def test_the_totals_say_nothing_of_codes_if_nobody_came_by_one(
    visitor: FlaskClient, serve: Serve, store: Store, clock: list[datetime]
) -> None:
    """A workshop whose link was never shared with a code has no table of one line."""
    assert visitor.post(FORM, data=TYPED).status_code == 303
    assert "vandaan" not in main_text(asking(serve("organiser"), store, clock)(f"{DESK}/totalen"))
