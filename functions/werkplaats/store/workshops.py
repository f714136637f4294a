"""Published workshops in workshops/{id}, and everything that was published in workshops/{id}/revisions/{number}."""

import zlib
from collections.abc import Iterable
from datetime import datetime

import msgspec

from werkplaats.domain.revisions import Revision, RevisionHead
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.times import day_of
from werkplaats.domain.workshop import LONGEST_FOLLOW_UP, Workshop
from werkplaats.store import codec, paths
from werkplaats.store.wire import Found, Put, Query, Where, Wire, Write

_WHAT = "what"
"""The field of a revision with the workshop as compressed JSON.

A workshop alone can be as large as a document may be.
"""


class Workshops:
    """The published workshops. Those that were read together with their ledger are kept in memory.

    Whatever publishes a workshop, or changes anything else in it (calls it off, or makes it real), raises `published`
    in its ledger in the same commit. So whoever has read a ledger knows whether the workshop kept here is the same.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._kept: dict[str, tuple[int, Workshop]] = {}

    def is_kept(self, id: str) -> bool:
        """Whether some version of the workshop `id` is kept. Only its ledger tells whether that is the present one."""
        return id in self._kept

    def kept(self, ledger: Ledger) -> Workshop | None:
        """The workshop as it is published according to `ledger`, or None if it is not kept."""
        version, workshop = self._kept.get(ledger.id, (-1, None))
        return workshop if version == ledger.published else None

    def keep(self, found: Found, ledger: Ledger) -> Workshop:
        """The workshop in the document `found`, which is kept.

        `found` must have been read in the same round trip as `ledger`, or after it. Then it may be newer than `ledger`,
        but never older. Firestore promises this of one round trip as well: see `read_time` in
        https://firebase.google.com/docs/firestore/reference/rpc/google.firestore.v1#batchgetdocumentsresponse
        """
        workshop = codec.read_leniently(found, Workshop)
        self._kept[ledger.id] = (ledger.published, workshop)
        return workshop

    def of(self, ledger: Ledger) -> Workshop | None:
        """The workshop as it is published according to `ledger`, or later. It is read only if it is not kept."""
        if (kept := self.kept(ledger)) is not None:
            return kept
        path = paths.of(paths.WORKSHOPS, ledger.id)
        found = self._wire.get([path]).get(path)
        return None if found is None else self.keep(found, ledger)

    def last_kept(self, id: str) -> Workshop | None:
        """The workshop `id` as it was last read with its ledger, whatever has been published since, or None."""
        _, workshop = self._kept.get(id, (-1, None))
        return workshop

    def get(self, id: str) -> Workshop | None:
        path = paths.of(paths.WORKSHOPS, id)
        found = self._wire.get([path]).get(path)
        return None if found is None else codec.read_leniently(found, Workshop)

    def get_all(self, ids: Iterable[str]) -> tuple[Workshop, ...]:
        """Those of the workshops `ids` that are published, in one round trip. One that cannot be read is left out."""
        return _readable(self._wire.get(paths.of(paths.WORKSHOPS, id) for id in ids).values())

    def all(self) -> tuple[Workshop, ...]:
        """All published workshops, by first day. One that cannot be read is logged and left out.

        Those of years ago are among them. What looks at workshops often asks for those that matter now, as below.
        """
        return self._find()

    def not_begun(self, now: datetime) -> tuple[Workshop, ...]:
        """The workshops whose first day is still to come at `now` (UTC), as `all` has them."""
        return self._find(Where("first_day", ">", day_of(now).isoformat()))

    def not_ended(self, now: datetime) -> tuple[Workshop, ...]:
        """The workshops whose last day is not over at `now` (UTC), as `all` has them."""
        return self._find(Where("last_day", ">=", day_of(now).isoformat()))

    def followed_up(self, now: datetime) -> tuple[Workshop, ...]:
        """The workshops that can have a wave which has not closed at `now` (UTC), as `all` has them."""
        return self._find(Where("last_day", ">=", (day_of(now) - LONGEST_FOLLOW_UP).isoformat()))

    def _find(self, *where: Where) -> tuple[Workshop, ...]:
        return _readable(self._wire.query(Query(collection=paths.WORKSHOPS, where=where)))

    def create(self, first: Revision, ledger: Ledger) -> None:
        """Publish a workshop for the first time, with its ledger. Raises ConflictError if it exists already."""
        self._wire.commit([*publish(first), codec.create(paths.of(paths.LEDGERS, ledger.id), ledger)])

    def revisions(self, workshop: str) -> tuple[RevisionHead, ...]:
        """The heads of all revisions of `workshop`, the newest first."""
        heads = Query(collection=paths.revisions(workshop), only=RevisionHead.__struct_fields__)
        found = codec.readable(self._wire.query(heads), RevisionHead)
        return tuple(sorted(found, key=lambda head: head.number, reverse=True))

    def revision(self, workshop: str, number: int) -> Revision | None:
        """The revision of `workshop` with `number`, or None. Raises msgspec.ValidationError if it cannot be read."""
        path = paths.revision(workshop, number)
        found = self._wire.get([path]).get(path)
        return None if found is None else read_revision(found)


def publish(revision: Revision) -> list[Write]:
    """The writes that publish a workshop and store its revision. The caller adds them to its own commit."""
    workshop = revision.workshop
    head = RevisionHead(**{name: getattr(revision, name) for name in RevisionHead.__struct_fields__})
    what = zlib.compress(msgspec.json.encode(workshop), 9)
    return [
        codec.update(paths.of(paths.WORKSHOPS, workshop.id), workshop),
        Put(paths.revision(workshop.id, revision.number), codec.to_fields(head) | {_WHAT: what}),
    ]


def read_revision(found: Found) -> Revision:
    """The revision in `found`. Raises msgspec.ValidationError, or another error if its content is damaged."""
    head, what = codec.read(found, RevisionHead), found.fields[_WHAT]
    fields = msgspec.json.decode(zlib.decompress(what)) if isinstance(what, bytes) else {}
    workshop = codec.read_leniently(Found(found.path, fields, found.revision), Workshop)
    return Revision(number=head.number, at=head.at, by=head.by, changed=head.changed, workshop=workshop)


def _readable(found: Iterable[Found]) -> tuple[Workshop, ...]:
    """The workshops in `found`, by first day. One that cannot be read is logged and left out."""
    workshops = codec.readable(found, Workshop, codec.read_leniently)
    return tuple(sorted(workshops, key=lambda workshop: (workshop.first_day, workshop.id)))
