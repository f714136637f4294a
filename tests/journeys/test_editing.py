"""An organiser makes next year's workshop from this year's in a browser, tries it, publishes it and calls it off."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from local.testing import running_system
from tests.journeys.test_browser import ARGUMENTS, CHROMIUM
from tests.journeys.visitor import Visitor, filled_in, links

pytestmark = pytest.mark.xdist_group("journey")

ORGANISER = "platform31@example.org"
WIDTHS = (360, 1280)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_system() as system:
        yield system.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; on Debian or Ubuntu: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def sign_in_by_mail(context: BrowserContext, url: str, wanted: str) -> Page:
    """The page `wanted` of the desk, once its visitor has signed in with the link from a mail."""
    page, visitor = context.new_page(), Visitor(url)
    page.goto(url + wanted)
    page.get_by_label("E-mailadres").fill(ORGANISER)
    page.get_by_role("button", name="Mail mij een link").click()
    visitor.settle()
    (link,) = links(visitor.mails(ORGANISER)[-1], "/organisatie/inloggen")
    page.goto(url + link if link.startswith("/") else link)
    page.get_by_role("button", name="Log in").click()
    return page


def check(page: Page, name: str, *, scripts: bool) -> None:
    """Nothing sticks out sideways at either width, and axe-core finds nothing to complain of."""
    if not scripts:
        return
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width} px"
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name} at {width} px: {found.generate_report()}"
    if before:
        page.set_viewport_size(before)


def press(page: Page, action: str) -> None:
    """Press the first button of the editor that does `action`."""
    page.locator(f"button[name='action'][value='{action}']").first.click()


def sign_up(visitor: Visitor, workshop: str, email: str) -> str:
    """Sign up with `email` for `workshop`; the address of the registration's page."""
    page = BeautifulSoup(visitor.get(f"/werkplaats/{workshop}/aanmelden").text, "html.parser")
    data = filled_in(page)
    for autocomplete, value in {"given-name": "Jan", "family-name": "Achter", "email": email}.items():
        field = page.find(attrs={"autocomplete": autocomplete})
        assert isinstance(field, Tag)
        data[str(field["name"])] = value
    answer = visitor.post(f"/werkplaats/{workshop}/aanmelden", data)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


@pytest.mark.parametrize(
    ("scripts", "width"),
    [pytest.param(True, 1280, id="scripts"), pytest.param(False, 360, id="phone, no scripts")],
)
@pytest.mark.long
def test_next_years_workshop_is_made_tried_published_and_called_off(
    browser: Browser, url: str, scripts: bool, width: int
) -> None:
    """From signing in to calling off, everything that the issue names is done with the mouse and the keyboard alone."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts, locale="nl-NL")
    context.set_default_timeout(15_000)
    visitor, title = Visitor(url), f"Werken aan de wijk {width}"

    page = sign_in_by_mail(context, url, "/organisatie/nieuw")
    check(page, "sources", scripts=scripts)
    page.get_by_role("link", name="Werken aan wijkontwikkeling").first.click()
    check(page, "new workshop", scripts=scripts)
    page.locator("[name='title']").fill(title)
    page.get_by_role("button", name="Maak de werkplaats").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    desk = page.url.partition("?")[0]
    workshop = desk.rpartition("/")[2]
    assert title not in visitor.get("/").text, "a workshop that practises is listed nowhere"
    check(page, "overview of practice", scripts=scripts)

    # The editor: a question and the capacity; a mistake loses nothing
    page.goto(f"{desk}/bewerken")
    check(page, "editor", scripts=scripts)
    page.locator("[name='questions.0.label']").fill("Aan welke wijk werk je?")
    page.locator("[name='capacity']").fill("veel")
    press(page, "save")
    expect(page.locator("[name='capacity']")).to_have_value("veel")
    expect(page.locator("#fouten")).to_be_visible()
    check(page, "editor with a mistake", scripts=scripts)
    page.locator("[name='capacity']").fill("12")
    press(page, "preview")
    expect(page.get_by_text(title).first).to_be_visible()
    check(page, "preview", scripts=scripts)

    # A second browser saves first; the first one is shown both and keeps its own
    other = browser.new_context(extra_http_headers={"X-Local-Organiser": ORGANISER}).new_page()
    page.goto(f"{desk}/bewerken")
    other.goto(f"{desk}/bewerken")
    other.locator("[name='capacity']").fill("20")
    press(other, "save")
    page.locator("[name='capacity']").fill("14")
    press(page, "save")
    check(page, "both versions", scripts=scripts)
    expect(page.get_by_text("20", exact=True).first).to_be_visible()
    press(page, "save")
    page.goto(f"{desk}/bewerken")
    expect(page.locator("[name='capacity']")).to_have_value("14")

    # Published in two steps
    press(page, "publish")
    expect(page.get_by_text("Aan welke wijk werk je?").first).to_be_visible()
    check(page, "what changes", scripts=scripts)
    press(page, "publish")
    page.goto(desk)
    page.get_by_role("button", name="Aanmelden nu openen").click()
    expect(page.get_by_role("button", name="Aanmelden nu sluiten")).to_be_visible()
    check(page, "sign-up opened by hand", scripts=scripts)
    assert "Aan welke wijk werk je?" in visitor.get(f"/werkplaats/{workshop}/aanmelden").text

    # Practice: mail goes to organisers only, and nobody is left once it is real
    registration = sign_up(visitor, workshop, "deelnemer@example.org")
    sign_up(visitor, workshop, ORGANISER)
    visitor.settle()
    assert visitor.mails("deelnemer@example.org") == []
    assert any("confirmed" in mail["categories"] for mail in visitor.mails(ORGANISER))
    page.goto(f"{desk}/echt-maken")
    check(page, "make real", scripts=scripts)
    page.get_by_role("button", name="Ja, maak de werkplaats echt").click()
    assert visitor.get(registration).status_code == 404
    assert title in visitor.get("/").text or "Aanmelden" not in visitor.get(f"/werkplaats/{workshop}").text

    # Revisions, and calling off
    page.goto(f"{desk}/versies")
    check(page, "revisions", scripts=scripts)
    assert page.locator("main a[href*='/versies/']").count() >= 3
    real = sign_up(visitor, workshop, f"echt{width}@example.org")
    page.goto(f"{desk}/afgelasten")
    page.locator("[name='reason']").fill("De begeleider is ziek.")
    press(page, "check")
    check(page, "calling off", scripts=scripts)
    page.get_by_role("button", name="Ja, gelast de werkplaats af").click()
    visitor.settle()
    main = BeautifulSoup(visitor.get(real).text, "html.parser").main
    assert main is not None
    assert main["data-workshop"] == "called_off"
    assert visitor.post(real, {"action": "cancel"}).status_code == 409
    (mail,) = [one for one in visitor.mails(f"echt{width}@example.org") if "called_off" in one["categories"]]
    assert re.search("De begeleider is ziek", str(mail["content"]))
    check(page, "called off", scripts=scripts)
    context.close()
