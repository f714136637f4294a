"""Decides whether a mail in the outbox should be sent now, later, or not at all.

Whether an attempt is due at all is decided elsewhere, by `delivery.is_claimable`.
"""

from datetime import datetime

from msgspec import Struct

from werkplaats.domain.changes import Change, still_true
from werkplaats.domain.delivery import Delivery, has_no_attempts_left
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutChange, AboutEntry, AboutReminder, AboutSeat, AboutWave
from werkplaats.domain.mail.kinds import KINDS, ForParticipant, ForSurvey, Situation
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Person, Registration
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.survey.waves import Invitation
from werkplaats.domain.times import into_working_hours
from werkplaats.domain.workshop import Organiser, Wave, Workshop


class Facts(Struct, frozen=True, kw_only=True):
    """What the store has now of the things that a mail is about.

    A field is None if the thing no longer exists, or if this mail does not need it. `place` is the place on the
    waitlist. `change`, `invitation` and `entry` are what a mail about one of these tells of. `troubled` is the mail
    that did not arrive, if `entry` says so of one.
    """

    workshop: Workshop | None
    ledger: Ledger | None
    registration: Registration | None
    place: int | None = None
    change: Change | None = None
    invitation: Invitation | None = None
    entry: Entry | None = None
    troubled: Mail | None = None


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


Letter = ToParticipant | ToSurveyed | ToOrganiser
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
    if isinstance(letter, Skip):
        return letter
    if has_no_attempts_left(mail):
        return GiveUp(mail.reason)
    traits = KINDS[mail.kind]
    if isinstance(traits, ForSurvey) and traits.in_working_hours and (when := into_working_hours(now)) != now:
        return Later(when, "waits for a working day")
    return Send(letter)


def _letter(mail: Mail, facts: Facts, now: datetime) -> Letter | Skip:
    workshop, ledger, registration = facts.workshop, facts.ledger, facts.registration
    if workshop is None or ledger is None:
        return Skip("workshop is gone")
    if isinstance(mail.about, AboutEntry):
        return _to_organiser(mail, mail.about, workshop, ledger, facts)
    if registration is None or registration.person is None:
        return Skip("registration was erased")
    recipient = _Recipient(workshop, ledger, registration, registration.person)
    match mail.about:
        case AboutWave(wave=wave):
            return _to_surveyed(mail, wave, recipient, facts, now)
        case AboutSeat() | AboutReminder() | AboutChange():
            return _to_participant(mail, recipient, facts, now)


class _Recipient(Struct, frozen=True):
    """What every mail to a participant needs."""

    workshop: Workshop
    ledger: Ledger
    registration: Registration
    person: Person


def _to_participant(mail: Mail, to: _Recipient, facts: Facts, now: datetime) -> ToParticipant | Skip:
    if (reason := _untrue(mail, to, now)) is not None:
        return Skip(reason)
    change = None
    if isinstance(mail.about, AboutChange):
        change = still_true(facts.change, to.workshop) if facts.change else None
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


def _untrue(mail: Mail, to: _Recipient, now: datetime) -> str | None:
    """Why `mail` is no longer true by the rules of its kind, or None if it still is."""
    traits = KINDS[mail.kind]
    rules = traits.true_while if isinstance(traits, ForParticipant) else ()
    situation = Situation(workshop=to.workshop, registration=to.registration, version=mail.version, now=now)
    return next((reason for rule in rules if (reason := rule(situation)) is not None), None)


def _to_surveyed(mail: Mail, wave_id: str, to: _Recipient, facts: Facts, now: datetime) -> ToSurveyed | Skip:
    if to.registration.unsubscribed:
        return Skip("unsubscribed")
    wave = to.workshop.wave(wave_id)
    if wave is None or now >= to.workshop.wave_closes_at(wave):
        return Skip("wave is closed")
    if facts.invitation is not None and facts.invitation.answered:
        return Skip("has answered already")
    return ToSurveyed(mail=mail, workshop=to.workshop, registration=to.registration, person=to.person, wave=wave)


def _to_organiser(
    mail: Mail, about: AboutEntry, workshop: Workshop, ledger: Ledger, facts: Facts
) -> ToOrganiser | Skip:
    entry, troubled = facts.entry, facts.troubled
    if entry is None:
        return Skip("journal entry is gone")
    organiser = next((one for one in workshop.organisers if one.email == about.organiser), None)
    if organiser is None:
        return Skip("is no organiser any more")
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
