"""Changes that participants are told of: changes/{id}."""

from collections.abc import Iterable

from google.cloud import firestore
from google.cloud.firestore import FieldFilter

from werkplaats.domain.changes import Change
from werkplaats.store.documents import found, readable, to_document
from werkplaats.store.reading import commit, read, run


class Changes:
    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("changes")

    def get(self, id: str) -> Change | None:
        return found(read(self._collection.document(id)), Change)

    def unannounced(self) -> tuple[Change, ...]:
        """Changes that not everybody has a mail about yet, by workshop, the earliest first."""
        snapshots = run(self._collection.where(filter=FieldFilter("announced", "==", False)))
        return tuple(sorted(readable(snapshots, Change), key=lambda change: (change.workshop, change.version)))

    def put(self, changes: Iterable[Change]) -> None:
        """Write `changes`, all or none."""
        batch = self._client.batch()
        for change in changes:
            batch.set(self._collection.document(change.id), to_document(change))
        commit(batch)
