"""Commands of organisers: giving a seat out of turn, publishing and calling off, closing the attendance list."""

from msgspec.structs import replace

from werkplaats.domain.calling_off import is_reason
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Hold, Registration, State
from werkplaats.domain.seats.commands import (
    BelowHeld,
    CallOff,
    CompleteList,
    Done,
    MakeReal,
    Outcome,
    Publish,
    Refusal,
    Refused,
    Replaced,
)
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.workshop import CalledOff


def give_seat(registration: Registration, draft: Draft, *, by: str) -> Outcome:
    """Confirm `registration`, out of turn, if a seat is free or was offered to this person. `by` decided it.

    The registration may have ended.
    """
    has_one = registration.state in (State.OFFERED, State.CONFIRMED)
    if not has_one and draft.ledger.free <= 0:
        return Refused(Refusal.FULL, registration)
    if registration.held_for is Hold.CONFIRM:
        registration = replace(registration, held_until=None)  # whoever gives the seat vouches for the address
    if registration.state.live:
        registration = draft.move(registration, State.CONFIRMED)
    elif registration.identity in draft.mailbox(registration.mailbox).registrations:
        return Refused(Refusal.SIGNED_UP_ANEW, registration)
    else:
        registration = draft.join(registration, State.CONFIRMED)
    draft.mail_and_note(Kind.CONFIRMED, registration, Happened.SEAT_GIVEN, by)
    return Done(registration)


def has_seat(registration: Registration, _: Draft) -> bool:
    return registration.state is State.CONFIRMED and not registration.is_unconfirmed


def publish(command: Publish, draft: Draft) -> Outcome:
    """Publish the workshop. A capacity below the number of seats held is refused, so that nobody loses a seat.

    A workshop that was called off stays called off. Publishing does not make a practice workshop real, nor the other
    way round: then people who only tried it out would get mails, or real participants would get none.
    """
    workshop = replace(command.workshop, called_off=draft.workshop.called_off)
    capacity = draft.ledger.capacity
    if draft.workshop_is_readable and workshop == draft.workshop and workshop.capacity == capacity:
        return Replaced(changed=False)
    if command.seen not in (None, draft.ledger.published):
        return Refused(Refusal.CHANGED)
    if workshop.practice is not draft.workshop.practice:
        return Refused(Refusal.PRACTICE)
    if workshop.capacity < draft.ledger.held:
        return BelowHeld(draft.ledger.held)
    if workshop.capacity != capacity:
        draft.note(Happened.CAPACITY_CHANGED, None, f"{draft.capacity_before} → {workshop.capacity}", command.by)
    draft.publish(workshop, command.by)
    return Replaced(changed=True)


def call_off(command: CallOff, draft: Draft) -> Outcome:
    """Until the workshop is over. Registrations stay as they are; nothing about them can be decided any more."""
    if draft.workshop.called_off is not None:
        return Done()
    if draft.now >= draft.workshop.ends_at:
        return Refused(Refusal.OVER)
    if not is_reason(command.reason):
        return Refused(Refusal.NO_REASON)
    called_off = CalledOff(at=draft.now, reason=command.reason.strip(), version=draft.version)
    draft.publish(replace(draft.workshop, called_off=called_off), command.by)
    draft.note(Happened.CALLED_OFF, None, "", command.by)
    return Done()


def make_real(command: MakeReal, draft: Draft) -> Outcome:
    """Once nobody is left who only tried it out. Numbers go on from where they are: none is ever used twice."""
    if not draft.workshop.practice:
        return Done()
    if draft.ledger.held or draft.ledger.waitlisted:
        return Refused(Refusal.PEOPLE_LEFT)
    draft.end_practice()
    draft.publish(replace(draft.workshop, practice=False), command.by)
    draft.note(Happened.MADE_REAL, None, "", command.by)
    return Done()


def complete_list(command: CompleteList, draft: Draft) -> Outcome:
    """Once the workshop has begun. What is said again changes nothing."""
    if command.complete == draft.ledger.list_complete:
        return Done()
    if not draft.workshop.has_begun(draft.now):
        return Refused(Refusal.NOT_BEGUN)
    draft.set_list(complete=command.complete)
    draft.note(Happened.LIST_COMPLETED if command.complete else Happened.LIST_REOPENED, None, "", command.by)
    return Done()
