"""Decides whether a mail in the outbox should be sent now, later, or not at all.

Whether an attempt is due at all is decided elsewhere, by `delivery.is_claimable`.
"""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.attendance import Days
from werkplaats.domain.changes import Change, drop_outdated
from werkplaats.domain.delivery import Delivery, has_no_attempts_left
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import (
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
from werkplaats.domain.mail.kinds import KINDS, ForSigningIn, ForSurvey, Kind, Situation, untrue
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import PAUSED_FOR, GroupMessage, Progress, is_recipient
from werkplaats.domain.registration import Person, Registration
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.signing_in import SignIns
from werkplaats.domain.survey.waves import Invitation
from werkplaats.domain.times import into_working_hours
from werkplaats.domain.workshop import Organiser, Wave, Workshop


class Told(Struct, frozen=True):
    """An entry of the journal that was folded, and the registration it is about. None if that no longer exists."""

    entry: Entry
    registration: Registration | None


class Facts(Struct, frozen=True, kw_only=True):
    """What the store has now of the things that a mail is about.

    A field is None if the thing no longer exists, or if this mail does not need it. `place` is the place on the
    waitlist. `change`, `invitation` and `entry` are what a mail about one of these tells of. `troubled` is the mail
    that did not arrive, if `entry` says so of one. `folded` are the first of the entries that a mail tells of together,
    in their order. `sign_ins` are the requests to sign in with the recipient's address. `message` is what organisers
    wrote, and `days` are the person's marks of attendance, if it is for those who came.
    """

    workshop: Workshop | None
    ledger: Ledger | None
    registration: Registration | None
    place: int | None = None
    change: Change | None = None
    invitation: Invitation | None = None
    entry: Entry | None = None
    troubled: Mail | None = None
    folded: tuple[Told, ...] = ()
    sign_ins: SignIns | None = None
    message: GroupMessage | None = None
    days: Days | None = None


class ToParticipant(Struct, frozen=True, kw_only=True):
    """A mail to `person`, who signed up, and everything that its text needs.

    `place` and `change` are None unless the mail tells of them.
    """

    mail: Mail
    workshop: Workshop
    ledger: Ledger
    registration: Registration
    person: Person
    place: int | None = None
    change: Change | None = None


class ToSurveyed(Struct, frozen=True, kw_only=True):
    """A mail that asks `person` to answer `wave` of the survey, and everything that its text needs."""

    mail: Mail
    workshop: Workshop
    registration: Registration
    person: Person
    wave: Wave


class ToOrganiser(Struct, frozen=True, kw_only=True):
    """A mail that tells `organiser` about `entry`, and everything that its text needs.

    `registration` and `troubled` are None if `entry` is not about one, or if it no longer exists.
    """

    mail: Mail
    workshop: Workshop
    ledger: Ledger
    organiser: Organiser
    entry: Entry
    registration: Registration | None
    troubled: Mail | None


class ToOrganiserFolded(Struct, frozen=True, kw_only=True):
    """A mail that tells `organiser` about many entries together, and everything that its text needs.

    `folded` are those that it names, and `counts` how many there are of each kind of event (Happened), named or not.
    """

    mail: Mail
    workshop: Workshop
    ledger: Ledger
    organiser: Organiser
    folded: tuple[Told, ...]
    counts: dict[str, int]


class ToMessaged(Struct, frozen=True, kw_only=True):
    """A mail to `person` with a `message` of organisers, and everything that its text needs.

    `wave` is the wave of the survey that the person has not answered, if the message is for those who have not.
    """

    mail: Mail
    workshop: Workshop
    registration: Registration
    person: Person
    message: GroupMessage
    wave: Wave | None = None


class ToWriter(Struct, frozen=True, kw_only=True):
    """A mail to `organiser`, who wrote `message` and wants to see how it arrives."""

    mail: Mail
    workshop: Workshop
    organiser: Organiser
    message: GroupMessage


class ToVisitor(Struct, frozen=True, kw_only=True):
    """A mail to the address `email`, with which somebody signs in at the desk by the `request`.

    It is sent in the name of `workshop`. `name` is the recipient's, or None if they are not among its people.
    """

    mail: Mail
    workshop: Workshop
    email: str
    name: str | None
    request: AboutSignIn


Letter = ToParticipant | ToSurveyed | ToOrganiser | ToOrganiserFolded | ToMessaged | ToWriter | ToVisitor
"""A mail that should be sent, with its recipient and everything that its text needs."""


class Send(Struct, frozen=True):
    """Send the mail now."""

    letter: Letter


class Later(Struct, frozen=True):
    """Do not send the mail before `when` (UTC)."""

    when: datetime
    reason: str


class Skip(Struct, frozen=True):
    """Do not send the mail at all: it is no longer true, or its recipient no longer exists."""

    reason: str


class GiveUp(Struct, frozen=True):
    """Do not try again: no attempts are left. `reason` says why the last one failed."""

    reason: str


Decision = Send | Later | Skip | GiveUp


def decide(mail: Mail, facts: Facts, now: datetime) -> Decision:
    """Whether `mail`, for which an attempt is due, should be sent at `now` (UTC), given `facts`."""
    letter = _letter(mail, facts, now)
    if isinstance(letter, Skip | Later):
        return letter
    if not isinstance(letter, ToVisitor) and not letter.workshop.may_be_mailed(_address(letter)):
        return Skip("workshop practises, and this address is of nobody in charge of it")
    if has_no_attempts_left(mail):
        return GiveUp(mail.reason)
    traits = KINDS[mail.kind]
    if isinstance(traits, ForSurvey) and traits.in_working_hours and (when := into_working_hours(now)) != now:
        return Later(when, "waits for a working day")
    return Send(letter)


def _address(
    letter: ToParticipant | ToSurveyed | ToOrganiser | ToOrganiserFolded | ToMessaged | ToWriter,
) -> str:
    if isinstance(letter, ToOrganiser | ToOrganiserFolded | ToWriter):
        return letter.organiser.email
    return letter.person.email


def _letter(mail: Mail, facts: Facts, now: datetime) -> Letter | Skip | Later:
    workshop, ledger, registration = facts.workshop, facts.ledger, facts.registration
    if workshop is None or ledger is None:
        return Skip("workshop is gone")
    if isinstance(mail.about, AboutEntry):
        return _to_organiser(mail, mail.about, workshop, ledger, facts)
    if isinstance(mail.about, AboutFold):
        return _to_organiser_folded(mail, mail.about, workshop, ledger, facts)
    if isinstance(mail.about, AboutSignIn):
        return _to_visitor(mail, mail.about, workshop, facts, now)
    if isinstance(mail.about, AboutTest):
        return _to_writer(mail, mail.about, workshop, facts)
    if registration is None or registration.person is None:
        return Skip("registration was erased")
    recipient = _Recipient(workshop, ledger, registration, registration.person)
    match mail.about:
        case AboutWave(wave=wave):
            return _to_surveyed(mail, wave, recipient, facts, now)
        case AboutMessage():
            return _to_messaged(mail, recipient, facts, now)
        case AboutSeat() | AboutReminder() | AboutChange():
            return _to_participant(mail, recipient, facts, now)
        case AboutOldAddress(email=email):
            return _to_old_address(mail, email, recipient)
        case AboutWish():
            return _to_wished_address(mail, recipient, now)


class _Recipient(Struct, frozen=True):
    """What every mail to a participant needs."""

    workshop: Workshop
    ledger: Ledger
    registration: Registration
    person: Person


def _to_participant(mail: Mail, to: _Recipient, facts: Facts, now: datetime) -> ToParticipant | Skip:
    situation = Situation(workshop=to.workshop, registration=to.registration, version=mail.version, now=now)
    if (reason := untrue(mail.kind, situation)) is not None:
        return Skip(reason)
    change = None
    if isinstance(mail.about, AboutChange):
        change = drop_outdated(facts.change, to.workshop) if facts.change else None
        if change is None:
            return Skip("change is gone, or something else has changed since")
    return ToParticipant(
        mail=mail,
        workshop=to.workshop,
        ledger=to.ledger,
        registration=to.registration,
        person=to.person,
        place=facts.place,
        change=change,
    )


def _to_old_address(mail: Mail, email: str, to: _Recipient) -> ToParticipant | Skip:
    """A mail to an address that is somebody else's, perhaps: nothing of the person is given to its text."""
    if not email:
        return Skip("address is gone")
    nobody = Person(given_name="", family_name="", email=email)
    blank = replace(to.registration, person=None, answers={})
    return ToParticipant(mail=mail, workshop=to.workshop, ledger=to.ledger, registration=blank, person=nobody)


def _to_wished_address(mail: Mail, to: _Recipient, now: datetime) -> ToParticipant | Skip:
    """The mail to an address that somebody wants to use, and perhaps a stranger's: it says nothing of the person."""
    situation = Situation(workshop=to.workshop, registration=to.registration, version=mail.version, now=now)
    wish, reason = to.registration.address_wish, untrue(mail.kind, situation)
    if wish is None or reason is not None:
        return Skip(reason or "no address is asked for")
    return _to_old_address(mail, wish.email, to)


def _to_surveyed(mail: Mail, wave_id: str, to: _Recipient, facts: Facts, now: datetime) -> ToSurveyed | Skip:
    if to.registration.unsubscribed:
        return Skip("unsubscribed")
    if to.workshop.called_off is not None:
        return Skip("workshop was called off")
    wave = to.workshop.wave(wave_id)
    if wave is None or now >= to.workshop.wave_closes_at(wave):
        return Skip("wave is closed")
    if facts.invitation is not None and facts.invitation.answered:
        return Skip("has answered already")
    return ToSurveyed(mail=mail, workshop=to.workshop, registration=to.registration, person=to.person, wave=wave)


def _to_messaged(mail: Mail, to: _Recipient, facts: Facts, now: datetime) -> ToMessaged | Skip | Later:
    message = facts.message
    if message is None:
        return Skip("message is gone")
    if message.state is Progress.STOPPED:
        return Skip("message was stopped")
    wave = None
    if message.audience.secret:
        asked = _to_surveyed(mail, message.audience.wave, to, facts, now)
        if isinstance(asked, Skip):
            return asked
        wave = asked.wave
    if not is_recipient(message, to.workshop, to.registration, facts.days, facts.invitation):
        return Skip("message is not for this person any more")
    if message.state is Progress.PAUSED:
        return Later(now + PAUSED_FOR, "message is paused")
    return ToMessaged(
        mail=mail,
        workshop=to.workshop,
        registration=to.registration,
        person=to.person,
        message=message,
        wave=wave,
    )


def _to_writer(mail: Mail, about: AboutTest, workshop: Workshop, facts: Facts) -> ToWriter | Skip:
    organiser = _organiser(workshop, about.organiser)
    if organiser is None:
        return Skip(_NO_ORGANISER)
    if facts.message is None:
        return Skip("message is gone")
    return ToWriter(mail=mail, workshop=workshop, organiser=organiser, message=facts.message)


def _to_organiser(
    mail: Mail, about: AboutEntry, workshop: Workshop, ledger: Ledger, facts: Facts
) -> ToOrganiser | Skip:
    entry, troubled = facts.entry, facts.troubled
    if entry is None:
        return Skip("journal entry is gone")
    organiser = _organiser(workshop, about.organiser)
    if organiser is None:
        return Skip(_NO_ORGANISER)
    if entry.kind is Happened.MAIL_FAILED and troubled is not None and troubled.state is Delivery.SENT:
        return Skip("the mail it tells of was sent after all")
    return ToOrganiser(
        mail=mail,
        workshop=workshop,
        ledger=ledger,
        organiser=organiser,
        entry=entry,
        registration=facts.registration,
        troubled=troubled,
    )


def _to_organiser_folded(
    mail: Mail, about: AboutFold, workshop: Workshop, ledger: Ledger, facts: Facts
) -> ToOrganiserFolded | Skip:
    organiser = _organiser(workshop, about.organiser)
    if organiser is None:
        return Skip(_NO_ORGANISER)
    if not facts.folded:
        return Skip("the journal entries that it tells of are gone")
    return ToOrganiserFolded(
        mail=mail,
        workshop=workshop,
        ledger=ledger,
        organiser=organiser,
        folded=facts.folded,
        counts=about.counts,
    )


_NO_ORGANISER = "is no organiser any more"


def _organiser(workshop: Workshop, address: str) -> Organiser | None:
    return next((one for one in workshop.in_charge if one.email == address), None)


def _to_visitor(mail: Mail, about: AboutSignIn, workshop: Workshop, facts: Facts, now: datetime) -> ToVisitor | Skip:
    traits, sign_ins = KINDS[mail.kind], facts.sign_ins
    if isinstance(traits, ForSigningIn) and now >= mail.created_at + traits.good_for:
        return Skip("it is too late for it to be of use")
    if sign_ins is None or not sign_ins.email:
        return Skip("what was asked is gone")
    if mail.kind is Kind.SIGN_IN and about.request not in {request.id for request in sign_ins.requests}:
        return Skip("the link was used already, or the person has signed out everywhere")
    name = next((one.name for one in workshop.organisers if one.email == sign_ins.email), None)
    return ToVisitor(mail=mail, workshop=workshop, email=sign_ins.email, name=name, request=about)
