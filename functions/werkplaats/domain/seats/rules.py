"""How seats are given out: what each command decides.

`decide` takes everything as it was read and returns a Plan of what to write; nothing here reads or writes.
A plan is valid only against the very ledger it was decided on, which the store guards (docs/decisions/0001).
"""

from datetime import datetime, timedelta
from typing import assert_never

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import LinkRequest, Mailbox, Registration, State, sent_before
from werkplaats.domain.seats import offers
from werkplaats.domain.seats.commands import (
    Accept,
    BelowHeld,
    Cancel,
    Click,
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
    Publish,
    Refusal,
    Refused,
    Rejoin,
    Replaced,
    RequestLink,
    SignUp,
    Unsubscribe,
)
from werkplaats.domain.seats.ledger import Books, Plan, Seating
from werkplaats.domain.workshop import Workshop

MOST_PER_ADDRESS = 5
"""Live registrations with one address: a secretary can sign up her colleagues, but a script cannot fill a workshop."""

MOST_NEW_A_DAY = 5
"""New sign-ups for one mailbox in 24 hours, whatever became of them: each of them sends mail to it."""

MOST_REJOINS = 3
"""Times that one registration can be taken up again. Each time is a mail to the person and one to every organiser."""


def may_rejoin(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    """Whether the page of an ended `registration` can offer at `now` (UTC) to take it up again."""
    return workshop.sign_up_phase(now) == "open" and registration.times_joined <= MOST_REJOINS


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
            case Publish():
                return self.publish(command)
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
        if isinstance(command, Click):
            if self.took_effect(command, registration):
                return Done(registration)
            if command.seen not in (None, registration.state_version):
                return Refused(Refusal.CHANGED, registration)
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

    def took_effect(self, command: Click, registration: Registration) -> bool:
        """Whether `registration` already is what `command` would make of it: a repeated click is a quiet success."""
        match command:
            case Cancel():
                return registration.state is State.CANCELLED
            case Accept():
                return registration.state is State.CONFIRMED and registration.offer_expires_at is not None
            case Decline():
                return registration.state is State.DECLINED
            case Rejoin():
                live = registration.state.live and not self.offer_is_over(registration)
                return live and registration.times_joined > 1
            case GiveSeat():
                return registration.state is State.CONFIRMED

    # Signing up

    def sign_up(self, command: SignUp) -> Outcome:
        existing = self.registrations.get(command.registration)
        if existing is not None:
            return self.signed_up(existing)
        mailbox = self.mailbox(command.mailbox)
        known = mailbox.registrations.get(command.identity)
        if known is not None:
            self.mail_link(self.registrations[known], command.registration)
            return KnownPerson()
        if self.workshop.sign_up_phase(self.now) != "open":
            return Refused(Refusal.SIGN_UP_NOT_OPEN)
        if self.count_live(mailbox, command.address) >= MOST_PER_ADDRESS:
            return Refused(Refusal.MAILBOX_FULL)
        today = tuple(at for at in mailbox.sign_ups if at > self.now - timedelta(days=1))
        if len(today) >= MOST_NEW_A_DAY:
            return Refused(Refusal.TOO_MANY_TODAY)
        self.keep_mailbox(replace(mailbox, sign_ups=(*today, self.now)))
        registration = Registration(
            id=command.registration,
            workshop=self.workshop.id,
            person=command.person,
            answers=command.answers,
            mailbox=command.mailbox,
            identity=command.identity,
            address=command.address,
            form=command.form,
            state=State.WAITLISTED,
            sequence=0,
            state_version=self.version,
            signed_up_at=self.now,
            state_since=self.now,
        )
        return self.signed_up(self.admit(registration, Happened.SIGNED_UP))

    def signed_up(self, registration: Registration) -> Outcome:
        same_form = [self.registrations[id] for id in self.by_form[registration.form]] if registration.form else []
        before = sent_before(registration, same_form)
        return Done(registration, form_used_before=before is not None and before.state.live)

    def rejoin(self, registration: Registration) -> Outcome:
        if self.offer_is_over(registration):
            registration = self.end_offer(registration)
        if registration.state.live:
            return Refused(Refusal.STILL_IN, registration)
        if self.workshop.sign_up_phase(self.now) != "open":
            return Refused(Refusal.SIGN_UP_NOT_OPEN, registration)
        mailbox = self.mailbox(registration.mailbox)
        if registration.identity in mailbox.registrations:
            return Refused(Refusal.SIGNED_UP_ANEW, registration)
        if registration.times_joined > MOST_REJOINS:
            return Refused(Refusal.REJOINED_TOO_OFTEN, registration)
        if self.count_live(mailbox, registration.address) >= MOST_PER_ADDRESS:
            return Refused(Refusal.MAILBOX_FULL, registration)
        again = replace(registration, times_joined=registration.times_joined + 1, offer_expires_at=None)
        return Done(self.admit(again, Happened.REJOINED))

    def count_live(self, mailbox: Mailbox, address: str) -> int:
        """How many people are signed up with exactly this `address`."""
        return sum(self.registrations[id].address == address for id in mailbox.registrations.values())

    def admit(self, registration: Registration, happened: Happened) -> Registration:
        """A seat if one is free and nobody waits for it, else the end of the waitlist."""
        seat = self.ledger.free > 0 and self.ledger.waitlisted == 0
        state, kind = (State.CONFIRMED, Kind.CONFIRMED) if seat else (State.WAITLISTED, Kind.WAITLISTED)
        registration = self.enter(self.numbered(registration), state, counted=False)
        self.tell(kind, registration, happened)
        return registration

    def numbered(self, registration: Registration) -> Registration:
        """`registration` at the end of the line, under a number nobody had before."""
        number = self.ledger.next_sequence
        self.ledger = replace(self.ledger, next_sequence=number + 1)
        return replace(registration, sequence=number, had_seat=False, joined_at=self.now)

    # The link again

    def request_link(self, command: RequestLink) -> Outcome:
        for id in self.mailbox(command.mailbox).registrations.values():
            if (registration := self.registrations[id]).address == command.address:
                self.mail_link(registration, command.submission)
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
        refused = self.no_offer_to_answer(registration)
        if refused is not None:
            return refused
        registration = self.enter(registration, State.CONFIRMED)
        self.tell(Kind.CONFIRMED, registration, Happened.ACCEPTED)
        return Done(registration)

    def decline(self, registration: Registration) -> Outcome:
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
        if self.offer_is_over(registration):
            return Refused(Refusal.OFFER_OVER, self.end_offer(registration))
        return None

    def expire(self, registration: Registration) -> Outcome:
        return Done(self.end_offer(registration) if self.offer_is_over(registration) else registration)

    def offer_is_over(self, registration: Registration) -> bool:
        """Whether `registration` has an offer whose time has passed, and that nobody has ended yet."""
        return registration.state is State.OFFERED and offers.is_over(self.workshop, registration, self.now)

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
        if registration.state is not State.OFFERED and self.ledger.free <= 0:
            return Refused(Refusal.FULL, registration)
        if not registration.state.live:
            if registration.identity in self.mailbox(registration.mailbox).registrations:
                return Refused(Refusal.SIGNED_UP_ANEW, registration)
            registration = self.enter(self.numbered(registration), State.CONFIRMED, counted=False)
        else:
            registration = self.enter(registration, State.CONFIRMED)
        self.tell(Kind.CONFIRMED, registration, Happened.SEAT_GIVEN)
        return Done(registration)

    # The workshop itself

    def publish(self, command: Publish) -> Outcome:
        """A seat that is somebody's is never taken away: less capacity than that is refused."""
        workshop, capacity = command.workshop, self.ledger.capacity
        readable = self.published_before is not None or self.publishes
        if readable and workshop == self.workshop and workshop.capacity == capacity:
            return Replaced(changed=False)
        if command.seen not in (None, self.ledger.published):
            return Refused(Refusal.CHANGED)
        if workshop.capacity < self.ledger.held:
            return BelowHeld(self.ledger.held)
        if workshop.capacity != capacity:
            self.note(Happened.CAPACITY_CHANGED, None, f"{capacity} → {workshop.capacity}")
        self.put_in_place(workshop)
        return Replaced(changed=True)

    # Erasing, and leaving alone

    def unsubscribe(self, registration: Registration) -> Outcome:
        if not registration.unsubscribed:
            registration = replace(registration, unsubscribed=True)
            self.keep(registration)
        return Done(registration)

    def erase_person(self, registration: Registration) -> Outcome:
        """Forget the person. A seat or place is given up with it, or it would be held for, or offered to, nobody."""
        if registration.person is None:
            return Done(registration)
        if registration.state.live:
            registration = self.enter(registration, State.CANCELLED)
        registration = replace(
            registration, person=None, answers={}, mailbox="", identity="", address="", form="", link_requests=()
        )
        self.keep(registration)
        self.note(Happened.ERASED, registration.id, "")
        return Done(registration)

    def erase_answers(self, registration: Registration, questions: tuple[str, ...]) -> Outcome:
        answers = {id: answer for id, answer in registration.answers.items() if id not in questions}
        if len(answers) < len(registration.answers):
            registration = replace(registration, answers=answers)
            self.keep(registration)
        return Done(registration)
