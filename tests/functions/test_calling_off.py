"""Calling a workshop off at the desk."""

from datetime import datetime

import pytest

from tests.functions.conftest import Serve
from tests.functions.desk import CROSS_SITE, MAKER, Ask, asking, field, main_text
from tests.samples import NOW, sign_up
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

DESK = f"/organisatie/{WORKSHOP.id}"
PATH = f"{DESK}/afgelasten"


@pytest.fixture
def ask(serve: Serve, store: Store, clock: list[datetime]) -> Ask:
    return asking(serve("organiser"), store, clock)


def is_off(store: Store, id: str = WORKSHOP.id) -> bool:
    workshop = store.workshops.get(id)
    return workshop is not None and workshop.called_off is not None


def test_the_page_says_what_happens_and_changes_nothing(ask: Ask, store: Store, queue: SeatQueue) -> None:
    assert PATH in ask(DESK).text
    queue.do(WORKSHOP.id, sign_up(1))
    queue.do(WORKSHOP.id, sign_up(2))
    page = main_text(ask(PATH))
    assert "2 mensen krijgen een mail" in page
    assert "Dit kun je niet terugdraaien." in page
    assert not is_off(store)


def test_it_asks_once_more_with_the_reason_as_people_read_it(ask: Ask, store: Store) -> None:
    """Markup in it stays text. The question's own form then does it."""
    answer = ask(PATH, {"reason": 'Te **weinig** mensen <script>alert("x")</script>', "action": "check"})
    assert answer.status_code == 200
    assert "<strong>weinig</strong>" in answer.text
    assert "<script>alert" not in answer.text
    assert not is_off(store)
    done = ask(PATH, {"reason": field(answer, "reason")})
    assert (done.status_code, done.headers["Location"]) == (303, DESK)
    assert store.workshops.get(WORKSHOP.id).called_off.reason.startswith("Te **weinig**")  # type: ignore[union-attr]


def test_a_reason_calls_it_off_once(ask: Ask, store: Store, clock: list[datetime]) -> None:
    """Again is a quiet success, which changes neither the reason nor the time. The overview says so from then on."""
    assert ask(PATH, {"reason": "Ziekte."}).status_code == 303
    called_off = store.workshops.get(WORKSHOP.id)
    for data in ({"reason": "Iets anders."}, {"reason": ""}, {"reason": "x" * 9_000}):
        again = ask(PATH, data)
        assert (again.status_code, again.headers["Location"]) == (303, DESK)
    assert store.workshops.get(WORKSHOP.id) == called_off
    overview = ask(DESK)
    assert 'data-workshop="called_off"' in overview.text
    assert "Ziekte." in main_text(overview)
    assert "niet terug te draaien" in main_text(overview)
    assert "echt-maken" not in overview.text
    assert "Afgelast." in main_text(ask("/organisatie/"))
    assert ask(PATH).status_code == 200
    opened = ask(f"{DESK}/aanmelden-openen-of-sluiten", {"by_hand": "open", "version": "1"})
    assert opened.status_code == 409


@pytest.mark.parametrize("reason", [None, "", " \n\t", "x" * 2_001])
def test_without_a_good_reason_nothing_happens(ask: Ask, store: Store, reason: str | None) -> None:
    """The message is at the field, and what was typed is still there."""
    answer = ask(PATH, {"anders": "x"} if reason is None else {"reason": reason})
    assert answer.status_code == 422
    assert "klopt nog niet" in main_text(answer)
    assert field(answer, "reason").strip() == (reason or "").strip()
    assert not is_off(store)


def test_a_workshop_that_is_over_is_not_called_off(ask: Ask, store: Store, clock: list[datetime]) -> None:
    clock[0] = WORKSHOP.ends_at
    assert ask(PATH, {"reason": "Ziekte."}).status_code == 409
    assert "Afgelasten kan niet meer" in main_text(ask(PATH))
    assert PATH not in ask(DESK).text
    assert not is_off(store)


def test_others_call_nothing_off(ask: Ask, store: Store) -> None:
    """Somebody without a role there, from another site, or not signed in."""
    publish_workshop(store, sample_workshop(), NOW)
    assert ask(PATH, {"reason": "Ziekte."}, MAKER).status_code == 403
    assert ask("/organisatie/proef/afgelasten", {"reason": "Ziekte."}).status_code == 403
    assert ask(PATH, {"reason": "Ziekte."}, headers=CROSS_SITE).status_code == 403
    assert ask(PATH, {"reason": "Ziekte."}, headers={"Cookie": ""}).status_code == 401
    assert not is_off(store)
    assert not is_off(store, "proef")
