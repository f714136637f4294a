"""Somebody without a mouse, in a browser without JavaScript, does everything that the pages for participants offer."""

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


def press(page: Page, selector: str) -> None:
    to(page, selector)
    page.keyboard.press("Enter")


def fill_in(page: Page, name: str, email: str) -> None:
    """Fill in the form to sign up, and send it."""
    for field, text in (
        ("given-name", name),
        ("family-name", "El Amrani"),
        ("email", email),
        ("tel", "06 12345678"),
    ):
        to(page, f"[autocomplete='{field}']")
        page.keyboard.type(text)
    to(page, "textarea")
    page.keyboard.type("Een wijk waar jongeren weer toekomst zien.")
    choose(page, "[name='vraag-overnachting']", "beide-nachten")
    to(page, "[type='checkbox'][required]")
    page.keyboard.press("Space")
    press(page, "main form button")


def link_to(visitor: Visitor, email: str, path: str) -> str:
    """The link with `path` in the latest mail to `email` that has one."""
    visitor.settle()
    return [found for mail in visitor.mails(email) for found in links(mail, path)][-1]


def state(page: Page) -> str | None:
    return page.locator("main").get_attribute("data-state")


def test_signing_up_cancelling_and_coming_back(url: str, page: Page) -> None:
    """From the workshop's page, by the code of the link, to a seat, out of it, and in again."""
    page.goto(f"{url}/werkplaats/{WORKSHOP}?via=lpb")
    to(page, "main a[href*='/aanmelden']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/aanmelden?via=lpb")
    fill_in(page, "Fatima", "fatima@example.org")
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


def test_confirming_changing_details_and_asking_for_the_link(url: str, page: Page) -> None:
    """The address is confirmed by the mail, a number corrected, another address asked for and confirmed."""
    visitor, mine = Visitor(url), "noor@example.org"
    visitor.ask_to_confirm("always")
    page.goto(f"{url}/werkplaats/{WORKSHOP}/aanmelden")
    fill_in(page, "Noor", mine)
    page.wait_for_url("**/ontvangen")
    page.goto(link_to(visitor, mine, "/aanmelding/"))
    assert page.locator("main").get_attribute("data-held") == "confirm"
    press(page, "button[value='confirm']")
    page.wait_for_selector("main[data-state='confirmed']:not([data-held])")

    press(page, "main a[href$='/wijzigen']")
    page.wait_for_url("**/wijzigen")
    to(page, "[autocomplete='tel']")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("06 87654321")
    press(page, "button[value='details']")
    page.wait_for_url("**/aanmelding/*?bewaard=gegevens")
    press(page, "main a[href$='/wijzigen']")
    page.wait_for_url("**/wijzigen")
    assert page.locator("[autocomplete='tel']").input_value() == "06 87654321"
    to(page, "#adres [autocomplete='email']")
    page.keyboard.type("noor.visser@example.org")
    press(page, "button[value='address']")
    page.wait_for_selector("button[value='keep_address']", state="attached")
    page.goto(link_to(visitor, "noor.visser@example.org", "/aanmelding/"))
    press(page, "button[value='confirm']")
    page.wait_for_selector("main[data-state='confirmed']")

    page.goto(f"{url}/werkplaats/{WORKSHOP}")
    press(page, "a[href$='/link']")
    page.wait_for_url("**/link")
    to(page, "[autocomplete='email']")
    page.keyboard.type("noor.visser@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/link/verstuurd")
    visitor.settle()
    assert "link" in visitor.mails("noor.visser@example.org")[-1]["categories"]


def test_choosing_about_an_offer(url: str, page: Page) -> None:
    """One who waits says yes to an offer and another no."""
    visitor = Visitor(url)
    visitor.ask_nobody_to_confirm()
    pages = {number: visitor.sign_up(number) for number in range(100, 130)}
    waiting = [number for number, path in pages.items() if visitor.standing(path)[0] == "waitlisted"][:2]
    for path in list(pages.values())[:2]:
        assert visitor.act(path, "cancel").status_code == 303
    visitor.settle()
    page.goto(link_to(visitor, f"p{waiting[0]}@example.org", "/aanmelding/"))
    assert state(page) == "offered"
    press(page, "button[value='accept']")
    page.wait_for_selector("main[data-state='confirmed']")
    page.goto(link_to(visitor, f"p{waiting[1]}@example.org", "/aanmelding/"))
    press(page, "main details:has(button[value='decline']) summary")
    press(page, "button[value='decline']")
    page.wait_for_selector("main[data-state='declined']")


def test_reading_what_is_held_and_having_it_erased(url: str, page: Page) -> None:
    """From the own page everything can be read and taken along, and with three presses it is gone."""
    page.goto(link_to(Visitor(url), "p105@example.org", "/aanmelding/"))
    press(page, "main a[href$='/gegevens']")
    page.wait_for_url("**/gegevens")
    assert "p105@example.org" in page.inner_text("main")
    to(page, "main a[href$='/gegevens.json']")
    press(page, "button[value='erase']")
    page.wait_for_selector("h1:has-text('Al je gegevens wissen?')")
    assert "Je bent dan ook je plek kwijt" in page.inner_text("main")
    press(page, "button[value='erase']")
    page.wait_for_selector("h1:has-text('Deze aanmelding is er niet meer')")


def test_saying_that_one_cannot_come(url: str, page: Page) -> None:
    """On the first day, by what is folded on the own page."""
    visitor = Visitor(url)
    visitor.settle()
    visitor.clock(now="2027-08-29T09:00:00+02:00")
    page.goto(link_to(visitor, "p104@example.org", "/aanmelding/"))
    press(page, "main details:has(button[value='absent']) summary")
    press(page, "button[value='absent']")
    page.wait_for_selector("h1:has-text('Je kunt niet komen')")
    assert state(page) == "confirmed"


def test_answering_a_survey_and_wanting_no_more_of_them(url: str, page: Page) -> None:
    """Every question that has to be answered, without the script that hides those that need not."""
    visitor = Visitor(url)
    for moment in ("2027-08-29T09:00:00+02:00", "2027-11-29T10:00:00+01:00"):  # whoever still waits is told meanwhile
        visitor.clock(now=moment)
        visitor.settle()
    [link] = {found for mail in visitor.mails("p103@example.org") for found in links(mail, "/enquete/")}
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

    page.goto(link_to(visitor, "p102@example.org", "/uitschrijven/"))
    press(page, "main form button")
    page.wait_for_selector("h1:has-text('Dat is geregeld')")
