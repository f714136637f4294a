"""The few verbs in which this program speaks to its database, and the nouns they need.

Everything in store/ is written on a Wire, and nothing above or beside it knows what database is behind one. In the
cloud and on the emulator that is `store/firestore.py`; in the simulation it is a Firestore in memory.

Paths are relative to the database: 'ledgers/proef', 'workshops/proef/journal/0001'. Values are what Firestore can keep:
None, bool, int, float, str, bytes, aware datetimes in UTC to the microsecond, and lists and dicts of these.
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
"""A value that Firestore can keep; a tuple is kept as a list."""

Fields = dict[str, Value]

Revision = NewType("Revision", int)
"""When a document was last written, in nanoseconds since 1970. It changes with every write that changes anything."""


class Found(Struct, frozen=True):
    """A document as it was read."""

    path: str
    fields: Fields
    revision: Revision

    @property
    def id(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class Must(Enum):
    """What must be so of a document for a commit to take effect."""

    EXIST = "exist"
    NOT_EXIST = "not exist"


Guard = Must | Revision | None
"""A Revision: the document must exist and must not have been written since. None: no condition."""


class Put(Struct, frozen=True):
    """Write `fields` at `path`.

    Without a `mask` they replace the whole document. With one, only the fields it names are written, and the others
    stay as they are; each is a tuple of names that leads into nested maps. One without a value in `fields` is removed.
    """

    path: str
    fields: Fields
    guard: Guard = None
    mask: tuple[tuple[str, ...], ...] | None = None


class Delete(Struct, frozen=True):
    path: str
    guard: Guard = None


Write = Put | Delete

Operator = Literal["==", "<", "<=", ">", ">=", "in"]


class Where(Struct, frozen=True):
    """A condition on a field; `in` takes a list of up to 30 values. A document without the field never meets one."""

    field: str
    operator: Operator
    value: Value


class Query(Struct, frozen=True, kw_only=True):
    """The documents of `collection` that meet all conditions of `where`.

    They come in ascending order of the field `order_by`, where there is one, and then of their path. `after` is the
    last document of an earlier answer: only those behind it are found. `everywhere`: in every collection of that name,
    whatever document it lies under. `only`: the fields to fetch, where not all are needed.
    """

    collection: str
    where: tuple[Where, ...] = ()
    order_by: str | None = None
    limit: int | None = None
    after: Found | None = None
    everywhere: bool = False
    only: tuple[str, ...] | None = None


class Wire(Protocol):
    """A database. Reads raise StoreUnavailableError; see `store/errors.py` for what a commit raises."""

    @property
    def name(self) -> str:
        """Which database this is, to follow "in"."""

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        """The documents at `paths` that exist, by path, in one round trip."""

    def query(self, query: Query) -> list[Found]: ...

    def count(self, query: Query) -> int:
        """How many documents `query` finds, counted by the database: one read for each thousand."""

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        """Write all or nothing, sent once and never repeated; the revision that each written document has now.

        Raises TakenError, ConflictError, RefusedError or OutcomeUnknownError.
        """


def pages(wire: Wire, query: Query, at_once: int = 100) -> Iterator[Found]:
    """All documents that `query` finds, in its order, fetched `at_once` in a round trip as they are asked for.

    Each round trip begins after the last document of the one before. So whoever passes over some of them, because they
    cannot be read, still comes to those behind. The caller bounds the time it takes.
    """
    page = wire.query(replace(query, limit=at_once))
    yield from page
    while len(page) == at_once:
        page = wire.query(replace(query, limit=at_once, after=page[-1]))
        yield from page
