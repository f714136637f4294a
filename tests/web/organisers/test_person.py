"""The page of one person: its buttons and the actions behind them."""

import re
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from tests.shipped import NOW, REGISTRATION, WORKSHOP
from tests.words import DUTCH
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.web.organisers.changing import CHANGES
from werkplaats.web.organisers.person import ACTIONS, page_of
from werkplaats.wording.templating import TEMPLATES, render_page

MOMENTS = (NOW, WORKSHOP.begins_at + timedelta(hours=1), WORKSHOP.ends_at)
PEOPLE = [
    replace(REGISTRATION, state=state, person=person, unsubscribed=unsubscribed)
    for state, person, unsubscribed in product(State, (REGISTRATION.person, None), (False, True))
]


def buttons(registration: Registration, now: Any = NOW, capacity: int = 5) -> list[str]:
    """The actions that the page of `registration` has buttons for."""
    ledger = Ledger(id=WORKSHOP.id, capacity=capacity)
    place = 2 if registration.state is State.WAITLISTED else None
    shown = page_of(DUTCH, WORKSHOP, registration, ledger, place, {}, now)
    page = BeautifulSoup(
        render_page(DUTCH, "organiser/person", email="een@example.org", problem=None, **shown), "html.parser"
    )
    return [str(button["value"]) for button in page.select("button[name=action]")]


def test_every_action_has_a_button_and_every_button_an_action() -> None:
    """Each action has a button on somebody's page at some moment, and each button has an action."""
    written = (TEMPLATES / "pages" / "organiser" / "person.html").read_text()
    assert set(re.findall(r'action\("(\w+)"', written)) == set(ACTIONS)
    everywhere = {button for person in PEOPLE for now in MOMENTS for button in buttons(person, now)}
    assert everywhere == set(ACTIONS)
    changes = (TEMPLATES / "pages" / "organiser" / "_person_changes.html").read_text()
    assert set(re.findall(r'name="action" value="(\w+)"', changes)) == set(CHANGES)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda one: f"{one.state}-{one.person is not None}-{one.unsubscribed}")
def test_a_button_is_there_only_where_its_action_is_shown(person: Registration) -> None:
    """A page shows a button only if its action is shown. It may leave one out, such as when no seat is free."""
    for now in MOMENTS:
        shown = {name for name, action in ACTIONS.items() if action.shown(WORKSHOP, person, now)}
        assert shown >= set(buttons(person, now))
        assert shown >= set(buttons(person, now, capacity=0))


def test_the_buttons_follow_the_state() -> None:
    """A seat can be cancelled until the workshop begins, and given to people without one, unless data is erased."""
    waits = replace(REGISTRATION, state=State.WAITLISTED)
    assert set(buttons(REGISTRATION)) >= {"cancel"}
    assert "cancel" not in buttons(REGISTRATION, WORKSHOP.begins_at)
    assert "give_seat" not in buttons(REGISTRATION)
    assert set(buttons(waits)) >= {"cancel", "give_seat"}
    assert "give_seat" not in buttons(waits, capacity=0)
    assert not {"cancel", "give_seat"} & set(buttons(replace(REGISTRATION, person=None)))
