"""Giving free seats to the waitlist: offering them, and accepting, declining and expiring offers."""

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats import offers
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
            deadline = offers.deadline(draft.workshop, draft.now)
            promoted = draft.move(replace(head, offer_expires_at=deadline), State.OFFERED)
            draft.mail_and_note(Kind.OFFERED, promoted, Happened.OFFERED)
        count += 1
    return Promoted(count)


def accept(registration: Registration, draft: Draft) -> Outcome:
    refused = _no_offer_to_answer(registration, draft)
    if refused is not None:
        return refused
    registration = draft.move(registration, State.CONFIRMED)
    draft.mail_and_note(Kind.CONFIRMED, registration, Happened.ACCEPTED)
    return Done(registration)


def has_accepted(registration: Registration, _: Draft) -> bool:
    return registration.state is State.CONFIRMED and registration.offer_expires_at is not None


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
    """End the offer to `registration` if it has expired; otherwise do nothing."""
    return Done(end_offer(registration, draft) if offer_has_lapsed(registration, draft) else registration)


def offer_has_lapsed(registration: Registration, draft: Draft) -> bool:
    """Whether `registration` is still in the state OFFERED although its offer has expired."""
    return registration.state is State.OFFERED and offers.is_over(draft.workshop, registration, draft.now)


def end_offer(registration: Registration, draft: Draft) -> Registration:
    """Set the state of `registration`, whose offer has expired, to EXPIRED."""
    registration = draft.move(registration, State.EXPIRED)
    draft.mail_and_note(Kind.OFFER_EXPIRED, registration, Happened.EXPIRED)
    return registration


def _no_offer_to_answer(registration: Registration, draft: Draft) -> Refused | None:
    """Why there is no offer to accept or decline, or None if there is one. An offer that has expired is ended here."""
    if registration.state is State.EXPIRED:
        return Refused(Refusal.OFFER_OVER, registration)
    if registration.state is not State.OFFERED:
        return Refused(Refusal.NO_OFFER, registration)
    if offer_has_lapsed(registration, draft):
        return Refused(Refusal.OFFER_OVER, end_offer(registration, draft))
    return None
