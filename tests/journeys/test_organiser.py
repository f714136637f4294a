"""An organiser with a phone marks who is present, with and without scripts, and later sees the results."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from local.testing import running_system
from tests.journeys.test_browser import ARGUMENTS, CHROMIUM
from tests.journeys.visitor import WORKSHOP, Visitor, links

pytestmark = pytest.mark.xdist_group("journey")

LIST = f"/organisatie/{WORKSHOP}/aanwezig"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a system in which eight people have a seat, on the morning of the workshop's first day."""
    with running_system() as system:
        visitor = Visitor(system.url)
        visitor.ask_nobody_to_confirm()
        for number in range(1, 9):
            visitor.sign_up(number)
        visitor.clock(now="2027-08-29T09:30:00+02:00")
        visitor.settle()
        yield system.url


@pytest.fixture
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; on Debian or Ubuntu: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def phone(browser: Browser, url: str, *, scripts: bool) -> Page:
    """A page in a phone's browser, whose owner has signed in."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=scripts, locale="nl-NL", has_touch=True
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(f"{url}/_local/organiser")
    page.get_by_role("button", name="Platform31").click()
    page.get_by_role("link", name="Werken aan wijkontwikkeling").click()
    page.get_by_role("link", name="Aanwezigheid noteren").click()
    return page


def pressed(page: Page, name: str) -> str:
    row = page.locator(".roll li").filter(has_text=name)
    return row.locator('[aria-pressed="true"]').inner_text()


def tap(page: Page, name: str, button: str) -> None:
    page.get_by_role("group", name=name).get_by_role("button", name=button).click()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_marking_without_scripts(url: str, browser: Browser) -> None:
    """Without scripts each mark is a form, and the page comes back to the same person and search."""
    page = phone(browser, url, scripts=False)
    assert "Zondag 29\N{NO-BREAK SPACE}augustus\N{NO-BREAK SPACE}2027" in page.inner_text(".band")
    tap(page, "Naam1 Achter", "Aanwezig")
    assert pressed(page, "Naam1 Achter") == "Aanwezig"
    assert "#p-" in page.url
    tap(page, "Naam1 Achter", "Afwezig")
    assert pressed(page, "Naam1 Achter") == "Afwezig"
    tap(page, "Naam1 Achter", "Open")
    assert "0 aanwezig, 0 afwezig, 8 open" in page.inner_text(".tally")
    page.get_by_label("Zoek een naam").fill("naam3")
    page.get_by_role("button", name="Zoek").click()
    assert page.locator(".roll li:visible").count() == 1
    tap(page, "Naam3 Achter", "Aanwezig")
    assert page.get_by_label("Zoek een naam").input_value() == "naam3"
    assert fits(page), "no sideways scrolling on a phone"


def test_marking_with_scripts_on_a_bad_connection(url: str, browser: Browser) -> None:
    """With scripts a mark shows at once, and is kept through a lost connection and a closed page until it is saved."""
    page = phone(browser, url, scripts=True)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    tap(page, "Naam4 Achter", "Aanwezig")
    assert pressed(page, "Naam4 Achter") == "Aanwezig"
    expect(page.locator(".waits")).to_have_count(0)

    page.context.set_offline(True)
    tap(page, "Naam5 Achter", "Aanwezig")
    tap(page, "Naam6 Achter", "Aanwezig")
    tap(page, "Naam6 Achter", "Afwezig")
    expect(page.get_by_role("status")).to_contain_text("2 tikken zijn nog niet opgeslagen.")
    assert [pressed(page, "Naam5 Achter"), pressed(page, "Naam6 Achter")] == ["Aanwezig", "Afwezig"]
    page.get_by_label("Zoek een naam").fill("NAAM6")
    assert page.locator(".roll li:visible").count() == 1
    page.context.set_offline(False)
    expect(page.locator(".waits")).to_have_count(0)
    expect(page.get_by_role("status")).to_be_hidden()

    # A mark that was not confirmed before the page was closed is sent again when the page is opened again.
    page.context.set_offline(True)
    page.get_by_label("Zoek een naam").fill("")
    tap(page, "Naam7 Achter", "Aanwezig")
    expect(page.locator(".waits")).to_have_count(1)
    another = page.context.new_page()
    page.close()
    another.context.set_offline(False)
    another.goto(url + LIST)
    assert pressed(another, "Naam7 Achter") == "Aanwezig"
    expect(another.locator(".waits")).to_have_count(0)
    another.reload()
    assert [pressed(another, f"Naam{number} Achter") for number in (4, 5, 6, 7)] == [
        "Aanwezig", "Aanwezig", "Afwezig", "Aanwezig",
    ]  # fmt: skip
    assert problems == []


def test_results_after_the_survey(url: str, browser: Browser) -> None:
    """Those who were present are invited and answer, and the organiser sees the combined results."""
    visitor = Visitor(url)
    organiser = {"X-Local-Organiser": "vanvieren@example.org"}
    page = visitor.http.get(url + LIST, headers=organiser, timeout=30).text
    for id in [part.split('"')[0] for part in page.split('id="p-')[1:]]:
        data = {"dag": "2027-08-30", "stand": "present"}
        marked = visitor.http.post(f"{url}{LIST}/{id}", data=data, headers=organiser, allow_redirects=False, timeout=30)
        assert marked.status_code == 303
    visitor.clock(now="2027-09-01T10:00:00+02:00")
    visitor.settle()
    for number in range(1, 7):
        survey = next(link for mail in visitor.mails(f"p{number}@example.org") for link in links(mail, "/enquete/"))
        data = {"vraag-opbrengst": "4", "vraag-aanraden": str(4 + number)}
        assert visitor.post(survey, data).status_code == 303
    visitor.clock(now="2027-10-20T10:00:00+02:00")
    visitor.settle()

    desk = phone(browser, url, scripts=False)
    desk.goto(f"{url}/organisatie/{WORKSHOP}/resultaten/evaluatie")
    assert "6 van de 8 mensen antwoordden (75%). Hieronder staan 6 antwoorden." in desk.inner_text("main")
    assert "4,0 gemiddeld" in desk.inner_text("main")
    assert "+0" not in desk.inner_text(".score")
    assert fits(desk)
    desk.get_by_label("Zet ernaast").select_option(index=1)
    desk.get_by_role("button", name="Vergelijk").click()
    assert "naast" in desk.inner_text(".band")
    assert fits(desk)
