"""Which queries Firestore has an index for, and how many entries in indexes a document has.

https://firebase.google.com/docs/firestore/query-data/index-overview says which indexes there are by themselves, and how
they are merged. https://firebase.google.com/docs/firestore/storage-size says how large an entry is.
"""

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from local.catalogue import ROOT
from tests.simulation.database.limits import names_in
from tests.simulation.database.queries import Names, Plan
from tests.simulation.database.values import INDEXED_BYTES, size_of_value
from werkplaats.store.codec import LARGEST_DOCUMENT
from werkplaats.store.errors import RefusedError
from werkplaats.store.wire import Fields

COLLECTION = "COLLECTION"
GROUP = "COLLECTION_GROUP"

MOST_ENTRIES = 40_000
LARGEST_ENTRIES = 8 * 1024 * 1024
"""The most entries of one document, and their size together in bytes.

https://firebase.google.com/docs/firestore/quotas, under indexes.
"""


class Index(Struct, frozen=True):
    """A composite index of the collections called `collection`. `descending` is about its last field."""

    collection: str
    scope: str
    fields: tuple[Names, ...]
    descending: bool = False


class Indexes(Struct, frozen=True):
    """The composite indexes, and the single-field indexes that are not as usual.

    `single` has the scopes of the single-field index of a field, by collection and field.
    """

    composite: tuple[Index, ...] = ()
    single: dict[tuple[str, Names], frozenset[str]] = {}

    fewest_bytes_to_count: int = 16 * 1024
    """A document that is not larger has few entries, so that they need not be counted."""

    _known: dict[tuple[str, str, frozenset[Names], tuple[Names, ...], bool], str] = {}
    """What `_missing` has said before."""

    def check(self, plan: Plan) -> None:
        """Raises RefusedError, which says which index is missing, if `plan` needs one that there is not."""
        asked = (plan.name, GROUP if plan.everywhere else COLLECTION, plan.equal, plan.orders, plan.descending)
        missing = self._known.get(asked)
        if missing is None:
            missing = self._known[asked] = self._missing(*asked)
        if missing:
            raise RefusedError(missing)

    def check_entries(self, path: str, fields: Fields) -> None:
        """Raises RefusedError if the document `fields` at `path` has too many entries in indexes."""
        parent, collection = path.split("/")[:-2], path.split("/")[-2]
        shared = 32 + 16 + sum(map(size_of_value, path.split("/")))
        if parent:
            shared += 16 + sum(map(size_of_value, parent))
        count = size = 0
        for entry in self._entries(collection, (), fields):
            count += 1
            size += shared + entry
        if count > MOST_ENTRIES or size > LARGEST_ENTRIES:
            raise RefusedError(f"{path} has {count} entries of together {size} bytes in indexes, which is too much")

    def _entries(self, collection: str, way: Names, fields: Fields) -> Iterator[int]:
        """The sizes of the entries of `fields` in single-field indexes, without what all have in common."""
        for name, value in fields.items():
            inside = (*way, name)
            if isinstance(value, dict):
                yield from self._entries(collection, inside, value)
            elif self._scopes(collection, inside):
                named = sum(map(size_of_value, inside))
                for one in value if isinstance(value, list) else (value, value):  # ascending and descending
                    yield named + min(INDEXED_BYTES, size_of_value(one))

    def _scopes(self, collection: str, field: Names) -> frozenset[str]:
        """The scopes of the single-field index of `field`. A field of a map has those of the map."""
        for length in range(len(field), 0, -1):
            if (scopes := self.single.get((collection, field[:length]))) is not None:
                return scopes
        return _USUAL

    def _missing(
        self, collection: str, scope: str, equal: frozenset[Names], orders: tuple[Names, ...], descending: bool
    ) -> str:
        """Which index a query needs and lacks, or '' if there is one, or several that can be merged.

        An index can serve a query that orders by `orders` if it has these fields last, and before them nothing but
        fields that must be equal to something. Merged indexes must have all those fields together.
        """
        orders = tuple(names for names in orders if names not in equal)
        if not equal and not orders:
            return ""
        covered: set[Names] = set()
        found = False
        for fields in self._available(collection, scope, equal, orders, descending):
            before, last = fields[: len(fields) - len(orders)], fields[len(fields) - len(orders) :]
            if last == orders and equal.issuperset(before):
                found = True
                covered.update(before)
        if found and covered == equal:
            return ""
        needed = ", ".join(".".join(names) for names in (*sorted(equal), *orders))
        return f"The query requires an index of {collection} ({scope}): {needed}"

    def _available(
        self, collection: str, scope: str, equal: frozenset[Names], orders: tuple[Names, ...], descending: bool
    ) -> Iterator[tuple[Names, ...]]:
        for names in {*equal, *orders}:
            if scope in self._scopes(collection, names):
                yield (names,)
        for index in self.composite:
            serves = index.descending is descending or not orders
            if serves and index.collection == collection and index.scope == scope:
                yield index.fields


_USUAL = frozenset((COLLECTION,))


class _All(Indexes, frozen=True):
    """Indexes for whatever query, as the emulator has them."""

    fewest_bytes_to_count: int = LARGEST_DOCUMENT

    def check(self, plan: Plan) -> None:
        pass


ALL = _All()


def _read(file: dict[str, Any]) -> Indexes:
    """The indexes in a file like firestore.indexes.json.

    Of its composite indexes only the last field may be descending. Others are ascending or of items of lists.
    """
    composite = []
    for index in file["indexes"]:
        *before, last = index["fields"]
        assert all(field.get("order") == "ASCENDING" or "arrayConfig" in field for field in before), index
        fields = tuple(names_in(field["fieldPath"]) for field in index["fields"])
        backwards = last.get("order") == "DESCENDING"
        composite.append(Index(index["collectionGroup"], index["queryScope"], fields, backwards))
    single = {
        (override["collectionGroup"], names_in(override["fieldPath"])): frozenset(
            one["queryScope"] for one in override["indexes"] if one.get("order") == "ASCENDING"
        )
        for override in file["fieldOverrides"]
    }
    return Indexes(tuple(composite), single)


OURS = _read(json.loads((ROOT / "firestore.indexes.json").read_text()))
"""The indexes in firestore.indexes.json."""
