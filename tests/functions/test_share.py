"""The desk's page to share a workshop: the link with a code, the poster, the button and the calendar."""

from collections.abc import Callable
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from tests.functions.conftest import Serve
from tests.functions.desk import Ask, asking, main_text
from tests.samples import NOW
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.store import Store

PAGE = f"/organisatie/{WORKSHOP.id}/delen"
LINK = f"https://werkplaats.example.org/werkplaats/{WORKSHOP.id}"


@pytest.fixture
def ask(serve: Serve, store: Store, clock: list[datetime]) -> Ask:
    return asking(serve("organiser"), store, clock)


def copied(page: str, id: str) -> str:
    """What somebody copies from the field `id`."""
    found = BeautifulSoup(page, "html.parser").find("textarea", id=id)
    assert found is not None
    return found.get_text()


def test_the_link_has_the_code_that_is_asked_for(ask: Ask) -> None:
    """In the link, the QR code's poster and the button, which is HTML without a script."""
    assert copied(ask(PAGE).text, "link") == LINK
    page = ask(f"{PAGE}?via=%20LPB%20").text
    assert copied(page, "link") == f"{LINK}?via=lpb"
    button = BeautifulSoup(copied(page, "knop"), "html.parser")
    assert [one.name for one in button.find_all()] == ["a"]
    assert button.a is not None
    assert button.a["href"] == f"{LINK}?via=lpb"
    assert copied(page, "agenda") == "https://werkplaats.example.org/werkplaats/agenda.ics"
    assert f"{PAGE}/poster?via=lpb" in page


def test_what_can_be_no_code_is_told_so(ask: Ask) -> None:
    """The page keeps what was typed, and gives the link without a code."""
    page = ask(f"{PAGE}?via=a+b")
    assert "Deze code kan niet" in page.text
    assert 'value="a b"' in page.text
    assert copied(page.text, "link") == LINK


def test_the_button_is_harmless_whatever_the_title_is(ask: Ask, store: Store) -> None:
    """What is to be copied has the title as text, also on a page of somebody else."""
    publish_workshop(store, replace(WORKSHOP, title='"><script>alert(1)</script>'), NOW)
    page = ask(PAGE).text
    assert "<script>" not in page
    button = BeautifulSoup(copied(page, "knop"), "html.parser")
    assert [one.name for one in button.find_all()] == ["a"]
    assert "<script>alert(1)</script>" in button.get_text()


def test_the_poster_says_what_when_and_where(ask: Ask) -> None:
    """With the address to type in, without its code, and the QR code, which has it."""
    answer = ask(f"{PAGE}/poster?via=lpb")
    text = main_text(answer)
    for said in (WORKSHOP.title, "29 t/m 31 augustus 2027", "Doorn", LINK.removeprefix("https://")):
        assert said in text
    assert "via=" not in text
    drawn: Callable[[str], object] = lambda page: BeautifulSoup(page, "html.parser").select_one("svg.qr path")  # noqa: E731
    assert str(drawn(answer.text)) != str(drawn(ask(f"{PAGE}/poster").text))


def test_it_costs_no_more_than_any_page_of_the_desk(ask: Ask) -> None:
    """Whoever may see the numbers may share; others are refused as everywhere."""
    assert ask(PAGE, email="niemand@example.org").status_code == 403
    assert ask(f"{PAGE}/poster", email="niemand@example.org").status_code == 403
