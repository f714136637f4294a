"""Cancelling a registration, and unsubscribing from surveys."""

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import Done, Outcome, Refusal, Refused
from werkplaats.domain.seats.draft import Draft


def cancel(
    registration: Registration, draft: Draft, *, by_organiser: bool, by: str = "", mailed: bool = True
) -> Outcome:
    """Cancel `registration`. `by` is the address of the organiser, if one decided it, also whether it is `mailed`.

    This is refused once the workshop has begun: from then on people are marked absent instead.
    """
    if not registration.state.live:
        return Refused(Refusal.ENDED, registration)
    if draft.workshop.has_begun(draft.now):
        return Refused(Refusal.BEGUN, registration)
    registration = replace(draft.move(registration, State.CANCELLED), cancelled_by_organiser=by_organiser)
    draft.keep(registration)
    happened = Happened.CANCELLED_BY_ORGANISER if by_organiser else Happened.CANCELLED
    return Done(draft.mail_and_note(Kind.CANCELLED, registration, happened, by, mailed=mailed))


def has_cancelled(registration: Registration, _: Draft) -> bool:
    return registration.state is State.CANCELLED


def unsubscribe(registration: Registration, draft: Draft) -> Outcome:
    """Send the person no more surveys. Mails about the seat are still sent."""
    if not registration.unsubscribed:
        registration = replace(registration, unsubscribed=True)
        draft.keep(registration)
    return Done(registration)
