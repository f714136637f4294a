"""The ledger of a workshop's seats, what is read with it, and what a round of decisions writes."""

from collections import defaultdict
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.changes import Change, change_between
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import NOTICE, Kind
from werkplaats.domain.mail.outbox import KEPT, Mail, queue
from werkplaats.domain.registration import Mailbox, Registration, State
from werkplaats.domain.seats.commands import Outcome
from werkplaats.domain.workshop import Workshop


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
    `unreadable`: what is published breaks a rule of this version of the program, so `workshop` is what a command is to
    put in its place.
    """

    workshop: Workshop
    ledger: Ledger
    registrations: dict[str, Registration] = {}
    mailboxes: dict[str, Mailbox] = {}
    waiting: tuple[str, ...] = ()
    unreadable: bool = False


class Plan(Struct, frozen=True, kw_only=True):
    """What to write in one commit, and what to answer: `outcomes` in the order of the commands.

    `ledger` is None where nothing changed and nothing is to be written. `workshop` is what is published with it, None
    if nothing is, and `change` what participants are to be told of that.
    """

    ledger: Ledger | None
    registrations: tuple[Registration, ...]
    mailboxes: tuple[Mailbox, ...]
    mails: tuple[Mail, ...]
    journal: tuple[Entry, ...]
    outcomes: tuple[Outcome, ...]
    workshop: Workshop | None = None
    change: Change | None = None


class Books:
    """The seating while commands are being decided at `now` (UTC): changed step by step, and a Plan in the end."""

    def __init__(self, seating: Seating, now: datetime) -> None:
        self.workshop = seating.workshop
        self.published_before = None if seating.unreadable else seating.workshop
        self.publishes = False
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
        self.by_form: defaultdict[str, set[str]] = defaultdict(set)
        for registration in self.registrations.values():
            self.by_form[registration.form].add(registration.id)

    def plan(self, outcomes: tuple[Outcome, ...]) -> Plan:
        changed = bool(self.changed_registrations or self.journal or self.publishes)
        before = self.published_before if self.publishes else None
        return Plan(
            ledger=replace(self.ledger, version=self.version) if changed else None,
            registrations=tuple(self.registrations[id] for id in sorted(self.changed_registrations)),
            mailboxes=tuple(self.mailboxes[id] for id in sorted(self.changed_mailboxes)),
            mails=tuple(self.mails.values()),
            journal=tuple(self.journal.values()),
            outcomes=outcomes,
            workshop=self.workshop if self.publishes else None,
            change=change_between(before, self.workshop, self.version, self.now) if before else None,
        )

    def put_in_place(self, workshop: Workshop) -> None:
        """`workshop` as what is published from now on, and its capacity as the ledger's."""
        self.workshop, self.publishes = workshop, True
        self.ledger = replace(self.ledger, capacity=workshop.capacity, published=self.version)

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
            cancelled_by_organiser=False,
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
        self.by_form[registration.form].add(registration.id)

    def mailbox(self, id: str) -> Mailbox:
        return self.mailboxes.get(id) or Mailbox(id=id, workshop=self.workshop.id, registrations={})

    def join_mailbox(self, registration: Registration) -> None:
        mailbox = self.mailbox(registration.mailbox)
        joined = {**mailbox.registrations, registration.identity: registration.id}
        self.keep_mailbox(replace(mailbox, registrations=joined))

    def leave_mailbox(self, registration: Registration) -> None:
        mailbox = self.mailbox(registration.mailbox)
        left = {identity: id for identity, id in mailbox.registrations.items() if id != registration.id}
        self.keep_mailbox(replace(mailbox, registrations=left))

    def keep_mailbox(self, mailbox: Mailbox) -> None:
        expire_at = None if mailbox.registrations else self.now + timedelta(days=1)
        self.mailboxes[mailbox.id] = replace(mailbox, expire_at=expire_at)
        self.changed_mailboxes.add(mailbox.id)

    def tell(self, kind: Kind, registration: Registration, happened: Happened) -> None:
        """Mail the participant and note it in the journal, from which organisers are told."""
        self.mail(kind, registration)
        self.note(happened, registration.id, registration.state.value)

    def mail(self, kind: Kind, registration: Registration) -> None:
        mail = queue(kind, AboutSeat(registration.id, self.version), self.workshop.id, self.now)
        self.mails[mail.id] = mail

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
