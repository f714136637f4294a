"""Ledgers, registrations and mailboxes: read together as a Seating, and written together in one guarded commit."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct, ValidationError
from msgspec.structs import replace

from werkplaats.domain.attendance import Attendance, Mark
from werkplaats.domain.journal import first_entry_of
from werkplaats.domain.registration import Hold, Mailbox, Registration, State
from werkplaats.domain.seats.commands import (
    AddPerson,
    CallOff,
    Command,
    CompleteList,
    Correct,
    GrantWish,
    MakeReal,
    Promote,
    Publish,
    Rejoin,
    RequestLink,
    SayAbsent,
    SignUp,
    TellFolded,
)
from werkplaats.domain.seats.ledger import Ledger, Plan, Seating
from werkplaats.domain.workshop import CalledOff, Workshop
from werkplaats.store import attendance, codec, paths
from werkplaats.store.outbox import create_mail
from werkplaats.store.places import Places
from werkplaats.store.reads import Reads
from werkplaats.store.wire import MOST_IN_ONE_QUERY, Delete, Found, Must, Query, Revision, Where, Wire, Write
from werkplaats.store.workshops import Workshops, publish

LONGEST_HEAD = 100
"""The most people on the waitlist that one commit promotes, so that it stays well within Firestore's limits."""


class Guard(Struct, frozen=True):
    """The conditions of a commit: the ledger still has `revision`, and the commit overwrites no document in `unseen`.

    `unseen` are the paths of documents that were presumed not to exist instead of being read. `marks` are the revisions
    of what the attendance list says of somebody, by registration, which changes without the ledger; None if nothing.
    """

    revision: Revision
    unseen: frozenset[str] = frozenset()
    marks: dict[str, Revision | None] = {}


class LedgerRead(Struct, frozen=True):
    """A ledger as it was read, and its revision then."""

    ledger: Ledger
    revision: Revision


class OpenOffers(Struct, frozen=True):
    """The offers of all workshops that nobody has answered.

    `lapsed` are the ids of the registrations whose offers have expired, by their workshop's id. They are still OFFERED,
    and some may be unreadable. Those that end only because their workshop has begun are not among them, but among the
    `standing` ones. Of these, one that cannot be read is left out.
    """

    lapsed: dict[str, tuple[str, ...]]
    standing: tuple[Registration, ...]


class Guarded(Struct, frozen=True):
    """A seating, and the guard for committing what is decided on it."""

    seating: Seating
    guard: Guard


class Seats:
    def __init__(self, wire: Wire, workshops: Workshops) -> None:
        self._wire = wire
        self._workshops = workshops
        self.places = Places(wire)

    def ledger(self, workshop: str) -> Ledger | None:
        path = paths.of(paths.LEDGERS, workshop)
        return codec.read_if_found(self._wire.get([path]).get(path), Ledger)

    def ledgers(self, workshops: Iterable[str]) -> dict[str, Ledger]:
        """The ledgers of `workshops` (ids) that exist, by id, in one round trip.

        One that cannot be read is logged and left out; reading it by itself says why.
        """
        found = self._wire.get(paths.of(paths.LEDGERS, workshop) for workshop in workshops)
        return {ledger.id: ledger for ledger in codec.readable(found.values(), Ledger)}

    def registration(self, id: str) -> Registration | None:
        path = paths.of(paths.REGISTRATIONS, id)
        return codec.read_if_found(self._wire.get([path]).get(path), Registration)

    def registrations(self, ids: Iterable[str]) -> dict[str, Registration]:
        """The registrations with `ids` that exist, by id, in one round trip. One that cannot be read is left out."""
        found = self._wire.get(paths.of(paths.REGISTRATIONS, id) for id in ids).values()
        return {one.id: one for one in codec.readable(found, Registration)}

    def with_folding_due(self, now: datetime) -> list[str]:
        """The ids of all workshops whose folded entries should be told at `now` (UTC)."""
        found = [one for query in _folding_due(now) for one in self._wire.query(replace(query, only=()))]
        return sorted({one.id for one in found})

    def count_with_folding_due(self, now: datetime) -> int:
        """The number of such workshops."""
        return sum(self._wire.count(query) for query in _folding_due(now))

    def place(self, registration: Registration) -> int:
        """The place of `registration` on the waitlist, 1 is next. Whoever has read the ledger can use `places`."""
        return self.places.count(registration)

    def all_of(self, workshop: str) -> tuple[Registration, ...]:
        return self._records(_registrations(Where("workshop", "==", workshop)))

    def of_forms(self, workshop: str, forms: Iterable[str]) -> tuple[Registration, ...]:
        """The registrations that were made with one of `forms` (ids). Thirty forms take one round trip."""
        wanted = sorted(forms)
        groups = [wanted[start : start + MOST_IN_ONE_QUERY] for start in range(0, len(wanted), MOST_IN_ONE_QUERY)]
        found = [one for group in groups for one in self._records(_registrations(Where("form", "in", tuple(group))))]
        return tuple(one for one in found if one.workshop == workshop)

    def in_state(self, workshop: str, state: State) -> tuple[Registration, ...]:
        return self._records(_in_state(workshop, state))

    def lapsed_confirmations(self, workshop: Workshop, now: datetime) -> tuple[str, ...]:
        """The ids of the registrations whose address was not confirmed by `now` (UTC), and that are still held.

        Once the workshop has begun, these are all that are held until the address is confirmed.
        """
        until = workshop.ends_at if workshop.has_begun(now) else now
        where = (
            Where("workshop", "==", workshop.id),
            Where("held_for", "==", Hold.CONFIRM.value),
            Where("offer_expires_at", "<=", max(until, now)),
        )
        query = Query(collection=paths.REGISTRATIONS, where=where, only=("workshop",))
        return tuple(found.id for found in self._wire.query(query))

    def next_offers(self, workshop: str, at_most: int) -> tuple[Registration, ...]:
        """Those who have an offer, in the order in which the offers end, at most so many."""
        return self._records(replace(_in_state(workshop, State.OFFERED), order_by="offer_expires_at", limit=at_most))

    def overdue_offers(self, workshop: Workshop, now: datetime) -> tuple[Registration, ...]:
        """The registrations that are still OFFERED although their offer has expired at `now` (UTC)."""
        also = () if workshop.has_begun(now) else (Where("offer_expires_at", "<=", now),)
        return self._records(_in_state(workshop.id, State.OFFERED, *also))

    def newest_ledger(self, workshop: str) -> "LedgerRead | None":
        """The ledger with its revision, or None if there is no such workshop."""
        path = paths.of(paths.LEDGERS, workshop)
        found = self._wire.get([path]).get(path)
        return None if found is None else LedgerRead(codec.read(found, Ledger), found.revision)

    def open_offers(self, now: datetime, standing: bool) -> OpenOffers:
        """The offers of all workshops that nobody has answered, in one round trip.

        Unless those that are `standing` at `now` (UTC) are wanted too, only those that have lapsed are read.
        """
        lapsed_only = () if standing else (Where("offer_expires_at", "<=", now),)
        found = self._wire.query(_registrations(Where("state", "==", State.OFFERED.value), *lapsed_only))
        lapsed: dict[str, tuple[str, ...]] = {}
        others: list[Found] = []
        for one in found:
            ends = one.fields.get("offer_expires_at")
            if isinstance(ends, datetime) and ends <= now:
                workshop = str(one.fields.get("workshop"))
                lapsed[workshop] = (*lapsed.get(workshop, ()), one.id)
            else:
                others.append(one)
        return OpenOffers(lapsed, tuple(codec.readable(others, Registration)))

    def with_old_wishes(self, until: datetime) -> dict[str, tuple[str, ...]]:
        """The ids of the registrations that asked for another address by `until` (UTC), by their workshop's id."""
        where = (Where("address_wish.at", "<=", until),)
        old: dict[str, tuple[str, ...]] = {}
        for found in self._wire.query(Query(collection=paths.REGISTRATIONS, where=where, only=("workshop",))):
            workshop = str(found.fields.get("workshop"))
            old[workshop] = (*old.get(workshop, ()), found.id)
        return old

    def read(
        self,
        workshop: str,
        commands: tuple[Command, ...],
        *,
        presume_new: bool = False,
        ledger_read: "LedgerRead | None" = None,
    ) -> Guarded | None:
        """Everything that `commands` are decided on, or None if there is no such workshop.

        The ledger is read first. Every commit that changes a registration or a mailbox changes the ledger too. So if
        the ledger has not changed when the plan is committed, nothing else that was read here has changed either.

        With `presume_new`, people who sign up are presumed to be new, as nearly all are, and so are their forms. Their
        registrations, mailboxes and journal entries are not read, which saves three reads for each; if one does exist,
        the commit fails with TakenError. Only then `ledger_read` is used, if it is given, instead of reading the ledger
        again: what is decided on it counts only if it is committed, and so only if the ledger is still the same.
        """
        presumed = presume_new and all(isinstance(command, SignUp) for command in commands)
        newest = (ledger_read if presumed else None) or self.newest_ledger(workshop)
        if newest is None:
            return None
        reads, ledger = Reads(self._wire), newest.ledger
        named = frozenset(_named(workshop, commands))
        unseen = named if presumed else frozenset()
        reads.fetch(named - unseen)
        replacing = next((command.workshop for command in commands if isinstance(command, Publish)), None)
        try:
            published, unreadable = self._published(reads, ledger), False
        except ValidationError:
            if replacing is None:
                raise
            published, unreadable = _marked(replacing, reads.found[paths.of(paths.WORKSHOPS, workshop)]), True
        if any(isinstance(command, Rejoin) for command in commands):
            reads.fetch(_behind_mailboxes(reads))  # because the number of registrations with one address is limited
        forms = {command.form for command in commands if isinstance(command, SignUp | AddPerson)}
        used = frozenset(form for form in forms if paths.entry(workshop, first_entry_of(form)) in reads.found)
        registrations = {one.id: one for one in self.of_forms(workshop, used)}
        registrations |= reads.under(paths.REGISTRATIONS, Registration)
        waiting = self._head(ledger, commands)
        registrations |= {one.id: one for one in waiting}
        seating = Seating(
            workshop=published,
            ledger=ledger,
            registrations=registrations,
            mailboxes=reads.under(paths.MAILBOXES, Mailbox),
            used_forms=used,
            waiting=tuple(one.id for one in waiting),
            unreadable=unreadable,
            marks={id: one.days for id, one in reads.under(paths.ATTENDANCE, Attendance).items()},
        )
        return Guarded(seating, Guard(newest.revision, unseen, _marks_read(reads, commands)))

    def _published(self, reads: Reads, ledger: Ledger) -> Workshop:
        """The published workshop. In the same round trip it fetches the documents that those found so far refer to.

        The workshop that is read can be newer than `ledger`. Then the ledger has changed as well, and the commit will
        fail on its guard.
        """
        second = _behind_mailboxes(reads)
        named = reads.under(paths.REGISTRATIONS, Registration).values()
        second += [paths.of(paths.MAILBOXES, one.mailbox) for one in named if one.mailbox]
        if (kept := self._workshops.kept(ledger)) is not None:
            reads.fetch(second)
            return kept
        path = paths.of(paths.WORKSHOPS, ledger.id)
        reads.fetch([path, *second])
        # It exists, because a ledger is always created in one commit with its workshop.
        return self._workshops.keep(reads.found[path], ledger)

    def commit(self, plan: Plan, guard: Guard) -> Revision:
        """Write `plan`, unless it changes nothing. Returns the revision that the ledger has then.

        Raises ConflictError if the ledger has changed since it was read, TakenError (a ConflictError) if a document
        that it writes is in `guard.unseen` but exists, and OutcomeUnknownError if the answer was lost.
        """
        if (ledger := plan.ledger) is None:
            return guard.revision
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
        writes += [codec.update(paths.of(paths.ERASED, one.id), one) for one in plan.erasures]
        for absence in plan.absences:
            marks, as_read = dict.fromkeys(absence.days, Mark.ABSENT), guard.marks.get(absence.registration)
            unchanged = Must.NOT_EXIST if as_read is None else as_read
            writes.append(attendance.marking(ledger.id, absence.registration, marks, absence.at, unchanged))
        if plan.revision is not None:
            writes += publish(plan.revision)
        if plan.change is not None:
            writes.append(codec.create(paths.of(paths.CHANGES, plan.change.id), plan.change))
        writes.append(codec.update(paths.of(paths.LEDGERS, ledger.id), ledger, guard.revision))
        return self._wire.commit(writes)[-1]

    def _head(self, ledger: Ledger, commands: tuple[Command, ...]) -> tuple[Registration, ...]:
        """The first people on the waitlist, as many as `commands` can promote.

        That is one for each free seat, and two more for each command besides the Promote: each of these can free a
        seat, and can take one of the first people off the waitlist.
        """
        if not any(isinstance(command, Promote) for command in commands):
            return ()
        length = min(LONGEST_HEAD, ledger.free + 2 * (len(commands) - 1))
        if length <= 0 or ledger.waitlisted == 0:
            return ()
        return self._records(replace(_in_state(ledger.id, State.WAITLISTED), order_by="sequence", limit=length))

    def _records(self, query: Query) -> tuple[Registration, ...]:
        return tuple(codec.read(found, Registration) for found in self._wire.query(query))


class _Marks(Struct, frozen=True):
    """The fields of a workshop that the program sets: whether it is practice, and whether it was called off."""

    practice: bool = False
    called_off: CalledOff | None = None


def _marked(workshop: Workshop, published: Found) -> Workshop:
    """`workshop` with the marks of `published`, a document that cannot be read otherwise."""
    marks = codec.read(published, _Marks)
    return replace(workshop, practice=marks.practice, called_off=marks.called_off)


def _marks_read(reads: Reads, commands: tuple[Command, ...]) -> dict[str, Revision | None]:
    """The revisions of the marks of whoever says that they cannot come."""
    absent = [command.registration for command in commands if isinstance(command, SayAbsent)]
    found = {id: reads.found.get(paths.of(paths.ATTENDANCE, id)) for id in absent}
    return {id: one.revision if one else None for id, one in found.items()}


def _behind_mailboxes(reads: Reads) -> list[str]:
    """The paths of the live registrations of the mailboxes that have been found."""
    mailboxes = reads.under(paths.MAILBOXES, Mailbox).values()
    return [paths.of(paths.REGISTRATIONS, id) for mailbox in mailboxes for id in mailbox.registrations.values()]


def _registrations(*where: Where) -> Query:
    return Query(collection=paths.REGISTRATIONS, where=where)


def _folding_due(now: datetime) -> tuple[Query, Query]:
    """What is folded, and the digests."""

    def due(field: str) -> Query:
        return Query(collection=paths.LEDGERS, where=(Where(field, "<=", now),))

    return due("folding.due_at"), due("digest.due_at")


def _in_state(workshop: str, state: State, *also: Where) -> Query:
    return _registrations(Where("workshop", "==", workshop), Where("state", "==", state.value), *also)


def _named(workshop: str, commands: tuple[Command, ...]) -> Iterator[str]:
    """The paths of the documents that `commands` are about.

    For a form about somebody new that is the journal entry of the first whom it brought in: so it has been used.
    """
    for command in commands:
        if not isinstance(command, RequestLink | Promote | TellFolded | Publish | CallOff | MakeReal | CompleteList):
            yield paths.of(paths.REGISTRATIONS, command.registration)
        if isinstance(command, SignUp | AddPerson | RequestLink | Correct | GrantWish):
            yield paths.of(paths.MAILBOXES, command.mailbox)
        if isinstance(command, SayAbsent):
            yield paths.of(paths.ATTENDANCE, command.registration)
        if isinstance(command, SignUp | AddPerson):
            yield paths.entry(workshop, first_entry_of(command.form))
