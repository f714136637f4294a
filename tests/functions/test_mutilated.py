"""What a mutilated address or form can hold never makes a page of the desk fail: it names nothing that there is."""

from typing import Any

import pytest

from tests.functions.conftest import Serve
from tests.functions.desk import Ask, asking
from tests.samples import NOW, sign_up
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.domain.registration import State
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

DESK = f"/organisatie/{WORKSHOP.id}"
NO_IDS = ("a/b", "a/b/c", ".", "..", "__x__", "/", "x" * 1_600, "é" * 900)
"""What the store takes for no id of a document, or for one of another collection."""


@pytest.fixture
def ask(serve: Serve, store: Store, queue: SeatQueue, clock: list[Any]) -> Ask:
    publish_workshop(store, WORKSHOP, NOW)
    queue.do(WORKSHOP.id, sign_up(1))
    return asking(serve("organiser"), store, clock)


@pytest.mark.parametrize("id", NO_IDS)
def test_the_journal_before_no_entry_is_empty(ask: Ask, id: str) -> None:
    assert ask(f"{DESK}/logboek", query_string={"voor": id}).status_code == 200


@pytest.mark.parametrize("id", NO_IDS)
def test_a_mail_that_cannot_be_is_not_sent_again(ask: Ask, store: Store, id: str) -> None:
    found = store.seats.registration("r1")
    assert found is not None
    sent = {"action": "resend", "version": str(found.shown_version), "mail": id}
    assert ask(f"{DESK}/mensen/r1", data=sent).status_code == 409


@pytest.mark.parametrize("id", NO_IDS)
def test_nobody_with_such_an_id_is_cancelled(ask: Ask, id: str) -> None:
    assert ask(f"{DESK}/mensen/afmelden", query_string={"wie": id}).status_code == 404


@pytest.mark.parametrize("seen", ["1234567890123456x", "1" * 5_000, "1234567890123456-1", "x", ""], ids=range(5))
def test_a_version_that_is_no_number_is_stale(ask: Ask, store: Store, seen: str) -> None:
    sent = {"action": "cancel", "wie": "r1", "gezien": f"r1.{seen}"}
    assert ask(f"{DESK}/mensen/afmelden", data=sent).status_code == 409
    found = store.seats.registration("r1")
    assert found is not None
    assert found.state is State.CONFIRMED
