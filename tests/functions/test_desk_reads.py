"""What each page of the desk reads, compared with docs/performance.md."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from tests.functions.conftest import ROOT, Serve
from tests.functions.desk import Ask, asking
from tests.samples import NOW, sign_up
from tests.shipped import WORKSHOP
from werkplaats.domain.messages import make_message
from werkplaats.domain.people import search_words
from werkplaats.domain.registration import Registration, State
from werkplaats.store import Store, codec, paths
from werkplaats.store.firestore import FirestoreWire
from werkplaats.workflows.messages import send_message
from werkplaats.workflows.seats.queue import SeatQueue

DESK = f"/organisatie/{WORKSHOP.id}"

PAGES = {
    "the overview": "",
    "the list of people": "/mensen",
    "a search that finds one": "/mensen?q=p150@",
    "one person": "/mensen/r1",
    "somebody at the door": "/aanwezig/r1",
    "the journal": "/logboek",
    "the messages": "/berichten",
    "one message": "/berichten/bericht",
    "the totals": "/totalen",
    "a list to print": "/lijsten/tekenlijst",
    "the attendance list": "/aanwezig",
}
"""How docs/performance.md calls the pages."""


@pytest.fixture
def ask(serve: Serve, store: Store, queue: SeatQueue, clock: list[datetime]) -> Ask:
    """A full workshop with one message, in which r1 has one of the seats."""
    queue.do_all(WORKSHOP.id, [sign_up(number) for number in range(1, WORKSHOP.capacity + 1)])
    message = make_message(
        id="bericht", workshop=WORKSHOP, by="een@example.org", to="seat", subject="Dag", text="Tot dan.", now=NOW
    )
    send_message(store, WORKSHOP, message)
    return asking(serve("organiser"), store, clock)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the reads that Firestore bills."""
    tally: Counter[str] = Counter()

    def count(name: str, cost: Callable[[Any, Any], int]) -> None:
        original = getattr(FirestoreWire, name)

        def counting(wire: Any, asked: Any) -> Any:
            asked = list(asked) if name == "get" else asked
            answer = original(wire, asked)
            tally["reads"] += cost(asked, answer)
            return answer

        monkeypatch.setattr(FirestoreWire, name, counting)

    count("get", lambda paths, _: len(paths))
    count("query", lambda _, found: max(1, len(found)))
    count("count", lambda *_: 1)
    return tally


def test_a_page_of_the_desk_reads_what_the_document_says(ask: Ask, store: Store, counted: Counter[str]) -> None:
    """With four times as many people on the waitlist each page reads the same."""
    wait(store, range(101, 221))
    few = {name: reads(ask, counted, path) for name, path in PAGES.items()}
    wait(store, range(221, 621))
    many = {name: reads(ask, counted, path) for name, path in PAGES.items()}
    assert many == few == _in_document()


def reads(ask: Ask, counted: Counter[str], path: str) -> int:
    """What the page at `path` reads once the process has seen the workshop."""
    assert ask(DESK + path).status_code == 200
    counted.clear()
    assert ask(DESK + path).status_code == 200
    return counted["reads"]


def wait(store: Store, numbers: range) -> None:
    """Put people with these numbers on the waitlist."""
    found = store.seats.newest_ledger(WORKSHOP.id)
    assert found is not None
    writes = [
        codec.create(paths.of(paths.REGISTRATIONS, one.id), one) for one in (_waiting(number) for number in numbers)
    ]
    for start in range(0, len(writes), 400):
        store.wire.commit(writes[start : start + 400])
    ledger = replace(found.ledger, waitlisted=found.ledger.waitlisted + len(numbers), next_sequence=numbers.stop)
    store.inspection.replace_ledger(ledger, found.revision)


def _waiting(number: int) -> Registration:
    asked = sign_up(number)
    return Registration(
        id=asked.registration,
        workshop=WORKSHOP.id,
        person=asked.person,
        answers={},
        mailbox=asked.mailbox,
        identity=asked.identity,
        state=State.WAITLISTED,
        sequence=number,
        state_version=1,
        signed_up_at=NOW,
        state_since=NOW,
        search=search_words(asked.person),
    )


def _in_document() -> dict[str, int]:
    """The reads of each page, by the document."""
    text = (ROOT / "docs" / "performance.md").read_text().split("## A page of the desk")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \|", text, re.MULTILINE)
    return {name: int(number) for name, number in rows}
