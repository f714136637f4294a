"""An organiser looks after thirty people in a browser: corrects, adds, gives priority, writes, erases, and prints."""

import re
from collections.abc import Iterator

import pytest
import requests
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect, sync_playwright

from local.testing import running_system
from tests.journeys.test_browser import ARGUMENTS, CHROMIUM
from tests.journeys.test_editing import check, press, sign_in_by_mail
from tests.journeys.visitor import WORKSHOP, Visitor

pytestmark = [pytest.mark.xdist_group("journey"), pytest.mark.long]

DESK = f"/organisatie/{WORKSHOP}"
SEATS = 24
NAMES = [
    "Ada",
    "Bram",
    "Cas",
    "Daan",
    "Eva",
    "Fien",
    "Guus",
    "Hans",
    "Ines",
    "Joris",
    "Kees",
    "Lies",
    "Mila",
    "Nora",
    "Olaf",
    "Puck",
    "Quinten",
    "Roos",
    "Sjors",
    "Tess",
    "Ursula",
    "Vera",
    "Wout",
    "Xandra",
    "Yara",
    "Zoë",
    "Anouk",
    "Bas",
    "Coen",
    "Dirk",
]
"""The given names of those who sign up, in that order."""


@pytest.fixture(
    scope="module",
    params=[pytest.param((True, 1280), id="scripts"), pytest.param((False, 360), id="phone, no scripts")],
)
def way(request: pytest.FixtureRequest) -> tuple[bool, int]:
    """Whether the browser runs scripts, and its width in pixels."""
    scripts, width = request.param
    return scripts, width


@pytest.fixture(scope="module")
def url(way: tuple[bool, int]) -> Iterator[str]:
    """The address of a system of its own for each way, in which thirty people have signed up for 24 seats."""
    with running_system() as system:
        visitor = Visitor(system.url)
        visitor.ask_nobody_to_confirm()
        for number, name in enumerate(NAMES, 1):
            visitor.sign_up(number, **{"given-name": name})
        visitor.settle()
        yield system.url


@pytest.fixture(autouse=True, scope="module")
def everything_fits() -> None:
    """Each way has a system of its own, so the journey itself ends with that check."""


@pytest.fixture
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; on Debian or Ubuntu: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def opens(page: Page, summary: str) -> None:
    """Open the part of the page below `summary`, if it is not open."""
    part = page.locator("details").filter(has=page.locator("summary", has_text=re.compile(f"^{re.escape(summary)}$")))
    if part.get_attribute("open") is None:
        part.locator("summary").first.click()


def person(page: Page, url: str, name: str) -> None:
    """Go to the page of the person called `name`, by searching the list."""
    page.goto(f"{url}{DESK}/mensen?q={name.split()[0]}")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("h1")).to_have_text(name)


def own_link(visitor: Visitor, email: str) -> str:
    """The path of the registration's page, from the latest mail to `email` that has it."""
    found = [re.search(r"/aanmelding/[\w.~-]+", str(mail["content"])) for mail in visitor.mails(email)]
    return next(one.group() for one in reversed(found) if one)


def test_thirty_people_are_looked_after(browser: Browser, url: str, way: tuple[bool, int]) -> None:
    """What an organiser does for people is done with the mouse, and each of them hears of what is theirs."""
    scripts, width = way
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts, locale="nl-NL")
    context.set_default_timeout(15_000)
    visitor = Visitor(url)
    page = sign_in_by_mail(context, url, f"{DESK}/mensen")
    check(page, "people", scripts=scripts)

    # Correct one: a new address ends the older links, and both addresses are told
    old = own_link(visitor, "p3@example.org")
    person(page, url, "Cas Achter")
    check(page, "person", scripts=scripts)
    opens(page, "Gegevens verbeteren")
    page.get_by_label("E-mailadres").fill("beter@example.org")
    press(page, "correct")
    expect(page.get_by_role("link", name="beter@example.org").first).to_be_visible()
    visitor.settle()
    assert visitor.get(old).status_code == 404
    assert visitor.standing(own_link(visitor, "beter@example.org"))[0] == "confirmed"
    assert "old_address" in visitor.mails("p3@example.org")[-1]["categories"]
    opens(page, "Een notitie schrijven")
    page.locator("textarea[name='text']").fill("Belt vrijdag terug.")
    press(page, "note")
    expect(page.get_by_text("Belt vrijdag terug.").first).to_be_visible()
    check(page, "person with a note", scripts=scripts)

    # One by hand, above the capacity
    page.goto(f"{url}{DESK}/mensen")
    page.get_by_role("link", name="Iemand toevoegen").click()
    check(page, "add somebody", scripts=scripts)
    for label, value in (("Voornaam", "Laat"), ("Achternaam", "Komer"), ("E-mailadres", "laat@example.org")):
        page.get_by_label(label).first.fill(value)
    fill_questions(page)
    page.locator("[name='plaats'][value='extra_seat']").check()
    page.locator("[name='reden']").fill("Onze fout: de uitnodiging kwam te laat.")
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.locator("h1")).to_have_text("Laat Komer")
    visitor.settle()
    assert visitor.standing(own_link(visitor, "laat@example.org"))[0] == "confirmed"
    page.goto(url + DESK)
    check(page, "overview", scripts=scripts)

    # Priority, with a reason: the waitlist reads that it was given, and not to whom
    person(page, url, "Dirk Achter")
    opens(page, "Voorrang geven")
    page.locator("[name='reason'][value='accessibility'], option[value='accessibility']").first.check()
    press(page, "priority")
    visitor.settle()
    assert visitor.standing(own_link(visitor, "p30@example.org")) == ("waitlisted", 1)
    waiting = visitor.get(own_link(visitor, "p29@example.org")).text
    assert "voorrang" in waiting
    assert "Dirk" not in waiting
    check(page, "person with priority", scripts=scripts)

    # A message to the waitlist, while processes die
    page.goto(f"{url}{DESK}/berichten")
    check(page, "messages", scripts=scripts)
    page.locator("[name='to']").select_option("waitlist")
    page.locator("[name='subject']").fill("Nog even wachten")
    page.locator("[name='text']").fill("Dag {naam}, kijk op {link}.\n\n**Tot snel.**")
    press(page, "preview")
    expect(page.get_by_text("Zo lezen ze het")).to_be_visible()
    check(page, "message as it is read", scripts=scripts)
    press(page, "send")
    for function in ("notify_organisers", "deliver_mail", "retry_mail"):
        requests.post(f"{url}/_local/kill", json={"function": function}, timeout=30)
    for _ in range(2):  # what a killed process held is taken up by another one later
        visitor.clock(advance_seconds=2400)
    visitor.settle()
    for number in range(SEATS + 1, len(NAMES) + 1):
        got = [mail for mail in visitor.mails(f"p{number}@example.org") if "message" in mail["categories"]]
        assert len({mail["custom_args"]["mail_id"] for mail in got}) == 1, f"person {number} got {len(got)}"
        assert f"Dag {NAMES[number - 1]}" in str(got[0]["content"])
    assert not [mail for mail in visitor.mails("p1@example.org") if "message" in mail["categories"]]
    page.reload()
    check(page, "message that has gone out", scripts=scripts)

    # Many are cancelled at once, and one is erased: seats go to the first who wait
    page.goto(f"{url}{DESK}/mensen?q=Achter")
    for name in ("Joris Achter", "Kees Achter"):
        page.get_by_label(f"Kies {name}").check()
    page.get_by_role("button", name="Meld gekozen mensen af").click()
    check(page, "cancel many", scripts=scripts)
    page.get_by_role("button", name="Ja, meld deze 2 mensen af").click()
    visitor.settle()
    assert visitor.standing(own_link(visitor, "p10@example.org"))[0] == "cancelled"
    person(page, url, "Eva Achter")
    opens(page, "Alle gegevens wissen")
    press(page, "erase")
    expect(page.locator("h1")).to_have_text("Gegevens gewist")
    visitor.settle()
    assert "Eva Achter" not in visitor_text(page, f"{url}{DESK}/mensen?q=Eva")
    assert visitor.standing(own_link(visitor, "p30@example.org"))[0] == "offered"

    # The journal, totals and lists to print
    for path in ("logboek", "totalen", "lijsten", "aanwezig"):
        page.goto(f"{url}{DESK}/{path}")
        check(page, path, scripts=scripts)
    page.goto(f"{url}{DESK}/logboek")
    assert "Eva Achter" not in page.inner_text("main")
    for path in ("tekenlijst", "badges", "kamers", "keuken", "locatie", "boekje"):
        page.goto(f"{url}{DESK}/lijsten/{path}")
        check(page, path, scripts=scripts)
        if path in ("tekenlijst", "badges"):
            expect(page.get_by_text("Laat Komer").first).to_be_visible()
            fits_on_paper(page)
    context.close()
    visitor.settle()
    checked = requests.get(f"{url}/_local/check", timeout=60)
    assert checked.status_code == 200, "\n".join(checked.json()["findings"])


def fits_on_paper(page: Page) -> None:
    """On A4 nothing sticks out of a badge or of the page, and the codes are large enough for a phone."""
    before = page.viewport_size
    assert before is not None
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})  # A4 without its margins, at 96 dots to the inch
    sizes = page.evaluate(
        """() => ({
            wide: document.documentElement.scrollWidth,
            cut: [...document.querySelectorAll(".badge")].filter((one) =>
                one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth).length,
            codes: [...document.querySelectorAll("svg.qr")].map((one) => one.getBoundingClientRect().width / 96 * 25.4),
        })"""
    )
    assert sizes["wide"] <= 681
    assert sizes["cut"] == 0
    assert sizes["codes"]
    # The white edge around a code of some 60 squares takes 8 of them.
    assert min(sizes["codes"]) * 52 / 60 >= 20
    page.emulate_media(media="screen")
    page.set_viewport_size(before)


def fill_questions(page: Page) -> None:
    """Answer what must be answered of the workshop's own questions."""
    for box in page.locator("form.sign-up [required]").all():
        kind, name = box.get_attribute("type"), box.get_attribute("name") or ""
        if name in ("plaats",):
            continue
        if kind == "checkbox":
            box.check()
        elif kind == "radio":
            page.locator(f"[name='{name}']").first.check()
        elif not box.input_value():
            box.fill("Zomaar iets")


def visitor_text(page: Page, url: str) -> str:
    page.goto(url)
    return BeautifulSoup(page.content(), "html.parser").get_text(" ", strip=True)
