"""The list of people a page at a time, its files, totals, and lists to print, over HTTP."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.functions.conftest import Serve
from tests.functions.desk import ORGANISER, asking, main_text
from tests.samples import NOW, sign_up
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from tests.workflows.test_list_people import ledger_of, one
from werkplaats.domain.registration import Person
from werkplaats.domain.roles import Role
from werkplaats.domain.seats.commands import Cancel, ErasePerson
from werkplaats.domain.workshop import Organiser
from werkplaats.store import Store, codec, paths
from werkplaats.web.qr import door_code, qr_svg
from werkplaats.workflows.seats.queue import SeatQueue

PUBLIC_URL = "https://werkplaats.example.org"
DESK = f"/organisatie/{WORKSHOP.id}"
LISTS = ("tekenlijst", "badges", "kamers", "keuken", "locatie", "boekje")
SLY = Person(
    given_name="<script>x</script>", family_name="A" * 90, email="sly@example.org", organisation="=1+1<img src=x>"
)

Ask = Callable[..., TestResponse]


@pytest.fixture
def ask(serve: Serve, store: Store, clock: list[datetime]) -> Ask:
    return asking(serve("organiser"), store, clock)


def fill(queue: SeatQueue, count: int) -> None:
    """Sign up people 1 to `count`; the first 24 get a seat, and the others wait."""
    queue.do_all(WORKSHOP.id, [sign_up(number) for number in range(1, count + 1)])


def names(page: TestResponse) -> list[str]:
    return [link.get_text() for link in BeautifulSoup(page.text, "html.parser").select(".people tbody a")]


def link(page: TestResponse, rel: str) -> str | None:
    found = BeautifulSoup(page.text, "html.parser").find("a", rel=rel)
    return None if found is None else str(found["href"])  # type: ignore[index]


def crowd(store: Store, count: int) -> None:
    """Write `count` people, of whom every sixth waits, and a ledger that says so."""
    people = [one(number, WORKSHOP.id) for number in range(1, count + 1)]
    guard = store.seats.newest_ledger(WORKSHOP.id)
    assert guard is not None
    store.wire.commit([codec.create(paths.of(paths.REGISTRATIONS, each.id), each) for each in people])
    store.inspection.replace_ledger(replace(ledger_of(people), id=WORKSHOP.id), guard.revision)


def test_the_list_goes_on_and_back(ask: Ask, store: Store) -> None:
    """Following rel=next shows everybody once, and rel=prev leads back over the same pages, group and search kept."""
    crowd(store, 230)
    pages, address = [], f"{DESK}/mensen"
    said = ""
    while address:
        page = ask(address)
        said += main_text(page)
        pages.append(names(page))
        previous, address = address, link(page, "next") or ""
    assert [len(page) for page in pages] == [100, 100, 30]
    assert len({name for page in pages for name in page}) == 230
    assert [f"wachtlijst, plaats {place} " in said for place in (1, 38, 39)] == [True, True, False]
    back = []
    while previous:
        page = ask(previous)
        back.append(names(page))
        previous = link(page, "prev") or ""
    assert back == pages[::-1]
    assert "q=naam" in str(link(ask(f"{DESK}/mensen?q=naam"), "next"))
    assert "q=naam&vanaf=" in str(link(ask(f"{DESK}/mensen?q=naam"), "next"))


@pytest.mark.parametrize(
    "asked",
    [
        "vanaf=onzin", "vanaf=plek-", "vanaf=plek-1e9", "vanaf=plek-%D9%A1", "vanaf=plek-99999999999999999999",
        "terug=%00&vanaf=", "vanaf=plek-1%0a", f"q={'x' * 5000}", "q=%26+%28", "q=%00", "vanaf=wachtlijst--5&terug=a.b",
        "stand=weg&vanaf=plek-7", f"terug={'plek-1.' * 900}&vanaf=plek-1", "q=achter&vanaf=plek-999",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_shows_the_list(ask: Ask, queue: SeatQueue, asked: str) -> None:
    """Such as another workshop's position, or a text that is none. Nothing of it breaks the page."""
    fill(queue, 3)
    assert ask(f"{DESK}/mensen?{asked}").status_code == 200
    assert ask(f"{DESK}/mensen.csv?{asked}").status_code == 200


def test_the_workbook_has_numbers_and_times_and_no_formulas(ask: Ask, queue: SeatQueue) -> None:
    """Whatever people type is text in a cell; a place is a number, and the sign-up a moment."""
    fill(queue, 26)
    queue.do(WORKSHOP.id, replace(sign_up(99), person=SLY))
    answer = ask(f"{DESK}/mensen.xlsx")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert "mensen.xlsx" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1&lt;img src=x&gt;" in texts
    assert sheet.count("<row") == 1 + 27
    (place,) = re.findall(r'<c r="H28"[^>]*>(.*?)</c>', sheet)
    assert place == "<v>3</v>", "the place on the waitlist is a number"
    (moment,) = re.findall(r'<c r="I28" s="[0-9]+"><v>([0-9.]+)</v></c>', sheet)
    assert 46_000 < float(moment) < 47_000, "a moment is a number of days"
    found = ask(f"{DESK}/mensen.xlsx?q=sly&stand=wachtlijst").data
    with zipfile.ZipFile(io.BytesIO(found)) as book:
        assert book.read("xl/worksheets/sheet1.xml").decode().count("<row") == 2


def answering(number: int, **answers: Any) -> Any:
    return replace(sign_up(number), answers=answers)


def test_totals_are_on_the_overview_and_on_their_page(ask: Ask, queue: SeatQueue) -> None:
    """Beds per night, what people chose, and their diets; who left is not counted."""
    queue.do(WORKSHOP.id, answering(1, overnachting="beide-nachten", dieetwensen="Vegetarisch <b>"))
    queue.do(WORKSHOP.id, answering(2, overnachting="eerste-nacht", dieetwensen="vegetarisch <b>"))
    queue.do(WORKSHOP.id, answering(3, overnachting="beide-nachten", dieetwensen="Noten"))
    queue.do(WORKSHOP.id, Cancel("r3"))
    assert "2 Nacht 1 1 Nacht 2" in main_text(ask(DESK))
    page = ask(f"{DESK}/totalen")
    text = main_text(page)
    assert "2 mensen hebben een plek" in text
    assert "Nacht 1 2 0 Nacht 2 1 0" in text
    assert "Nee, ik slaap ergens anders 0 0" in text
    assert "Vegetarisch <b> 2 0" in text
    assert "Noten" not in text
    assert "<b>" not in page.text.split("Vegetarisch")[1][:10]
    for name in ("keuken", "locatie"):
        paper = main_text(ask(f"{DESK}/lijsten/{name}"))
        assert "zondag 29 augustus 2027: 2" in paper
        assert "Nacht 1 2 0 Nacht 2 1 0" in paper, "what choices count for, such as meals"
        assert "Achter" not in paper, "they have no names"


def test_every_list_shows_people_with_a_seat_and_text_as_text(ask: Ask, queue: SeatQueue) -> None:
    """HTML that people typed is text on paper too. Erased people, and those without a seat, are on no list."""
    queue.do(WORKSHOP.id, replace(answering(1, overnachting="beide-nachten", opgave="<i>x</i>"), person=SLY))
    for number in range(2, 26):
        queue.do(WORKSHOP.id, answering(number, overnachting="eerste-nacht", opgave="Wijk."))
    queue.do(WORKSHOP.id, ErasePerson("r2"))
    queue.do(WORKSHOP.id, Cancel("r3"))
    for name in LISTS:
        page = ask(f"{DESK}/lijsten/{name}")
        assert page.status_code == 200
        assert "<script>x" not in page.text
        assert "<img" not in page.text
        assert "<i>x" not in page.text
        if name not in ("keuken", "locatie"):
            assert "&lt;script&gt;x" in page.text
            assert "Naam4 Achter" in main_text(page)
            assert "Naam3 Achter" not in main_text(page)
            assert "Naam25" not in main_text(page), "whoever waits"
    badges = BeautifulSoup(ask(f"{DESK}/lijsten/badges").text, "html.parser")
    assert [len(sheet.select(".badge")) for sheet in badges.select(".sheet")] == [10, 10, 2]
    assert len(BeautifulSoup(ask(f"{DESK}/lijsten/tekenlijst").text, "html.parser").select(".sheet")) == 3
    rooms = main_text(ask(f"{DESK}/lijsten/kamers"))
    assert "Naam4 Achter ja –" in rooms


def test_codes_are_on_paper(ask: Ask, queue: SeatQueue) -> None:
    """Each badge has the code that opens the door's page of its wearer, and each day's list the one of that list."""
    fill(queue, 2)
    for badge in BeautifulSoup(ask(f"{DESK}/lijsten/badges").text, "html.parser").select(".badge"):
        number = re.findall(r"Naam(\d+)", badge.get_text())[0]
        (code,) = badge.select("svg.qr")
        assert drawn(str(code)) == drawn(door_code(PUBLIC_URL, WORKSHOP.id, f"r{number}", ""))
        assert f"Naam{number} Achter" in str(code["aria-label"])
    sheets = BeautifulSoup(ask(f"{DESK}/lijsten/tekenlijst").text, "html.parser").select(".sheet")
    for sheet, day in zip(sheets, ("2027-08-29", "2027-08-30", "2027-08-31"), strict=True):
        address = f"{DESK}/aanwezig?dag={day}"
        assert drawn(str(sheet.select_one("svg.qr"))) == drawn(qr_svg(PUBLIC_URL + address, ""))
        assert ask(address).status_code == 200


def drawn(code: str) -> str:
    """The squares of a code."""
    return re.findall(r' d="([^"]+)"', code)[-1]


def test_a_facilitator_prints_the_booklet_and_nothing_else(ask: Ask, store: Store, queue: SeatQueue) -> None:
    """Their role lets them read what people wrote, and neither names with addresses nor wishes."""
    begeleider = Organiser(name="Bea", email="bea@example.org", role=Role.FACILITATOR)
    publish_workshop(store, replace(WORKSHOP, organisers=(*WORKSHOP.organisers, begeleider)), NOW)
    queue.do(WORKSHOP.id, answering(1, opgave="Wijk."))
    index = ask(f"{DESK}/lijsten", email="bea@example.org")
    links = [str(each["href"]) for each in BeautifulSoup(index.text, "html.parser").select(".papers a")]
    assert links == [f"{DESK}/lijsten/boekje"]
    assert "Wijk." in main_text(ask(links[0], email="bea@example.org"))
    for path in (*(f"lijsten/{name}" for name in LISTS[:-1]), "totalen", "mensen.xlsx"):
        assert ask(f"{DESK}/{path}", email="bea@example.org").status_code == 403
        assert ask(f"{DESK}/{path}", email=ORGANISER).status_code == 200
    assert "Wat mensen kozen" not in main_text(ask(DESK, email="bea@example.org"))
