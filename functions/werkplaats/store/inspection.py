"""Reads everything that is stored, for checks: page by page, and the records of one workshop at a time.

Unlike elsewhere, a document that cannot be read is neither logged nor an error here: its path is reported.
"""

import zlib
from collections.abc import Iterator
from typing import TypeVar

import msgspec
from msgspec import Struct, ValidationError

from werkplaats.domain.attendance import Attendance
from werkplaats.domain.changes import Change
from werkplaats.domain.checking.findings import OpenHead, SealedHead, WorkshopRecords
from werkplaats.domain.drafts import WorkshopDraft
from werkplaats.domain.erasures import Erasure
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import GroupMessage
from werkplaats.domain.registration import Mailbox, Registration
from werkplaats.domain.revisions import RevisionHead
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.signing_in import Session, SignIns
from werkplaats.domain.survey.waves import Invitation, SurveyVersion
from werkplaats.domain.workshop import Workshop
from werkplaats.store import codec, paths
from werkplaats.store.chores import Watermark
from werkplaats.store.wire import Found, Must, Query, Revision, Where, Wire, pages
from werkplaats.store.workshops import read_revision

AT_ONCE = 300
"""How many documents are fetched in a round trip."""

OF_WORKSHOPS = (
    paths.REGISTRATIONS,
    paths.MAILBOXES,
    paths.MAILS,
    paths.CHANGES,
    paths.ATTENDANCE,
    paths.INVITATIONS,
    paths.SURVEY_VERSIONS,
    paths.SEALED_ANSWERS,
    paths.ANSWERS,
    paths.ERASED,
    paths.MESSAGES,
)
"""The collections whose documents name their workshop in the field `workshop`."""

KNOWN = frozenset(
    {
        *OF_WORKSHOPS,
        paths.LEDGERS,
        paths.WORKSHOPS,
        paths.CHORES,
        paths.SIGN_INS,
        paths.SESSIONS,
        paths.DRAFTS,
        paths.LOGOS,
    }
)
"""All collections that are not below a document."""

KNOWN_BELOW_WORKSHOPS = frozenset({paths.JOURNAL, paths.REVISIONS})

Record = TypeVar("Record", bound=Struct)


class Inspected(Struct, frozen=True):
    """The records of one workshop, as one reading found them.

    - `guard`: the revision of its ledger when the reading began, or None if it has none. Whoever writes the ledger only
      if it still has that revision undoes nobody's change.
    - `unreadable`: the paths of its documents that cannot be read.
    - `whole`: whether the ledger was the same when the reading ended. If not, somebody changed the seats meanwhile, and
      some records are from before that and some from after: they need not fit together, and another reading is needed,
      which may turn out the same way. Records that are written without the ledger (mails that are sent, attendance,
      answers, drafts) may be from two moments even if this is true.
    """

    records: WorkshopRecords
    guard: Revision | None
    unreadable: tuple[str, ...]
    whole: bool


class Inspection:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def workshops(self) -> list[str]:
        """The ids of all workshops and ledgers."""
        return sorted({id for one in (paths.WORKSHOPS, paths.LEDGERS) for id in self.ids(one)})

    def ids(self, collection: str) -> Iterator[str]:
        """The ids of all documents in `collection`, without reading what is in them."""
        for found in pages(self._wire, Query(collection=collection, only=()), AT_ONCE):
            yield found.id

    def workshop(self, id: str) -> Inspected:
        """All records of the workshop `id`."""
        reading = _Reading(self._wire, id)
        ledger_path, workshop_path, draft_path = (
            paths.of(one, id) for one in (paths.LEDGERS, paths.WORKSHOPS, paths.DRAFTS)
        )
        there = self._wire.get([ledger_path, workshop_path, draft_path])
        revisions = reading.all(paths.revisions(id), RevisionHead, only=RevisionHead.__struct_fields__)
        records = WorkshopRecords(
            id=id,
            workshop=reading.leniently(there.get(workshop_path), Workshop),
            ledger=reading.one(there.get(ledger_path), Ledger),
            draft=reading.one(there.get(draft_path), WorkshopDraft),
            revisions=revisions,
            newest=reading.newest(revisions),
            mails=reading.of(paths.MAILS, Mail),
            registrations=reading.of(paths.REGISTRATIONS, Registration),
            mailboxes=reading.of(paths.MAILBOXES, Mailbox),
            journal=reading.all(paths.journal(id), Entry),
            changes=reading.of(paths.CHANGES, Change),
            invitations=reading.of(paths.INVITATIONS, Invitation),
            sealed=reading.of(paths.SEALED_ANSWERS, SealedHead, only=SealedHead.__struct_fields__),
            opened=reading.of(paths.ANSWERS, OpenHead, only=OpenHead.__struct_fields__),
            survey_versions=frozenset(reading.of(paths.SURVEY_VERSIONS, SurveyVersion, lenient=True)),
            attendance=reading.of(paths.ATTENDANCE, Attendance),
            erasures=reading.of(paths.ERASED, Erasure),
            messages=reading.of(paths.MESSAGES, GroupMessage),
            unreadable=reading.unreadable_ids(),
            unread_registrations=reading.unreadable_ids(paths.REGISTRATIONS),
            unread_revisions=reading.unreadable_ids(paths.revisions(id)) - set(revisions),
        )
        before, after = there.get(ledger_path), self._wire.get([ledger_path]).get(ledger_path)
        guard = before.revision if before else None
        return Inspected(records, guard, tuple(reading.unreadable), guard == (after.revision if after else None))

    def ledger(self, workshop: str) -> tuple[Ledger, Revision] | None:
        """The ledger of `workshop` and its revision, or None if there is none."""
        path = paths.of(paths.LEDGERS, workshop)
        found = self._wire.get([path]).get(path)
        return None if found is None else (codec.read(found, Ledger), found.revision)

    def version(self, workshop: str) -> int | None:
        """The version of the ledger of `workshop`, or None if there is none or it cannot be read."""
        try:
            found = self.ledger(workshop)
        except ValidationError:
            return None
        return None if found is None else found[0].version

    def replace_ledger(self, ledger: Ledger, guard: Revision | None) -> None:
        """Write `ledger` in place of the one with the revision `guard`, or as a new one if that is None.

        Raises ConflictError if it has changed since, or OutcomeUnknownError.
        """
        path = paths.of(paths.LEDGERS, ledger.id)
        self._wire.commit([codec.update(path, ledger, Must.NOT_EXIST if guard is None else guard)])

    def of_no_workshop(self, workshops: list[str]) -> Iterator[str]:
        """The paths of documents of workshops that are not among `workshops`.

        The database counts them; only if there are any, all documents are looked at, without what is in them.
        """
        for collection in OF_WORKSHOPS:
            counted = sum(self._wire.count(_of_workshop(collection, id)) for id in workshops)
            if self._wire.count(Query(collection=collection)) == counted:
                continue
            for found in pages(self._wire, Query(collection=collection, only=("workshop",)), AT_ONCE):
                if found.fields.get("workshop") not in workshops:
                    yield found.path
        for below in KNOWN_BELOW_WORKSHOPS:
            query = Query(collection=below, everywhere=True, only=())
            counted = sum(self._wire.count(Query(collection=f"{paths.WORKSHOPS}/{id}/{below}")) for id in workshops)
            if self._wire.count(Query(collection=below, everywhere=True)) != counted:
                there = {f"{paths.WORKSHOPS}/{id}/{below}" for id in workshops}
                strays = (found.path for found in pages(self._wire, query, AT_ONCE))
                yield from (path for path in strays if path.rpartition("/")[0] not in there)

    def unknown_collections(self, workshops: list[str]) -> Iterator[str]:
        """The paths of collections that no code knows."""
        yield from (name for name in self._wire.collections() if name not in KNOWN)
        for id in workshops:
            below = self._wire.collections(paths.of(paths.WORKSHOPS, id))
            yield from (f"{paths.WORKSHOPS}/{id}/{name}" for name in below if name not in KNOWN_BELOW_WORKSHOPS)

    def sign_ins(self) -> Iterator[tuple[str, SignIns | None]]:
        """All requests to sign in, by the id of their document; None for what cannot be read."""
        return self._each(paths.SIGN_INS, SignIns)

    def sessions(self) -> Iterator[tuple[str, Session | None]]:
        return self._each(paths.SESSIONS, Session)

    def chores(self) -> Iterator[tuple[str, Watermark | None]]:
        return self._each(paths.CHORES, Watermark)

    def _each(self, collection: str, record: type[Record]) -> Iterator[tuple[str, Record | None]]:
        for found in pages(self._wire, Query(collection=collection), AT_ONCE):
            try:
                yield found.id, codec.read(found, record)
            except ValidationError:
                yield found.id, None


class _Reading:
    """Reads the documents of one workshop, and collects the paths of those that cannot be read."""

    def __init__(self, wire: Wire, workshop: str) -> None:
        self._wire = wire
        self._workshop = workshop
        self.unreadable: list[str] = []

    def unreadable_ids(self, collection: str = "") -> frozenset[str]:
        """The ids of documents that could not be read: those in `collection`, or all of them."""
        split = (path.rpartition("/") for path in self.unreadable)
        return frozenset(id for parent, _, id in split if not collection or parent == collection)

    def of(
        self, collection: str, record: type[Record], only: tuple[str, ...] | None = None, lenient: bool = False
    ) -> dict[str, Record]:
        """The records of this workshop in `collection`, by the id of their document."""
        return self._read(msgspec.structs.replace(_of_workshop(collection, self._workshop), only=only), record, lenient)

    def all(self, collection: str, record: type[Record], only: tuple[str, ...] | None = None) -> dict[str, Record]:
        """The records of `collection`, which belongs to this workshop as a whole."""
        return self._read(Query(collection=collection, only=only), record, False)

    def one(self, found: Found | None, record: type[Record]) -> Record | None:
        if found is None:
            return None
        try:
            return codec.read(found, record)
        except ValidationError:
            self.unreadable.append(found.path)
            return None

    def leniently(self, found: Found | None, record: type[Record]) -> Record | None:
        """As `one`, for what people wrote, of which a part may be unreadable."""
        if found is None:
            return None
        try:
            return codec.read_leniently(found, record)
        except ValidationError:
            self.unreadable.append(found.path)
            return None

    def newest(self, revisions: dict[str, RevisionHead]) -> Workshop | None:
        """The workshop in the newest of `revisions`."""
        if not revisions:
            return None
        path = f"{paths.revisions(self._workshop)}/{max(revisions)}"
        found = self._wire.get([path]).get(path)
        try:
            return None if found is None else read_revision(found).workshop
        except (ValidationError, msgspec.DecodeError, KeyError, zlib.error):
            self.unreadable.append(path)
            return None

    def _read(self, query: Query, record: type[Record], lenient: bool) -> dict[str, Record]:
        records = {}
        for found in pages(self._wire, query, AT_ONCE):
            one = self.leniently(found, record) if lenient else self.one(found, record)
            if one is not None:
                records[found.id] = one
        return records


def _of_workshop(collection: str, workshop: str) -> Query:
    return Query(collection=collection, where=(Where("workshop", "==", workshop),))
