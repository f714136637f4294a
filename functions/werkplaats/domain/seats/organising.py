"""Commands of organisers: giving a seat out of turn, and publishing the workshop."""

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import BelowHeld, Done, Outcome, Publish, Refusal, Refused, Replaced
from werkplaats.domain.seats.draft import Draft


def give_seat(registration: Registration, draft: Draft) -> Outcome:
    """Confirm `registration`, out of turn, if a seat is free or was offered to this person.

    The registration may have ended.
    """
    if registration.state is not State.OFFERED and draft.ledger.free <= 0:
        return Refused(Refusal.FULL, registration)
    if registration.state.live:
        registration = draft.move(registration, State.CONFIRMED)
    elif registration.identity in draft.mailbox(registration.mailbox).registrations:
        return Refused(Refusal.SIGNED_UP_ANEW, registration)
    else:
        registration = draft.join(registration, State.CONFIRMED)
    draft.mail_and_note(Kind.CONFIRMED, registration, Happened.SEAT_GIVEN)
    return Done(registration)


def has_seat(registration: Registration, _: Draft) -> bool:
    return registration.state is State.CONFIRMED


def publish(command: Publish, draft: Draft) -> Outcome:
    """Publish the workshop. A capacity below the number of seats held is refused, so that nobody loses a seat."""
    workshop, capacity = command.workshop, draft.ledger.capacity
    if draft.workshop_is_readable and workshop == draft.workshop and workshop.capacity == capacity:
        return Replaced(changed=False)
    if command.seen not in (None, draft.ledger.published):
        return Refused(Refusal.CHANGED)
    if workshop.capacity < draft.ledger.held:
        return BelowHeld(draft.ledger.held)
    if workshop.capacity != capacity:
        draft.note(Happened.CAPACITY_CHANGED, None, f"{capacity} → {workshop.capacity}")
    draft.publish(workshop)
    return Replaced(changed=True)
