"""The journal of a workshop at the desk: who did what and when, in pages, and as a file."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.functions.conftest import Serve
from tests.functions.desk import Ask, asking, main_text
from tests.samples import NOW, sign_up
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.registration import Person
from werkplaats.domain.seats.commands import Cancel, ErasePerson, WriteNote
from werkplaats.store import Store, codec, paths
from werkplaats.store.firestore import FirestoreWire
from werkplaats.workflows.seats.queue import SeatQueue

JOURNAL = f"/organisatie/{WORKSHOP.id}/logboek"
ORGANISER = "platform31@example.org"


@pytest.fixture
def client(serve: Serve, queue: SeatQueue, clock: list[Any]) -> FlaskClient:
    """A workshop in which r1 and r2 signed up; r2 is noted and r1 left a minute later, and somebody is erased."""
    for number in (1, 2, 3):
        queue.do(WORKSHOP.id, sign_up(number))
    clock[0] = NOW + timedelta(minutes=1)
    queue.do(WORKSHOP.id, WriteNote(registration="r2", text="Geheim.", by=ORGANISER))
    clock[0] = NOW + timedelta(minutes=2)
    queue.do(WORKSHOP.id, Cancel("r1"))
    clock[0] = NOW + timedelta(minutes=3)
    queue.do(WORKSHOP.id, ErasePerson("r3", by="iemand@example.org"))
    return serve("organiser")


@pytest.fixture
def ask(client: FlaskClient, store: Store, clock: list[Any]) -> Ask:
    return asking(client, store, clock)


def lines(page: TestResponse) -> list[list[str]]:
    """What stands in each line: what, who with by whom, and when. Phones show that below who it was instead."""
    soup = BeautifulSoup(page.text, "html.parser")
    for on_phones in soup.select(".when-small"):
        on_phones.decompose()
    rows = soup.select("table tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])] for row in rows]


def fill(store: Store, number: int, kind: Happened = Happened.MAIL_FAILED) -> None:
    """So many entries, a second after each other, each about a registration that there is not."""
    writes = []
    for one in range(number):
        at = NOW + timedelta(hours=1, seconds=one)
        entry = Entry(id=f"x{one:05}", workshop=WORKSHOP.id, kind=kind, at=at, version=1, registration=f"q{one}")
        writes.append(codec.create(paths.entry(WORKSHOP.id, entry.id), entry))
    for start in range(0, number, 500):
        store.wire.commit(writes[start : start + 500])


def test_the_newest_is_told_first_with_who_did_it(ask: Ask) -> None:
    """Organisers by name, or by address if they are none any more; of somebody erased there is no name."""
    found = lines(ask(JOURNAL))
    assert [line[:2] for line in found] == [
        ["Gegevens gewist", "Gegevens gewist door iemand@example.org"],
        ["Afgemeld", "Naam1 Achter door deelnemer"],
        ["Notitie geschreven", f"Naam2 Achter door {WORKSHOP.organisers[0].name}"],
        ["Aangemeld heeft een plek", "Gegevens gewist door deelnemer"],
        ["Aangemeld heeft een plek", "Naam2 Achter door deelnemer"],
        ["Aangemeld heeft een plek", "Naam1 Achter door deelnemer"],
    ]
    assert found[1][2] == "01-03-2027 10:02"
    assert "Geheim" not in ask(JOURNAL).text


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("door=organisator", 2),
        ("door=deelnemer", 4),
        ("door=systeem", 0),
        ("wat=gegevens", 2),
        ("wat=plekken&door=deelnemer", 4),
        ("wat=mail", 0),
        ("door=onzin&wat=onzin", 6),
    ],
)
def test_it_is_filtered_by_who_and_what(ask: Ask, asked: str, number: int) -> None:
    assert len(lines(ask(f"{JOURNAL}?{asked}"))) == number


def test_it_goes_on_page_by_page(ask: Ask, store: Store) -> None:
    """Every entry is on one page, and none on two."""
    fill(store, 250)
    path, seen, pages = JOURNAL, [], 0
    while path:
        page = ask(path)
        seen += lines(page)
        following = BeautifulSoup(page.text, "html.parser").find("a", rel="next")
        path = str(following["href"]) if following else ""  # type: ignore[index]
        pages += 1
    assert (len(seen), pages) == (256, 3)
    moments = [line[2] for line in seen]
    assert moments == sorted(moments, reverse=True)
    assert lines(ask(f"{JOURNAL}?voor=bestaat-niet")) == []


def test_a_filter_that_finds_little_still_leads_on(ask: Ask, store: Store) -> None:
    """A page reads 300 entries at most, and then says that one can look further back."""
    fill(store, 450)
    page = ask(f"{JOURNAL}?door=organisator")
    assert lines(page) == []
    following = BeautifulSoup(page.text, "html.parser").find("a", rel="next")
    assert following is not None
    assert "Kijk verder terug" in main_text(page)
    assert len(lines(ask(str(following["href"])))) == 2  # type: ignore[index]


def test_a_page_costs_as_much_however_long_the_journal_is(
    ask: Ask, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most 300 entries and 100 people are read, besides the visitor, the workshop and where the page begins."""
    tally: Counter[str] = Counter()

    def count(name: str, cost: Any) -> None:
        original = getattr(FirestoreWire, name)

        def counting(wire: Any, asked: Any) -> Any:
            asked = list(asked) if name == "get" else asked
            answer = original(wire, asked)
            tally["reads"] += cost(asked, answer)
            return answer

        monkeypatch.setattr(FirestoreWire, name, counting)

    fill(store, 700)
    count("get", lambda paths, _: len(paths))
    count("query", lambda _, found: max(1, len(found)))
    costs = []
    for asked in ("", "?voor=x00650", "?door=organisator", "?door=organisator&voor=x00650"):
        tally.clear()
        ask(f"{JOURNAL}{asked}")
        costs.append(tally["reads"])
    assert costs == [202, 203, 304, 305]


def test_the_file_has_all_and_no_formulas(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """A name that is a formula is text, and the filter counts here too."""
    bad = Person(given_name="=HYPERLINK(1)", family_name="x", email="f@example.org")
    queue.do(WORKSHOP.id, replace(sign_up(4), person=bad))
    fill(store, 120)
    answer = ask(f"{JOURNAL}.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = answer.data.decode("utf-8-sig").split("\r\n")
    assert rows[0] == "Wanneer;Wat;Toelichting;Wie;Door"
    assert len(rows) == 1 + 7 + 120 + 1
    assert any(";'=HYPERLINK(1) x;deelnemer" in row for row in rows)
    assert len(ask(f"{JOURNAL}.csv?door=organisator").data.decode().split("\r\n")) == 1 + 2 + 1


def test_another_workshops_entries_are_not_shown(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """Neither its journal, nor by the id of one of its entries."""
    publish_workshop(store, sample_workshop(), NOW)
    queue.do("proef", sign_up(9))
    assert "Naam9" not in ask(JOURNAL).text
    assert lines(ask(f"{JOURNAL}?voor=form-f9")) == []
    assert ask("/organisatie/proef/logboek").status_code == 403
    assert ask(JOURNAL, email="een@example.org").status_code == 403
    assert lines(ask(f"{JOURNAL}?voor=../../x")) == []
