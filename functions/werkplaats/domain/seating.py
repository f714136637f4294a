"""How seats are given out: the ledger, the commands that change it, and what each decides.

`decide` takes everything as it was read and returns a Plan of what to write; nothing here reads or writes.
A plan is valid only against the very ledger it was decided on, which the store guards (docs/decisions/0001).
"""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain import offers
from werkplaats.domain.journal import NOTICE, Entry, Happened
from werkplaats.domain.mail import KEPT, Kind, Mail, queue
from werkplaats.domain.registration import Answers, LinkRequest, Mailbox, Person, Registration, State
from werkplaats.domain.workshop import Workshop

MOST_PER_MAILBOX = 5
"""Live registrations behind one address: a secretary signs up her colleagues, a script not the whole workshop."""


class Ledger(Struct, frozen=True, kw_only=True):
    """What decides about seats in one workshop. `version` goes up by one with every commit.

    `published` is the version with which the workshop itself was last written: while it stays the same, so does that.
    """

    id: str
    capacity: int
    confirmed: int = 0
    offered: int = 0
    waitlisted: int = 0
    next_sequence: int = 1
    version: int = 0
    published: int = 0

    @property
    def held(self) -> int:
        """Seats that are somebody's: never more than `capacity`."""
        return self.confirmed + self.offered

    @property
    def free(self) -> int:
        return self.capacity - self.held


class Seating(Struct, frozen=True, kw_only=True):
    """What the commands of one round are decided on, all read after the ledger.

    `registrations` and `mailboxes` by id, as far as the commands touch them; `waiting` is the head of the
    waitlist in order, at least as long as this round can use.
    """

    workshop: Workshop
    ledger: Ledger
    registrations: dict[str, Registration] = {}
    mailboxes: dict[str, Mailbox] = {}
    waiting: tuple[str, ...] = ()


class SignUp(Struct, frozen=True, kw_only=True):
    """`registration` is derived from the form's random submission: the same submission, the same sign-up."""

    registration: str
    person: Person
    answers: Answers
    mailbox: str
    identity: str


class RequestLink(Struct, frozen=True, kw_only=True):
    """Mail the link of every live registration behind `mailbox` again."""

    mailbox: str
    submission: str


class Cancel(Struct, frozen=True):
    """`by_organiser`: somebody else has decided, and the person is told so."""

    registration: str
    by_organiser: bool = False


class Accept(Struct, frozen=True):
    registration: str


class Decline(Struct, frozen=True):
    registration: str


class Rejoin(Struct, frozen=True):
    registration: str


class GiveSeat(Struct, frozen=True):
    """An organiser gives a free seat to somebody, out of turn: a rule that everybody on the waitlist is told of."""

    registration: str


class Unsubscribe(Struct, frozen=True):
    """Send this person no surveys."""

    registration: str


class Expire(Struct, frozen=True):
    """End an offer whose time is over."""

    registration: str


class Promote(Struct, frozen=True):
    """Give every free seat to the head of the waitlist."""


class SetCapacity(Struct, frozen=True):
    capacity: int


class EraseAnswers(Struct, frozen=True):
    registration: str
    questions: tuple[str, ...]


class ErasePerson(Struct, frozen=True):
    registration: str


Action = Cancel | Accept | Decline | Rejoin
OfOne = Action | GiveSeat | Unsubscribe | Expire | EraseAnswers | ErasePerson
Command = SignUp | RequestLink | OfOne | Promote | SetCapacity


class Refusal(StrEnum):
    """Why a command changed nothing."""

    SIGN_UP_NOT_OPEN = "sign_up_not_open"
    MAILBOX_FULL = "mailbox_full"
    NO_OFFER = "no_offer"
    OFFER_OVER = "offer_over"
    ENDED = "ended"
    BEGUN = "begun"
    STILL_IN = "still_in"
    SIGNED_UP_ANEW = "signed_up_anew"
    ERASED = "erased"
    FULL = "full"
    BELOW_HELD = "below_held"
    UNKNOWN = "unknown"


class Done(Struct, frozen=True):
    """It took effect, now or earlier. `registration` as it stands, where the command was about one."""

    registration: Registration | None = None


class KnownPerson(Struct, frozen=True):
    """This person is signed up already, by another submission; the link is mailed, within limits."""


class Promoted(Struct, frozen=True):
    count: int


class Refused(Struct, frozen=True):
    why: Refusal
    registration: Registration | None = None


Outcome = Done | KnownPerson | Promoted | Refused


class Plan(Struct, frozen=True, kw_only=True):
    """What to write in one commit, and what to answer: `outcomes` in the order of the commands.

    `ledger` is None where nothing changed and nothing is to be written.
    """

    ledger: Ledger | None
    registrations: tuple[Registration, ...]
    mailboxes: tuple[Mailbox, ...]
    mails: tuple[Mail, ...]
    journal: tuple[Entry, ...]
    outcomes: tuple[Outcome, ...]

    def touching(self, ledger: Ledger) -> "Plan":
        """This plan with a new version of `ledger`, also where nothing but something beside it changed."""
        return self if self.ledger else replace(self, ledger=replace(ledger, version=ledger.version + 1))


def decide(seating: Seating, commands: tuple[Command, ...], now: datetime) -> Plan:
    """Decide `commands` one after the other, each on what the ones before it left, at `now` (UTC)."""
    round = _Round(seating, now)
    outcomes = tuple(round.apply(command) for command in commands)
    return round.plan(outcomes)


class _Round:
    """The seating while commands are being decided: the mutable inside of `decide`."""

    def __init__(self, seating: Seating, now: datetime) -> None:
        self.workshop = seating.workshop
        self.ledger = seating.ledger
        self.version = seating.ledger.version + 1
        self.registrations = dict(seating.registrations)
        self.mailboxes = dict(seating.mailboxes)
        self.waiting = list(seating.waiting)
        self.now = now
        self.changed_registrations: set[str] = set()
        self.changed_mailboxes: set[str] = set()
        self.mails: dict[str, Mail] = {}
        self.journal: dict[str, Entry] = {}

    def plan(self, outcomes: tuple[Outcome, ...]) -> Plan:
        changed = bool(self.changed_registrations or self.journal)
        return Plan(
            ledger=replace(self.ledger, version=self.version) if changed else None,
            registrations=tuple(self.registrations[id] for id in sorted(self.changed_registrations)),
            mailboxes=tuple(self.mailboxes[id] for id in sorted(self.changed_mailboxes)),
            mails=tuple(self.mails.values()),
            journal=tuple(self.journal.values()),
            outcomes=outcomes,
        )

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
        return replace(registration, sequence=number, had_seat=False)

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

    # What every change comes down to

    def enter(self, registration: Registration, state: State, counted: bool = True) -> Registration:
        """`registration` in `state`, with the ledger and the mailbox along; not `counted`: it held nothing before."""
        if counted:
            self.count(registration.state, -1)
            if registration.state.live and not state.live:
                self.leave_mailbox(registration)
        else:
            self.join_mailbox(registration)
        self.count(state, +1)
        registration = replace(
            registration,
            state=state,
            state_since=self.now,
            state_version=self.version,
            had_seat=registration.had_seat or state is State.CONFIRMED,
        )
        self.keep(registration)
        return registration

    def count(self, state: State, by: int) -> None:
        if state is State.CONFIRMED:
            self.ledger = replace(self.ledger, confirmed=self.ledger.confirmed + by)
        elif state is State.OFFERED:
            self.ledger = replace(self.ledger, offered=self.ledger.offered + by)
        elif state is State.WAITLISTED:
            self.ledger = replace(self.ledger, waitlisted=self.ledger.waitlisted + by)

    def keep(self, registration: Registration) -> None:
        self.registrations[registration.id] = registration
        self.changed_registrations.add(registration.id)

    def mailbox(self, id: str) -> Mailbox:
        return self.mailboxes.get(id) or Mailbox(id=id, workshop=self.workshop.id, registrations={})

    def join_mailbox(self, registration: Registration) -> None:
        mailbox = self.mailbox(registration.mailbox)
        self.keep_mailbox(mailbox, {**mailbox.registrations, registration.identity: registration.id})

    def leave_mailbox(self, registration: Registration) -> None:
        mailbox = self.mailbox(registration.mailbox)
        left = {identity: id for identity, id in mailbox.registrations.items() if id != registration.id}
        self.keep_mailbox(mailbox, left)

    def keep_mailbox(self, mailbox: Mailbox, registrations: dict[str, str]) -> None:
        self.mailboxes[mailbox.id] = replace(mailbox, registrations=registrations)
        self.changed_mailboxes.add(mailbox.id)

    def tell(self, kind: Kind, registration: Registration, happened: Happened) -> None:
        """Mail the participant and note it in the journal, from which organisers are told."""
        self.mail(kind, registration)
        self.note(happened, registration.id, registration.state.value)

    def mail(self, kind: Kind, registration: Registration) -> None:
        id = f"{registration.id}-{kind.value}-{self.version}"
        self.mails[id] = queue(id, kind, self.workshop.id, self.now, registration=registration.id, version=self.version)

    def note(self, happened: Happened, registration: str | None, detail: str) -> None:
        id = f"{self.version:010d}-{registration or 'workshop'}-{happened.value}"
        self.journal[id] = Entry(
            id=id,
            workshop=self.workshop.id,
            kind=happened,
            at=self.now,
            version=self.version,
            registration=registration,
            detail=detail,
            notified=happened not in NOTICE,
            expire_at=self.now + KEPT,
        )
