"""What organisers decide: a seat out of turn, and what is published about the workshop."""

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import BelowHeld, Done, Outcome, Publish, Refusal, Refused, Replaced
from werkplaats.domain.seats.draft import Draft


def give_seat(registration: Registration, draft: Draft) -> Outcome:
    """A free seat, or the one that is held for an offer; also to somebody whose registration has ended."""
    if registration.state is not State.OFFERED and draft.ledger.free <= 0:
        return Refused(Refusal.FULL, registration)
    if registration.state.live:
        registration = draft.move(registration, State.CONFIRMED)
    elif registration.identity in draft.mailbox(registration.mailbox).registrations:
        return Refused(Refusal.SIGNED_UP_ANEW, registration)
    else:
        registration = draft.join(registration, State.CONFIRMED)
    draft.tell(Kind.CONFIRMED, registration, Happened.SEAT_GIVEN)
    return Done(registration)


def has_seat(registration: Registration, _: Draft) -> bool:
    return registration.state is State.CONFIRMED


def publish(command: Publish, draft: Draft) -> Outcome:
    """A seat that is somebody's is never taken away: less capacity than that is refused."""
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
