"""Ledgers, registrations and mailboxes: read as one seating, written as one guarded commit."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from msgspec import Struct, ValidationError
from msgspec.structs import replace

from werkplaats.domain.registration import Mailbox, Registration, State
from werkplaats.domain.seats.commands import CallOff, Command, MakeReal, Promote, Publish, Rejoin, RequestLink, SignUp
from werkplaats.domain.seats.ledger import Ledger, Plan, Seating
from werkplaats.domain.workshop import CalledOff, Workshop
from werkplaats.store import codec, paths
from werkplaats.store.outbox import create_mail
from werkplaats.store.wire import Delete, Found, Query, Revision, Where, Wire, Write
from werkplaats.store.workshops import publish

LONGEST_HEAD = 100
"""How much of the waitlist one commit can promote: its writes stay well within what Firestore takes at once."""

_MOST_IN_ONE_QUERY = 30
"""Values that Firestore compares with `in`. https://firebase.google.com/docs/firestore/query-data/queries"""


class Guard(Struct, frozen=True):
    """What a commit depends on: the `revision` that the ledger had, and that there is nothing `unseen`.

    `unseen` are paths of documents that were presumed not to exist instead of being read.
    """

    revision: Revision
    unseen: frozenset[str] = frozenset()


class Guarded(Struct, frozen=True):
    """A seating, and what a commit of what is decided on it depends on."""

    seating: Seating
    guard: Guard


class Seats:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._kept: dict[str, tuple[int, Workshop]] = {}

    def ledger(self, workshop: str) -> Ledger | None:
        path = paths.of(paths.LEDGERS, workshop)
        return codec.read_if_found(self._wire.get([path]).get(path), Ledger)

    def registration(self, id: str) -> Registration | None:
        path = paths.of(paths.REGISTRATIONS, id)
        return codec.read_if_found(self._wire.get([path]).get(path), Registration)

    def place(self, registration: Registration) -> int:
        """The place of a waitlisted registration, 1 is next; counted by the database, not read."""
        ahead = Where("sequence", "<", registration.sequence)
        return self._wire.count(_in_state(registration.workshop, State.WAITLISTED, ahead)) + 1

    def all_of(self, workshop: str) -> tuple[Registration, ...]:
        return self._records(_registrations(Where("workshop", "==", workshop)))

    def of_forms(self, workshop: str, forms: Iterable[str]) -> tuple[Registration, ...]:
        """The registrations that were made with one of `forms` (their ids), in a round trip for each thirty."""
        wanted = sorted(forms)
        groups = [wanted[start : start + _MOST_IN_ONE_QUERY] for start in range(0, len(wanted), _MOST_IN_ONE_QUERY)]
        found = [one for group in groups for one in self._records(_registrations(Where("form", "in", tuple(group))))]
        return tuple(one for one in found if one.workshop == workshop)

    def in_state(self, workshop: str, state: State) -> tuple[Registration, ...]:
        return self._records(_in_state(workshop, state))

    def overdue_offers(self, workshop: Workshop, now: datetime) -> tuple[Registration, ...]:
        """Registrations whose offer is over at `now` and has not been ended."""
        also = () if workshop.has_begun(now) else (Where("offer_expires_at", "<=", now),)
        return self._records(_in_state(workshop.id, State.OFFERED, *also))

    def read(self, workshop: str, commands: tuple[Command, ...], *, presume_new: bool = False) -> Guarded | None:
        """What `commands` are decided on; None if there is no such workshop.

        The ledger is read first. Whoever changes a registration or a mailbox changes the ledger in the same
        commit, so if the ledger is still the same at the end, all that was read after it is too.

        With `presume_new`, people who sign up are taken to be new here, as nearly all are: what is kept of them is
        not read, and the commit fails with TakenError if there is something. It spares two reads for each. Whom else
        their forms have signed up is always looked for.
        """
        reads, path = _Reads(self._wire), paths.of(paths.LEDGERS, workshop)
        reads.fetch([path])
        found = reads.found.get(path)
        if found is None:
            return None
        ledger = codec.read(found, Ledger)
        named = frozenset(_named(commands))
        unseen = named if presume_new and all(isinstance(command, SignUp) for command in commands) else frozenset()
        reads.fetch(named - unseen)
        replacing = next((command.workshop for command in commands if isinstance(command, Publish)), None)
        try:
            published, unreadable = self._published(reads, ledger), False
        except ValidationError:
            if replacing is None:
                raise
            published, unreadable = _marked(replacing, reads.found[paths.of(paths.WORKSHOPS, workshop)]), True
        if any(isinstance(command, Rejoin) for command in commands):
            reads.fetch(_behind_mailboxes(reads))  # how many others signed up with that address decides
        forms = {command.form for command in commands if isinstance(command, SignUp)}
        registrations = {one.id: one for one in self.of_forms(workshop, forms)}
        registrations |= reads.under(paths.REGISTRATIONS, Registration)
        waiting = self._head(ledger, commands)
        registrations |= {one.id: one for one in waiting}
        seating = Seating(
            workshop=published,
            ledger=ledger,
            registrations=registrations,
            mailboxes=reads.under(paths.MAILBOXES, Mailbox),
            waiting=tuple(one.id for one in waiting),
            unreadable=unreadable,
        )
        return Guarded(seating, Guard(found.revision, unseen))

    def _published(self, reads: "_Reads", ledger: Ledger) -> Workshop:
        """The workshop that goes with `ledger`, kept since it was last read; fetches what the found ones name too.

        A workshop that was read after this ledger may be newer than it; then the ledger is too by now, and the guard
        fails.
        """
        second = _behind_mailboxes(reads)
        named = reads.under(paths.REGISTRATIONS, Registration).values()
        second += [paths.of(paths.MAILBOXES, one.mailbox) for one in named if one.mailbox]
        version, workshop = self._kept.get(ledger.id, (-1, None))
        if workshop is not None and version == ledger.published:
            reads.fetch(second)
            return workshop
        path = paths.of(paths.WORKSHOPS, ledger.id)
        reads.fetch([path, *second])
        # It is there: a ledger is written together with its workshop.
        workshop = codec.read_leniently(reads.found[path], Workshop)
        self._kept[ledger.id] = (ledger.published, workshop)
        return workshop

    def commit(self, plan: Plan, guard: Guard) -> None:
        """Write `plan`, if it changes anything and all is as guarded.

        ConflictError: somebody else was first. TakenError, one of those: something was there unseen.
        OutcomeUnknownError: the answer was lost.
        """
        if (ledger := plan.ledger) is None:
            return
        writes: list[Write] = []

        def put(path: str, record: Registration | Mailbox) -> None:
            writes.append(codec.create(path, record) if path in guard.unseen else codec.update(path, record))

        for registration in plan.registrations:
            put(paths.of(paths.REGISTRATIONS, registration.id), registration)
        for mailbox in plan.mailboxes:
            path = paths.of(paths.MAILBOXES, mailbox.id)
            if mailbox.registrations or mailbox.sign_ups:
                put(path, mailbox)
            else:
                writes.append(Delete(path))
        writes += [create_mail(mail) for mail in plan.mails]
        writes += [codec.create(paths.entry(entry.workshop, entry.id), entry) for entry in plan.journal]
        if plan.revision is not None:
            writes += publish(plan.revision)
        if plan.change is not None:
            writes.append(codec.create(paths.of(paths.CHANGES, plan.change.id), plan.change))
        writes.append(codec.update(paths.of(paths.LEDGERS, ledger.id), ledger, guard.revision))
        self._wire.commit(writes)

    def _head(self, ledger: Ledger, commands: tuple[Command, ...]) -> tuple[Registration, ...]:
        """The head of the waitlist, long enough for all that `commands` can free, and for those they take out."""
        if not any(isinstance(command, Promote) for command in commands):
            return ()
        length = min(LONGEST_HEAD, ledger.free + 2 * (len(commands) - 1))
        if length <= 0 or ledger.waitlisted == 0:
            return ()
        return self._records(replace(_in_state(ledger.id, State.WAITLISTED), order_by="sequence", limit=length))

    def _records(self, query: Query) -> tuple[Registration, ...]:
        return tuple(codec.read(found, Registration) for found in self._wire.query(query))


Record = TypeVar("Record", bound=Struct)


class _Marks(Struct, frozen=True):
    """What has become of a workshop."""

    practice: bool = False
    called_off: CalledOff | None = None


def _marked(workshop: Workshop, published: Found) -> Workshop:
    """`workshop` with what has become of the one in `published`, of which nothing else can be read."""
    marks = codec.read(published, _Marks)
    return replace(workshop, practice=marks.practice, called_off=marks.called_off)


class _Reads:
    """What has been read of a seating so far: each document once, those asked for together in one round trip."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._asked: set[str] = set()
        self.found: dict[str, Found] = {}

    def fetch(self, wanted: Iterable[str]) -> None:
        new = [path for path in dict.fromkeys(wanted) if path not in self._asked]
        self._asked.update(new)
        self.found |= self._wire.get(new)

    def under(self, collection: str, record: type[Record]) -> dict[str, Record]:
        """The records of `collection` that were found, by id."""
        there = [one for path, one in self.found.items() if path.startswith(f"{collection}/")]
        return {one.id: codec.read(one, record) for one in there}


def _behind_mailboxes(reads: _Reads) -> list[str]:
    """Paths of the registrations behind the mailboxes that were found."""
    mailboxes = reads.under(paths.MAILBOXES, Mailbox).values()
    return [paths.of(paths.REGISTRATIONS, id) for mailbox in mailboxes for id in mailbox.registrations.values()]


def _registrations(*where: Where) -> Query:
    return Query(collection=paths.REGISTRATIONS, where=where)


def _in_state(workshop: str, state: State, *also: Where) -> Query:
    return _registrations(Where("workshop", "==", workshop), Where("state", "==", state.value), *also)


def _named(commands: tuple[Command, ...]) -> Iterator[str]:
    """Paths of the documents that `commands` name."""
    for command in commands:
        if not isinstance(command, RequestLink | Promote | Publish | CallOff | MakeReal):
            yield paths.of(paths.REGISTRATIONS, command.registration)
        if isinstance(command, SignUp | RequestLink):
            yield paths.of(paths.MAILBOXES, command.mailbox)
