"""Somebody without a mouse, in a browser without JavaScript, signs up, cancels, joins again and answers a survey."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from local.testing import running_system
from tests.gallery.browser import browser
from tests.journeys.visitor import WORKSHOP, Visitor, links

pytestmark = [pytest.mark.xdist_group("journey"), pytest.mark.long]

MOST_STOPS = 120


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_system(ready_within=180) as system:
        yield system.url


@pytest.fixture
def page() -> Iterator[Page]:
    with browser() as running:
        yield running.new_context(java_script_enabled=False, locale="nl-NL").new_page()


def to(page: Page, selector: str) -> None:
    """Press Tab until what has the focus matches `selector`; fails if nothing does, or if the focus is not seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.locator(":focus")
        if here.count() and here.evaluate("(one, wanted) => one.matches(wanted)", selector):
            # Of a button that is drawn by its label, the label has the ring.
            ring = "one => [one, one.parentElement].some(it => getComputedStyle(it).outlineStyle !== 'none')"
            assert here.evaluate(ring), f"{selector}: nothing shows that it has the focus"
            return
    raise AssertionError(f"Tab does not reach {selector}")


def choose(page: Page, selector: str, value: str) -> None:
    """Choose the radio button with `value` of a group, by the arrows as browsers have it."""
    to(page, selector)
    page.keyboard.press("Space")
    for _ in range(12):
        if page.locator(f"{selector}:checked").get_attribute("value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not reach {value}")


def state(page: Page) -> str | None:
    return page.locator("main").get_attribute("data-state")


def test_signing_up_cancelling_and_coming_back(url: str, page: Page) -> None:
    """From the workshop's page, by the code of the link, to a seat, out of it, and in again."""
    page.goto(f"{url}/werkplaats/{WORKSHOP}?via=lpb")
    to(page, "main a[href*='/aanmelden']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/aanmelden?via=lpb")
    for field, text in (
        ("given-name", "Fatima"),
        ("family-name", "El Amrani"),
        ("email", "fatima@example.org"),
        ("tel", "06 12345678"),
    ):
        to(page, f"[autocomplete='{field}']")
        page.keyboard.type(text)
    to(page, "textarea")
    page.keyboard.type("Een wijk waar jongeren weer toekomst zien.")
    choose(page, "[name='vraag-overnachting']", "beide-nachten")
    to(page, "[type='checkbox'][required]")
    page.keyboard.press("Space")
    to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/aanmelding/*")
    assert state(page) == "confirmed"

    to(
        page,
        "main details summary:has(~ form button[value='cancel']), main details:has(button[value='cancel']) summary",
    )
    page.keyboard.press("Enter")
    to(page, "button[value='cancel']")
    page.keyboard.press("Enter")
    page.wait_for_selector("main[data-state='cancelled']")
    to(page, "button[value='rejoin']")
    page.keyboard.press("Enter")
    page.wait_for_selector("main[data-state='confirmed']")


def test_answering_a_survey(url: str, page: Page) -> None:
    """Every question that has to be answered, without the script that hides those that need not."""
    visitor = Visitor(url)
    visitor.sign_up(1)
    visitor.clock(now="2027-11-29T10:00:00+01:00")
    visitor.settle()
    [link] = {found for mail in visitor.mails("p1@example.org") for found in links(mail, "/enquete/")}
    page.goto(link)
    asked = page.evaluate("""() => [...new Set([...document.querySelectorAll('main [required]')].map(
      one => `${one.type} ${one.name}`))]""")
    assert asked
    for kind, name in (one.split(" ", 1) for one in asked):
        to(page, f"[name='{name}']")
        page.keyboard.press("Space") if kind in ("radio", "checkbox") else page.keyboard.type("Een buurtkamer.")
    to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Dank je wel')")
