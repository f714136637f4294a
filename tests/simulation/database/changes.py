"""What the writes of one commit make of the documents of a simulated Firestore."""

from collections.abc import Sequence
from functools import lru_cache

from tests.simulation.database import limits
from tests.simulation.database.indexes import Indexes
from tests.simulation.database.values import Stored, check_fields
from werkplaats.store import ConflictError, RefusedError, TakenError
from werkplaats.store.codec import LARGEST_DOCUMENT, size_of
from werkplaats.store.wire import Delete, Fields, Found, Guard, Must, Revision, Write

MICROSECOND = 1_000


class Document:
    """A document that may be written. It is not larger than `size_at_most`, so its size is rarely counted."""

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
    """A Put or a Delete, as a message that is sent to Firestore. Raises ValueError or TypeError if there is none."""

    __slots__ = ("_stored", "guard", "is_deletion", "mask", "size")

    def __init__(self, write: Write) -> None:
        self.guard: Guard = write.guard
        self.mask: tuple[tuple[str, ...], ...] | None = None
        self.is_deletion = isinstance(write, Delete)
        self.size = 0
        self._stored: Stored | None = None
        write.path.encode()  # UnicodeEncodeError if it has half a character
        if not isinstance(write, Delete):
            self._stored = Stored(write.fields)
            self.mask = write.mask
            self.size = _size_of_path(write.path) + self._stored.size

    def check(self, path: str) -> None:
        """Raises RefusedError if Firestore accepts no request with this change, whatever is stored."""
        limits.parts_of(path)
        if isinstance(self.guard, int) and self.guard % MICROSECOND:
            raise RefusedError("a revision has no more than microseconds")
        if self._stored is None:
            return
        if self._stored.refusal:
            raise RefusedError(self._stored.refusal)
        if self.mask is not None:
            limits.check_mask(self.mask)

    @property
    def is_doubtful(self) -> bool:
        """Whether Firestore may refuse what this writes, if no later change of the document undoes it."""
        return self._stored is not None and (self._stored.doubtful or self.size > limits.LONGEST_VALUE)

    def apply(self, path: str, there: Document | None) -> Document | None:
        """The document at `path` after this change, if it was `there`. Its revision is not known yet."""
        if self._stored is None:
            return None
        if self.mask is None:
            return Document(Found(path, self._stored.fields, Revision(0)), self.size)
        before = {} if there is None else there.found.fields
        size = self.size + (0 if there is None else there.size_at_most)
        return Document(Found(path, _masked(before, self._stored.fields, self.mask), Revision(0)), size)

    def may_follow(self, earlier: "Change", version: Guard) -> bool:
        """Whether this can follow `earlier`, a change of the same document, in one commit.

        `version` is the guard of the first change of the document.
        """
        deleted = earlier.is_deletion
        if isinstance(self.guard, int):
            return self.guard == version and (self.is_deletion or not deleted)
        return self.guard is None or self.guard is (Must.NOT_EXIST if deleted else Must.EXIST)


@lru_cache(maxsize=10_000)
def _size_of_path(path: str) -> int:
    """What a document's path adds to its size."""
    return size_of(path, {}) - 1


def changes_in(writes: Sequence[Write]) -> dict[str, list[Change]]:
    """The changes of each document, by path, in the order in which `writes` first have them."""
    if len(writes) > limits.MOST_WRITES:
        raise RefusedError(f"{len(writes)} writes in one commit, which is more than our bound of {limits.MOST_WRITES}")
    changes: dict[str, list[Change]] = {}
    size = 0
    for write, change in [(write, Change(write)) for write in writes]:
        change.check(write.path)
        size += change.size
        earlier = changes.setdefault(write.path, [])
        if earlier and not change.may_follow(earlier[-1], earlier[0].guard):
            raise RefusedError("a write cannot follow an earlier one of the same document in the same commit")
        earlier.append(change)
    if size > limits.LARGEST_REQUEST:
        raise RefusedError(f"a request of {size} bytes, more than {limits.LARGEST_REQUEST}")
    for path, of_it in changes.items():
        if any(change.is_doubtful for change in of_it):
            _check_written(path, of_it)
    return changes


def _check_written(path: str, changes: list[Change]) -> None:
    """Raises RefusedError if Firestore does not accept what `changes` together write to one document."""
    written: Document | None = None
    for change in changes:
        written = change.apply(path, written)
    if written is not None:
        check_fields(written.found.fields)


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
        if len(names) == 1:  # as below, but faster
            [name] = names
            if name in new:
                after[name] = new[name]
            else:
                after.pop(name, None)
            continue
        source: object = new
        for name in names:
            source = source.get(name, _ABSENT) if isinstance(source, dict) else _ABSENT
        _set(after, names, source)
    return after if after.keys() == before.keys() else dict(sorted(after.items()))


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
    count = len(there)
    _set(there, tuple(inner), value)
    if len(there) > count:
        into[name] = dict(sorted(there.items()))
