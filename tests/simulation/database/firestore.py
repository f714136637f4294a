"""A Firestore in memory, for tests and for simulations that need very many calls.

For the Wire it does what Firestore and `store/firestore.py` do together: the same answers, the same errors of the
store (`store/errors.py`), and ValueError, UnicodeEncodeError and TypeError for the same mistakes. `test_histories.py`
compares it with the emulator. Where the emulator differs from Firestore's documentation, this does what is documented
(`differences.py` has an example of each):

| what | the emulator | here | documented in |
| --- | --- | --- | --- |
| a query whose index is not in `firestore.indexes.json` | answers it | RefusedError, which names the index | 1 |
| a query of a field that has no single-field index | answers it | RefusedError, which names the index | 1 |
| a document with more than 40,000 index entries | accepts it | RefusedError, as for 8 MiB of entries | 2 |
| a request of more than 4 MiB | OutcomeUnknownError, from gRPC | accepted | 2 |
| a request of more than 10 MiB | OutcomeUnknownError, from gRPC | RefusedError | 2 |
| an id that is `____` | accepts it | RefusedError, because it matches `__.*__` | 2 |
| a field called `____` | accepts it | RefusedError, because it matches `__.*__` | 2 |
| deleting a document whose id is too long | accepts it | RefusedError, as for writing it | 2 |
| a path of more than 6 KiB | accepts it | RefusedError | 2 |
| a mask with a path of exactly 1,500 bytes | RefusedError | accepted | 2 |
| a later revision than the document has | RefusedError | ConflictError, as for any other | 3 |
| the revision 0 of a document that does not exist | accepts it | ConflictError: it must exist | 3 |
| `__name__` in a mask | ignores it | RefusedError, because it matches `__.*__` | 2 |
| a query of the collection '' | finds all documents | RefusedError: no Wire has such a query | |
| more than 500 writes in a commit | accepts them | RefusedError: our own bound | |

1. https://firebase.google.com/docs/firestore/query-data/index-overview
2. https://firebase.google.com/docs/firestore/quotas
3. https://firebase.google.com/docs/firestore/reference/rest/v1/Precondition

That a write that changes nothing keeps the document's update time is documented
(https://firebase.google.com/docs/firestore/reference/rest/v1/WriteResult), and the emulator does so. What the
documentation does not say is as the emulator does it: several writes to one document in one commit, which error is
found first, queries for null and nan (which find nothing), and long values in queries. Fields with a TTL policy are
not deleted by themselves.
"""

import threading
from collections.abc import Callable, Iterable, Sequence

from tests.simulation.database import limits
from tests.simulation.database.changes import MICROSECOND, Change, Document, changes_in, check_guard
from tests.simulation.database.indexes import OURS, Indexes
from tests.simulation.database.queries import Plan
from tests.simulation.database.values import copied, same
from werkplaats.store.wire import Found, Query, Revision, Write


class SimulatedFirestore:
    """A database in memory. Threads may share it.

    Each commit gets the revision `next_revision()`, or the one after the last if that is later. Revisions are in
    nanoseconds, and whole microseconds as Firestore's are. Without `next_revision` they count the commits. Queries may
    use `indexes`. If it `lends`, readers get the documents that it keeps, instead of copies, which takes time; they
    must not change them.
    """

    def __init__(
        self, next_revision: Callable[[], int] = lambda: 0, indexes: Indexes = OURS, *, lends: bool = False
    ) -> None:
        self._next_revision = next_revision
        self._given = _itself if lends else _copy
        self._indexes = indexes
        self._last = 0
        self._documents: dict[str, Document] = {}
        self._collections: dict[str, dict[str, Found]] = {}
        """The documents of each collection, by path. The keys are the paths of the collections."""
        self._named: dict[str, set[str]] = {}
        """The paths of all collections with the same last part, by that part."""
        self._lock = threading.RLock()

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        with self._lock:
            there = [self._documents.get(path) for path in dict.fromkeys(paths) if limits.is_possible(path)]
            return {one.found.path: self._given(one.found) for one in there if one is not None}

    def peek(self, paths: Iterable[str]) -> dict[str, Found]:
        """As `get`, but the documents are the database's own: do not change them."""
        return {path: self._documents[path].found for path in paths if path in self._documents}

    def query(self, query: Query) -> list[Found]:
        plan = Plan(query)
        with self._lock:
            found = plan.select(self._candidates(plan))
            if query.only is None:
                return [self._given(one) for one in found]
            return [self._given(Found(one.path, plan.project(one.fields), one.revision)) for one in found]

    def count(self, query: Query) -> int:
        plan = Plan(query)
        with self._lock:
            return len(plan.select(self._candidates(plan)))

    def collections(self, below: str | None = None) -> list[str]:
        start = "" if below is None else f"{below}/"
        with self._lock:
            return sorted(
                {path.removeprefix(start).partition("/")[0] for path in self._documents if path.startswith(start)}
            )

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        changes = changes_in(writes)
        with self._lock:
            after = {path: self._after(path, of_it) for path, of_it in changes.items()}
            at = self._tick() if writes else Revision(0)
            remade = {path for path, of_it in changes.items() if any(change.is_deletion for change in of_it)}
            written = {path: self._put(path, document, at, path in remade) for path, document in after.items()}
            return [written[write.path] for write in writes]

    def all(self) -> dict[str, Found]:
        """All documents by path, in the order of their paths. They are the database's own, as those of `peek`."""
        return {path: self._documents[path].found for path in sorted(self._documents, key=limits.parts_of)}

    def _candidates(self, plan: Plan) -> Iterable[Found]:
        self._indexes.check(plan)
        if not plan.everywhere:
            return self._collections.get(plan.collection, {}).values()
        return (one for name in self._named.get(plan.name, ()) if plan.is_under(name) for one in self._in(name))

    def _in(self, collection: str) -> Iterable[Found]:
        return self._collections[collection].values()

    def _after(self, path: str, changes: list[Change]) -> Document | None:
        """The document at `path` after `changes`, whose revision is not final yet.

        Only the guard of the first of `changes` counts: those of the others follow from it, or are refused.
        """
        there = self._documents.get(path)
        check_guard(changes[0].guard, there)
        after = there
        for change in changes:
            after = change.apply(path, after)
        if after is not None and after is not there:
            after.check(self._indexes)
        return after

    def _put(self, path: str, document: Document | None, at: Revision, remade: bool) -> Revision:
        """Store `document` at `path`, or delete the one there. Returns its revision, which is 0 for a deletion.

        A document that is as it was keeps its revision, unless it was `remade`: deleted and written in one commit.
        """
        there = self._documents.get(path)
        if document is None:
            if there is not None:
                self._remove(path)
            return Revision(0)
        if there is not None and not remade and same(there.found.fields, document.found.fields):
            return there.found.revision
        document.found = Found(path, document.found.fields, at)
        collection = path.rpartition("/")[0]
        if collection not in self._collections:
            self._collections[collection] = {}
            self._named.setdefault(collection.rpartition("/")[2], set()).add(collection)
        self._documents[path] = document
        self._collections[collection][path] = document.found
        return at

    def _remove(self, path: str) -> None:
        del self._documents[path]
        collection = path.rpartition("/")[0]
        del self._collections[collection][path]
        if not self._collections[collection]:
            del self._collections[collection]
            self._named[collection.rpartition("/")[2]].remove(collection)

    def _tick(self) -> Revision:
        now = self._next_revision() // MICROSECOND * MICROSECOND
        self._last = max(now, self._last + MICROSECOND)
        return Revision(self._last)


class SimulatedWire:
    """A Wire to `database`, or to an empty one of its own.

    `before_get` and `before_commit` are called just before each get and commit, and may raise an error.
    """

    name = "simulated"

    def __init__(self, database: SimulatedFirestore | None = None) -> None:
        self.database = database or SimulatedFirestore()
        self.before_get: Callable[[], None] = lambda: None
        self.before_commit: Callable[[Sequence[Write]], None] = lambda writes: None

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        self.before_get()
        return self.database.get(paths)

    def query(self, query: Query) -> list[Found]:
        return self.database.query(query)

    def count(self, query: Query) -> int:
        return self.database.count(query)

    def collections(self, below: str | None = None) -> list[str]:
        return self.database.collections(below)

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        self.before_commit(writes)
        return self.database.commit(writes)


def _itself(found: Found) -> Found:
    return found


def _copy(found: Found) -> Found:
    return Found(found.path, copied(found.fields), found.revision)
