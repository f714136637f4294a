"""Ledgers, registrations and mailboxes: read as one seating, written as one guarded commit."""

from datetime import datetime
from typing import Any

from google.cloud import firestore
from google.cloud.firestore import FieldFilter
from msgspec import Struct

from werkplaats.domain.changes import Change
from werkplaats.domain.registration import Mailbox, Registration, State
from werkplaats.domain.seating import (
    Command,
    Ledger,
    Plan,
    Promote,
    RequestLink,
    Seating,
    SetCapacity,
    SignUp,
)
from werkplaats.domain.workshop import Workshop
from werkplaats.store.documents import Record, Snapshot, found, from_document, to_document
from werkplaats.store.reading import commit, count, read, read_all, run, unchanged_since

LONGEST_HEAD = 100
"""How much of the waitlist one commit can promote: its writes stay well within what Firestore takes at once."""


class Guarded(Struct, frozen=True):
    """A seating and the ledger's update time, on which a commit of what was decided depends."""

    seating: Seating
    guard: datetime


class Seats:
    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._workshops = client.collection("workshops")
        self._ledgers = client.collection("ledgers")
        self._registrations = client.collection("registrations")
        self._mailboxes = client.collection("mailboxes")

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

    def in_state(self, workshop: str, state: State) -> tuple[Registration, ...]:
        return self._records(self._in_state(workshop, state))

    def overdue_offers(self, workshop: str, now: datetime) -> tuple[Registration, ...]:
        """Registrations whose offer is over at `now` and has not been ended."""
        query = self._in_state(workshop, State.OFFERED)
        return self._records(query.where(filter=FieldFilter("offer_expires_at", "<=", now)))

    def read(self, workshop: str, commands: tuple[Command, ...]) -> Guarded | None:
        """What `commands` are decided on; None if there is no such workshop.

        The ledger is read first. Whoever changes a registration or a mailbox changes the ledger in the same
        commit, so if the ledger is still the same at the end, all that was read after it is too.
        """
        snapshot = read(self._ledgers.document(workshop))
        if not snapshot.exists:
            return None
        ledger = from_document(snapshot, Ledger)
        snapshots = self._read_named(workshop, commands)
        published = found(snapshots[self._workshops.document(workshop).path], Workshop)
        if published is None:
            return None
        waiting = self._head(ledger, commands)
        registrations = {one.id: one for one in self._found(snapshots, "registrations", Registration)}
        registrations |= {one.id: one for one in waiting}
        mailboxes = {one.id: one for one in self._found(snapshots, "mailboxes", Mailbox)}
        seating = Seating(
            workshop=published,
            ledger=ledger,
            registrations=registrations,
            mailboxes=mailboxes,
            waiting=tuple(one.id for one in waiting),
        )
        return Guarded(seating, snapshot.update_time)

    def commit(
        self, plan: Plan, guard: datetime, workshop: Workshop | None = None, change: Change | None = None
    ) -> None:
        """Write `plan`, and with it a new version of `workshop` and what `change` that is, if the ledger is as guarded.

        ConflictError: somebody else was first. OutcomeUnknownError: the answer was lost.
        """
        assert plan.ledger is not None, "a plan that changes nothing is not committed"
        batch = self._client.batch()
        for registration in plan.registrations:
            batch.set(self._registrations.document(registration.id), to_document(registration))
        for mailbox in plan.mailboxes:
            self._put_mailbox(batch, mailbox)
        for mail in plan.mails:
            batch.create(self._client.collection("mails").document(mail.id), to_document(mail))
        for entry in plan.journal:
            journal = self._workshops.document(entry.workshop).collection("journal")
            batch.create(journal.document(entry.id), to_document(entry))
        if workshop is not None:
            batch.set(self._workshops.document(workshop.id), to_document(workshop))
        if change is not None:
            batch.create(self._client.collection("changes").document(change.id), to_document(change))
        ledger = self._ledgers.document(plan.ledger.id)
        batch.update(ledger, to_document(plan.ledger), option=unchanged_since(self._client, guard))
        commit(batch)

    def _put_mailbox(self, batch: firestore.WriteBatch, mailbox: Mailbox) -> None:
        reference = self._mailboxes.document(mailbox.id)
        if mailbox.registrations:
            batch.set(reference, to_document(mailbox))
        else:
            batch.delete(reference)

    def _read_named(self, workshop: str, commands: tuple[Command, ...]) -> dict[str, Snapshot]:
        """The documents `commands` name, and then those that these name: a mailbox's people, a person's mailbox."""
        first = {self._workshops.document(workshop).path: self._workshops.document(workshop)}
        for command in commands:
            if not isinstance(command, RequestLink | Promote | SetCapacity):
                reference = self._registrations.document(command.registration)
                first[reference.path] = reference
            if isinstance(command, SignUp | RequestLink):
                reference = self._mailboxes.document(command.mailbox)
                first[reference.path] = reference
        snapshots = read_all(self._client, first.values())
        second = {}
        for mailbox in self._found(snapshots, "mailboxes", Mailbox):
            for id in mailbox.registrations.values():
                second[f"registrations/{id}"] = self._registrations.document(id)
        for registration in self._found(snapshots, "registrations", Registration):
            if registration.mailbox:
                second[f"mailboxes/{registration.mailbox}"] = self._mailboxes.document(registration.mailbox)
        missing = [reference for path, reference in second.items() if path not in snapshots]
        return snapshots | read_all(self._client, missing)

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

    @staticmethod
    def _found(snapshots: dict[str, Snapshot], collection: str, record: type[Record]) -> list[Record]:
        return [
            from_document(snapshot, record)
            for path, snapshot in snapshots.items()
            if path.startswith(f"{collection}/") and snapshot.exists
        ]
