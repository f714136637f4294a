"""Offers that do not reach the person: the seat goes to the next, and the person is passed over for the time being."""

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Paused, Registration, State
from werkplaats.domain.seats.commands import Done, Outcome, Refusal, Refused, Undelivered
from werkplaats.domain.seats.draft import Draft


def undelivered(registration: Registration, draft: Draft, *, command: Undelivered) -> Outcome:
    """End the offer of which the mail told, if it still stands: nobody can answer what never arrived.

    The person keeps the number, and is passed over until the address is corrected or somebody asks for the link.
    The entry names the mail, because its notice tells organisers of that too.
    """
    if registration.state is State.OFFERED and registration.state_version == command.version:
        ended = replace(registration, paused=Paused.ADDRESS, held_for=None, held_until=None)
        registration = draft.move(ended, State.WAITLISTED)
        registration = draft.keep(replace(registration, unmailed=True))
        draft.note(Happened.OFFER_UNDELIVERED, registration.id, command.reason, mail=command.mail)
    return Done(registration)


def say_reachable(registration: Registration, draft: Draft) -> Outcome:
    """Let the person wait at their number again."""
    if registration.paused is None:
        return Refused(Refusal.NOT_PAUSED, registration)
    return Done(let_wait_again(registration, draft))


def has_said_reachable(registration: Registration, _: Draft) -> bool:
    return registration.state is State.WAITLISTED and registration.paused is None


def let_wait_again(registration: Registration, draft: Draft) -> Registration:
    """`registration`, which is paused, back on the waitlist at its number. Its person is mailed the place."""
    registration = draft.let_wait(replace(registration, paused=None))
    return draft.mail_and_note(Kind.WAITLISTED, registration, Happened.REACHABLE)
