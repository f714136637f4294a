"""Cancelling a registration, and unsubscribing from surveys."""

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import Cancel, Done, Outcome, Refusal, Refused
from werkplaats.domain.seats.draft import Draft


def cancel(registration: Registration, draft: Draft, *, command: Cancel) -> Outcome:
    """Cancel `registration`. What the person says about it is kept for the organisers, and erased with the person.

    This is refused once the workshop has begun: from then on people are marked absent instead.
    """
    if not registration.state.live:
        return Refused(Refusal.ENDED, registration)
    if draft.workshop.has_begun(draft.now):
        return Refused(Refusal.BEGUN, registration)
    by, mailed, reason = command.by, command.mailed, command.reason.value if command.reason else ""
    registration = replace(draft.move(registration, State.CANCELLED), cancelled_by_organiser=command.by_organiser)
    draft.keep(registration)
    happened = Happened.CANCELLED_BY_ORGANISER if command.by_organiser else Happened.CANCELLED
    registration = draft.remark(registration, command.text, by, happened)
    return Done(draft.mail_and_note(Kind.CANCELLED, registration, happened, by, mailed=mailed, detail=reason))


def has_cancelled(registration: Registration, _: Draft) -> bool:
    return registration.state is State.CANCELLED


def unsubscribe(registration: Registration, draft: Draft) -> Outcome:
    """Send the person no more surveys. Mails about the seat are still sent."""
    if not registration.unsubscribed:
        registration = replace(registration, unsubscribed=True)
        draft.keep(registration)
    return Done(registration)
