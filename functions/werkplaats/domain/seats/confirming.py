"""Confirming an address: who has to, and what happens when somebody does.

A sign-up that has to be confirmed holds its seat or its place on the waitlist from the first moment, so nobody who
signs up later goes before it. Whoever holds a place on the waitlist is passed over meanwhile, and keeps the number.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Hold, Registration, State
from werkplaats.domain.seats import holds
from werkplaats.domain.seats.commands import Done, Outcome, Refusal, Refused
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.seats.waitlist import end_hold, hold_has_lapsed

BUSY_WITHIN = timedelta(minutes=10)
CALM_AFTER = timedelta(hours=1)


def usual_at_most(capacity: int) -> int:
    """How many sign-ups in BUSY_WITHIN are nothing unusual for a workshop with so many seats."""
    return max(5, capacity // 4)


def must_confirm(draft: Draft, address: str, *, suspicious: bool) -> bool:
    """Whether somebody who signs up now has to confirm the `address`. It counts this sign-up, so ask once for each.

    If the workshop wants it when it is busy, that is from the sign-up that makes more than usual within BUSY_WITHIN
    until there has not been such a sign-up for CALM_AFTER. `suspicious`: a field was filled in that people do not see.

    While the workshop practises, nobody has to who could not be mailed; and nobody has to once it has begun, because
    nothing is held any longer than until then.
    """
    wanted = draft.workshop.confirm_address
    if not draft.workshop.may_be_mailed(address) or draft.workshop.has_begun(draft.now):
        return False
    if wanted == "busy":
        was_busy = is_busy(draft.ledger, draft.now)
        _count_sign_up(draft)
        busy = is_busy(draft.ledger, draft.now)
        if busy and not was_busy:
            draft.note(Happened.BUSY, None, str(len(draft.ledger.sign_ups)))
        return suspicious or busy
    return suspicious or wanted == "always"


def is_busy(ledger: Ledger, now: datetime) -> bool:
    return ledger.busy_until is not None and now < ledger.busy_until


def hold_to_confirm(registration: Registration, draft: Draft) -> Registration:
    """`registration`, which is about to join, held until its address is confirmed."""
    deadline = holds.deadline(draft.workshop, Hold.CONFIRM, draft.now)
    return replace(registration, held_for=Hold.CONFIRM, held_until=deadline, had_to_confirm=True)


def confirm(registration: Registration, draft: Draft) -> Outcome:
    """Confirm the address of `registration`: the seat is the person's, or they wait at their number."""
    if not registration.state.live:
        over = registration.state is State.EXPIRED and registration.held_for is Hold.CONFIRM
        return Refused(Refusal.HOLD_OVER if over else Refusal.ENDED, registration)
    if not registration.is_unconfirmed:
        return Done(registration)
    if hold_has_lapsed(registration, draft):
        return Refused(Refusal.HOLD_OVER, end_hold(registration, draft))
    return Done(as_confirmed(registration, draft))


def has_confirmed(registration: Registration, _: Draft) -> bool:
    return registration.had_to_confirm and registration.state.live and not registration.is_unconfirmed


def as_confirmed(registration: Registration, draft: Draft) -> Registration:
    """`registration`, which is unconfirmed, with its address confirmed. Its person is mailed what they have now."""
    confirmed = replace(registration, held_until=None)
    if registration.state is State.WAITLISTED:
        confirmed = draft.let_wait(confirmed)
        kind = Kind.WAITLISTED
    else:
        confirmed = draft.move(confirmed, registration.state)
        kind = Kind.CONFIRMED
    return draft.mail_and_note(kind, confirmed, Happened.ADDRESS_CONFIRMED)


def _count_sign_up(draft: Draft) -> None:
    usual = usual_at_most(draft.ledger.capacity)
    recent = (*(at for at in draft.ledger.sign_ups if at > draft.now - BUSY_WITHIN), draft.now)
    busy_until = draft.now + CALM_AFTER if len(recent) > usual else draft.ledger.busy_until
    draft.count_sign_ups(recent[-usual - 1 :], busy_until)
