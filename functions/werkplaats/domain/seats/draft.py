"""A plan in the making: the seating as it is after the commands that have been decided so far."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from werkplaats.domain.changes import change_between
from werkplaats.domain.journal import TOLD_TO_PARTICIPANTS, Entry, Happened
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import NOTICE, Kind
from werkplaats.domain.mail.outbox import KEPT, Mail, queue
from werkplaats.domain.registration import Mailbox, Registration, State
from werkplaats.domain.revisions import Revision, revision
from werkplaats.domain.seats.commands import Outcome
from werkplaats.domain.seats.ledger import Plan, Seating
from werkplaats.domain.workshop import Workshop

_EMPTY_MAILBOX_KEPT = timedelta(days=1)
"""As long as its sign-ups count against the daily limit."""


class Draft:
    """What the rules read and change while the commands of one round are decided, and the Plan that comes of it.

    `now` (UTC) is when the round is decided, and `version` is the version that its commit will give the ledger.
    `workshop`, `ledger`, `registrations` and `mailboxes` (by id) are as the commands so far have left them. Rules
    change them by the methods below only, which keep the ledger's counts and the mailboxes in step.
    """

    def __init__(self, seating: Seating, now: datetime) -> None:
        self.now = now
        self.version = seating.ledger.version + 1
        self.workshop = seating.workshop
        self.ledger = seating.ledger
        self.registrations = dict(seating.registrations)
        self.mailboxes = dict(seating.mailboxes)
        self._waiting = list(seating.waiting)
        self._published_before = None if seating.unreadable else seating.workshop
        self._publishes = False
        self._published_by = ""
        self._changed_registrations: set[str] = set()
        self._changed_mailboxes: set[str] = set()
        self._mails: dict[str, Mail] = {}
        self._journal: dict[str, Entry] = {}
        self._by_form: dict[str, set[str]] = {}
        for registration in self.registrations.values():
            self._by_form.setdefault(registration.form, set()).add(registration.id)

    # What is there

    def mailbox(self, id: str) -> Mailbox:
        """The mailbox `id`, an empty one if there is none yet."""
        return self.mailboxes.get(id) or Mailbox(id=id, workshop=self.workshop.id, registrations={})

    def live_with(self, mailbox: Mailbox, address: str) -> list[Registration]:
        """The live registrations behind `mailbox` that were made with exactly this `address`."""
        behind = [self.registrations[id] for id in mailbox.registrations.values()]
        return [registration for registration in behind if registration.address == address]

    def made_with(self, form: str) -> list[Registration]:
        """The registrations that were made with the form of id `form`, in no particular order."""
        return [self.registrations[id] for id in self._by_form.get(form, ())]

    def next_waiting(self) -> Registration | None:
        """Take the next person off the head of the waitlist that was read; None if it holds nobody more."""
        while self._waiting:
            registration = self.registrations[self._waiting.pop(0)]
            if registration.state is State.WAITLISTED:
                return registration
        return None

    @property
    def workshop_is_readable(self) -> bool:
        """False if what is published breaks a rule of this version of the program: nothing can be compared with it."""
        return self._published_before is not None or self._publishes

    # Changes of where a registration stands

    def join(self, registration: Registration, state: State) -> Registration:
        """Bring in `registration`, which is new or has ended: at the end of the line, in `state`.

        It gets a sequence number that nobody had before, and is entered in its mailbox.
        """
        number = self.ledger.next_sequence
        self.ledger = replace(self.ledger, next_sequence=number + 1)
        self._enter_in_mailbox(registration)
        return self._put_in_state(replace(registration, sequence=number, had_seat=False, joined_at=self.now), state)

    def move(self, registration: Registration, state: State) -> Registration:
        """Bring a live `registration` from its present state to `state`; if that is no live one, out of its mailbox."""
        self._count(registration.state, -1)
        if not state.live:
            self._strike_from_mailbox(registration)
        return self._put_in_state(registration, state)

    def _put_in_state(self, registration: Registration, state: State) -> Registration:
        self._count(state, +1)
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

    def _count(self, state: State, by: int) -> None:
        match state:
            case State.CONFIRMED:
                self.ledger = replace(self.ledger, confirmed=self.ledger.confirmed + by)
            case State.OFFERED:
                self.ledger = replace(self.ledger, offered=self.ledger.offered + by)
            case State.WAITLISTED:
                self.ledger = replace(self.ledger, waitlisted=self.ledger.waitlisted + by)
            case State.CANCELLED | State.DECLINED | State.EXPIRED:
                pass

    # Other changes

    def keep(self, registration: Registration) -> None:
        """`registration` in place of what it was; its state must be the same as before."""
        self.registrations[registration.id] = registration
        self._changed_registrations.add(registration.id)
        self._by_form.setdefault(registration.form, set()).add(registration.id)

    def keep_mailbox(self, mailbox: Mailbox) -> None:
        """`mailbox` in place of what it was, to be deleted by the store if nobody is registered behind it."""
        expire_at = None if mailbox.registrations else self.now + _EMPTY_MAILBOX_KEPT
        self.mailboxes[mailbox.id] = replace(mailbox, expire_at=expire_at)
        self._changed_mailboxes.add(mailbox.id)

    def _enter_in_mailbox(self, registration: Registration) -> None:
        mailbox = self.mailbox(registration.mailbox)
        entered = {**mailbox.registrations, registration.identity: registration.id}
        self.keep_mailbox(replace(mailbox, registrations=entered))

    def _strike_from_mailbox(self, registration: Registration) -> None:
        mailbox = self.mailbox(registration.mailbox)
        left = {identity: id for identity, id in mailbox.registrations.items() if id != registration.id}
        self.keep_mailbox(replace(mailbox, registrations=left))

    def publish(self, workshop: Workshop, by: str) -> None:
        """`workshop` in place of what is published, and its capacity as the ledger's; `by` that address."""
        self.workshop, self._publishes, self._published_by = workshop, True, by
        self.ledger = replace(self.ledger, capacity=workshop.capacity, published=self.version)

    # Whom to tell

    def tell(self, kind: Kind, registration: Registration, happened: Happened) -> None:
        """Mail the participant, and note it in the journal, from which organisers are told."""
        self.mail(kind, registration)
        self.note(happened, registration.id, registration.state.value)

    def mail(self, kind: Kind, registration: Registration) -> None:
        """Queue a mail of `kind` about `registration` to the person who made it."""
        mail = queue(kind, AboutSeat(registration.id, self.version), self.workshop.id, self.now)
        self._mails[mail.id] = mail

    def note(self, happened: Happened, registration: str | None, detail: str) -> None:
        """Write in the journal that something `happened`, to `registration` (an id) or, if None, to the workshop."""
        id = f"{self.version:010d}-{registration or 'workshop'}-{happened.value}"
        self._journal[id] = Entry(
            id=id,
            workshop=self.workshop.id,
            kind=happened,
            at=self.now,
            version=self.version,
            registration=registration,
            detail=detail,
            notified=happened not in NOTICE and happened not in TOLD_TO_PARTICIPANTS,
            expire_at=self.now + KEPT,
        )

    # What comes of it

    def _revision(self) -> Revision:
        before = self._published_before
        return revision(before, self.workshop, number=self.version, by=self._published_by, at=self.now)

    def plan(self, outcomes: tuple[Outcome, ...]) -> Plan:
        """What to write, with `outcomes` as the answers to the commands."""
        changed = bool(self._changed_registrations or self._journal or self._publishes)
        before = self._published_before if self._publishes else None
        return Plan(
            ledger=replace(self.ledger, version=self.version) if changed else None,
            registrations=tuple(self.registrations[id] for id in sorted(self._changed_registrations)),
            mailboxes=tuple(self.mailboxes[id] for id in sorted(self._changed_mailboxes)),
            mails=tuple(self._mails.values()),
            journal=tuple(self._journal.values()),
            outcomes=outcomes,
            revision=self._revision() if self._publishes else None,
            change=change_between(before, self.workshop, self.version, self.now) if before else None,
        )
