"""Writes out a mail that is to be sent: its recipient, its text, its calendar file."""

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from werkplaats.domain.mail.about import AboutWish
from werkplaats.domain.mail.decision import (
    Letter,
    ToMessaged,
    ToOrganiser,
    ToOrganiserFolded,
    ToParticipant,
    ToSurveyed,
    ToVisitor,
    ToWriter,
)
from werkplaats.domain.mail.kinds import KINDS, CalendarFile, ForParticipant
from werkplaats.domain.registration import State
from werkplaats.domain.seats.signing_up import may_rejoin
from werkplaats.domain.signing_in import GOOD_FOR
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.mailing import calendar
from werkplaats.mailing.message import Message, Recipient
from werkplaats.mailing.rendering import (
    Context,
    FoldedContext,
    MessageContext,
    OrganiserContext,
    ParticipantContext,
    SurveyContext,
    VisitorContext,
    render,
)
from werkplaats.security.links import Links
from werkplaats.wording.catalogues import SOURCE, Words, in_language, words_in
from werkplaats.wording.names import full_name, looks_like_a_name
from werkplaats.wording.placeholders import Values


def compose(letter: Letter, links: Links, now: datetime) -> Message:
    """The message for `letter`, composed at `now` (UTC).

    Raises jinja2.UndefinedError if a template uses a name that it is not given.
    """
    words = _words(letter)
    letter = _in_language(letter, words)
    context = _context(letter, links, now, words.language)
    rendered = render(words, letter.mail.kind, context, links.public_url)
    return Message(
        mail_id=letter.mail.id,
        sender=letter.workshop.sender,
        recipient=_recipient(letter),
        subject=rendered.subject,
        html=rendered.html,
        text=rendered.text,
        categories=("werkplaats", letter.mail.kind.value),
        calendar=_calendar(words, letter, links, now) if isinstance(letter, ToParticipant) else None,
        reply_to=_reply_to(letter),
        unsubscribe=context.stop_link if isinstance(context, SurveyContext | MessageContext) else None,
    )


def _words(letter: Letter) -> Words:
    """The language in which a participant signed up. People at the desk are written to in that of the source."""
    if isinstance(letter, ToOrganiser | ToOrganiserFolded | ToWriter | ToVisitor):
        return words_in(SOURCE)
    return words_in(letter.registration.language)


def _in_language(letter: Letter, words: Words) -> Letter:
    """`letter` about the workshop with its own texts in the language of `words`."""
    workshop = letter.workshop.in_language(words.language)
    if isinstance(letter, ToSurveyed):
        return replace(letter, workshop=workshop, wave=workshop.wave(letter.wave.id) or letter.wave)
    return replace(letter, workshop=workshop)


def _recipient(letter: Letter) -> Recipient:
    if isinstance(letter, ToOrganiser | ToOrganiserFolded | ToWriter):
        return Recipient(letter.organiser.email, letter.organiser.name)
    if isinstance(letter, ToVisitor):
        return Recipient(letter.email, letter.name)
    return Recipient(letter.person.email, full_name(letter.person))


def _reply_to(letter: Letter) -> Recipient | None:
    """The person whom a notice is about, so that an organiser can answer it. None for all other mails.

    A notice about many has the workshop's address, and so has one about somebody who has been erased.
    """
    if not isinstance(letter, ToOrganiser) or letter.registration is None or letter.registration.person is None:
        return None
    person = letter.registration.person
    return Recipient(person.email, full_name(person) or None)


def _context(letter: Letter, links: Links, now: datetime, language: str) -> Context:
    """What the templates of `letter` are given. Its links open pages in `language`.

    The page of a registration knows the language. That of a survey does not know who looks at it, so links to it name
    the language always.
    """
    match letter:
        case ToParticipant():
            return ParticipantContext(
                workshop=letter.workshop,
                registration=letter.registration,
                link=in_language(_link(letter, links), language),
                place=letter.place,
                waiting=letter.ledger.waitlisted,
                can_rejoin=may_rejoin(letter.workshop, letter.registration, now),
                change=letter.change,
                now=now,
            )
        case ToSurveyed():
            return SurveyContext(
                workshop=letter.workshop,
                registration=letter.registration,
                wave=letter.wave,
                closes_at=letter.workshop.wave_closes_at(letter.wave),
                link=in_language(_to_survey(letter, letter.wave, links.survey), language, always=True),
                stop_link=in_language(_to_survey(letter, letter.wave, links.unsubscribe), language, always=True),
            )
        case ToOrganiser():
            return OrganiserContext(
                workshop=letter.workshop,
                organiser=letter.organiser,
                entry=letter.entry,
                ledger=letter.ledger,
                registration=letter.registration,
                mail=letter.troubled,
                confirming=links.confirming(letter.workshop),
            )
        case ToOrganiserFolded():
            return FoldedContext(
                workshop=letter.workshop,
                organiser=letter.organiser,
                ledger=letter.ledger,
                folded=letter.folded,
                counts=letter.counts,
                people=links.people(letter.workshop),
                overview=links.overview(letter.workshop),
                now=now,
            )
        case ToMessaged(wave=wave):
            return MessageContext(
                workshop=letter.workshop,
                registration=letter.registration,
                message=letter.message,
                values=Values(
                    _first_name(letter),
                    in_language(_to_survey(letter, wave, links.survey), language, always=True)
                    if wave
                    else in_language(_to_registration(letter, links), language),
                ),
                stop_link=in_language(_to_survey(letter, wave, links.unsubscribe), language, always=True)
                if wave
                else None,
            )
        case ToWriter():
            return MessageContext(
                workshop=letter.workshop,
                registration=None,
                message=letter.message,
                values=Values(letter.organiser.name, links.people(letter.workshop)),
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


def _link(letter: ToParticipant, links: Links) -> str:
    """The link to the page of the registration, or to that on which somebody confirms another address for it."""
    about, one = letter.mail.about, letter.registration
    if isinstance(about, AboutWish):
        return links.address_wish(one.id, one.link_generation, about.version)
    return _to_registration(letter, links)


def _to_registration(letter: ToParticipant | ToMessaged, links: Links) -> str:
    return links.registration(letter.registration.id, letter.registration.link_generation)


def _to_survey(letter: ToSurveyed | ToMessaged, wave: Wave, link: Callable[[Workshop, Wave, str, int], str]) -> str:
    return link(letter.workshop, wave, letter.registration.id, letter.registration.link_generation)


def _first_name(letter: ToMessaged) -> str:
    """The given name, or a word in its place if it does not look like a name: anybody can type anything there."""
    name = letter.person.given_name
    return name if looks_like_a_name(name) else _words(letter).gettext("deelnemer")


def _calendar(words: Words, letter: ToParticipant, links: Links, now: datetime) -> bytes | None:
    """The calendar file for a mail about a seat, None if it has none.

    Its SEQUENCE is the version of the ledger, which only goes up: as it is now, not when the mail was queued, because
    the own page gives the same event with the version of the moment (web/public/own_calendar.py).
    """
    traits, registration = KINDS[letter.mail.kind], letter.registration
    if not isinstance(traits, ForParticipant) or traits.calendar is None or not registration.had_seat:
        return None
    cancelled = traits.calendar is CalendarFile.CANCELLATION
    if not cancelled and registration.state is not State.CONFIRMED:
        return None
    return calendar.invitation(
        words,
        letter.workshop,
        registration.id,
        public_url=links.public_url,
        now=now,
        sequence=letter.ledger.version,
        cancelled=cancelled,
    )
