"""The results of a survey over HTTP: as a page, beside those of another wave, and as files."""

import csv
import io
import zipfile
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from tests.answering import answered
from tests.functions.test_organiser import DESK, Open, ask, client, text
from tests.samples import NOW, sign_up
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.domain.registration import Answers
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

__all__ = ["ask", "client"]

WAVE, LATER = WORKSHOP.waves[0], WORKSHOP.waves[1]
PAGE = f"{DESK}/resultaten/{WAVE.id}"

GIVEN: list[Answers] = [
    {"opbrengst": 5, "lengte": "goed", "waarde": ["plek", "anderen"], "anders": "=HYPERLINK(1)", "aanraden": 10},
    {"opbrengst": 4, "lengte": "goed", "waarde": ["plek"], "anders": "Meer praten\nmet bewoners", "aanraden": 9},
    {"opbrengst": 4, "lengte": "te-kort", "anders": "<b>Niets</b>", "aanraden": 8},
    {"opbrengst": 3, "lengte": "goed", "aanraden": 6},
    {"opbrengst": 4, "aanraden": 9},
    {"opbrengst": 4, "aanraden": 9},
]


def people(queue: SeatQueue, workshop: Workshop, prefix: str, number: int) -> list[str]:
    commands = [
        replace(sign_up(one), registration=f"{prefix}{one}", mailbox=f"{prefix}m{one}") for one in range(1, number + 1)
    ]
    queue.do_all(workshop.id, commands)
    return [command.registration for command in commands]


@pytest.fixture
def closed(queue: SeatQueue, store: Store, clock: list[datetime]) -> list[str]:
    """A closed wave: eight people were invited and six answered; gives the ids of the eight registrations."""
    invited = people(queue, WORKSHOP, "r", 8)
    clock[0] = answered(store, WORKSHOP, WAVE, invited, GIVEN)
    return invited


def soup(ask: Open, path: str) -> BeautifulSoup:
    answer = ask(path)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def section(page: BeautifulSoup, title: str) -> str:
    """The text of the question whose title contains `title`."""
    found = next(one for one in page.select("section.question") if title in one.get_text())
    return " ".join(found.get_text(" ").split())


def test_before_anybody_is_asked(ask: Open) -> None:
    """Before the wave opens the page says when it will, and the CSV file has only a heading."""
    shown = text(ask(PAGE))
    assert "wordt verstuurd vanaf woensdag 1 september 2027" in shown
    assert len(ask(f"{PAGE}.csv").text.splitlines()) == 1


def test_results_of_a_closed_wave(ask: Open, closed: list[str]) -> None:
    """The page shows response, means with spread, the recommendation score, shares, and the texts that people wrote."""
    page = soup(ask, PAGE)
    shown = " ".join(page.get_text(" ").split())
    assert "6 van de 8 mensen antwoordden (75%). Hieronder staan 6 antwoorden." in shown
    assert "4,0 gemiddeld, spreiding 0,6, 6 antwoorden" in section(page, "Hoeveel heb je aan de werkplaats")
    assert "Precies goed 3 75% Te lang 0 0% 4 antwoorden" in section(page, "drie dagen")
    assert "2 antwoorden, meer keuzes mogelijk" in section(page, "meest waard")
    recommended = section(page, "aanraden")
    assert "+50 aanbevelingsscore" in recommended
    assert "raadt het niet aan: 1 7–8 neutraal: 1 9–10 raadt het aan: 4" in recommended
    quotes = [str(quote.get_text()) for quote in page.select(".quotes li")]
    assert quotes == ["<b>Niets</b>", "=HYPERLINK(1)", "Meer praten\nmet bewoners"]
    assert "wo 1 sep 8 2 25%" in section(page, "Respons")
    assert "do 2 sep 8 6 75%" in section(page, "Respons")
    assert "75% 6 van 8 antwoordden" in text(ask(DESK))


def test_every_bar_is_in_a_table(ask: Open, closed: list[str]) -> None:
    """Every number in a chart is also in a table, and charts are hidden from screen readers."""
    page = soup(ask, PAGE)
    for drawing in page.select("figure svg"):
        assert drawing.get("aria-hidden") or drawing.find_parent(attrs={"aria-hidden": "true"})
    counts = [int(cell.get_text()) for cell in page.select("section:has(.columns-chart) table td:nth-of-type(1)")]
    assert sum(counts) == 6 + 6


def test_what_is_not_opened_is_not_shown(ask: Open, queue: SeatQueue, store: Store, clock: list[datetime]) -> None:
    """Four answers are too few for a lot: their number is shown, and nothing of what they say."""
    invited = people(queue, WORKSHOP, "r", 8)
    clock[0] = answered(store, WORKSHOP, WAVE, invited, GIVEN[:4])
    shown = text(ask(PAGE))
    assert "4 van de 8 mensen antwoordden (50%). Hieronder staan 0 antwoorden." in shown
    assert "groepen van vijf of meer" in shown
    assert "gemiddeld" not in shown
    assert len(ask(f"{PAGE}.csv").text.splitlines()) == 1
    assert ask(f"{PAGE}.xlsx").status_code == 200


def test_two_waves_and_two_editions_side_by_side(
    ask: Open, queue: SeatQueue, store: Store, closed: list[str], clock: list[datetime]
) -> None:
    """Two waves or editions can be compared question by question, but not with another organiser's workshop."""
    earlier = replace(WORKSHOP, id="vorige-editie", title="Vorige editie")
    others = replace(earlier, id="van-een-ander", organisers=(replace(WORKSHOP.organisers[0], email="x@example.com"),))
    clock[0] = NOW
    for one in (earlier, others):
        publish_workshop(store, one, NOW)
    again = people(queue, earlier, "e", 5)
    answered(store, earlier, WAVE, again, [given | {"aanraden": 0} for given in GIVEN[:5]])
    clock[0] = answered(store, WORKSHOP, LATER, closed, [{"aanraden": 10}] * 5)
    editions = soup(ask, f"{PAGE}?naast=vorige-editie.{WAVE.id}")
    assert len(editions.select(".two")) == len(WAVE.questions)
    recommended = section(editions, "aanraden")
    assert "+50 aanbevelingsscore" in recommended
    assert "−100 aanbevelingsscore" in recommended
    waves = soup(ask, f"{PAGE}?naast={WORKSHOP.id}.{LATER.id}")
    assert "+100 aanbevelingsscore" in section(waves, "aanraden")
    assert f"Alleen gevraagd in ‘{LATER.title}’" in waves.get_text()
    choices = [option["value"] for option in waves.select("#naast option")]
    assert "van-een-ander.evaluatie" not in choices
    for beside in ("van-een-ander.evaluatie", "bestaat.niet", f"{WORKSHOP.id}.{WAVE.id}"):
        assert ask(f"{PAGE}?naast={beside}").status_code == 404


def test_questions_that_changed_are_kept_apart(
    ask: Open, queue: SeatQueue, store: Store, clock: list[datetime]
) -> None:
    """Answers to reworded questions are shown apart, the newest version first, each with a file of its own."""
    invited = people(queue, WORKSHOP, "r", 12)
    first, second = invited[:6], invited[6:]
    answered(store, WORKSHOP, WAVE, first, [{"opbrengst": 1, "aanraden": 1}] * 6)
    changed = replace(WAVE, questions=(replace(WAVE.questions[0], label="Wat had je eraan?"), *WAVE.questions[1:]))
    later = edition(WORKSHOP, changed)
    publish_workshop(store, later, NOW)
    clock[0] = answered(store, later, changed, second, [{"opbrengst": 5, "aanraden": 9}] * 6)
    page = soup(ask, PAGE)
    titles = [str(title.get_text()) for title in page.select("section.question h2")]
    assert titles.index("Wat had je eraan?") < titles.index(WAVE.questions[0].label)
    links = [str(link["href"]) for link in page.select(".version a")]
    assert len(links) == 2
    assert ["Wat had je eraan?" in ask(link).text for link in links] == [True, False]
    assert ask(f"{PAGE}.csv?versie=onbekend").status_code == 404


def edition(workshop: Workshop, wave: Wave) -> Workshop:
    return replace(workshop, waves=(wave, *workshop.waves[1:]))


def test_the_answers_as_a_file(ask: Open, closed: list[str]) -> None:
    """The CSV file has a row for each answer and a column for each option, no formulas, and neither names nor dates."""
    answer = ask(f"{PAGE}.csv")
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";")
    assert len(rows) == 6
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    assert sorted(line["Wat ga je in je wijk anders doen?"] for line in lines)[-3:] == [
        "'=HYPERLINK(1)", "<b>Niets</b>", "Meer praten\nmet bewoners",
    ]  # fmt: skip
    assert [line["Wat was voor jou het meest waard? De locatie en de tijd om na te denken"] for line in lines].count(
        "ja"
    ) == 2
    assert not any(id in answer.text for id in closed)
    assert "2027" not in answer.text


def test_the_workbook(ask: Open, closed: list[str]) -> None:
    """The Excel workbook has sheets for response, totals and answers, and contains no formula."""
    answer = ask(f"{PAGE}.xlsx")
    assert answer.content_type.endswith("spreadsheetml.sheet")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        names = book.read("xl/workbook.xml").decode()
        sheets = "".join(book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name)
        texts = book.read("xl/sharedStrings.xml").decode()
    assert all(f'name="{name}"' in names for name in ("Respons", "Per vraag", "Antwoorden"))
    assert "<f>" not in sheets
    assert "=HYPERLINK(1)" in texts
