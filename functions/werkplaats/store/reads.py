"""Documents of several collections that are read together, and references to them."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from msgspec import Struct

from werkplaats.domain.attendance import Attendance
from werkplaats.domain.changes import Change
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import GroupMessage
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.signing_in import SignIns
from werkplaats.domain.survey.waves import Invitation
from werkplaats.domain.workshop import Workshop
from werkplaats.store import codec, paths
from werkplaats.store.wire import Found, Wire

Record = TypeVar("Record", bound=Struct)
SomeRecord = TypeVar("SomeRecord", bound=Struct, covariant=True)


class Ref(Generic[SomeRecord]):
    """A reference to the document at `path`, which holds a `record`. The functions below make references."""

    def __init__(self, path: str, record: type[SomeRecord]) -> None:
        self.path = path
        self.record = record


def mail(id: str) -> Ref[Mail]:
    return Ref(paths.of(paths.MAILS, id), Mail)


def ledger(workshop: str) -> Ref[Ledger]:
    return Ref(paths.of(paths.LEDGERS, workshop), Ledger)


def workshop(id: str) -> Ref[Workshop]:
    """`Reads.get` must not be used with it: workshops are read leniently, by `Workshops.keep`."""
    return Ref(paths.of(paths.WORKSHOPS, id), Workshop)


def registration(id: str) -> Ref[Registration]:
    return Ref(paths.of(paths.REGISTRATIONS, id), Registration)


def entry(workshop: str, id: str) -> Ref[Entry]:
    return Ref(paths.entry(workshop, id), Entry)


def change(id: str) -> Ref[Change]:
    return Ref(paths.of(paths.CHANGES, id), Change)


def invitation(id: str) -> Ref[Invitation]:
    return Ref(paths.of(paths.INVITATIONS, id), Invitation)


def message(id: str) -> Ref[GroupMessage]:
    return Ref(paths.of(paths.MESSAGES, id), GroupMessage)


def attendance(registration: str) -> Ref[Attendance]:
    return Ref(paths.of(paths.ATTENDANCE, registration), Attendance)


def sign_ins(address: str) -> Ref[SignIns]:
    return Ref(paths.of(paths.SIGN_INS, address), SignIns)


class Reads:
    """The documents that have been read for one decision. No document is read twice."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._asked: set[str] = set()
        self.found: dict[str, Found] = {}

    def fetch(self, wanted: Iterable[str]) -> None:
        """Read those of the documents at the paths `wanted` that have not been read yet, in one round trip at most."""
        new = [path for path in dict.fromkeys(wanted) if path not in self._asked]
        if not new:
            return
        self.found |= self._wire.get(new)
        self._asked.update(new)

    def has_read(self, ref: Ref[Struct]) -> bool:
        """Whether the document has been asked for. It may not exist."""
        return ref.path in self._asked

    def get(self, ref: Ref[Record]) -> Record | None:
        """The record that `ref` refers to, among those that have been fetched, or None if it does not exist.

        Raises msgspec.ValidationError if it cannot be read.
        """
        assert self.has_read(ref), ref.path
        return codec.read_if_found(self.found.get(ref.path), ref.record)

    def under(self, collection: str, record: type[Record]) -> dict[str, Record]:
        """The records of `collection` that have been found, by id."""
        there = [one for path, one in self.found.items() if path.startswith(f"{collection}/")]
        return {one.id: codec.read(one, record) for one in there}
