"""How seats are given out: what each command decides.

`decide` takes everything as it was read and returns a Plan of what to write; nothing here reads or writes.
A plan is valid only against the very ledger it was decided on, which the store guards (docs/decisions/0001).
"""

from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from werkplaats.domain import offers
from werkplaats.domain.commands import (
    Accept,
    Cancel,
    Command,
    Decline,
    Done,
    EraseAnswers,
    ErasePerson,
    Expire,
    GiveSeat,
    KnownPerson,
    Outcome,
    Promote,
    Promoted,
    Refusal,
    Refused,
    Rejoin,
    RequestLink,
    SetCapacity,
    SignUp,
    Unsubscribe,
)
from werkplaats.domain.journal import Happened
from werkplaats.domain.ledger import Books, Plan, Seating
from werkplaats.domain.mail import Kind
from werkplaats.domain.registration import LinkRequest, Registration, State

MOST_PER_MAILBOX = 5
"""Live registrations behind one address: a secretary signs up her colleagues, a script not the whole workshop."""


def decide(seating: Seating, commands: tuple[Command, ...], now: datetime) -> Plan:
    """Decide `commands` one after the other, each on what the ones before it left, at `now` (UTC)."""
    decided = _Round(seating, now)
    outcomes = tuple(decided.apply(command) for command in commands)
    return decided.plan(outcomes)


class _Round(Books):
    """The rules, command by command."""

    def apply(self, command: Command) -> Outcome:
        match command:
            case SignUp():
                return self.sign_up(command)
            case RequestLink():
                return self.request_link(command)
            case Promote():
                return self.promote()
            case SetCapacity(capacity):
                return self.set_capacity(capacity)
        registration = self.registrations.get(command.registration)
        if registration is None:
            return Refused(Refusal.UNKNOWN)
        match command:
            case ErasePerson():
                return self.erase_person(registration)
            case EraseAnswers(_, questions):
                return self.erase_answers(registration, questions)
        if registration.person is None:
            return Refused(Refusal.ERASED, registration)
        match command:
            case Cancel():
                return self.cancel(registration, command.by_organiser)
            case Accept():
                return self.accept(registration)
            case Decline():
                return self.decline(registration)
            case Rejoin():
                return self.rejoin(registration)
            case Expire():
                return self.expire(registration)
            case GiveSeat():
                return self.give_seat(registration)
            case Unsubscribe():
                return self.unsubscribe(registration)
            case _:
                assert_never(command)

    # Signing up

    def sign_up(self, command: SignUp) -> Outcome:
        existing = self.registrations.get(command.registration)
        if existing is not None:
            return Done(existing)
        mailbox = self.mailbox(command.mailbox)
        known = mailbox.registrations.get(command.identity)
        if known is not None:
            self.mail_link(self.registrations[known], command.registration)
            return KnownPerson()
        if self.workshop.sign_up_phase(self.now) != "open":
            return Refused(Refusal.SIGN_UP_NOT_OPEN)
        if len(mailbox.registrations) >= MOST_PER_MAILBOX:
            return Refused(Refusal.MAILBOX_FULL)
        registration = Registration(
            id=command.registration,
            workshop=self.workshop.id,
            person=command.person,
            answers=command.answers,
            mailbox=command.mailbox,
            identity=command.identity,
            state=State.WAITLISTED,
            sequence=0,
            state_version=self.version,
            signed_up_at=self.now,
            state_since=self.now,
        )
        return self.admit(registration, Happened.SIGNED_UP)

    def rejoin(self, registration: Registration) -> Outcome:
        if registration.state.live:
            took_effect = registration.times_joined > 1
            return Done(registration) if took_effect else Refused(Refusal.STILL_IN, registration)
        if self.workshop.sign_up_phase(self.now) != "open":
            return Refused(Refusal.SIGN_UP_NOT_OPEN, registration)
        mailbox = self.mailbox(registration.mailbox)
        if registration.identity in mailbox.registrations:
            return Refused(Refusal.SIGNED_UP_ANEW, registration)
        if len(mailbox.registrations) >= MOST_PER_MAILBOX:
            return Refused(Refusal.MAILBOX_FULL, registration)
        again = replace(registration, times_joined=registration.times_joined + 1, offer_expires_at=None)
        return self.admit(again, Happened.REJOINED)

    def admit(self, registration: Registration, happened: Happened) -> Outcome:
        """A seat if one is free and nobody waits for it, else the end of the waitlist."""
        seat = self.ledger.free > 0 and self.ledger.waitlisted == 0
        state, kind = (State.CONFIRMED, Kind.CONFIRMED) if seat else (State.WAITLISTED, Kind.WAITLISTED)
        registration = self.enter(self.numbered(registration), state, counted=False)
        self.tell(kind, registration, happened)
        return Done(registration)

    def numbered(self, registration: Registration) -> Registration:
        """`registration` at the end of the line, under a number nobody had before."""
        number = self.ledger.next_sequence
        self.ledger = replace(self.ledger, next_sequence=number + 1)
        return replace(registration, sequence=number, had_seat=False, joined_at=self.now)

    # The link again

    def request_link(self, command: RequestLink) -> Outcome:
        mailbox = self.mailboxes.get(command.mailbox)
        for id in mailbox.registrations.values() if mailbox else ():
            self.mail_link(self.registrations[id], command.submission)
        return Done()

    def mail_link(self, registration: Registration, submission: str) -> None:
        requests = offers.link_requests_after(registration.link_requests, submission, self.now)
        if requests is None:
            return
        registration = replace(registration, link_requests=(*requests, LinkRequest(at=self.now, submission=submission)))
        self.keep(registration)
        self.mail(Kind.LINK, registration)

    # Leaving, and answers to an offer

    def cancel(self, registration: Registration, by_organiser: bool) -> Outcome:
        if registration.state is State.CANCELLED:
            return Done(registration)
        if not registration.state.live:
            return Refused(Refusal.ENDED, registration)
        if self.workshop.has_begun(self.now):
            return Refused(Refusal.BEGUN, registration)
        registration = replace(self.enter(registration, State.CANCELLED), cancelled_by_organiser=by_organiser)
        self.keep(registration)
        happened = Happened.CANCELLED_BY_ORGANISER if by_organiser else Happened.CANCELLED
        self.tell(Kind.CANCELLED, registration, happened)
        return Done(registration)

    def accept(self, registration: Registration) -> Outcome:
        if registration.state is State.CONFIRMED and registration.offer_expires_at is not None:
            return Done(registration)
        refused = self.no_offer_to_answer(registration)
        if refused is not None:
            return refused
        registration = self.enter(registration, State.CONFIRMED)
        self.tell(Kind.CONFIRMED, registration, Happened.ACCEPTED)
        return Done(registration)

    def decline(self, registration: Registration) -> Outcome:
        if registration.state is State.DECLINED:
            return Done(registration)
        refused = self.no_offer_to_answer(registration)
        if refused is not None:
            return refused
        registration = self.enter(registration, State.DECLINED)
        self.tell(Kind.CANCELLED, registration, Happened.DECLINED)
        return Done(registration)

    def no_offer_to_answer(self, registration: Registration) -> Refused | None:
        """Why there is no offer to accept or decline; an offer that is over ends here, swept or not."""
        if registration.state is State.EXPIRED:
            return Refused(Refusal.OFFER_OVER, registration)
        if registration.state is not State.OFFERED:
            return Refused(Refusal.NO_OFFER, registration)
        if offers.is_over(self.workshop, registration, self.now):
            return Refused(Refusal.OFFER_OVER, self.end_offer(registration))
        return None

    def expire(self, registration: Registration) -> Outcome:
        if registration.state is State.OFFERED and offers.is_over(self.workshop, registration, self.now):
            registration = self.end_offer(registration)
        return Done(registration)

    def end_offer(self, registration: Registration) -> Registration:
        registration = self.enter(registration, State.EXPIRED)
        self.tell(Kind.OFFER_EXPIRED, registration, Happened.EXPIRED)
        return registration

    # Free seats

    def promote(self) -> Outcome:
        count = 0
        while self.ledger.free > 0 and not self.workshop.has_begun(self.now):
            head = self.next_waiting()
            if head is None:
                break
            if self.workshop.promotion.by == "direct":
                promoted = self.enter(head, State.CONFIRMED)
                self.tell(Kind.CONFIRMED, promoted, Happened.PROMOTED)
            else:
                deadline = offers.deadline(self.workshop, self.now)
                promoted = self.enter(replace(head, offer_expires_at=deadline), State.OFFERED)
                self.tell(Kind.OFFERED, promoted, Happened.OFFERED)
            count += 1
        return Promoted(count)

    def next_waiting(self) -> Registration | None:
        while self.waiting:
            registration = self.registrations[self.waiting.pop(0)]
            if registration.state is State.WAITLISTED:
                return registration
        return None

    def give_seat(self, registration: Registration) -> Outcome:
        if registration.state is State.CONFIRMED:
            return Done(registration)
        if registration.state is not State.OFFERED and self.ledger.free <= 0:
            return Refused(Refusal.FULL, registration)
        if not registration.state.live:
            if registration.identity in self.mailbox(registration.mailbox).registrations:
                return Refused(Refusal.SIGNED_UP_ANEW, registration)
            registration = replace(self.numbered(registration), times_joined=registration.times_joined + 1)
            registration = self.enter(registration, State.CONFIRMED, counted=False)
        else:
            registration = self.enter(registration, State.CONFIRMED)
        self.tell(Kind.CONFIRMED, registration, Happened.SEAT_GIVEN)
        return Done(registration)

    def set_capacity(self, capacity: int) -> Outcome:
        if capacity < self.ledger.held:
            return Refused(Refusal.BELOW_HELD)
        if capacity != self.ledger.capacity:
            detail = f"{self.ledger.capacity} → {capacity}"
            self.ledger = replace(self.ledger, capacity=capacity)
            self.note(Happened.CAPACITY_CHANGED, None, detail)
        return Done()

    # Erasing, and leaving alone

    def unsubscribe(self, registration: Registration) -> Outcome:
        if not registration.unsubscribed:
            registration = replace(registration, unsubscribed=True)
            self.keep(registration)
        return Done(registration)

    def erase_person(self, registration: Registration) -> Outcome:
        if registration.person is None:
            return Done(registration)
        if registration.state.live:
            self.leave_mailbox(registration)
        registration = replace(registration, person=None, answers={}, mailbox="", identity="", link_requests=())
        self.keep(registration)
        return Done(registration)

    def erase_answers(self, registration: Registration, questions: tuple[str, ...]) -> Outcome:
        answers = {id: answer for id, answer in registration.answers.items() if id not in questions}
        if len(answers) < len(registration.answers):
            registration = replace(registration, answers=answers)
            self.keep(registration)
        return Done(registration)
