"""The ledger of a workshop's seats, what is read with it, and what a round of decisions writes."""

from msgspec import Struct

from werkplaats.domain.changes import Change
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Mailbox, Registration
from werkplaats.domain.revisions import Revision
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

    `ledger` is None where nothing changed and nothing is to be written. `revision` is what is published with it, None
    if nothing is, and `change` what participants are to be told of that.
    """

    ledger: Ledger | None
    registrations: tuple[Registration, ...]
    mailboxes: tuple[Mailbox, ...]
    mails: tuple[Mail, ...]
    journal: tuple[Entry, ...]
    outcomes: tuple[Outcome, ...]
    revision: Revision | None = None
    change: Change | None = None

    @property
    def workshop(self) -> Workshop | None:
        """The workshop that is published, if one is."""
        return self.revision.workshop if self.revision else None
