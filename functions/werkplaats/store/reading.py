"""How this store reads and commits: with a bound on every wait."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from google.api_core.exceptions import DeadlineExceeded, InternalServerError, ResourceExhausted, ServiceUnavailable
from google.api_core.retry import Retry, if_exception_type
from google.cloud import firestore
from google.cloud.firestore import DocumentReference, DocumentSnapshot

from werkplaats.store.documents import Snapshot
from werkplaats.store.errors import committing, reading

READ_TIMEOUT = 10.0
"""Seconds, retries of the client included."""

RETRY = Retry(
    predicate=if_exception_type(DeadlineExceeded, InternalServerError, ResourceExhausted, ServiceUnavailable),
    initial=0.1,
    maximum=2.0,
    timeout=READ_TIMEOUT,
)
"""How a read is repeated. By itself the client would go on for five minutes, whatever its timeout."""

_FORBIDDEN = re.compile(r"\.|\.\.|__.*__", re.DOTALL)
_LONGEST_ID = 1500
"""Bytes. https://firebase.google.com/docs/firestore/quotas, under collections, documents and fields."""

COMMIT_TIMEOUT = 5.0
"""Seconds. A commit is never retried by the client: see `commit`."""


def is_possible(id: str) -> bool:
    """Whether Firestore allows a document with this id."""
    return not _FORBIDDEN.fullmatch(id) and len(id.encode()) <= _LONGEST_ID


def read(reference: DocumentReference) -> Snapshot:
    """The document at `reference`; there is none under an id that Firestore does not allow, whoever made it up."""
    if not is_possible(reference.id):
        return DocumentSnapshot(reference, None, False, None, None, None)
    with reading():
        return reference.get(retry=RETRY, timeout=READ_TIMEOUT)


def read_all(client: firestore.Client, references: Iterable[DocumentReference]) -> dict[str, Snapshot]:
    """The documents at `references` by path, in one round trip."""
    wanted = list(references)
    if not wanted:
        return {}
    with reading():
        snapshots = client.get_all(wanted, retry=RETRY, timeout=READ_TIMEOUT)
        return {snapshot.reference.path: snapshot for snapshot in snapshots}


def run(query: Any) -> list[Snapshot]:
    with reading():
        return list(query.stream(retry=RETRY, timeout=READ_TIMEOUT))


def pages(query: Any, at_once: int = 100) -> Iterator[Snapshot]:
    """All documents that `query` finds, in its order, fetched `at_once` in a request as they are asked for.

    Each request begins after the last document of the one before, so that whoever passes over some of them, because
    they cannot be read, say, still comes to those behind. The caller bounds the time it takes.
    """
    while True:
        page = run(query.limit(at_once))
        yield from page
        if len(page) < at_once:
            return
        query = query.start_after(page[-1])


def count(query: Any) -> int:
    """How many documents `query` finds, counted by Firestore: one read for each thousand."""
    with reading():
        return int(query.count().get(retry=RETRY, timeout=READ_TIMEOUT)[0][0].value)


def unchanged_since(client: firestore.Client, update_time: datetime) -> Any:
    """The guard: what it is put on must still be as it was when it had this `update_time`."""
    return client.write_option(last_update_time=update_time)


def commit(batch: firestore.WriteBatch) -> list[Any]:
    """Commit `batch` once; ConflictError or OutcomeUnknownError say what a workflow is to do.

    The client would repeat a commit whose answer was lost, and a guarded commit that took effect fails on its own
    guard the second time: it would look like somebody else's, and be decided again.
    """
    with committing():
        return batch.commit(retry=None, timeout=COMMIT_TIMEOUT)
