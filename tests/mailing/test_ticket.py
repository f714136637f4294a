"""How mails look: readable on any colour, light enough, and with one thing to do."""

import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from tests.mailing.samples import CHANGE, SAMPLES, TIMED, Sample, participant, rendered
from tests.shipped import JAN, WORKSHOP
from tests.words import DUTCH
from werkplaats.domain.colours import LEAST_CONTRAST, contrast
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import State
from werkplaats.domain.times import start_of
from werkplaats.domain.workshop_parts import Contact, Hours, Organisation
from werkplaats.mailing.rendering import Rendered, render
from werkplaats.mailing.ticket import PLAIN_COLOUR, hours_by_day, how_far, make_ticket
from werkplaats.wording.templating import TEMPLATES

COLOURS = ("", "#1740b8", "#c2185b", "#00695c", "#ffffff", "#000000", "#767676")
MOST_BYTES = 10_000
"""A mail as HTML, without its text part and its calendar file. Gmail cuts off a mail at 102 kB."""

LONGEST_BUTTON = 26
"""Characters that stay on one line of a phone 320 px wide."""

_COLOUR = re.compile(r"(?:^|;)\s*(background|color):\s*(#[0-9a-f]{6})")


def coloured(kind: Kind, sample: Sample, colour: str) -> str:
    context = sample(JAN)
    workshop = replace(context.workshop, organisation=Organisation(name="Platform31", colour=colour))
    return render(DUTCH, kind, replace(context, workshop=workshop)).html


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(("kind", "sample"), [(kind, sample) for kind, sample in SAMPLES if kind.value != "message"])
def test_all_text_can_be_read_on_its_ground(kind: Kind, sample: Sample, colour: str) -> None:
    """Every text has a contrast of at least 4.5 with the ground that it says it is on, whatever the brand's colour."""
    soup = BeautifulSoup(coloured(kind, sample, colour), "html.parser")
    seen = 0
    for text in soup.body.find_all(string=re.compile(r"\S")) if soup.body else ():
        said: dict[str, str] = {}
        for element in text.parents:
            for name, value in _COLOUR.findall(element.get("style", "")):
                said.setdefault(name, value)
        if type(text).__name__ == "NavigableString":
            seen += 1
            assert contrast(said["color"], said["background"]) >= LEAST_CONTRAST, (text, said)
    assert seen > 5


@pytest.mark.parametrize("colour", COLOURS)
def test_text_on_the_colour_can_be_read_in_dark_mode_too(colour: str) -> None:
    """In the dark the block keeps its colour and its text, and the rest is light on dark."""
    html = coloured(Kind.CONFIRMED, lambda person: participant(State.CONFIRMED, person), colour)
    dark = re.findall(r"\[data-ogsc\] \.(\w+)[^{]*\{ color: (#[0-9a-f]{6})", html)
    ground = re.findall(r"\[data-ogsb\] \.(\w+) \{ background: (#[0-9a-f]{6})", html)
    text, on = dict(dark), dict(ground)
    assert contrast(text["brand"], on["brand"]) >= LEAST_CONTRAST
    for name in ("words", "note"):
        assert contrast(text[name], on["sheet"]) >= LEAST_CONTRAST


def test_a_colour_that_cannot_be_read_is_not_used() -> None:
    """No text can be read on it, so mails have the plain colour. A stored workshop may still have it."""
    odd = replace(WORKSHOP, organisation=Organisation(colour="#zzzzzz"))
    assert make_ticket(DUTCH, odd, "").colour == PLAIN_COLOUR


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_a_mail_has_one_message_and_at_most_one_button(kind: Kind, sample: Sample) -> None:
    """One heading of the first rank, first of all; one button, short enough for one line; nothing hidden; no address
    to be read; small."""
    html = render(DUTCH, kind, sample(JAN)).html
    soup = BeautifulSoup(html, "html.parser")
    assert soup.body is not None
    (heading,) = soup.select("h1")
    assert next(soup.body.stripped_strings) == heading.get_text()
    buttons = soup.select("td.edge > a")
    assert len(buttons) <= 1
    for button in buttons:
        assert len(button.get_text()) <= LONGEST_BUTTON
        assert "white-space:nowrap" in str(button["style"])
    assert "display:none" not in html
    # A writer may put the address itself into a message.
    assert kind.value in ("message", "survey_message", "organiser_message_test") or "http" not in soup.body.get_text()
    assert len(html.encode()) <= MOST_BYTES


def test_every_label_of_a_button_is_short() -> None:
    """Also those that no sample shows."""
    found = [
        label
        for path in (TEMPLATES / "mail").rglob("body.html")
        for label in re.findall(r'parts\.button\([^"]*_\("([^"]+)"\)', path.read_text())
    ]
    assert len(found) > 15
    assert [label for label in found if len(label) > LONGEST_BUTTON] == []


def test_the_logo_is_the_only_picture_and_has_a_public_address() -> None:
    """With the name of the organisation for whoever does not see it. Nobody can tell who has opened the mail."""
    workshop = replace(WORKSHOP, organisation=Organisation(name="Platform31", logo="a" * 64))
    context = replace(participant(State.CONFIRMED, JAN), workshop=workshop)
    html = render(DUTCH, Kind.CONFIRMED, context, "https://werkplaats.example.org/").html
    (picture,) = BeautifulSoup(html, "html.parser").select("img")
    assert picture["src"] == f"https://werkplaats.example.org/werkplaats/logo-{'a' * 64}.png"
    assert picture["alt"] == "Platform31"
    assert "<img" not in render(DUTCH, Kind.CONFIRMED, context).html


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "Morgen"),
        (2, "Over 2 dagen"),
        (3, "Over 3 dagen"),
        (7, "Volgende week"),
        (8, "Over 8 dagen"),
        (14, "Over 2 weken"),
        (30, "Over 30 dagen"),
        (0, "Vandaag"),
    ],
)
def test_a_reminder_says_how_far_it_is(days: int, said: str) -> None:
    """By the day in Amsterdam on which it is made, so a reminder that is late tells the truth."""
    first = WORKSHOP.first_day
    assert how_far(DUTCH, first, first - timedelta(days=days)) == said
    at = start_of(first - timedelta(days=days))
    mail = rendered(Kind.REMINDER, JAN, now=at)
    assert mail.subject == f"{said}: Werken aan wijkontwikkeling"
    assert mail.text.splitlines()[2] == f"{said} is het zover"


def test_a_reminder_has_what_somebody_needs_on_the_way() -> None:
    """The hours of the days, the way, the phone number and what to bring."""
    workshop = replace(
        TIMED, phone="030 123 45 67", route="Met **bus 50**.", practical="Neem [dit](https://a.example) mee."
    )
    mail = rendered(Kind.REMINDER, JAN, workshop=workshop)
    for said in (
        "begint op zondag 29 augustus 2027 om 09.30 uur.",
        "Tijden: elke dag 09.30–21.00 uur",
        "Bel 030 123 45 67.",
        "Met bus 50.",
        "Neem dit (https://a.example) mee.",
        "Landgoed Zonheuvel",
    ):
        assert said in mail.text
    assert 'href="tel:0301234567"' in mail.html
    assert "<strong>bus 50</strong>" in mail.html


def test_hours_that_differ_are_told_day_by_day() -> None:
    """With the day before each."""
    hours = (Hours(begins="13:00", ends="21:00"), Hours(begins="09:00", ends="16:30"))
    assert hours_by_day(DUTCH, replace(WORKSHOP, days=hours, last_day=date(2027, 8, 30))) == [
        "zo 29 aug 13.00–21.00",
        "ma 30 aug 09.00–16.30",
    ]
    assert hours_by_day(DUTCH, WORKSHOP) == []


def test_the_confirmation_has_the_terms_of_cancelling() -> None:
    """If the workshop has any."""
    terms = "Afzeggen kan zonder kosten tot **1 augustus**."
    mail = rendered(Kind.CONFIRMED, JAN, workshop=replace(WORKSHOP, cancelling=terms))
    assert "Als je je afmeldt\n\nAfzeggen kan zonder kosten tot 1 augustus." in mail.text
    assert "tot <strong>1 augustus</strong>" in mail.html
    assert "Als je je afmeldt" not in rendered(Kind.CONFIRMED, JAN).text


def test_the_signature_has_a_name_and_a_phone_number() -> None:
    """So that somebody on the way can call. Organisers need no number of their own."""
    workshop = replace(WORKSHOP, phone="030 123 45 67")
    signed = "Groeten van\nPlatform31 en Van Vieren\nTelefoon op de dagen zelf: 030 123 45 67\n"
    assert signed in rendered(Kind.CONFIRMED, JAN, workshop=workshop).text
    assert "030" not in rendered(Kind.ORGANISER_SIGNED_UP, JAN, workshop=workshop).text


def test_mails_are_signed_by_the_contact_if_there_is_one() -> None:
    """With the name, whose workshop it is, and the number for questions, which is also the one for the days."""
    workshop = replace(WORKSHOP, contact=Contact(name="Noor Bakker", phone="06 12345678"))
    mail = rendered(Kind.CONFIRMED, JAN, workshop=workshop)
    assert "Groeten van\nNoor Bakker\nPlatform31 en Van Vieren\nVragen? Bel 06 12345678\n\n" in mail.text
    assert 'Vragen? Bel <a href="tel:0612345678"' in mail.html
    assert "Is er iets op de dagen zelf? Bel 06 12345678." in rendered(Kind.REMINDER, JAN, workshop=workshop).text
    only_name = rendered(Kind.CONFIRMED, JAN, workshop=replace(workshop, contact=Contact(name="Noor Bakker"))).text
    assert "Groeten van\nNoor Bakker\nPlatform31 en Van Vieren\n\n" in only_name
    told = rendered(Kind.ORGANISER_SIGNED_UP, JAN, workshop=workshop).text
    assert "Groeten van\nPlatform31 en Van Vieren\n" in told
    assert "Noor" not in told


@pytest.mark.parametrize("wave", WORKSHOP.waves, ids=lambda wave: str(wave.id))
def test_each_wave_tells_its_own_story(wave: object) -> None:
    """The invitation has the wave's own title and introduction, and no other's."""
    mail: Rendered = rendered(Kind.SURVEY_INVITATION, JAN, wave=wave)
    first, later = WORKSHOP.waves
    own, other = (first, later) if wave is first else (later, first)
    assert mail.subject.startswith(own.title)
    assert own.introduction.splitlines()[0] in mail.text
    assert other.introduction.splitlines()[0] not in mail.text


def test_another_location_is_not_called_another_seat() -> None:
    """A seat is a *plek*, and where the workshop is, is a *locatie*."""
    moved = replace(CHANGE.after, location=replace(WORKSHOP.location, street="Dorpsstraat 1"))
    mail = rendered(Kind.CHANGED, JAN, change=replace(CHANGE, before=moved))
    assert mail.subject == "Een andere locatie: Werken aan wijkontwikkeling"
