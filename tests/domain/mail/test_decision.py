"""Whether a mail is sent: for each kind, only while what it says is true."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import NOW, WRITTEN, person, workshop
from werkplaats.domain.changes import Change, Particulars
from werkplaats.domain.delivery import MOST_ATTEMPTS, Delivery, skip
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import (
    About,
    AboutChange,
    AboutEntry,
    AboutFold,
    AboutMessage,
    AboutOldAddress,
    AboutReminder,
    AboutSeat,
    AboutSignIn,
    AboutTest,
    AboutWave,
    AboutWish,
)
from werkplaats.domain.mail.decision import (
    Facts,
    GiveUp,
    Later,
    Letter,
    Send,
    Skip,
    Told,
    ToOrganiser,
    ToOrganiserFolded,
    ToParticipant,
    ToSurveyed,
    ToVisitor,
    decide,
)
from werkplaats.domain.mail.kinds import KINDS, ForParticipant, ForSigningIn, ForSurvey, Kind
from werkplaats.domain.mail.outbox import LONGEST_TEXT, Mail, queue, to_keep, with_text
from werkplaats.domain.registration import LIVE, AddressWish, Hold, Person, Registration, State
from werkplaats.domain.roles import Role
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.signing_in import SignInRequest, SignIns
from werkplaats.domain.survey.waves import Invitation
from werkplaats.domain.workshop import CalledOff

WAVES = [WRITTEN["waves"][0]]
WORKSHOP = workshop(waves=WAVES)
WAVE = WORKSHOP.waves[0]
ASKED = WORKSHOP.wave_opens_at(WAVE) + timedelta(hours=10)
"""10:00 on a Wednesday in Amsterdam, when the wave is open."""

REGISTRATION = Registration(
    id="r1",
    workshop="proef",
    person=person(1),
    answers={},
    mailbox="m1",
    identity="i1",
    state=State.CONFIRMED,
    sequence=1,
    state_version=7,
    signed_up_at=NOW,
    state_since=NOW,
    held_until=NOW + timedelta(days=2),
    address_wish=AddressWish(email="wens@example.org", at=NOW, version=7),
)
LEDGER = Ledger(id="proef", capacity=2, confirmed=1)
MOVED = replace(WORKSHOP, first_day=date(2027, 9, 5), last_day=date(2027, 9, 7))
CHANGE = Change(
    id="proef.7",
    workshop="proef",
    version=7,
    at=NOW,
    before=Particulars.of(MOVED),
    after=Particulars.of(WORKSHOP),
)
ENTRY = Entry(id="e", workshop="proef", kind=Happened.SIGNED_UP, at=NOW, version=7, registration="r1")
INVITATION = Invitation(id="proef.evaluatie.r1", workshop="proef", wave="evaluatie", registration="r1", invited_at=NOW)

SIGN_INS = SignIns(
    id="address",
    email="een@example.org",
    workshop="proef",
    requests=(SignInRequest(id="q1", browser="b1", at=NOW),),
)

STILL_TRUE = {
    Kind.CONFIRMED: ({State.CONFIRMED}, True),
    Kind.WAITLISTED: ({State.WAITLISTED}, True),
    Kind.OFFERED: ({State.OFFERED}, True),
    Kind.OFFER_REMINDER: ({State.OFFERED}, True),
    Kind.NOT_PLACED: ({State.WAITLISTED}, False),
    Kind.OFFER_EXPIRED: ({State.EXPIRED}, True),
    Kind.CANCELLED: ({State.CANCELLED, State.DECLINED}, True),
    Kind.CONFIRM_ADDRESS: ({State.CONFIRMED, State.WAITLISTED}, True),
    Kind.NOT_CONFIRMED: ({State.EXPIRED}, True),
    Kind.LINK: (set(State), False),
    Kind.NEW_ADDRESS: (set(State), False),
    Kind.OLD_ADDRESS: (set(State), False),
    Kind.ADDRESS_WISH: (set(LIVE), False),
    Kind.ADDRESS_ASKED: (set(LIVE), False),
    Kind.REMINDER: ({State.CONFIRMED}, False),
    Kind.CHANGED: (set(LIVE), False),
    Kind.CALLED_OFF: (set(LIVE), False),
    Kind.SURVEY_INVITATION: (set(State), False),
    Kind.SURVEY_REMINDER: (set(State), False),
}
"""By kind of mail: in which states it is still sent, and whether the state must have come with the mail's version."""

HERE = [kind for kind, one in KINDS.items() if one.about not in (AboutMessage, AboutTest)]
"""All kinds but those of messages of organisers, which tests/domain/test_messages.py has."""

PARTICIPANTS = [kind for kind in HERE if isinstance(KINDS[kind], ForParticipant | ForSurvey)]
OTHER_ADDRESS = {Kind.OLD_ADDRESS: "oud@example.org", Kind.ADDRESS_WISH: "wens@example.org"}
"""The kinds that go to another address than the person's, with nothing of the person in them."""

SURVEYS = [kind for kind in HERE if kind.of_survey]


def when(kind: Kind) -> datetime:
    """A time at which a mail of `kind` is sent."""
    return ASKED if kind.of_survey or kind is Kind.NOT_PLACED else NOW


def a_mail(kind: Kind) -> Mail:
    """A mail of `kind` about registration r1, or about an entry on r1, with version 7 of the ledger."""
    about: dict[type[About], About] = {
        AboutSeat: AboutSeat("r1", 7),
        AboutReminder: AboutReminder("r1", 7, "7days", WORKSHOP.first_day),
        AboutChange: AboutChange("r1", 7, "proef.7"),
        AboutOldAddress: AboutOldAddress("r1", 7, "oud@example.org"),
        AboutWave: AboutWave("r1", "evaluatie"),
        AboutWish: AboutWish("r1", 7),
        AboutEntry: AboutEntry("e", "een@example.org", 1, 7, "r1"),
        AboutFold: AboutFold("een@example.org", 1, 5, 7, {"signed_up": 2}),
        AboutSignIn: AboutSignIn("address", "q1"),
        AboutMessage: AboutMessage("r1", "m1"),
        AboutTest: AboutTest("m1", "een@example.org"),
    }
    return queue(kind, about[KINDS[kind].about], "proef", NOW)


def facts(state: State = State.CONFIRMED, **changes: Any) -> Facts:
    """Facts of every sort, with r1 in `state` and with `changes`. A mail ignores those that it does not need."""
    all: dict[str, Any] = {
        "workshop": WORKSHOP,
        "ledger": LEDGER,
        "registration": replace(REGISTRATION, state=state),
        "change": CHANGE,
        "invitation": INVITATION,
        "entry": ENTRY,
        "folded": (Told(ENTRY, REGISTRATION),),
        "sign_ins": SIGN_INS,
    }
    return Facts(**all | changes)


def told(kind: Kind) -> Facts:
    """The facts right after a mail of `kind` was queued."""
    states, _ = STILL_TRUE.get(kind, ({State.CONFIRMED}, False))
    return facts(registration=registered(kind, sorted(states)[0]))


def registered(kind: Kind, state: State, version: int = 7) -> Registration:
    """r1 in `state`: held until the address is confirmed if `kind` is about that."""
    held_for = Hold.CONFIRM if kind is Kind.CONFIRM_ADDRESS else None
    return replace(REGISTRATION, state=state, state_version=version, held_for=held_for)


@pytest.mark.parametrize("kind", HERE)
def test_a_mail_that_is_true_is_sent_to_whom_it_is_for(kind: Kind) -> None:
    """The letter has everything that the text needs, as it is in the store now."""
    mail, known = a_mail(kind), replace(told(kind), place=3, troubled=a_mail(Kind.CONFIRMED))
    assert known.registration is not None
    letter: Letter
    if kind in (Kind.ORGANISER_FOLDED, Kind.ORGANISER_DIGEST):
        letter = ToOrganiserFolded(
            mail=mail,
            workshop=WORKSHOP,
            ledger=LEDGER,
            organiser=WORKSHOP.organisers[0],
            folded=known.folded,
            counts={"signed_up": 2},
        )
    elif kind.for_organisers:
        letter = ToOrganiser(
            mail=mail,
            workshop=WORKSHOP,
            ledger=LEDGER,
            organiser=WORKSHOP.organisers[0],
            entry=ENTRY,
            registration=known.registration,
            troubled=known.troubled,
        )
    elif kind.of_signing_in:
        request = AboutSignIn("address", "q1")
        letter = ToVisitor(mail=mail, workshop=WORKSHOP, email="een@example.org", name="Een", request=request)
    elif kind.of_survey:
        letter = ToSurveyed(mail=mail, workshop=WORKSHOP, registration=known.registration, person=person(1), wave=WAVE)
    elif kind in OTHER_ADDRESS:
        letter = ToParticipant(
            mail=mail,
            workshop=WORKSHOP,
            ledger=LEDGER,
            registration=replace(known.registration, person=None, answers={}),
            person=Person(given_name="", family_name="", email=OTHER_ADDRESS[kind]),
        )
    else:
        letter = ToParticipant(
            mail=mail,
            workshop=WORKSHOP,
            ledger=LEDGER,
            registration=known.registration,
            person=person(1),
            place=3,
            change=CHANGE if kind is Kind.CHANGED else None,
        )
    assert decide(mail, known, when(kind)) == Send(letter)


def test_every_kind_is_tried_in_every_state() -> None:
    """Every kind of mail to participants has a line in STILL_TRUE."""
    assert set(STILL_TRUE) == set(PARTICIPANTS)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("kind", PARTICIPANTS)
def test_a_mail_is_sent_only_in_the_states_that_it_tells_of(kind: Kind, state: State) -> None:
    """A mail is skipped if the registration is no longer in a state that the mail is about."""
    decision = decide(a_mail(kind), facts(registration=registered(kind, state)), when(kind))
    states, _ = STILL_TRUE[kind]
    if state in states:
        assert isinstance(decision, Send)
    else:
        assert decision == Skip(f"registration is {state.value} by now")


@pytest.mark.parametrize("kind", PARTICIPANTS)
def test_a_mail_about_one_state_is_not_true_of_another_of_the_same_name(kind: Kind) -> None:
    """A mail about a state is skipped if the registration left that state and came back to it."""
    states, very_same = STILL_TRUE[kind]
    state = sorted(states)[0]
    later = facts(registration=registered(kind, state, version=9))
    decision = decide(a_mail(kind), later, when(kind))
    if very_same:
        assert decision == Skip(f"registration has become {state.value} again since")
    else:
        assert isinstance(decision, Send)


@pytest.mark.parametrize("kind", HERE)
@pytest.mark.parametrize("gone", ["workshop", "ledger"])
def test_nothing_is_told_of_a_workshop_that_is_gone(kind: Kind, gone: str) -> None:
    """A mail is skipped if its workshop or the ledger is missing."""
    assert decide(a_mail(kind), facts(**{gone: None}), NOW) == Skip("workshop is gone")


@pytest.mark.parametrize("kind", PARTICIPANTS)
@pytest.mark.parametrize("registration", [None, replace(REGISTRATION, person=None)])
def test_nobody_is_told_who_was_erased(kind: Kind, registration: Registration | None) -> None:
    """A mail is skipped if its registration or the person was erased, because there is no address."""
    assert decide(a_mail(kind), facts(registration=registration), NOW) == Skip("registration was erased")


@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.CONFIRM_ADDRESS])
def test_whoever_has_to_confirm_the_address_is_asked_that_until_it_is_over_and_nothing_else(kind: Kind) -> None:
    """Nobody is reminded of a seat before the address is confirmed, nor asked to confirm it once that is done."""
    ends = REGISTRATION.held_until
    assert ends is not None
    held = replace(REGISTRATION, held_for=Hold.CONFIRM)
    done = replace(held, held_until=None)
    asks = kind is Kind.CONFIRM_ADDRESS
    assert isinstance(decide(a_mail(kind), facts(registration=held), NOW), Send) is asks
    assert isinstance(decide(a_mail(kind), facts(registration=done), NOW), Send) is not asks
    assert isinstance(decide(a_mail(kind), facts(registration=held), ends), Skip)


def test_an_offer_is_made_until_it_is_over() -> None:
    """An offer is mailed until just before its deadline, and skipped from the deadline on."""
    ends = REGISTRATION.held_until
    assert ends is not None
    offered = facts(State.OFFERED)
    assert isinstance(decide(a_mail(Kind.OFFERED), offered, ends - timedelta(microseconds=1)), Send)
    assert decide(a_mail(Kind.OFFERED), offered, ends) == Skip("offer is over")


def test_nobody_is_reminded_of_a_workshop_that_has_begun() -> None:
    """A reminder is skipped from the start of the workshop on."""
    begins = WORKSHOP.begins_at
    assert isinstance(decide(a_mail(Kind.REMINDER), facts(), begins - timedelta(microseconds=1)), Send)
    assert decide(a_mail(Kind.REMINDER), facts(), begins) == Skip("workshop has begun")


@pytest.mark.parametrize(("kind", "state"), [(Kind.WAITLISTED, State.WAITLISTED), (Kind.CHANGED, State.WAITLISTED)])
def test_whoever_waits_in_vain_is_not_told_of_the_waitlist(kind: Kind, state: State) -> None:
    """From the first moment of the workshop on: another mail says that it did not work out."""
    begins = WORKSHOP.begins_at
    waits = replace(facts(state), change=CHANGE if kind is Kind.CHANGED else None)
    assert isinstance(decide(a_mail(kind), waits, begins - timedelta(seconds=1)), Send)
    assert decide(a_mail(kind), waits, begins) == Skip("workshop has begun")
    if kind is Kind.CHANGED:
        has_seat = replace(facts(State.CONFIRMED), change=CHANGE)
        assert isinstance(decide(a_mail(kind), has_seat, begins), Send), "whoever has a seat is told of other hours"


@pytest.mark.parametrize("changes", [{"change": None}, {"workshop": MOVED}], ids=["gone", "changed back"])
def test_a_change_that_is_no_longer_so_is_not_told(changes: dict[str, Any]) -> None:
    """A mail about a change is skipped if the change is missing or was undone."""
    skipped = Skip("change is gone, or something else has changed since")
    assert decide(a_mail(Kind.CHANGED), facts(**changes), NOW) == skipped


@pytest.mark.parametrize("kind", SURVEYS)
def test_a_survey_is_asked_for_until_it_is_answered_closed_or_unwanted(kind: Kind) -> None:
    """A survey's mail is skipped if it was answered, the wave has closed, or the person unsubscribed."""
    mail, unsubscribed = a_mail(kind), replace(REGISTRATION, unsubscribed=True)
    assert isinstance(decide(mail, facts(invitation=None), ASKED), Send)
    answered = facts(invitation=replace(INVITATION, answered=True))
    assert decide(mail, answered, ASKED) == Skip("has answered already")
    assert decide(mail, facts(registration=unsubscribed), ASKED) == Skip("unsubscribed")
    assert decide(mail, facts(), WORKSHOP.wave_closes_at(WAVE)) == Skip("wave is closed")
    assert decide(mail, facts(workshop=workshop(waves=[])), ASKED) == Skip("wave is closed")


def test_unsubscribing_ends_no_mail_about_ones_own_seat() -> None:
    """Somebody who unsubscribed from surveys still gets mails about their seat."""
    unsubscribed = facts(registration=replace(REGISTRATION, unsubscribed=True))
    assert isinstance(decide(a_mail(Kind.REMINDER), unsubscribed, NOW), Send)


def test_a_reminder_of_a_survey_waits_for_the_next_working_day() -> None:
    """At night a reminder of a survey waits for the next working morning, but an invitation is sent."""
    night = ASKED + timedelta(hours=13)
    decision = decide(a_mail(Kind.SURVEY_REMINDER), facts(), night)
    morning = datetime(2027, 9, 2, 6, 0, tzinfo=UTC)
    assert decision == Later(morning, "waits for a working day")
    assert isinstance(decide(a_mail(Kind.SURVEY_REMINDER), facts(), morning), Send)
    assert isinstance(decide(a_mail(Kind.SURVEY_INVITATION), facts(), night), Send)


def test_what_is_not_true_any_more_is_skipped_at_night_too() -> None:
    """A mail that is no longer true is skipped at once instead of waiting for the morning."""
    answered = facts(invitation=replace(INVITATION, answered=True))
    night = ASKED + timedelta(hours=13)
    assert decide(a_mail(Kind.SURVEY_REMINDER), answered, night) == Skip("has answered already")


@pytest.mark.parametrize("doubtful", [False, True])
@pytest.mark.parametrize("kind", HERE)
def test_a_mail_whose_attempts_are_used_up_is_given_up(kind: Kind, doubtful: bool) -> None:
    """A mail without attempts left is given up, also in doubt and at night, but skipped if it is no longer true."""
    mail = replace(
        a_mail(kind), attempts=MOST_ATTEMPTS, reason="no answer", state=Delivery.UNCERTAIN, doubtful=doubtful
    )
    now = ASKED + timedelta(hours=13) if kind.of_survey else when(kind)
    assert decide(mail, told(kind), now) == GiveUp("no answer")
    assert decide(mail, facts(workshop=None), now) == Skip("workshop is gone")


@pytest.mark.parametrize("kind", [Kind.ORGANISER_SIGNED_UP, Kind.ORGANISER_FOLDED])
def test_an_organiser_who_left_is_not_told(kind: Kind) -> None:
    """A notice is skipped if its recipient is no longer among the workshop's organisers."""
    left = workshop(organisers=[{"name": "Twee", "email": "twee@example.org"}])
    assert decide(a_mail(kind), facts(workshop=left), NOW) == Skip("is no organiser any more")


@pytest.mark.parametrize("kind", [Kind.ORGANISER_SIGNED_UP, Kind.ORGANISER_FOLDED])
def test_only_whoever_is_in_charge_is_told(kind: Kind) -> None:
    """A notice is skipped if its recipient now has the role of reader."""
    reader = {"name": "Een", "email": "een@example.org", "role": "reader"}
    changed = workshop(organisers=[reader, {"name": "Twee", "email": "twee@example.org"}])
    decision = decide(a_mail(kind), facts(workshop=changed), NOW)
    assert decision == Skip("is no organiser any more")


@pytest.mark.parametrize("kind", [kind for kind, one in KINDS.items() if isinstance(one, ForSigningIn)])
def test_a_mail_about_signing_in_is_sent_while_it_is_of_use(kind: Kind) -> None:
    """A mail with a link is sent for 15 minutes, and the mail that somebody signed in for two days."""
    lasts = {Kind.SIGN_IN: timedelta(minutes=15), Kind.SIGNED_IN: timedelta(days=2)}[kind]
    mail = a_mail(kind)
    assert isinstance(decide(mail, facts(), NOW + lasts - timedelta(microseconds=1)), Send)
    assert decide(mail, facts(), NOW + lasts) == Skip("it is too late for it to be of use")
    for gone in (None, replace(SIGN_INS, email="")):
        assert decide(mail, facts(sign_ins=gone), NOW) == Skip("what was asked is gone")


def test_a_link_that_was_used_is_not_mailed() -> None:
    """If a link was used, the mail with it is skipped, and the mail that it was used is sent."""
    used = facts(sign_ins=replace(SIGN_INS, requests=()))
    skipped = Skip("the link was used already, or the person has signed out everywhere")
    assert decide(a_mail(Kind.SIGN_IN), used, NOW) == skipped
    assert isinstance(decide(a_mail(Kind.SIGNED_IN), used, NOW), Send)


def test_whoever_may_only_make_workshops_is_mailed_without_a_name() -> None:
    """Somebody who is not among the workshop's organisers, and may only make new ones, is mailed without a name."""
    maker = facts(sign_ins=replace(SIGN_INS, email="maker@example.org"))
    decision = decide(a_mail(Kind.SIGN_IN), maker, NOW)
    assert isinstance(decision, Send)
    assert isinstance(decision.letter, ToVisitor)
    assert (decision.letter.email, decision.letter.name) == ("maker@example.org", None)


def test_an_entry_that_is_gone_is_not_told() -> None:
    """A notice is skipped if its journal entry is missing."""
    assert decide(a_mail(Kind.ORGANISER_SIGNED_UP), facts(entry=None), NOW) == Skip("journal entry is gone")
    nothing_left = decide(a_mail(Kind.ORGANISER_FOLDED), facts(folded=()), NOW)
    assert nothing_left == Skip("the journal entries that it tells of are gone")


@pytest.mark.parametrize("happened", [Happened.MAIL_FAILED, Happened.MAIL_BOUNCED])
def test_a_failure_is_not_told_of_a_mail_that_was_sent_after_all(happened: Happened) -> None:
    """A notice that a mail failed is skipped if it was sent after all, and one that it came back is sent."""
    entry = replace(ENTRY, kind=happened, mail="r1-confirmed-7")
    sent = replace(a_mail(Kind.CONFIRMED), state=Delivery.SENT)
    decision = decide(a_mail(Kind.ORGANISER_MAIL_FAILED), facts(entry=entry, troubled=sent), NOW)
    if happened is Happened.MAIL_FAILED:
        assert decision == Skip("the mail it tells of was sent after all")
    else:
        assert isinstance(decision, Send)


@pytest.mark.parametrize("kind", [kind for kind in HERE if kind.for_organisers])
def test_a_notice_about_somebody_erased_is_still_told(kind: Kind) -> None:
    """A notice about somebody who was erased is sent, without a name."""
    assert isinstance(decide(a_mail(kind), facts(registration=None), NOW), Send)


AFTER_CALLING_OFF = {Kind.CANCELLED, Kind.LINK, Kind.NEW_ADDRESS, Kind.OLD_ADDRESS, Kind.CALLED_OFF}
"""The kinds of mail to participants that are still sent after the workshop was called off."""


@pytest.mark.parametrize("kind", PARTICIPANTS)
def test_of_a_workshop_that_was_called_off_only_little_is_still_true(kind: Kind) -> None:
    """After calling off, other mails to participants, such as a confirmation of a seat, are skipped."""
    off = replace(WORKSHOP, called_off=CalledOff(at=NOW, reason="x", version=8))
    decision = decide(a_mail(kind), replace(told(kind), workshop=off), when(kind))
    if kind in AFTER_CALLING_OFF:
        assert isinstance(decision, Send)
    else:
        assert decision == Skip("workshop was called off")


@pytest.mark.parametrize("kind", [kind for kind in HERE if kind in PARTICIPANTS or kind.for_organisers])
def test_while_a_workshop_practises_only_those_in_charge_are_mailed(kind: Kind) -> None:
    """During practice only organisers get mail, as organisers or as participants; other mails are skipped."""
    practising = replace(WORKSHOP, practice=True)
    facts_now = replace(told(kind), workshop=practising)
    now = when(kind)
    outsider = decide(a_mail(kind), facts_now, now)
    if kind.for_organisers:
        assert isinstance(outsider, Send)
        return
    assert outsider == Skip("workshop practises, and this address is of nobody in charge of it")
    if kind in OTHER_ADDRESS:  # goes to an address of its own
        return
    assert facts_now.registration is not None
    assert facts_now.registration.person is not None
    own = replace(facts_now.registration.person, email="Een@Example.org")
    in_charge = replace(facts_now, registration=replace(facts_now.registration, person=own))
    assert isinstance(decide(a_mail(kind), in_charge, now), Send)
    reader = replace(practising.organisers[0], role=Role.READER)
    others = replace(practising, organisers=(reader, practising.organisers[1]))
    assert isinstance(decide(a_mail(kind), replace(in_charge, workshop=others), now), Skip)


def test_an_old_address_is_told_once_and_then_forgotten() -> None:
    """The address is needed until the mail is settled. Then it is gone, and the mail cannot be sent any more."""
    mail = a_mail(Kind.OLD_ADDRESS)
    assert to_keep(mail) == mail
    settled = to_keep(skip(mail, "x", NOW))
    assert settled.about == AboutOldAddress("r1", 7, "")
    again = replace(mail, about=settled.about)
    assert decide(again, told(Kind.OLD_ADDRESS), NOW) == Skip("address is gone")


@pytest.mark.parametrize("kind", list(Kind))
def test_only_mails_about_a_registration_keep_their_text(kind: Kind) -> None:
    """Those of surveys would tell who has answered, those to organisers name people, and those to sign in let in."""
    mail = with_text(a_mail(kind), "Onderwerp", "x" * (LONGEST_TEXT + 1))
    kept = (True, "Onderwerp", LONGEST_TEXT) if isinstance(KINDS[kind], ForParticipant) else (False, "", 0)
    assert (mail.has_text, mail.subject, len(mail.text)) == kept


@pytest.mark.parametrize("kind", [Kind.ADDRESS_WISH, Kind.ADDRESS_ASKED])
def test_a_wish_for_another_address_is_told_while_it_stands(kind: Kind) -> None:
    """Not once it was confirmed or withdrawn, another one was asked for, or a day has passed."""
    mail, last = a_mail(kind), NOW + timedelta(days=1) - timedelta(seconds=1)
    assert isinstance(decide(mail, facts(), last), Send)
    assert decide(mail, facts(), NOW + timedelta(days=1)) == Skip("too late to confirm the address")
    for wish in (None, AddressWish(email="anders@example.org", at=NOW, version=8)):
        skipped = decide(mail, facts(registration=replace(REGISTRATION, address_wish=wish)), NOW)
        assert skipped == Skip("address was confirmed, withdrawn, or asked for again")


def test_nobody_is_told_that_it_did_not_work_out_before_it_has_begun() -> None:
    """The days can have been put off since the mail was queued."""
    mail = a_mail(Kind.NOT_PLACED)
    begins = WORKSHOP.begins_at
    assert decide(mail, facts(State.WAITLISTED), begins - timedelta(seconds=1)) == Skip("workshop has not begun")
    assert isinstance(decide(mail, facts(State.WAITLISTED), begins), Send)


def test_an_offer_that_is_over_is_not_reminded_of() -> None:
    mail, ends = a_mail(Kind.OFFER_REMINDER), REGISTRATION.held_until
    assert ends is not None
    assert isinstance(decide(mail, facts(State.OFFERED), ends - timedelta(seconds=1)), Send)
    assert decide(mail, facts(State.OFFERED), ends) == Skip("offer is over")
