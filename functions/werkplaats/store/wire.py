"""The interface to the database: its methods (get, query, count, commit; collections for checks), and their records.

All of store/ uses the database through a Wire. `store/firestore.py` implements it for Firestore and its emulator. Tests
can use an implementation in memory instead.

Paths are relative to the database: 'ledgers/proef', 'workshops/proef/journal/0001'. Values are those that Firestore can
store: None, bool, int, float, str, bytes, aware datetimes in UTC to the microsecond, and lists and dicts of these.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum
from typing import Literal, NewType, Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

Value: TypeAlias = (
    "bool | int | float | str | bytes | datetime | list[Value] | tuple[Value, ...] | dict[str, Value] | None"
)
"""A value that Firestore can store. A tuple is stored as a list."""

Fields = dict[str, Value]

Revision = NewType("Revision", int)
"""When a document was last written, in nanoseconds since 1970. It changes with every write that changes anything."""


class Found(Struct, frozen=True):
    """A document that was read."""

    path: str
    fields: Fields
    revision: Revision

    @property
    def id(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class Must(Enum):
    """A condition on a document. If it does not hold, the commit fails."""

    EXIST = "exist"
    NOT_EXIST = "not exist"


Guard = Must | Revision | None
"""A condition on a document, or None.

A Revision means that the document must exist and must not have been written since it had that revision.
"""


class Put(Struct, frozen=True):
    """Write `fields` at `path`.

    Without a `mask` they replace the whole document. With a `mask` only the fields it names are written, and the others
    are kept. Each item of it is the path to one field, as a tuple of the names of nested maps. A field that is in
    `mask` but not in `fields` is removed.
    """

    path: str
    fields: Fields
    guard: Guard = None
    mask: tuple[tuple[str, ...], ...] | None = None


class Delete(Struct, frozen=True):
    path: str
    guard: Guard = None


Write = Put | Delete

MOST_IN_ONE_QUERY = 30
"""The most values that a condition with `in` can have.

https://firebase.google.com/docs/firestore/query-data/queries
"""

Operator = Literal["==", "<", "<=", ">", ">=", "in", "array-contains"]


class Where(Struct, frozen=True):
    """A condition on a field, which is never true if the document does not have it.

    `in` takes up to MOST_IN_ONE_QUERY values. `array-contains` holds if the field is a list with `value` in it.
    """

    field: str
    operator: Operator
    value: Value


class Query(Struct, frozen=True, kw_only=True):
    """The documents of `collection` that meet all conditions of `where`.

    They come in ascending order of the field `order_by`, if given, and then of their path. With `descending`, which
    needs `order_by`, both are the other way round. `after` is a document of an earlier answer; only documents that come
    after it are found. `everywhere` means all collections with that name, under whatever document. `only` are the
    fields to fetch; None means all.
    """

    collection: str
    where: tuple[Where, ...] = ()
    order_by: str | None = None
    descending: bool = False
    limit: int | None = None
    after: Found | None = None
    everywhere: bool = False
    only: tuple[str, ...] | None = None


class Wire(Protocol):
    """A database. Reads raise StoreUnavailableError or RefusedError, which `store/errors.py` explains."""

    @property
    def name(self) -> str:
        """The name of the database for people to read, such as "database test of project example"."""

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        """The documents at `paths` that exist, by path, in one round trip."""

    def query(self, query: Query) -> list[Found]: ...

    def count(self, query: Query) -> int:
        """How many documents `query` finds. The database counts them, and charges one read for each thousand."""

    def collections(self, below: str | None = None) -> list[str]:
        """The names of the collections at the top, or of those below the document at the path `below`.

        Only what looks for things that nobody knows uses this.
        """

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        """Write all of `writes` or nothing. It is sent once and never retried.

        Returns the new revision of each document, in the order of `writes`. Raises TakenError, ConflictError,
        RefusedError or OutcomeUnknownError.
        """


def pages(wire: Wire, query: Query, at_once: int = 100) -> Iterator[Found]:
    """All documents that `query` finds, in its order, fetched `at_once` in a round trip when the caller needs them.

    Each round trip starts after the last document of the one before. So documents that the caller cannot read and
    leaves out do not prevent it from getting to later ones. The caller must limit how long it goes on.
    """
    page = wire.query(replace(query, limit=at_once))
    yield from page
    while len(page) == at_once:
        page = wire.query(replace(query, limit=at_once, after=page[-1]))
        yield from page
