"""Ledgers, registrations and mailboxes: read as one seating, written as one guarded commit."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from google.cloud import firestore
from google.cloud.firestore import FieldFilter
from msgspec import Struct, ValidationError

from werkplaats.domain.commands import Command, Promote, Publish, RequestLink, SignUp
from werkplaats.domain.ledger import Ledger, Plan, Seating
from werkplaats.domain.registration import Mailbox, Registration, State
from werkplaats.domain.workshop import Workshop
from werkplaats.store.documents import found, from_document
from werkplaats.store.reading import count, read, run
from werkplaats.store.reads import Reads
from werkplaats.store.writes import Writes

LONGEST_HEAD = 100
"""How much of the waitlist one commit can promote: its writes stay well within what Firestore takes at once."""

_MOST_IN_ONE_QUERY = 30
"""Values that Firestore compares with `in`. https://firebase.google.com/docs/firestore/query-data/queries"""


class Guard(Struct, frozen=True):
    """What a commit depends on: the ledger's `update_time` (a protobuf Timestamp), and that there is nothing `unseen`.

    `unseen` are paths of documents that were presumed not to exist instead of being read.
    """

    update_time: Any
    unseen: frozenset[str] = frozenset()


class Guarded(Struct, frozen=True):
    """A seating, and what a commit of what is decided on it depends on."""

    seating: Seating
    guard: Guard


class Seats:
    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._ledgers = client.collection("ledgers")
        self._registrations = client.collection("registrations")
        self._kept: dict[str, tuple[int, Workshop]] = {}

    def ledger(self, workshop: str) -> Ledger | None:
        return found(read(self._ledgers.document(workshop)), Ledger)

    def registration(self, id: str) -> Registration | None:
        return found(read(self._registrations.document(id)), Registration)

    def place(self, registration: Registration) -> int:
        """The place of a waitlisted registration, 1 is next; counted by Firestore, not read."""
        ahead = self._in_state(registration.workshop, State.WAITLISTED).where(
            filter=FieldFilter("sequence", "<", registration.sequence)
        )
        return count(ahead) + 1

    def all_of(self, workshop: str) -> tuple[Registration, ...]:
        return self._records(self._registrations.where(filter=FieldFilter("workshop", "==", workshop)))

    def of_forms(self, workshop: str, forms: Iterable[str]) -> tuple[Registration, ...]:
        """The registrations that were made with one of `forms` (their ids), in a round trip for each thirty."""
        wanted = sorted(forms)
        groups = [wanted[start : start + _MOST_IN_ONE_QUERY] for start in range(0, len(wanted), _MOST_IN_ONE_QUERY)]
        found = [
            one
            for group in groups
            for one in self._records(self._registrations.where(filter=FieldFilter("form", "in", group)))
        ]
        return tuple(one for one in found if one.workshop == workshop)

    def in_state(self, workshop: str, state: State) -> tuple[Registration, ...]:
        return self._records(self._in_state(workshop, state))

    def overdue_offers(self, workshop: Workshop, now: datetime) -> tuple[Registration, ...]:
        """Registrations whose offer is over at `now` and has not been ended."""
        query = self._in_state(workshop.id, State.OFFERED)
        if not workshop.has_begun(now):
            query = query.where(filter=FieldFilter("offer_expires_at", "<=", now))
        return self._records(query)

    def read(self, workshop: str, commands: tuple[Command, ...], *, presume_new: bool = False) -> Guarded | None:
        """What `commands` are decided on; None if there is no such workshop.

        The ledger is read first. Whoever changes a registration or a mailbox changes the ledger in the same
        commit, so if the ledger is still the same at the end, all that was read after it is too.

        With `presume_new`, people who sign up are taken to be new here, as nearly all are: what is kept of them is
        not read, and the commit fails with TakenError if there is something. It spares two reads for each. Whom else
        their forms have signed up is always looked for.
        """
        reads, path = Reads(self._client), f"ledgers/{workshop}"
        reads.fetch([path])
        ledger = reads.record(path, Ledger)
        if ledger is None:
            return None
        named = frozenset(_named(commands))
        unseen = named if presume_new and all(isinstance(command, SignUp) for command in commands) else frozenset()
        reads.fetch(named - unseen)
        replacing = next((command.workshop for command in commands if isinstance(command, Publish)), None)
        try:
            published, unreadable = self._published(reads, ledger), False
        except ValidationError:
            if replacing is None:
                raise
            published, unreadable = replacing, True
        forms = {command.form for command in commands if isinstance(command, SignUp)}
        registrations = {one.id: one for one in self.of_forms(workshop, forms)}
        registrations |= reads.under("registrations", Registration)
        waiting = self._head(ledger, commands)
        registrations |= {one.id: one for one in waiting}
        seating = Seating(
            workshop=published,
            ledger=ledger,
            registrations=registrations,
            mailboxes=reads.under("mailboxes", Mailbox),
            waiting=tuple(one.id for one in waiting),
            unreadable=unreadable,
        )
        return Guarded(seating, Guard(reads.update_time(path), unseen))

    def _published(self, reads: Reads, ledger: Ledger) -> Workshop:
        """The workshop that goes with `ledger`, kept since it was last read; fetches what the found ones name too.

        A workshop that was read after this ledger may be newer than it; then the ledger is too by now, and the guard
        fails.
        """
        second = [
            f"registrations/{id}"
            for mailbox in reads.under("mailboxes", Mailbox).values()
            for id in mailbox.registrations.values()
        ]
        second += [
            f"mailboxes/{one.mailbox}" for one in reads.under("registrations", Registration).values() if one.mailbox
        ]
        version, workshop = self._kept.get(ledger.id, (-1, None))
        if workshop is not None and version == ledger.published:
            reads.fetch(second)
            return workshop
        reads.fetch([f"workshops/{ledger.id}", *second])
        workshop = reads.record(f"workshops/{ledger.id}", Workshop)
        assert workshop is not None, "a ledger is written together with its workshop"
        self._kept[ledger.id] = (ledger.published, workshop)
        return workshop

    def commit(self, plan: Plan, guard: Guard) -> None:
        """Write `plan` if all is as guarded.

        ConflictError: somebody else was first. TakenError, one of those: something was there unseen.
        OutcomeUnknownError: the answer was lost.
        """
        assert plan.ledger is not None, "a plan that changes nothing is not committed"
        writes, ledger = Writes(self._client), plan.ledger

        def put(path: str, record: Registration | Mailbox) -> None:
            (writes.create if path in guard.unseen else writes.set)(path, record)

        for registration in plan.registrations:
            put(f"registrations/{registration.id}", registration)
        for mailbox in plan.mailboxes:
            if mailbox.registrations or mailbox.sign_ups:
                put(f"mailboxes/{mailbox.id}", mailbox)
            else:
                writes.delete(f"mailboxes/{mailbox.id}")
        for mail in plan.mails:
            writes.create(f"mails/{mail.id}", mail)
        for entry in plan.journal:
            writes.create(f"workshops/{entry.workshop}/journal/{entry.id}", entry)
        if plan.workshop is not None:
            writes.set(f"workshops/{plan.workshop.id}", plan.workshop)
        if plan.change is not None:
            writes.create(f"changes/{plan.change.id}", plan.change)
        writes.put_in_place(f"ledgers/{ledger.id}", ledger, guard.update_time)
        writes.commit()

    def _head(self, ledger: Ledger, commands: tuple[Command, ...]) -> tuple[Registration, ...]:
        """The head of the waitlist, long enough for all that `commands` can free, and for those they take out."""
        if not any(isinstance(command, Promote) for command in commands):
            return ()
        length = min(LONGEST_HEAD, ledger.free + 2 * (len(commands) - 1))
        if length <= 0 or ledger.waitlisted == 0:
            return ()
        return self._records(self._in_state(ledger.id, State.WAITLISTED).order_by("sequence").limit(length))

    def _in_state(self, workshop: str, state: State) -> Any:
        return self._registrations.where(filter=FieldFilter("workshop", "==", workshop)).where(
            filter=FieldFilter("state", "==", state.value)
        )

    def _records(self, query: Any) -> tuple[Registration, ...]:
        return tuple(from_document(snapshot, Registration) for snapshot in run(query))


def _named(commands: tuple[Command, ...]) -> Iterator[str]:
    """Paths of the documents that `commands` name."""
    for command in commands:
        if not isinstance(command, RequestLink | Promote | Publish):
            yield f"registrations/{command.registration}"
        if isinstance(command, SignUp | RequestLink):
            yield f"mailboxes/{command.mailbox}"
