"""What each page of the desk reads, compared with docs/performance.md."""

import re
import sys
from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.counting import CountingWire
from tests.functions.conftest import ROOT, Serve
from tests.functions.desk import Ask, asking
from tests.samples import NOW, sign_up
from tests.seats import publish_workshop, seat_queue
from tests.shipped import WORKSHOP
from werkplaats.domain.messages import make_message
from werkplaats.domain.people import search_words
from werkplaats.domain.registration import Registration, State
from werkplaats.store import Store, codec, paths
from werkplaats.workflows.messages import send_message

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

MANY = {
    "/mensen?q=naam": 305,
    "/mensen?stand=wachtlijst": 106,
    "/mensen?vanaf=wachtlijst-9000": 114,
    "/mensen/r10076": 17,
}
"""Pages that are about many people if there are 10,000, and what they read. A count of thousands is some reads."""


@pytest.fixture
def wire() -> CountingWire:
    """A simulated Firestore that counts the reads that the real one bills. It takes ten thousand people in seconds."""
    return CountingWire()


@pytest.fixture
def ask(serve: Serve, wire: CountingWire, clock: list[datetime]) -> Ask:
    """A full workshop with one message, in which r1 has one of the seats."""
    client, store = serve("organiser"), Store(wire)
    sys.modules["main"].runtime._store = store
    publish_workshop(store, WORKSHOP, NOW)
    queue = seat_queue(store, lambda: NOW)
    queue.do_all(WORKSHOP.id, [sign_up(number) for number in range(1, WORKSHOP.capacity + 1)])
    message = make_message(
        id="bericht", workshop=WORKSHOP, by="een@example.org", to="seat", subject="Dag", text="Tot dan.", now=NOW
    )
    send_message(store, WORKSHOP, message)
    return asking(client, store, clock)


def test_a_page_of_the_desk_reads_what_the_document_says(ask: Ask, wire: CountingWire) -> None:
    """With 10,000 people each page reads the same as with 144, and those that depend on how many there are little more.

    The search for a word that everybody has, and the page of somebody at the end of the waitlist, are such.
    """
    wait(Store(wire), range(101, 221))
    few = {name: reads(ask, wire, path) for name, path in PAGES.items()}
    wait(Store(wire), range(221, 10_077))
    many = {name: reads(ask, wire, path) for name, path in PAGES.items()}
    assert many == few == _in_document()
    assert {path: reads(ask, wire, path) for path in MANY} == MANY


def reads(ask: Ask, wire: CountingWire, path: str) -> int:
    """What the page at `path` reads once the process has seen the workshop."""
    assert ask(DESK + path).status_code == 200
    before = wire.reads
    assert ask(DESK + path).status_code == 200
    return wire.reads - before


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
