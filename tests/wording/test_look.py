"""What makes pages look right: lists of questions as cards, dates that are not torn apart, fonts, and colours."""

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from tests.gallery.renders import renders
from tests.mailing.samples import SAMPLES
from tests.shipped import JAN, WORKSHOP
from tests.wording.pages import public_pages, seats_of
from werkplaats.domain.colours import contrast, mix
from werkplaats.domain.workshop_parts import Hours
from werkplaats.mailing.rendering import render as render_mail
from werkplaats.wording import dates
from werkplaats.wording.brand import brand_stylesheet
from werkplaats.wording.catalogues import words_in
from werkplaats.wording.templating import (
    FONTS,
    asset,
    font_paths,
    markdown,
    markdown_with_cards,
    render_page,
)

DUTCH = words_in("nl")
HEAVIEST = 120_000
"""The most bytes that a page may have with its stylesheet and fonts, uncompressed."""


def test_a_list_of_questions_is_shown_as_cards() -> None:
    """The text and its order stay the same. A list with anything else in it is a list as usual."""
    asks = BeautifulSoup(markdown_with_cards("a\n\n- b?\n- **c**?\n\nd"), "html.parser")
    assert [list["class"] for list in asks.select("ul")] == [["asked"]]
    assert asks.get_text(" ", strip=True) == "a b? c ? d"
    for other in ("- b?\n- c", "- b?\n  - c", "- b?\n\n  c.\n- d?", "1. b?\n2. c?", "a"):
        assert markdown_with_cards(other) == markdown(other)


def test_the_shipped_workshop_has_four_of_them() -> None:
    page = BeautifulSoup(markdown_with_cards(WORKSHOP.description), "html.parser")
    assert len(page.select("ul.asked > li")) == 4
    assert len(page.select("ul:not(.asked) > li")) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("29 t/m 31 augustus 2027", "29 t/m 31_augustus_2027"),
        ("zo 29 t/m di 31 augustus 2027", "zo_29 t/m di_31_augustus_2027"),
        ("zo 09.30–21.00 uur", "zo_09.30–21.00_uur"),
        ("zondag 1 augustus 2027 om 14.00 uur", "zondag 1_augustus_2027 om_14.00_uur"),
        ("Sun 29 to Tue 31 August 2027", "Sun_29 to Tue_31_August_2027"),
        ("Postweg 9, 3941 KA Doorn", "Postweg 9, 3941_KA Doorn"),
    ],
)
def test_no_line_ends_within_a_date_or_an_hour(text: str, said: str) -> None:
    assert dates.unbroken(text).replace("\N{NO-BREAK SPACE}", "_") == said


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_or_mail_tears_a_date_an_hour_or_an_address_apart(language: str) -> None:
    """In none that participants see. Plain text has usual spaces, so that people find what they search for."""
    names = "|".join(words_in(language).names.months)
    torn = re.compile(rf"\d (?:{names}) \d{{4}}|(?:{names}) \d{{4}}|\d\.\d\d uur|\d{{4}} KA ")
    whole = re.compile(rf"\d\N{{NO-BREAK SPACE}}(?:{names})")
    found: set[str] = set()
    for render in (one for one in renders([language]) if one.kind != "desk"):
        text = " ".join(re.split("[ \n]+", BeautifulSoup(render.html, "html.parser").get_text(" ")))
        assert torn.findall(text) == [], render.id
        found |= {render.kind} if whole.search(text) else set()
    assert found >= {"public", "mail"}
    for kind, sample in SAMPLES:
        assert "\N{NO-BREAK SPACE}" not in render_mail(words_in(language), kind, sample(JAN)).text


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2027, 8, 29), date(2027, 8, 31), "zo 29 t/m di 31 augustus 2027"),
        (date(2027, 8, 31), date(2027, 9, 1), "di 31 augustus t/m wo 1 september 2027"),
        (date(2027, 12, 31), date(2028, 1, 1), "vr 31 december 2027 t/m za 1 januari 2028"),
        (date(2027, 8, 29), date(2027, 8, 29), "zo 29 augustus 2027"),
    ],
)
def test_days_with_their_weekdays(first: date, last: date, said: str) -> None:
    assert dates.weekday_range(DUTCH, first, last) == said


def test_hours_in_short() -> None:
    hours = (Hours(begins="09:30", ends="21:00"), Hours(begins="09:00", ends="16:00"))
    assert dates.short_hours(DUTCH, date(2027, 8, 29), hours) == ["zo 09.30–21.00 uur", "ma 09.00–16.00 uur"]


def test_the_card_tells_how_many_seats_are_left() -> None:
    """As a number and as a block for each seat; when all are taken, how many wait."""

    def card(full: bool, seats: object) -> BeautifulSoup:
        shown = {"ended": False, "begun": False, "via": "", "sharing": None, "full": full, "seats": seats}
        shown |= {"waitlist_full": False, "confirms": False}
        html = render_page(DUTCH, "workshop", workshop=WORKSHOP, phase="open", **shown)
        return BeautifulSoup(html, "html.parser")

    seats = replace(seats_of(WORKSHOP, full=False), confirmed=14, offered=1)
    page = card(False, seats)
    assert "Nog 9 van de 24 plekken" in page.select_one(".ticket").get_text()  # type: ignore[union-attr]
    assert (len(page.select(".blocks rect")), len(page.select(".blocks .taken"))) == (24, 15)
    assert "Nog 9 plekken" in page.select_one(".sign-up-bar").get_text()  # type: ignore[union-attr]

    page = card(True, replace(seats, confirmed=23, waitlisted=3))
    said = page.select_one(".ticket").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "Alle 24 plekken zijn bezet Er wachten nu 3 mensen. Zet me op de wachtlijst" in said

    page = card(False, None)
    assert "Er zijn 24 plekken." in page.get_text()
    assert not page.select(".blocks")


def test_pages_load_two_fonts_early() -> None:
    """They are small enough: no page weighs more than 120 kB with them, before anything is compressed."""
    shared = sum(len(asset(name)[0]) for name in ("stijl.css", *FONTS))
    seen = set()
    for name, context in public_pages(DUTCH, WORKSHOP):
        html = render_page(DUTCH, name, **context)
        loaded = BeautifulSoup(html, "html.parser").select("link[rel=preload][as=font][crossorigin]")
        assert [str(link["href"]) for link in loaded] == font_paths()
        assert shared + len(html.encode()) <= HEAVIEST, name
        seen.add(name)
    assert {"workshop", "sign_up", "survey"} <= seen


def test_no_page_for_participants_is_heavier_in_any_state() -> None:
    """With its script, in both languages: also a ticket with a code, and a form with mistakes in it."""
    fonts_and_sheet = sum(len(asset(name)[0]) for name in ("stijl.css", *FONTS))
    script = len(asset("formulier.js")[0])
    weights = {
        one.id: fonts_and_sheet + len(one.html.encode()) + script * ("/formulier." in one.html)
        for one in renders()
        if one.kind == "public"
    }
    assert {id: weight for id, weight in weights.items() if weight > HEAVIEST} == {}


@pytest.mark.parametrize("colour", ["#ffd21f", "#1740b8", "#b0101a", "#00ff00", "#000000", "#ffffff", "#8a6d00"])
def test_text_can_be_read_on_what_a_colour_gives(colour: str) -> None:
    """In light and in dark: on the band, on tiles and cards in a tint of it, and on buttons."""
    sheet = brand_stylesheet(colour)
    assert sheet is not None
    light, dark = (dict(re.findall(r"(--[\w-]+): (#\w{6})", part)) for part in sheet.split("@media"))
    assert contrast("#14161a", light["--tint"]) >= 7
    assert contrast(light["--on-signal"], light["--signal"]) >= 4.5
    assert contrast("#f3f2ee", dark["--tint"]) >= 4.5
    assert contrast(dark["--on-hero"], "#1c1e24") >= 4.5
    assert contrast(dark["--on-button"], dark["--button"]) >= 4.5
    assert contrast(dark["--on-band-button"], dark["--band-button"]) >= 4.5


def test_mixing_colours() -> None:
    assert mix("#ffffff", "#000000", 0.5) == "#808080"
    assert mix("#ffd21f", "#ffffff", 0) == "#ffffff"


def variables(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """The colours of the stylesheet in light and in dark."""
    light, dark = re.split(r"@media \(prefers-color-scheme: dark\)", css)[:2]
    pattern = r"(--[\w-]+): (#[0-9a-f]{6});"
    return dict(re.findall(pattern, light)), dict(re.findall(pattern, dark.split("\n}\n")[0]))


def test_controls_can_be_seen() -> None:
    """Borders of controls, and a chosen one, have a contrast of 3 (WCAG 1.4.11), texts 4.5: in light and in dark."""
    light, dark = variables(asset("stijl.css")[0].decode())
    for of in (light, light | dark):
        for ground in ("--paper", "--card", "--tint"):
            assert contrast(of["--ink"], of[ground]) >= 7
            assert contrast(of["--quiet"], of[ground]) >= 4.5
            assert contrast(of["--edge"], of[ground]) >= 3
            assert contrast(of["--mark"], of[ground]) >= 3
            assert contrast(of["--wrong"], of[ground]) >= 4.5
        assert contrast(of["--on-mark"], of["--mark"]) >= 4.5
        assert contrast(of["--on-button"], of["--button"]) >= 4.5
        assert contrast(of["--quiet"], of["--panel"]) >= 4.5
        assert contrast(of["--wrong"], of["--wrong-panel"]) >= 4.5
