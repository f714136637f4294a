"""The pages as a browser receives them."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from jinja2 import UndefinedError
from msgspec.structs import replace

from tests.shipped import (
    DEADLINE,
    HOSTILE,
    JAN,
    NOW,
    REGISTRATION,
    SUBMISSION,
    SUBMISSIONS,
    WAVE,
    WORKSHOP,
    registration,
    sent,
)
from tests.wording.pages import own_data_pages, public_pages, registration_pages, seats_of, wrong_form, wrong_survey
from tests.words import DUTCH
from werkplaats.domain.registration import State
from werkplaats.domain.stages import stage_of
from werkplaats.domain.workshop import Promotion
from werkplaats.web.forms.forms import sign_up_form
from werkplaats.wording.templating import (
    FONTS,
    MORE_FONTS,
    TEMPLATES,
    asset,
    markdown,
    render_page,
    stylesheet_path,
    with_privacy_link,
)
from werkplaats.wording.text import without_marks
from werkplaats.wording.ticket import ticket_links

VOID = {"meta", "link", "input", "br", "hr", "img"}


class WellFormed(HTMLParser):
    """Fails on a tag that is not closed, or closed in the wrong order, and on what CSP forbids. Collects ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"attribute twice in <{tag}>"
        assert "style" not in names
        assert not [name for name in names if name.startswith("on")]
        assert tag not in ("style", "iframe")
        assert tag != "img" or str(dict(attrs)["src"]).startswith("/werkplaats/logo-"), "pictures are logos"
        is_data = dict(attrs).get("type") == "application/ld+json"
        assert tag != "script" or is_data or str(dict(attrs)["src"]).startswith("/"), "scripts are files of ours"
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(name: str, /, **context: Any) -> BeautifulSoup:
    """The page, after checking that it is well formed and that its labels and links lead somewhere."""
    html = render_page(DUTCH, name, **context)
    parser = WellFormed()
    parser.feed(html)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    soup = BeautifulSoup(html, "html.parser")
    assert soup.html is not None
    assert soup.html["lang"] == "nl"
    assert soup.title is not None
    assert len(soup.title.get_text().strip()) > 5
    assert len(soup.find_all("h1")) == 1
    assert len(soup.find_all("main")) == 1
    for control in soup.select("input:not([type=hidden]), textarea"):
        assert control.find_parent("label") or soup.select_one(f'label[for="{control["id"]}"]')
    for pointer in soup.select("[aria-describedby]"):
        assert all(soup.find(id=id) for id in str(pointer["aria-describedby"]).split())
    for link in soup.select('a[href^="#"]'):
        assert soup.find(id=str(link["href"])[1:])
    return soup


def text(soup: BeautifulSoup | Tag) -> str:
    return " ".join(soup.get_text(" ").split())


@pytest.mark.parametrize(("name", "context"), list(public_pages(DUTCH, WORKSHOP)))
def test_page_is_whole(name: str, context: dict[str, Any]) -> None:
    """Every page is well formed, in Dutch, with one heading, labelled controls and nothing that CSP forbids."""
    soup = page(name, **context)
    assert "None" not in text(soup)
    assert "!" not in text(soup)


def shown(state: State, **changes: Any) -> BeautifulSoup:
    waits = state is State.WAITLISTED
    one = replace(registration(state), held_until=DEADLINE)
    now = WORKSHOP.begins_at if changes.get("begun") else NOW
    off = changes.get("workshop", WORKSHOP).called_off is not None
    context: dict[str, Any] = {
        "workshop": WORKSHOP,
        "registration": one,
        "now": now,
        "stage": "called_off" if off else stage_of(WORKSHOP, one, now).value,
        "others_wait": True,
        "full": False,
        "is_absent": False,
        "can_say_absent": False,
        "surveys": [],
        "saved": None,
        "wish": None,
        "can_change": True,
        "steps": [],
        "filled_in": [],
        "links": ticket_links(DUTCH, WORKSHOP, "https://example.org", "/aanmelding/token"),
        "place": 3 if waits else None,
        "waiting": 7 if waits else None,
        "begun": False,
        "leaving_reasons": [("ill", "Ziek")],
        "own_path": "/aanmelding/x",
        "can_rejoin": not state.live,
        "sign_up_open": False,
        "problem": None,
        "used_form": None,
        "code": None,
        "priorities": 0,
    }
    return page("registration", **(context | changes))


def test_a_page_after_a_used_form_offers_to_cancel_the_earlier_sign_up() -> None:
    """The page offers to cancel the earlier sign-up without naming anybody, and sends the form's submission along."""
    soup = shown(State.CONFIRMED, used_form=SUBMISSION)
    panel = soup.select_one(".panel")
    assert panel is not None
    assert "eerder al iemand aangemeld" in text(panel)
    assert JAN.name not in text(panel)
    assert [str(field["value"]) for field in panel.select("input[name=submission]")] == [SUBMISSION]
    assert actions(soup) == ["cancel_previous", "cancel"]


def test_who_cannot_join_again_any_more_is_told_whom_to_mail() -> None:
    """Somebody who has joined again too often gets no button but an address, although sign-up is open."""
    soup = shown(State.CANCELLED, can_rejoin=False, sign_up_open=True)
    assert actions(soup) == []
    assert f"mail ons dan: {WORKSHOP.sender.reply_to}" in text(soup)


def actions(soup: BeautifulSoup) -> list[str]:
    buttons = soup.select("form[method=post] button[type=submit][name=action]")
    assert len(buttons) == len(soup.find_all("button"))
    return [str(button["value"]) for button in buttons]


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        (State.CONFIRMED, ["cancel"]),
        (State.WAITLISTED, ["cancel"]),
        (State.OFFERED, ["accept", "decline"]),
        (State.CANCELLED, ["rejoin"]),
        (State.DECLINED, ["rejoin"]),
        (State.EXPIRED, ["rejoin"]),
    ],
)
def test_registration_shows_its_state_and_what_can_be_done(state: State, possible: list[str]) -> None:
    """The page of each state has it in `data-state` and offers what it allows. After the start it offers nothing."""
    soup = shown(state)
    assert soup.main is not None
    assert soup.main["data-state"] == state.value
    assert soup.main.get("data-place") == ("3" if state is State.WAITLISTED else None)
    assert actions(soup) == possible
    assert actions(shown(state, begun=True, can_rejoin=False)) == []


def test_waitlist_shows_place_and_rule() -> None:
    """Somebody on the waitlist reads their place, how many people wait, and the rule for the order."""
    said = text(shown(State.WAITLISTED))
    assert "3 Je bent de derde van zeven in de rij" in said
    assert "wie eerder was, is eerder aan de beurt" in said
    assert "48 uur" in said
    assert "nog moet bevestigen of daar onze mails niet krijgt, slaan we zolang over" in said


def test_rule_follows_the_workshop() -> None:
    """If seats are given directly, the page says nothing about choosing in time."""
    direct = replace(WORKSHOP, promotion=Promotion(by="direct"))
    said = text(shown(State.WAITLISTED, workshop=direct))
    assert "meteen" in said
    assert "48 uur" not in said


def test_waitlist_without_a_known_place_says_no_number() -> None:
    """If the place is not known, the page shows none."""
    soup = shown(State.WAITLISTED, place=None, waiting=None)
    assert soup.main is not None
    assert "data-place" not in soup.main.attrs


def test_offer_shows_its_deadline_before_anything_else() -> None:
    """The deadline is shown at the top and beside the buttons, in Amsterdam time."""
    assert text(shown(State.OFFERED)).count("maandag 2 augustus om 14.00 uur") == 2


def test_ended_registration_that_cannot_rejoin_says_until_when_it_could() -> None:
    """A page that does not offer to join again says until when one could sign up."""
    assert "Het kon t/m zondag 1 augustus 2027." in text(shown(State.CANCELLED, can_rejoin=False))


def test_refused_action_is_explained_on_the_page() -> None:
    """The reason for a refusal is in an alert, which screen readers read first."""
    alert = shown(State.CONFIRMED, problem="Er is nu geen <b>aanbod</b>.").select_one("[role=alert]")
    assert alert is not None
    assert "Er is nu geen <b>aanbod</b>." in text(alert)


def test_markup_in_a_persons_data_is_shown_as_text() -> None:
    """Names and addresses that look like markup are shown as text."""
    soup = shown(State.CONFIRMED, registration=registration(person=HOSTILE))
    assert not soup.find("script", src=False)
    assert '<script>alert("x")</script>' in text(soup)


def test_erased_person_leaves_a_page_without_data() -> None:
    """The page of a registration without a person has no data of one."""
    assert "Naam" not in text(shown(State.CANCELLED, registration=registration(State.CANCELLED, person=None)))


def sign_up_page(form: Any, full: bool = False, **more: Any) -> BeautifulSoup:
    shown = {"phase": "open", "full": full, "seats": seats_of(WORKSHOP, full), "begun": False, "ended": False}
    shown |= {"confirms": False}
    return page("sign_up", workshop=WORKSHOP, form=form, **(shown | more))


def test_form_has_the_fields_that_are_relied_on() -> None:
    """Autocomplete names, `required`, limits and the hidden submission are as docs/contract.md says."""
    soup = sign_up_page(sign_up_form(DUTCH, WORKSHOP, None, SUBMISSIONS))
    fields = {str(field["autocomplete"]): field for field in soup.select("[autocomplete]:not([autocomplete=off])")}
    assert {name: field.has_attr("required") for name, field in fields.items()} == {
        "given-name": True,
        "family-name": True,
        "email": True,
        "organization": False,
        "organization-title": False,
        "tel": False,
    }
    assert [fields[name]["maxlength"] for name in ("given-name", "email", "tel")] == ["80", "254", "40"]
    assert (fields["email"]["type"], fields["tel"]["type"]) == ("email", "tel")
    hidden = soup.select_one("input[type=hidden]")
    assert hidden is not None
    assert hidden["name"] == "submission"
    assert SUBMISSIONS.read(str(hidden["value"]))
    form = soup.form
    assert form is not None
    assert (form["method"], form["action"]) == ("post", f"/werkplaats/{WORKSHOP.id}/aanmelden")
    assert soup.select_one("textarea[name=vraag-opgave][required][maxlength='2000']")
    assert len(soup.select("input[type=radio][name=vraag-overnachting][required]")) == 4
    assert soup.select_one("input[type=checkbox][name=vraag-akkoord][required]")
    assert soup.select_one(f'label[for=vraag-akkoord] a[href="/werkplaats/{WORKSHOP.id}/privacy"]')


def test_form_keeps_what_was_typed_and_tells_what_is_wrong() -> None:
    """A refused form shows each value as it was typed, messages at the fields, and a summary that links to them."""
    soup = sign_up_page(wrong_form(DUTCH, WORKSHOP))
    first = soup.find(id="voornaam")
    assert isinstance(first, Tag)
    assert first["value"] == '<b>"Jan" & co'
    textarea = soup.find("textarea")
    assert isinstance(textarea, Tag)
    assert textarea.get_text().strip() == "</textarea><p>"
    assert soup.select_one("#vraag-overnachting-3[checked]")
    assert not soup.select_one("#vraag-akkoord[checked]")
    email = soup.select_one("#email[aria-invalid=true]")
    assert email is not None
    assert str(email["aria-describedby"]).split() == ["email-uitleg", "email-fout"]
    summary = soup.select_one("[role=alert][tabindex='-1']")
    assert summary is not None
    assert [link["href"] for link in summary.find_all("a")] == ["#email", "#telefoon", "#vraag-akkoord"]
    assert soup.title is not None
    assert soup.title.get_text().startswith("Let op: ")


def test_full_workshop_says_so_before_one_signs_up() -> None:
    """If all seats are taken, the form says that one will be on the waitlist, and by which rule."""
    form = sign_up_form(DUTCH, WORKSHOP, None, SUBMISSIONS)
    assert "Je komt op de wachtlijst." in text(sign_up_page(form, full=True))
    assert "Je komt op de wachtlijst." not in text(sign_up_page(form, full=False))


def test_notice_stands_above_the_form() -> None:
    """A notice about an error of ours is shown above the form and at no field."""
    said = sign_up_page(sign_up_form(DUTCH, WORKSHOP, sent(), SUBMISSIONS), notice="Het is nu druk.")
    alert = said.select_one("[role=alert]")
    assert alert is not None
    assert "Het is nu druk." in text(alert)


def test_survey_keeps_choices() -> None:
    """Valid choices stay chosen when the form comes back because of another mistake."""
    soup = page(
        "survey", workshop=WORKSHOP, wave=WAVE, form=wrong_survey(DUTCH, WAVE), changed=False, draft="d", version="v"
    )
    assert [box["value"] for box in soup.select("input[checked]")] == ["goed", "anderen", "plek"]
    assert not soup.select_one("input[name=vraag-opbrengst][checked]")
    assert len(soup.select("input[name=vraag-aanraden]")) == 11


PLAIN: dict[str, Any] = {
    "workshop": WORKSHOP, "full": False, "seats": None, "ended": False, "begun": False, "via": "", "sharing": None,
    "waitlist_full": False, "confirms": False,
}  # fmt: skip
"""What the page of a workshop is given before it begins, if nothing is known of its seats."""


def test_workshop_page_holds_the_whole_text() -> None:
    """The page has the title, days, address, organisers and text, and the button only while sign-up is open."""
    soup = page("workshop", phase="open", **PLAIN)
    said = text(soup)
    for part in (
        "Werken aan wijkontwikkeling",
        "zo 29 t/m di 31 augustus 2027",
        "Postweg 9, 3941 KA Doorn, Nederland",
        "Platform31 en Van Vieren",
        "Het vertrekpunt is leading from the emerging future.",
        "Hoe kan ik dat omzetten in praktisch handelen om verschil te maken?",
    ):
        assert part in said
    link = f'a[href="/werkplaats/{WORKSHOP.id}/aanmelden"]'
    assert [text(button) for button in soup.select(link)] == ["Aanmelden", "Aanmelden"]
    for phase in ("early", "closed"):
        assert not page(
            "workshop",
            workshop=WORKSHOP,
            phase=phase,
            full=False,
            seats=None,
            ended=False,
            begun=False,
            via="",
            sharing=None,
        ).select(link)


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        ("early", "Aanmelden kan vanaf donderdag 1 oktober 2026."),
        ("closed", "Aanmelden kon t/m zondag 1 augustus 2027."),
    ],
)
def test_closed_page_says_since_when(phase: str, said: str) -> None:
    """Before and after sign-up the page names the day on which it opens or closed."""
    assert WORKSHOP.sign_up.opens == date(2026, 10, 1)
    assert said in text(page("closed", workshop=WORKSHOP, phase=phase))


def test_privacy_statement_agrees_with_the_terms_that_are_kept() -> None:
    """The privacy statement names the terms after which data is erased, and whom to ask."""
    said = text(page("privacy", workshop=WORKSHOP))
    terms = [question.erase_after for question in WORKSHOP.questions if question.erase_after]
    for term in (*terms, WORKSHOP.privacy.erase_registrations_after):
        assert term.replace("days", "dagen") in said
    assert WORKSHOP.privacy.contact in said


@pytest.mark.parametrize("name", ["received", "link_sent"])
def test_receipt_tells_no_state(name: str) -> None:
    """These pages are the same for everybody."""
    soup = page(name, workshop=WORKSHOP)
    assert soup.main is not None
    assert "data-state" not in soup.main.attrs


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hoi)",
        "[x](//evil.example)",
        "![x](https://evil.example/x.png)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_markdown_lets_nothing_through_that_acts(source: str) -> None:
    """HTML, pictures, and links to anything but the web or a mailbox are shown as text."""
    soup = BeautifulSoup(markdown(source), "html.parser")
    assert not soup.select("script, img, a:not([href^='https://'])")


def test_words_in_another_language_say_so() -> None:
    """A screen reader pronounces them well. Nothing but the language can be said of them."""
    assert markdown("Een [world café]{lang=en}.") == '<p>Een <span lang="en">world café</span>.</p>\n'
    tried = (
        "[a]{onclick=b lang=en}",
        "[a]{.b #c style=d}",
        '[a]{lang="en\\" onclick=b"}',
        "[a](https://b.nl){lang=en}",
    )
    for source in tried:
        for tag in BeautifulSoup(markdown(source), "html.parser").find_all(True):
            assert set(tag.attrs) <= {"lang", "href"}, source


def test_plain_text_has_no_marks_of_languages() -> None:
    assert without_marks("## Een [world café]{lang=en}, **meer**") == "Een world café, meer"


def test_markdown_links_to_the_web_and_to_mailboxes() -> None:
    """Links to the web and to mailboxes become links."""
    soup = BeautifulSoup(markdown("[a](https://example.org) [b](mailto:x@example.org)"), "html.parser")
    assert [link["href"] for link in soup.find_all("a")] == ["https://example.org", "mailto:x@example.org"]


def test_label_of_consent_is_escaped_around_its_link() -> None:
    """The label is escaped, except for the link that we put into it."""
    assert with_privacy_link(DUTCH, "<b> {privacy} &", WORKSHOP) == (
        f'&lt;b&gt; <a href="/werkplaats/{WORKSHOP.id}/privacy">privacyverklaring</a> &amp;'
    )


def test_stylesheet_has_an_address_of_its_content() -> None:
    """The stylesheet's address has a hash of its content. It loads only fonts, and what wakes a function."""
    content, name = asset("stijl.css")
    assert stylesheet_path() == f"/werkplaats/_/{name}"
    assert stylesheet_path() in render_page(
        DUTCH, "workshops", open=[], full=set(), early=[], closed=[], past=[], now=NOW
    )
    loaded = re.findall(rb"url\(.*?\)|@import", content)
    fonts = sorted(f'url("{asset(font)[1]}")'.encode() for font in FONTS + MORE_FONTS)
    assert sorted(loaded) == sorted([*fonts, b'url("/aanmelding/")'])


def test_missing_context_is_an_error() -> None:
    """Rendering a page without a value that it shows is an error."""
    with pytest.raises(UndefinedError):
        render_page(DUTCH, "workshop", workshop=WORKSHOP)


def test_no_template_is_left_out_of_these_tests() -> None:
    """Every page is in tests/wording/pages.py."""
    pages = {path.stem for path in (TEMPLATES / "pages").glob("[a-z]*.html")}
    of_one = (*registration_pages(WORKSHOP, REGISTRATION), *own_data_pages(DUTCH, WORKSHOP, REGISTRATION))
    assert pages == {name for name, _ in (*public_pages(DUTCH, WORKSHOP), *of_one)}


def test_what_is_lost_by_saying_no_stands_beside_the_button() -> None:
    """The button to say no is in a `details` that says what follows, and whether somebody waits for the seat."""
    for others, said in ((True, "gaat de plek naar de volgende"), (False, "ben je de plek kwijt")):
        fold = shown(State.OFFERED, others_wait=others).select_one("details:has(button[value=decline])")
        assert fold is not None
        assert said in text(fold)
        assert "niet meer op de wachtlijst" in text(fold)


@pytest.mark.parametrize("state", [State.DECLINED, State.EXPIRED])
def test_a_seat_goes_to_the_next_only_if_there_is_one(state: State) -> None:
    """Otherwise the page does not speak of anybody who comes next."""
    assert "voor de volgende op de wachtlijst" in text(shown(state, others_wait=True))
    assert "voor de volgende" not in text(shown(state, others_wait=False))
