"""Every mail, to an ordinary person and to one who typed something harmful."""

import re
from functools import partial
from typing import Any

import pytest
from bs4 import BeautifulSoup
from jinja2 import UndefinedError
from msgspec.structs import replace

from tests.mailing.samples import (
    CONFIRMING,
    DESK,
    LINK,
    NOTICES,
    OFFER,
    SAMPLES,
    SIGN_IN_LINK,
    STOP_LINK,
    TO_PARTICIPANTS,
    Sample,
    organiser,
    participant,
    rendered,
    undelivered,
)
from tests.shipped import DEADLINE, HOSTILE, JAN, NOW, WORKSHOP, registration
from tests.words import DUTCH
from werkplaats.domain.delivery import Delivery
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import NOTICE, Kind
from werkplaats.domain.registration import LIVE, Person, State
from werkplaats.mailing.rendering import SUBJECT_LENGTH, OrganiserContext, Rendered, render
from werkplaats.wording.templating import TEMPLATES


def visible(html: str) -> str:
    soup = BeautifulSoup(html, "html.parser")
    for hidden in soup.select("head, [style*='display:none']"):
        hidden.decompose()
    return " ".join(soup.get_text(" ").split())


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


def assert_sound(mail: Rendered) -> None:
    assert 0 < len(mail.subject) <= SUBJECT_LENGTH
    assert mail.subject.isprintable()
    assert not re.search(r"\n{3,}|[ \t]\n|[\u202a-\u202e\u2028\x00-\x08]", mail.text)
    assert mail.text.endswith("\n")
    assert not BeautifulSoup(mail.html, "html.parser").select("script, img, form, link")


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_mail_says_the_same_in_html_and_in_text(kind: Kind, sample: Sample) -> None:
    """Each line of the plain text is also in the HTML, and neither has a missing value, an exclamation mark or code.

    Only the plain text shows addresses to open: in the HTML they are behind a button, or behind words.
    """
    mail = render(DUTCH, kind, sample(JAN))
    assert_sound(mail)
    html = without_space(visible(mail.html))
    for line in mail.text.splitlines():
        if line != "--" and not line.endswith(":") and not line.startswith("http"):
            assert without_space(line.removeprefix("- ")) in html, line
    for said in (mail.subject, mail.text, visible(mail.html)):
        assert not re.search(r"None|!|&lt;|\{\{|<", said.replace("<b>no</b>", ""))


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_mail_is_sound_whatever_people_typed(kind: Kind, sample: Sample) -> None:
    """Markup that somebody typed is text, a subject is one line, and nothing that was typed begins a line."""
    mail = render(DUTCH, kind, sample(HOSTILE))
    assert_sound(mail)
    soup = BeautifulSoup(mail.html, "html.parser")
    assert not soup.select("b, script, h1 + h1")
    assert not [line for line in mail.text.splitlines() if line.startswith(("Bcc", "Subject", "nieuwe regel"))]
    assert "49" not in mail.text


@pytest.mark.parametrize(("kind", "sample"), TO_PARTICIPANTS)
def test_mail_to_a_participant_carries_no_link_but_ours(kind: Kind, sample: Sample) -> None:
    """A mail has no link or address that somebody typed, and it has our link in both versions."""
    mail = render(DUTCH, kind, sample(HOSTILE))
    assert "evil" not in mail.subject + mail.text + mail.html
    ours = set() if kind is Kind.OLD_ADDRESS else {LINK}
    assert (LINK in mail.text) is bool(ours)
    links = [link["href"] for link in BeautifulSoup(mail.html, "html.parser").find_all("a")]
    assert set(links) == ({LINK, STOP_LINK} if kind.of_survey else ours)
    assert "Beste deelnemer," in mail.text


def test_confirmation_says_when_where_and_how_to_cancel() -> None:
    """The confirmation names the days, the place, and the calendar file."""
    mail = rendered(Kind.CONFIRMED, JAN)
    assert mail.subject == "Je hebt een plek: Werken aan wijkontwikkeling"
    for said in ("Beste Jan,", "29 t/m 31 augustus 2027", "Postweg 9, 3941 KA Doorn", "bijlage", "Meld je dan af"):
        assert said in mail.text


def test_nobody_is_told_to_cancel_once_the_workshop_has_begun() -> None:
    """Somebody who gets a seat during the workshop, or other hours of it, can only say that they cannot come."""
    for kind in (Kind.CONFIRMED, Kind.CHANGED):
        before, during = (rendered(kind, JAN, now=at).text for at in (NOW, WORKSHOP.begins_at))
        assert ("eld je dan af" in before, "Kun je niet komen? Zeg het" in before) == (True, False)
        assert ("eld je dan af" in during, "Kun je niet komen? Zeg het" in during) == (False, True)
    assert "De werkplaats is bezig, in Doorn." in rendered(Kind.CONFIRMED, JAN, now=WORKSHOP.begins_at).text


def test_a_change_tells_each_what_they_can_do() -> None:
    """With an offer one says no. Whoever waits gives up no seat."""
    said = {state: rendered(Kind.CHANGED, JAN, registration=registration(state, JAN)).text for state in LIVE}
    assert "Zeg dan nee op je eigen pagina" in said[State.OFFERED]
    assert "Meld je dan af op je eigen pagina.\n" in said[State.WAITLISTED]
    assert "Meld je dan af op je eigen pagina, dan is er plek" in said[State.CONFIRMED]


def test_waitlisted_mail_gives_place_and_rule() -> None:
    """The mail about the waitlist names the place on it, and the rule for the order."""
    text = rendered(Kind.WAITLISTED, HOSTILE).text
    assert "Je bent de derde van zeven in de rij." in text
    assert "wie eerder was, is eerder aan de beurt" in text
    assert "48 uur" in text
    assert "Je bent als eerste aan de beurt." in rendered(Kind.WAITLISTED, HOSTILE, place=1).text
    assert "Je bent nummer 11 van 30 in de rij." in rendered(Kind.WAITLISTED, HOSTILE, place=11, waiting=30).text


def test_waitlisted_mail_without_a_known_place_says_no_number() -> None:
    """If the place on the waitlist is not known, the mail names none."""
    assert "Je bent de" not in rendered(Kind.WAITLISTED, HOSTILE, place=None).text


def test_offer_says_until_when() -> None:
    """The offer names its deadline in Amsterdam time, and what happens after it."""
    text = rendered(Kind.OFFERED, HOSTILE).text
    assert registration().held_until == DEADLINE
    assert "uiterlijk maandag 2 augustus om 14.00 uur" in text
    assert "Kies je niet op tijd" in text


@pytest.mark.parametrize(
    ("state", "said"), [(State.CANCELLED, "Je bent afgemeld"), (State.DECLINED, "Je hebt nee gezegd")]
)
def test_cancelled_mail_knows_declining_from_cancelling(state: State, said: str) -> None:
    """The mail says whether the person cancelled or declined."""
    mail = rendered(Kind.CANCELLED, HOSTILE, registration=registration(state))
    assert mail.subject.startswith(said)
    assert said in mail.text


@pytest.mark.parametrize("kind", [Kind.CANCELLED, Kind.OFFER_EXPIRED])
def test_joining_again_is_named_only_while_it_is_possible(kind: Kind) -> None:
    """Mails offer to join again only while that is possible."""
    assert "opnieuw aan op je eigen pagina" in rendered(kind, HOSTILE, can_rejoin=True).text
    assert "opnieuw aan op je eigen pagina" not in rendered(kind, HOSTILE, can_rejoin=False).text


def test_survey_invitation_names_its_last_day() -> None:
    """The invitation names the last whole day of the survey."""
    assert "t/m donderdag 30 september 2027" in rendered(Kind.SURVEY_INVITATION, HOSTILE).text


@pytest.mark.parametrize(("kind", "sample"), NOTICES)
def test_notice_tells_who_and_how_many_seats(kind: Kind, sample: Sample) -> None:
    """A notice tells an organiser who it is about, how to reach them, and how many seats are taken."""
    mail = render(DUTCH, kind, sample(JAN))
    assert "Jan de Vries" in mail.subject
    for said in (
        "Beste Platform31,",
        "jan@example.org",
        "Gemeente Zwolle",
        "06 12345678",
        "maandag 3 mei 2027 om 11.12 uur",
    ):
        assert said in mail.text
    seats = ("23 van de 24 plekken, waarvan 1 aangeboden", "Vrij: 1", "Op de wachtlijst: 3")
    if kind not in (Kind.ORGANISER_ABSENT, Kind.ORGANISER_DETAILS):  # these change no seat
        assert all(said in mail.text for said in seats)


@pytest.mark.parametrize(("kind", "sample"), NOTICES)
def test_notice_spreads_nothing_that_a_stranger_typed(kind: Kind, sample: Sample) -> None:
    """Only a name is repeated in the subject, web addresses are no links, and the e-mail address can be copied."""
    stranger = Person(
        given_name="Gratis geld. Bel nu 0906",
        family_name="www.example.org",
        email="jan@example.org",
        organisation="https://example.org/pad?a=b.c",
        job_title="zie example。org",
        phone="06 12345678",
    )
    told = sample(stranger)
    assert isinstance(told, OrganiserContext)
    mail = render(DUTCH, kind, replace(told, entry=replace(told.entry, detail="550 zie http://example.org/x")))
    assert ": Iemand (" in mail.subject
    assert "Gratis" not in mail.subject
    for text in (mail.text, visible(mail.html)):
        assert "www[.]example[.]org" in text
        assert "hxxps://example[.]org/pad?a=b[.]c" in text
        assert "zie example[.]org" in text
        assert "jan@example.org" in text
        assert not re.search(r"https?://|(?<!@)example\.org", text)
        assert kind is not Kind.ORGANISER_MAIL_FAILED or "zie hxxp://example[.]org/x" in text
    assert not BeautifulSoup(mail.html, "html.parser").find_all("a")


@pytest.mark.parametrize(("kind", "sample"), NOTICES)
@pytest.mark.parametrize("gone", [None, registration(person=None)])
def test_notice_about_somebody_erased_can_still_be_told(kind: Kind, sample: Sample, gone: Any) -> None:
    """A notice about somebody whose data has been erased names nobody."""
    mail = render(DUTCH, kind, replace(sample(None), registration=gone))
    assert "een deelnemer" in mail.subject
    assert "Naam:" not in mail.text


def test_notices_of_one_kind_differ_by_what_happened() -> None:
    """Notices about different events have different subjects."""
    subjects = {render(DUTCH, kind, sample(HOSTILE)).subject.split(":")[0] for kind, sample in NOTICES}
    assert len(subjects) == 17


def test_the_notice_of_a_rush_leads_to_where_it_is_set() -> None:
    """It says since when addresses are confirmed and how the seats stand, and has one button."""
    mail = render(DUTCH, Kind.ORGANISER_BUSY, replace(organiser(Happened.BUSY, HOSTILE), registration=None))
    assert "eerst het e-mailadres bevestigen" in mail.text
    assert "Bezet: 23 van de 24 plekken, waarvan 1 aangeboden" in mail.text
    assert CONFIRMING in mail.text
    button = BeautifulSoup(mail.html, "html.parser").select_one("a.brand")
    assert button is not None
    assert (button["href"], button.get_text()) == (CONFIRMING, "Altijd laten bevestigen")


def test_notice_of_a_failed_mail_says_which_and_why() -> None:
    """The notice says which mail it was, why it failed, and what the organiser can do."""
    kind = Kind.ORGANISER_MAIL_FAILED
    text = render(DUTCH, kind, organiser(Happened.MAIL_BOUNCED, HOSTILE)).text
    assert "Het gaat om het aanbod van een plek." in text
    assert "De maildienst meldt: 550 <b>no</b> such user" in text
    assert "Bel, of mail zelf." in text
    unknown = render(DUTCH, kind, replace(organiser(Happened.MAIL_FAILED, HOSTILE), mail=None)).text
    assert "Het gaat om een mail aan een deelnemer." in unknown


def test_notice_of_an_offer_that_did_not_arrive_says_what_became_of_its_mail() -> None:
    """One mail says both: that the offer went on, and which mail failed or came back, and why."""
    kind = Kind.ORGANISER_UNDELIVERED
    for mail, became in (
        (OFFER, "Het adres nam de mail niet aan, op"),
        (replace(OFFER, state=Delivery.FAILED), "De mail is niet verstuurd en we proberen het niet nog een keer"),
        (replace(OFFER, state=Delivery.FAILED, doubtful=True), "We weten niet zeker of de mail is aangekomen"),
    ):
        text = render(DUTCH, kind, undelivered(Happened.OFFER_UNDELIVERED, HOSTILE, mail)).text
        assert "De plek gaat naar de volgende op de wachtlijst." in text
        assert "Het gaat om het aanbod van een plek." in text
        assert became in text
        assert "De maildienst meldt: 550 <b>no</b> such user" in text
    assert "maildienst" not in render(DUTCH, kind, undelivered(Happened.OFFER_UNDELIVERED, HOSTILE)).text, (
        "until November 2026 it had no mail"
    )


@pytest.mark.parametrize(("kind", "sample"), TO_PARTICIPANTS)
def test_a_title_is_text_also_in_the_sentences_that_mails_share(kind: Kind, sample: Sample) -> None:
    """A title is escaped once, also in sentences that mails share."""
    context = sample(JAN)
    workshop = replace(context.workshop, title="Wonen & <b>werken</b>")
    html = render(DUTCH, kind, replace(context, workshop=workshop)).html
    assert "Wonen &amp; &lt;b&gt;werken" in html
    assert "<b>werken" not in html


def test_mail_to_sign_in_has_a_link_a_code_and_until_when() -> None:
    """Both work for a quarter of an hour, and the mail says what to do on another device."""
    mail = rendered(Kind.SIGN_IN, None)
    for said in (SIGN_IN_LINK, "BCDF2345", "maandag 3 mei 2027 om 11.27 uur", "ander apparaat", "Beste Platform31,"):
        assert said in mail.text
    assert "Beste organisator," in rendered(Kind.SIGN_IN, None, name=None).text


def test_mail_that_somebody_has_signed_in_says_what_to_do_about_it() -> None:
    """With the address of the desk, and nothing by which somebody could sign in."""
    mail = rendered(Kind.SIGNED_IN, None)
    assert DESK in mail.text
    assert "Overal uitloggen" in mail.text
    assert "maandag 3 mei 2027 om 11.12 uur" in mail.text
    for secret in (SIGN_IN_LINK, "BCDF2345"):
        assert secret not in mail.text + mail.html


def test_missing_context_is_an_error() -> None:
    """Rendering a mail without a value that it shows is an error."""
    with pytest.raises(UndefinedError):
        render(DUTCH, Kind.SURVEY_INVITATION, participant(State.CONFIRMED, JAN))


def test_each_kind_has_its_folder_and_no_folder_is_left_over() -> None:
    """Each kind of mail has a folder of templates, and each folder has a kind."""
    folders = {path.name for path in (TEMPLATES / "mail").iterdir() if path.is_dir()}
    assert folders == {kind.value for kind in Kind}


def test_each_kind_has_its_sample() -> None:
    """Each kind of mail has a sample, and each notice has one for each event that it can tell of."""
    assert {kind for kind, _ in SAMPLES} == set(Kind)
    notices = [(kind, sample) for kind, sample in SAMPLES if kind in NOTICE.values()]
    told = {sample.args[0]: kind for kind, sample in notices if isinstance(sample, partial)}
    assert told == NOTICE
