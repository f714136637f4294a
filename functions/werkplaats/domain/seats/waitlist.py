"""Giving free seats to the waitlist: offering them, accepting and declining offers, and ending holds."""

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Hold, Registration, State
from werkplaats.domain.seats import holds
from werkplaats.domain.seats.commands import Done, Outcome, Promoted, Refusal, Refused
from werkplaats.domain.seats.draft import Draft


def promote(draft: Draft) -> Outcome:
    """Give each free seat to the next person on the waitlist: as an offer or directly, as the workshop says."""
    count = 0
    while draft.ledger.free > 0 and draft.workshop.gives_seats(draft.now):
        head = draft.next_waiting()
        if head is None:
            break
        if draft.workshop.promotion.by == "direct":
            promoted = draft.move(head, State.CONFIRMED)
            draft.mail_and_note(Kind.CONFIRMED, promoted, Happened.PROMOTED)
        else:
            draft.mail_and_note(Kind.OFFERED, make_offer(head, draft), Happened.OFFERED)
        count += 1
    return Promoted(count)


def make_offer(registration: Registration, draft: Draft) -> Registration:
    """Hold a free seat for `registration`, which is on the waitlist. Returns it as it is then."""
    deadline = holds.deadline(draft.workshop, Hold.OFFER, draft.now)
    return draft.move(replace(registration, held_for=Hold.OFFER, held_until=deadline), State.OFFERED)


def accept(registration: Registration, draft: Draft) -> Outcome:
    refused = _no_offer_to_answer(registration, draft)
    if refused is not None:
        return refused
    registration = draft.move(registration, State.CONFIRMED)
    draft.mail_and_note(Kind.CONFIRMED, registration, Happened.ACCEPTED)
    return Done(registration)


def has_accepted(registration: Registration, _: Draft) -> bool:
    answered = registration.held_for is not Hold.CONFIRM and registration.held_until is not None
    return registration.state is State.CONFIRMED and answered


def decline(registration: Registration, draft: Draft) -> Outcome:
    refused = _no_offer_to_answer(registration, draft)
    if refused is not None:
        return refused
    registration = draft.move(registration, State.DECLINED)
    draft.mail_and_note(Kind.CANCELLED, registration, Happened.DECLINED)
    return Done(registration)


def has_declined(registration: Registration, _: Draft) -> bool:
    return registration.state is State.DECLINED


def expire(registration: Registration, draft: Draft) -> Outcome:
    """End what is held for `registration` if that is over; otherwise do nothing."""
    return Done(end_hold(registration, draft) if hold_has_lapsed(registration, draft) else registration)


def hold_has_lapsed(registration: Registration, draft: Draft) -> bool:
    """Whether something is still held for `registration` although the time for that is over."""
    return holds.has_lapsed(draft.workshop, registration, draft.now)


def end_hold(registration: Registration, draft: Draft) -> Registration:
    """Set the state of `registration`, whose hold is over, to EXPIRED: the seat or the place is free."""
    kind = Kind.NOT_CONFIRMED if registration.is_unconfirmed else Kind.OFFER_EXPIRED
    happened = Happened.NOT_CONFIRMED if registration.is_unconfirmed else Happened.EXPIRED
    registration = draft.move(registration, State.EXPIRED)
    draft.mail_and_note(kind, registration, happened)
    return registration


def _no_offer_to_answer(registration: Registration, draft: Draft) -> Refused | None:
    """Why there is no offer to accept or decline, or None if there is one. An offer that has expired is ended here."""
    if registration.state is State.EXPIRED:
        return Refused(Refusal.OFFER_OVER, registration)
    if registration.state is not State.OFFERED:
        return Refused(Refusal.NO_OFFER, registration)
    if hold_has_lapsed(registration, draft):
        return Refused(Refusal.OFFER_OVER, end_hold(registration, draft))
    return None
