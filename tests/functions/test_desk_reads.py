"""What each page of the desk reads, compared with docs/performance.md."""

import re
import sys
from datetime import datetime, timedelta

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
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store, codec, paths
from werkplaats.web.organisers.desk import ROUTES
from werkplaats.workflows.messages import send_message
from werkplaats.workflows.preview import preview

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


def test_no_page_of_the_desk_reads_more_if_more_people_signed_up(ask: Ask, wire: CountingWire) -> None:
    """Every page that the desk has, also one that is added later; only the files of people read everybody."""
    wait(Store(wire), range(101, 221))
    few = {path: reads(ask, wire, path) for path in every_page()}
    wait(Store(wire), range(221, 10_077))
    many = {path: reads(ask, wire, path) for path in every_page()}
    assert len(few) > 30
    assert {path: (few[path], many[path]) for path in few if few[path] != many[path]} == {}


@pytest.mark.usefixtures("ask")
def test_what_publishing_means_is_told_without_reading_everybody_if_nobody_can_be_concerned(wire: CountingWire) -> None:
    """Other texts and more seats concern nobody by name; other days and a question that goes do."""
    store = Store(wire)
    wait(store, range(101, 221))

    def reads_for(changed: Workshop) -> int:
        before = wire.reads
        assert preview(store, changed, NOW).changes
        return wire.reads - before

    reads_for(replace(WORKSHOP, title="Anders"))
    assert reads_for(replace(WORKSHOP, title="Anders", capacity=WORKSHOP.capacity + 1)) <= 3
    assert reads_for(replace(WORKSHOP, first_day=WORKSHOP.first_day - timedelta(days=1))) > 144
    assert reads_for(replace(WORKSHOP, questions=WORKSHOP.questions[1:])) > 144


NAMED = {"registration": "r1", "wave": WORKSHOP.waves[0].id, "number": "0", "id": WORKSHOP.id}
ASKED = {"/mensen/afmelden": "?wie=r1&wie=r2", "/mensen": "?stand=plek", "/logboek": "?wie=deelnemer"}
WITH_EVERYBODY = ("/mensen.csv", "/mensen.xlsx")
NOT_THERE = {"/echt-maken": 303, "/bewerken/logo/confirmed": 404}
"""The pages that this workshop does not have, and how they answer: it does not practise, and has no logo."""


def every_page() -> list[str]:
    """The address of every page of the desk, below that of the workshop; but those of secrets and files."""
    rules = [rule.rule for rule in ROUTES.iter_rules() if "GET" in (rule.methods or ())]
    rules = [rule.replace("<name>", "bericht" if "/berichten/" in rule else "confirmed") for rule in rules]
    for name, value in NAMED.items():
        rules = [rule.replace(f"<{name}>", value) for rule in rules]
    pages = [rule.removeprefix(DESK) for rule in rules if rule.startswith(DESK)]
    assert not any("<" in page for page in pages)
    return [page + ASKED.get(page, "") for page in pages if page not in WITH_EVERYBODY]


def reads(ask: Ask, wire: CountingWire, path: str) -> int:
    """What the page at `path` reads once the process has seen the workshop."""
    assert ask(DESK + path).status_code == NOT_THERE.get(path, 200), path
    before = wire.reads
    assert ask(DESK + path).status_code == NOT_THERE.get(path, 200), path
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
