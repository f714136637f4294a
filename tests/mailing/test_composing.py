"""Mails written out: their recipients, and the files that go with them."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.mailing.samples import CHANGE, LEDGER
from tests.shipped import JAN, NOW, WAVE, WORKSHOP, registration
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import (
    About,
    AboutChange,
    AboutEntry,
    AboutMessage,
    AboutOldAddress,
    AboutReminder,
    AboutSeat,
    AboutSignIn,
    AboutWave,
    AboutWish,
)
from werkplaats.domain.mail.decision import (
    Facts,
    Send,
    ToMessaged,
    ToOrganiser,
    ToParticipant,
    ToSurveyed,
    ToVisitor,
    decide,
)
from werkplaats.domain.mail.kinds import BULK, KINDS, ForParticipant, Kind
from werkplaats.domain.mail.outbox import queue
from werkplaats.domain.messages import make_message
from werkplaats.domain.registration import State
from werkplaats.domain.workshop import CalledOff
from werkplaats.mailing.composing import compose
from werkplaats.mailing.message import Message, Recipient
from werkplaats.security.links import Links

LINKS = Links(("k" * 32,), "https://werkplaats.example.org")
ABOUT: dict[type[About], About] = {
    AboutSeat: AboutSeat("r1", 7),
    AboutReminder: AboutReminder("r1", 7, "7days", WORKSHOP.first_day),
    AboutChange: AboutChange("r1", 7, "c"),
    AboutOldAddress: AboutOldAddress("r1", 7, "oud@example.org"),
    AboutWish: AboutWish("r1", 7),
}
OFF = replace(WORKSHOP, called_off=CalledOff(at=NOW, reason="De begeleider is ziek.", version=7))
TAKES_BACK = (Kind.CANCELLED, Kind.CALLED_OFF)
TO_PARTICIPANTS = [kind for kind, traits in KINDS.items() if isinstance(traits, ForParticipant)]


def composed(kind: Kind, state: State, *, had_seat: bool) -> Message:
    """A mail of `kind` to somebody in `state`."""
    mail = queue(kind, ABOUT[KINDS[kind].about], WORKSHOP.id, NOW)
    one = replace(registration(state), had_seat=had_seat)
    letter = ToParticipant(
        mail=mail,
        workshop=OFF if kind is Kind.CALLED_OFF else WORKSHOP,
        ledger=LEDGER,
        registration=one,
        person=JAN,
        place=3,
        change=CHANGE,
    )
    return compose(letter, LINKS, NOW)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("kind", [kind for kind in TO_PARTICIPANTS if kind not in BULK])
def test_a_file_for_the_calendar_goes_to_who_has_a_seat_or_had_one(kind: Kind, state: State) -> None:
    """A calendar file goes with mails about the days to people with a seat, and with the one that cancels a seat."""
    invites = kind in (Kind.CONFIRMED, Kind.REMINDER, Kind.CHANGED) and state is State.CONFIRMED
    file = composed(kind, state, had_seat=True).calendar
    assert (file is not None) is (invites or kind in TAKES_BACK)
    if file is not None:
        assert (b"METHOD:CANCEL" in file) is (kind in TAKES_BACK)
        assert b"SEQUENCE:%d\r\n" % LEDGER.version in file
    assert composed(kind, state, had_seat=False).calendar is None


def test_a_mail_to_a_participant_goes_to_their_own_address() -> None:
    """A mail to a participant has their address, the id that comes back with events, and our sender."""
    message = composed(Kind.CONFIRMED, State.CONFIRMED, had_seat=True)
    assert message.mail_id == "r1-confirmed-7"
    assert message.recipient == Recipient("jan@example.org", "Jan de Vries")
    assert message.sender == WORKSHOP.sender
    assert message.categories == ("werkplaats", "confirmed")
    assert LINKS.registration("r1") in message.text
    assert message.unsubscribe is None


def test_a_mail_about_a_survey_can_be_unsubscribed_from() -> None:
    """Mails about a survey can be unsubscribed from, by the link that is also in their text."""
    mail = queue(Kind.SURVEY_REMINDER, AboutWave("r1", WAVE.id, 1), WORKSHOP.id, NOW)
    letter = ToSurveyed(mail=mail, workshop=WORKSHOP, registration=registration(), person=JAN, wave=WAVE)
    message = compose(letter, LINKS, NOW + timedelta(days=1))
    assert message.unsubscribe == f"{LINKS.unsubscribe(WORKSHOP, WAVE, 'r1')}?taal=nl"
    assert message.unsubscribe in message.text
    assert LINKS.survey(WORKSHOP, WAVE, "r1") in message.text
    assert message.calendar is None


def test_a_notice_goes_to_the_organiser() -> None:
    """A notice goes to the organiser's address, and names the participant."""
    organiser = WORKSHOP.organisers[0]
    mail = queue(Kind.ORGANISER_SIGNED_UP, AboutEntry("e", organiser.email, 1, 7, "r1"), WORKSHOP.id, NOW)
    letter = ToOrganiser(
        mail=mail,
        workshop=WORKSHOP,
        ledger=LEDGER,
        organiser=organiser,
        entry=Entry(id="e", workshop=WORKSHOP.id, kind=Happened.SIGNED_UP, at=NOW, version=7, registration="r1"),
        registration=registration(),
        troubled=None,
    )
    message = compose(letter, LINKS, NOW)
    assert message.recipient == Recipient(organiser.email, organiser.name)
    assert JAN.name in message.subject
    assert message.unsubscribe is None


def test_a_mail_to_sign_in_goes_to_the_address_that_was_written_down() -> None:
    """With a link and a code that are made of the request, and that the store does not hold."""
    about = AboutSignIn("a" * 32, "b" * 32)
    mail = queue(Kind.SIGN_IN, about, WORKSHOP.id, NOW)
    letter = ToVisitor(mail=mail, workshop=WORKSHOP, email="een@example.org", name=None, request=about)
    message = compose(letter, LINKS, NOW)
    assert message.recipient == Recipient("een@example.org", None)
    assert message.sender == WORKSHOP.sender
    assert LINKS.sign_in(about.address, about.request) in message.text
    assert LINKS.sign_in_code(about.request) in message.text
    assert (message.calendar, message.unsubscribe) == (None, None)


def test_a_link_has_the_generation_of_the_registration() -> None:
    """Once the address was corrected, mails have links that no mail to an earlier address has."""
    mail = queue(Kind.NEW_ADDRESS, AboutSeat("r1", 7), WORKSHOP.id, NOW)
    one = replace(registration(), link_generation=2)
    letter = ToParticipant(mail=mail, workshop=WORKSHOP, ledger=LEDGER, registration=one, person=JAN)
    text = compose(letter, LINKS, NOW).text
    assert LINKS.registration("r1", 2) in text
    assert LINKS.registration("r1") not in text


@pytest.mark.parametrize("kind", [Kind.SURVEY_REMINDER, Kind.SURVEY_MESSAGE, Kind.MESSAGE])
def test_surveys_and_messages_have_links_of_the_latest_generation_too(kind: Kind) -> None:
    """A link to a survey, the one to unsubscribe, and the links in what organisers write, work after a correction."""
    one, wave = replace(registration(), link_generation=2), WAVE if kind.of_survey else None
    written = make_message(id="m", workshop=WORKSHOP, by="a@example.org", to="seat", subject="Dag", text="Dag", now=NOW)
    about = AboutWave("r1", WAVE.id, 1) if kind is Kind.SURVEY_REMINDER else AboutMessage("r1", "m")
    mail = queue(kind, about, WORKSHOP.id, NOW)
    letter = (
        ToSurveyed(mail=mail, workshop=WORKSHOP, registration=one, person=JAN, wave=WAVE)
        if kind is Kind.SURVEY_REMINDER
        else ToMessaged(mail=mail, workshop=WORKSHOP, registration=one, person=JAN, message=written, wave=wave)
    )
    message = compose(letter, LINKS, NOW)
    if kind.of_survey:
        assert LINKS.survey(WORKSHOP, WAVE, "r1", 2) in message.text
        assert message.unsubscribe == f"{LINKS.unsubscribe(WORKSHOP, WAVE, 'r1', 2)}?taal=nl"
        assert message.unsubscribe in message.text
    else:
        assert LINKS.registration("r1", 2) in message.text


def test_the_mail_that_asks_to_confirm_an_address_has_that_link_alone() -> None:
    """Whoever gets it may be a stranger: it does not open the registration."""
    text = composed(Kind.ADDRESS_WISH, State.CONFIRMED, had_seat=True).text
    assert LINKS.address_wish("r1", 0, 7) in text
    assert LINKS.registration("r1") not in text


def test_an_old_address_gets_nothing_of_the_person() -> None:
    """Neither a name, nor the new address, nor a link: it may be a stranger's."""
    mail = queue(Kind.OLD_ADDRESS, AboutOldAddress("r1", 7, "oud@example.org"), WORKSHOP.id, NOW)
    facts = Facts(workshop=WORKSHOP, ledger=LEDGER, registration=registration())
    decided = decide(mail, facts, NOW)
    assert isinstance(decided, Send)
    message = compose(decided.letter, LINKS, NOW)
    assert message.recipient == Recipient("oud@example.org", None)
    for told in ("Jan", "Vries", "jan@", "/aanmelding/"):
        assert told not in message.subject + message.text + message.html
    assert "vervangen" in message.text
    assert "\n\nGroeten van" in message.text
