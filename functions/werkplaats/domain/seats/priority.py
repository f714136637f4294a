"""Putting somebody before others: priority on the waitlist, and the offer of a seat out of turn.

Both are exceptions to "first come, first served". Everybody on the waitlist reads that they exist, and how many times
priority was given, but never to whom or why.
"""

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import Done, GivePriority, Outcome, Refusal, Refused
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.waitlist import hold_has_lapsed, make_offer


def give_priority(registration: Registration, draft: Draft, *, command: GivePriority) -> Outcome:
    """Put `registration` before all on the waitlist without priority, and behind those who got it earlier."""
    if registration.state is not State.WAITLISTED:
        return Refused(Refusal.NOT_WAITING, registration)
    if draft.workshop.has_begun(draft.now):
        return Refused(Refusal.BEGUN, registration)
    registration = draft.put_first(registration)
    draft.note(Happened.PRIORITY_GIVEN, registration.id, command.reason.value, command.by)
    return Done(draft.remark(registration, command.text, command.by, Happened.PRIORITY_GIVEN))


def has_priority(registration: Registration, _: Draft) -> bool:
    return registration.state is State.WAITLISTED and registration.has_priority


def offer_seat(registration: Registration, draft: Draft, *, by: str) -> Outcome:
    """Offer a free seat to `registration`, which is on the waitlist, out of turn. `by` decided it."""
    if registration.state is not State.WAITLISTED:
        return Refused(Refusal.NOT_WAITING, registration)
    if draft.workshop.has_begun(draft.now):
        return Refused(Refusal.BEGUN, registration)
    if registration.is_passed_over:
        return Refused(Refusal.PASSED_OVER, registration)
    if draft.ledger.free <= 0:
        return Refused(Refusal.FULL, registration)
    return Done(draft.mail_and_note(Kind.OFFERED, make_offer(registration, draft), Happened.SEAT_OFFERED, by))


def has_offer(registration: Registration, draft: Draft) -> bool:
    return registration.state is State.OFFERED and not hold_has_lapsed(registration, draft)
