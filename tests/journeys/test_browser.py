"""A person with a real browser signs up on a phone, reads the mail, follows its link and cancels."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from local.testing import running_system
from tests.journeys.visitor import WORKSHOP, Visitor, links

pytestmark = pytest.mark.xdist_group("journey")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_system() as system:
        yield system.url


@pytest.fixture
def page() -> Iterator[Page]:
    """A page in a phone's browser without JavaScript, because signing up must work without it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; on Debian or Ubuntu: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="nl-NL")
        yield context.new_page()
        browser.close()


def test_a_person_signs_up_reads_the_mail_and_cancels(url: str, page: Page) -> None:
    """A person gets from the front page to a cancelled seat by what pages and mails offer, without JavaScript."""
    page.goto(url)
    page.get_by_role("link", name="Werken aan wijkontwikkeling").first.click()
    page.get_by_role("link", name="Aanmelden").first.click()
    page.get_by_label("Voornaam").fill("Fatima")
    page.get_by_label("Achternaam").fill("El Amrani")
    page.get_by_label("E-mailadres").fill("fatima@example.org")
    page.get_by_label("Telefoonnummer").fill("geen nummer")
    page.locator("textarea").first.fill("Een wijk waar jongeren weer toekomst zien.")
    page.get_by_label("Ja, beide nachten").check()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Aanmelden").click()

    # The browser accepts this field and the server does not: the page says so at the top, and keeps what was typed.
    alert = page.get_by_role("alert")
    assert "klopt nog niet" in alert.inner_text()
    assert page.get_by_label("Achternaam").input_value() == "El Amrani"
    assert page.get_by_label("Ja, beide nachten").is_checked()
    page.get_by_label("Telefoonnummer").fill("06 12345678")
    page.get_by_role("button", name="Aanmelden").click()
    assert page.locator("main").get_attribute("data-state") == "confirmed"
    fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert fits, "no sideways scrolling on a phone"

    page.goto(f"{url}/_local/settled?timeout=30")
    page.goto(f"{url}/_local/mail")
    page.get_by_role("link").filter(has_text="fatima@example.org").first.click()
    assert page.get_by_role("link", name="werkplaats.ics").count() == 1
    page.frame_locator("iframe").get_by_role("link", name="aanmelding").first.click()
    page.wait_for_url("**/aanmelding/*")
    page.get_by_text("Toch niet").first.click()
    page.get_by_role("button", name="Afmelden").click()
    assert page.locator("main").get_attribute("data-state") == "cancelled"


def test_somebody_who_reads_english_signs_up_and_cancels(url: str, page: Page) -> None:
    """From the switch at the foot of the front page on, every page and the mail are in English, on a phone."""
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(url)
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Working on neighbourhood development").first.click()
    page.locator("main").get_by_role("link", name="Sign up").first.click()
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Byron")
    page.get_by_label("Email address").fill("ada@example.org")
    page.locator("textarea").first.fill("A neighbourhood with a square.")
    page.get_by_label("Yes, both nights").check()
    page.get_by_role("checkbox").check()
    page.locator("main").get_by_role("button", name="Sign up").click()
    assert page.locator("main").get_attribute("data-state") == "confirmed"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", level=1).inner_text() == "You have a place, Ada"
    fits = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert fits, "no sideways scrolling on a phone"

    page.goto(f"{url}/_local/settled?timeout=30")
    page.goto(f"{url}/_local/mail")
    page.get_by_role("link").filter(has_text="ada@example.org").first.click()
    mail = page.frame_locator("iframe")
    assert mail.locator("h1").inner_text().split() == ["You", "have", "a", "place"]
    mail.get_by_role("link", name="sign-up").first.click()
    page.wait_for_url("**/aanmelding/*")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("link", name="Add to your calendar").count() == 1
    page.get_by_text("Can you not come after all?").click()
    page.get_by_role("button", name="Cancel").click()
    assert page.locator("main").get_attribute("data-state") == "cancelled"
    assert page.get_by_role("heading", level=1).inner_text() == "You have cancelled"


def test_the_form_can_be_used_from_the_keyboard(url: str, page: Page) -> None:
    """With the keyboard, the skip link comes first and every field is reached in order."""
    page.goto(f"{url}/werkplaats/{WORKSHOP}/aanmelden")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#inhoud"
    names = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if name := page.locator(":focus").get_attribute("autocomplete", timeout=2000):
            names.append(name)
        if page.locator(":focus").evaluate("e => e.tagName") == "BUTTON":
            break
    assert names == ["given-name", "family-name", "email", "organization", "organization-title", "tel"]


def test_what_was_typed_survives_a_mistake_and_going_back(url: str) -> None:
    """The page tells what is missing, without bubbles of the browser. Answers that are erased early are not kept."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; on Debian or Ubuntu: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 390, "height": 844}, locale="nl-NL").new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if "Security" in message.text else None)
        page.goto(f"{url}/werkplaats/{WORKSHOP}/aanmelden")
        page.get_by_label("Voornaam").fill("Noor")
        page.get_by_label("Dieetwensen").fill("geen noten")
        page.locator("textarea").first.fill("Een wijk met een plein.")
        page.get_by_label("Ja, beide nachten").check()
        page.get_by_role("button", name="Aanmelden").click()
        assert "kloppen nog niet" in page.get_by_role("alert").inner_text()
        assert page.get_by_label("Dieetwensen").input_value() == "geen noten"
        page.go_back()
        assert page.get_by_label("Voornaam").input_value() == "Noor"
        assert page.locator("textarea").first.input_value() == "Een wijk met een plein."
        assert page.get_by_label("Ja, beide nachten").is_checked()
        assert "noten" not in page.evaluate("JSON.stringify({...sessionStorage})")
        page.get_by_label("Achternaam").fill("Visser")
        page.get_by_label("E-mailadres").fill("noor@example.org")
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Aanmelden").click()
        page.get_by_role("heading", name="Je hebt een plek, Noor").wait_for()
        assert page.evaluate("window.sessionStorage.length") == 0
        assert problems == []
        browser.close()


def test_a_half_filled_survey_survives_a_lost_connection(url: str) -> None:
    """A half-filled survey is kept in the browser until it is sent; a question appears if an answer asks for it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; on Debian or Ubuntu: apt-get install chromium")
    visitor = Visitor(url)
    visitor.sign_up(1)
    visitor.clock(now="2027-11-29T10:00:00+01:00")
    visitor.settle()
    [link] = {found for mail in visitor.mails("p1@example.org") for found in links(mail, "/enquete/")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="nl-NL")
        page = context.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(link)
        assert not page.get_by_label("Wat heb je veranderd").is_visible()
        page.get_by_label("Ik ben ermee bezig").check()
        page.get_by_label("Wat heb je veranderd").fill("Een buurtkamer.")
        page.reload()
        assert page.get_by_label("Wat heb je veranderd").input_value() == "Een buurtkamer."
        page.get_by_label("Nee", exact=True).check()
        assert not page.get_by_label("Wat heb je veranderd").is_visible()
        page.get_by_label("Te weinig tijd").check()
        for question in ("krachtenveld", "samenwerken", "kijken", "aanraden"):
            page.locator(f"input[name='vraag-{question}']").nth(2).check(force=True)
        page.get_by_role("button", name="Antwoorden versturen").click()
        page.get_by_role("heading", name="Dank je wel").wait_for()
        assert page.evaluate("window.localStorage.length") == 0, "nothing stays behind on a shared device"
        assert problems == []
        browser.close()
