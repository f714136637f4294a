"""Changes that participants are told of: changes/{id}."""

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
        """Changes that not everybody has a mail about yet, the earliest first."""
        snapshots = run(self._collection.where(filter=FieldFilter("announced", "==", False)))
        return tuple(sorted(readable(snapshots, Change), key=lambda change: change.version))

    def put(self, change: Change) -> None:
        batch = self._client.batch()
        batch.set(self._collection.document(change.id), to_document(change))
        commit(batch)
