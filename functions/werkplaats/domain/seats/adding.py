"""Adding somebody by hand, at the desk."""

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import AddPerson, Outcome, Placing, Refusal, Refused
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.signing_up import joined_by_form, new_registration
from werkplaats.domain.workshop import MOST_SEATS


def add_person(command: AddPerson, draft: Draft) -> Outcome:
    """Give the person the place that the organiser chose, until the workshop is over.

    It is refused if the person is known already; then the outcome has that registration.
    """
    existing = draft.registrations.get(command.registration)
    if existing is not None:
        return Refused(Refusal.ERASED, existing) if existing.person is None else joined_by_form(existing, draft)
    known = draft.mailbox(command.mailbox).registrations.get(command.identity)
    if known is not None:
        return Refused(Refusal.ALREADY_IN, draft.registrations[known])
    if (refusal := _why_not(command, draft)) is not None:
        return Refused(refusal)
    if command.placing is Placing.EXTRA_SEAT:
        _add_seat(command, draft)
    waits = command.placing is Placing.WAITLIST
    state, kind = (State.WAITLISTED, Kind.WAITLISTED) if waits else (State.CONFIRMED, Kind.CONFIRMED)
    registration = draft.join(new_registration(command, draft), state)
    registration = draft.mail_and_note(kind, registration, Happened.ADDED, command.by, mailed=command.mailed)
    return joined_by_form(draft.remark(registration, command.reason, command.by, Happened.ADDED), draft)


def _why_not(command: AddPerson, draft: Draft) -> Refusal | None:
    """Why nobody can be added there now, or None if somebody can."""
    if draft.workshop.called_off is not None:
        return Refusal.CALLED_OFF
    if draft.now >= draft.workshop.ends_at:
        return Refusal.OVER
    match command.placing:
        case Placing.SEAT if draft.ledger.free <= 0:
            return Refusal.FULL
        case Placing.WAITLIST if draft.workshop.has_begun(draft.now):
            return Refusal.BEGUN
        case Placing.EXTRA_SEAT if not command.reason.strip():
            return Refusal.NO_REASON
        case Placing.EXTRA_SEAT if draft.ledger.capacity >= MOST_SEATS:
            return Refusal.MOST_SEATS
        case _:
            return None


def _add_seat(command: AddPerson, draft: Draft) -> None:
    capacity = draft.ledger.capacity + 1
    draft.note(Happened.CAPACITY_CHANGED, None, f"{draft.capacity_before} → {capacity}", command.by)
    draft.publish(replace(draft.workshop, capacity=capacity), command.by)
