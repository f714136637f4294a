"""What the writes of one commit make of the documents of a simulated Firestore."""

from collections.abc import Sequence

from tests.simulation import limits
from tests.simulation.indexes import Indexes
from tests.simulation.values import check_values, stored
from werkplaats.store import ConflictError, RefusedError, TakenError
from werkplaats.store.codec import LARGEST_DOCUMENT, size_of
from werkplaats.store.wire import Delete, Fields, Found, Guard, Must, Revision, Write

MICROSECOND = 1_000


class Document:
    """A document, and a size that it is certainly not larger than, so that its size is rarely counted."""

    __slots__ = ("found", "size_at_most")

    def __init__(self, found: Found, size_at_most: int) -> None:
        self.found = found
        self.size_at_most = size_at_most

    def check(self, indexes: Indexes) -> None:
        """Raises RefusedError if the document is too large, or has too many entries in indexes."""
        if self.size_at_most <= indexes.fewest_bytes_to_count:
            return
        self.size_at_most = size_of(self.found.path, self.found.fields)
        if self.size_at_most > LARGEST_DOCUMENT:
            raise RefusedError(f"a document of {self.size_at_most} bytes, more than {LARGEST_DOCUMENT}")
        if self.size_at_most > indexes.fewest_bytes_to_count:
            indexes.check_entries(self.found.path, self.found.fields)


class Change:
    """A Put or a Delete that Firestore accepts as a message."""

    __slots__ = ("fields", "guard", "mask", "size")

    def __init__(self, write: Write) -> None:
        self.guard: Guard = write.guard
        self.fields: Fields | None = None
        self.mask: tuple[tuple[str, ...], ...] | None = None
        self.size = 0
        limits.parts_of(write.path)
        if isinstance(self.guard, int) and self.guard % MICROSECOND:
            raise RefusedError("a revision has no more than microseconds")
        if not isinstance(write, Delete):
            self.fields = stored(write.fields)
            self.size = size_of(write.path, self.fields)
            self.mask = write.mask
            if write.mask is not None:
                limits.check_mask(write.mask)
            if self.size > limits.LONGEST_VALUE:
                check_values(self.fields if write.mask is None else _masked({}, self.fields, write.mask))

    def apply(self, path: str, there: Document | None) -> Document | None:
        if self.fields is None:
            return None
        if self.mask is None:
            return Document(Found(path, self.fields, Revision(0)), self.size)
        before = {} if there is None else there.found.fields
        fields = _masked(before, self.fields, self.mask)
        return Document(Found(path, fields, Revision(0)), self.size + (0 if there is None else there.size_at_most))

    def may_follow(self, earlier: "Change", version: Guard) -> bool:
        """Whether this can follow `earlier`, a change of the same document, in one commit.

        `version` is the guard of the first change of the document.
        """
        deleted = earlier.fields is None
        if isinstance(self.guard, int):
            return self.guard == version and (self.fields is None or not deleted)
        return self.guard is None or self.guard is (Must.NOT_EXIST if deleted else Must.EXIST)


def changes_in(writes: Sequence[Write]) -> dict[str, list[Change]]:
    """The changes of each document, by path, in the order in which `writes` first have them."""
    if len(writes) > limits.MOST_WRITES:
        raise RefusedError(f"{len(writes)} writes in one commit, which is more than our bound of {limits.MOST_WRITES}")
    changes: dict[str, list[Change]] = {}
    size = 0
    for write in writes:
        change = Change(write)
        size += change.size
        earlier = changes.setdefault(write.path, [])
        if earlier and not change.may_follow(earlier[-1], earlier[0].guard):
            raise RefusedError("a write cannot follow an earlier one of the same document in the same commit")
        earlier.append(change)
    if size > limits.LARGEST_REQUEST:
        raise RefusedError(f"a request of {size} bytes, more than {limits.LARGEST_REQUEST}")
    return changes


def check_guard(guard: Guard, there: Document | None) -> None:
    if guard is Must.NOT_EXIST and there is not None:
        raise TakenError
    if guard is Must.EXIST and there is None:
        raise ConflictError("NotFound")
    if isinstance(guard, int) and (there is None or there.found.revision != guard):
        raise ConflictError("FailedPrecondition")


def _masked(before: Fields, new: Fields, mask: tuple[tuple[str, ...], ...]) -> Fields:
    """`before` with what `mask` names as it is in `new`. Maps of `before` are not changed."""
    after = dict(before)
    for names in mask:
        source: object = new
        for name in names:
            source = source.get(name, _ABSENT) if isinstance(source, dict) else _ABSENT
        _set(after, names, source)
    return dict(sorted(after.items()))


_ABSENT = object()


def _set(into: Fields, names: tuple[str, ...], value: object) -> None:
    name, *inner = names
    if not inner:
        if value is _ABSENT:
            into.pop(name, None)
        else:
            into[name] = value  # type: ignore[assignment]  # it comes from the fields of a Put
        return
    there = into.get(name)
    if isinstance(there, dict):
        into[name] = there = dict(there)
    elif value is _ABSENT:
        return
    else:
        into[name] = there = {}
    _set(there, tuple(inner), value)
    into[name] = dict(sorted(there.items()))
