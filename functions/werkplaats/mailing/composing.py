"""A mail that is to be sent, written out: recipient, text, calendar file."""

from datetime import datetime

from werkplaats.domain.mail.decision import Letter, ToOrganiser, ToParticipant, ToSurveyed, ToVisitor
from werkplaats.domain.mail.kinds import KINDS, CalendarFile, ForParticipant
from werkplaats.domain.registration import State
from werkplaats.domain.seats.signing_up import may_rejoin
from werkplaats.domain.signing_in import GOOD_FOR
from werkplaats.mailing import calendar
from werkplaats.mailing.message import Message, Recipient
from werkplaats.mailing.rendering import (
    Context,
    OrganiserContext,
    ParticipantContext,
    SurveyContext,
    VisitorContext,
    render,
)
from werkplaats.security.links import Links
from werkplaats.wording.names import full_name


def compose(letter: Letter, links: Links, now: datetime) -> Message:
    """The message for `letter`, composed at `now` (UTC).

    Raises jinja2.UndefinedError if a template needs what there is not.
    """
    context = _context(letter, links, now)
    rendered = render(letter.mail.kind, context)
    return Message(
        mail_id=letter.mail.id,
        sender=letter.workshop.sender,
        recipient=_recipient(letter),
        subject=rendered.subject,
        html=rendered.html,
        text=rendered.text,
        categories=("werkplaats", letter.mail.kind.value),
        calendar=_calendar(letter, links, now) if isinstance(letter, ToParticipant) else None,
        unsubscribe=context.stop_link if isinstance(context, SurveyContext) else None,
    )


def _recipient(letter: Letter) -> Recipient:
    if isinstance(letter, ToOrganiser):
        return Recipient(letter.organiser.email, letter.organiser.name)
    if isinstance(letter, ToVisitor):
        return Recipient(letter.email, letter.name)
    return Recipient(letter.person.email, full_name(letter.person))


def _context(letter: Letter, links: Links, now: datetime) -> Context:
    match letter:
        case ToParticipant():
            return ParticipantContext(
                workshop=letter.workshop,
                registration=letter.registration,
                link=links.registration(letter.registration.id),
                place=letter.place,
                waiting=letter.ledger.waitlisted,
                can_rejoin=may_rejoin(letter.workshop, letter.registration, now),
                change=letter.change,
            )
        case ToSurveyed():
            return SurveyContext(
                workshop=letter.workshop,
                registration=letter.registration,
                wave=letter.wave,
                closes_at=letter.workshop.wave_closes_at(letter.wave),
                link=links.survey(letter.workshop, letter.wave, letter.registration.id),
                stop_link=links.unsubscribe(letter.workshop, letter.wave, letter.registration.id),
            )
        case ToOrganiser():
            return OrganiserContext(
                workshop=letter.workshop,
                organiser=letter.organiser,
                entry=letter.entry,
                ledger=letter.ledger,
                registration=letter.registration,
                mail=letter.troubled,
            )
        case ToVisitor():
            return VisitorContext(
                workshop=letter.workshop,
                name=letter.name,
                link=links.sign_in(letter.request.address, letter.request.request),
                code=links.sign_in_code(letter.request.request),
                desk=links.desk,
                asked_at=letter.mail.created_at,
                good_until=letter.mail.created_at + GOOD_FOR,
            )


def _calendar(letter: ToParticipant, links: Links, now: datetime) -> bytes | None:
    """The .ics that goes with a mail about a seat; its SEQUENCE is the ledger's version, which only goes up."""
    traits, registration = KINDS[letter.mail.kind], letter.registration
    if not isinstance(traits, ForParticipant) or traits.calendar is None or not registration.had_seat:
        return None
    cancelled = traits.calendar is CalendarFile.CANCELLATION
    if not cancelled and registration.state is not State.CONFIRMED:
        return None
    return calendar.invitation(
        letter.workshop,
        registration.id,
        public_url=links.public_url,
        now=now,
        sequence=letter.mail.version,
        cancelled=cancelled,
    )
