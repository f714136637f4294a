"""The ledger of a workshop's seats, what is read together with it, and the plan of what one commit writes."""

from datetime import date, datetime

from msgspec import Struct

from werkplaats.domain.attendance import Days
from werkplaats.domain.changes import Change
from werkplaats.domain.erasures import Erasure
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Mailbox, Registration
from werkplaats.domain.revisions import Revision
from werkplaats.domain.seats.commands import Outcome
from werkplaats.domain.workshop import Workshop


class Folding(Struct, frozen=True, kw_only=True):
    """Entries of the journal that organisers are told of in one mail, which is queued soon after `due_at` (UTC).

    They are the folded entries since the version `first` of the ledger, that version included; in a digest all entries
    of a kind that can be folded. `counts` says how many there are of each kind. Its keys are texts, so that a program
    that does not know a kind can read the ledger.
    """

    first: int
    due_at: datetime
    counts: dict[str, int]


class Ledger(Struct, frozen=True, kw_only=True):
    """The counts that decide about seats in one workshop. `version` goes up by one with every commit.

    `confirmed`, `offered` and `waitlisted` are the numbers of registrations in these states. `next_sequence` is the
    sequence number for the next registration that joins, and `priorities` how many numbers of priority were given out,
    of which `practised_priorities` while the workshop practised. That ended at `real_since` (UTC); None if it still
    practises, or never did. `published` is the version with which the workshop was last published: if it is the same,
    the published workshop is the same.

    `unconfirmed` is the number of registrations that are held until the address is confirmed, and `passed_over` that
    of the waitlisted who are passed over. `returned` is how many times somebody came back to the waitlist under the
    number that they had before, from an offer (store/places.py). `sign_ups` are the moments (UTC) of the last sign-ups,
    and until `busy_until` (UTC) everybody who signs up has to confirm the address, if the workshop wants that when it
    is busy (`confirming.py`).

    `told_at` are the moments (UTC) of those entries of the journal in the last hour that organisers are told of one by
    one, and `folding` is what they will be told of together, if anything. `folding.py` decides between the two.
    `digest` is what those will be told of who want to hear of everything once a day.

    `list_complete`: an organiser has said that the attendance list is complete (`domain/attendance.py`).

    `turns` are the processes that committed last, as random ids, each once and the latest at the end. Nothing is
    decided by it (workflows/seats/turns.py).
    """

    id: str
    capacity: int
    confirmed: int = 0
    offered: int = 0
    waitlisted: int = 0
    next_sequence: int = 1
    version: int = 0
    published: int = 0
    told_at: tuple[datetime, ...] = ()
    folding: Folding | None = None
    digest: Folding | None = None
    list_complete: bool = False
    turns: tuple[str, ...] = ()
    priorities: int = 0
    practised_priorities: int = 0
    real_since: datetime | None = None
    unconfirmed: int = 0
    passed_over: int = 0
    returned: int = 0
    sign_ups: tuple[datetime, ...] = ()
    busy_until: datetime | None = None

    @property
    def given_out(self) -> int:
        """How many sequence numbers have been given out."""
        return self.next_sequence - 1 + self.priorities

    @property
    def told_priorities(self) -> int:
        """How many times priority was given, as everybody on the waitlist is told."""
        return self.priorities - self.practised_priorities

    @property
    def held(self) -> int:
        """The number of seats that are confirmed or offered. It is never more than `capacity`."""
        return self.confirmed + self.offered

    @property
    def free(self) -> int:
        return self.capacity - self.held

    @property
    def is_full(self) -> bool:
        """Whether somebody who signs up now would be waitlisted: no seat is free, or others wait for it."""
        return self.free <= 0 or self.waiting > 0

    @property
    def waiting(self) -> int:
        """The number of people on the waitlist who are not passed over."""
        return self.waitlisted - self.passed_over

    @property
    def could_promote(self) -> bool:
        """Whether a seat is free while somebody is on the waitlist."""
        return self.free > 0 and self.waiting > 0


class Seating(Struct, frozen=True, kw_only=True):
    """Everything that the commands of one commit are decided on. All of it was read after the ledger.

    `registrations` and `mailboxes` (by id) are those that the commands can touch. `used_forms` are the ids of those
    sign-up forms of the commands with which somebody has signed up before. `waiting` are the ids of the first people
    on the waitlist, in order, and at least as many as these commands can promote. `unreadable` is true if this version
    of the program cannot read the published workshop; then `workshop` is the one that a command publishes. `marks` are
    those of attendance, by registration, of whoever says that they cannot come.
    """

    workshop: Workshop
    ledger: Ledger
    registrations: dict[str, Registration] = {}
    mailboxes: dict[str, Mailbox] = {}
    used_forms: frozenset[str] = frozenset()
    waiting: tuple[str, ...] = ()
    unreadable: bool = False
    marks: dict[str, Days] = {}


class Absence(Struct, frozen=True):
    """Somebody, by the id of their `registration`, is marked absent on `days`, `at` that time (UTC)."""

    registration: str
    days: tuple[date, ...]
    at: datetime


class Plan(Struct, frozen=True, kw_only=True):
    """What to write in one commit, and the `outcomes` of the commands, in their order.

    If `ledger` is None, nothing changed and nothing should be written. `revision` is the workshop to publish, or None.
    `change` is what participants should be told about that, or None. `erasures` is what the commit erases, and
    `absences` what it marks in the attendance list.
    """

    ledger: Ledger | None
    registrations: tuple[Registration, ...]
    mailboxes: tuple[Mailbox, ...]
    mails: tuple[Mail, ...]
    journal: tuple[Entry, ...]
    outcomes: tuple[Outcome, ...]
    revision: Revision | None = None
    change: Change | None = None
    erasures: tuple[Erasure, ...] = ()
    absences: tuple[Absence, ...] = ()

    @property
    def workshop(self) -> Workshop | None:
        """The workshop that is published, if one is."""
        return self.revision.workshop if self.revision else None
