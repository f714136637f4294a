"""Published workshops: workshops/{id}."""

from google.cloud import firestore

from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.store.documents import found, readable, to_document
from werkplaats.store.reading import commit, read, run


class Workshops:
    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("workshops")

    def get(self, id: str) -> Workshop | None:
        return found(read(self._collection.document(id)), Workshop)

    def all(self) -> tuple[Workshop, ...]:
        """Every published workshop, the earliest first."""
        workshops = readable(run(self._collection), Workshop)
        return tuple(sorted(workshops, key=lambda workshop: (workshop.first_day, workshop.id)))

    def create(self, workshop: Workshop, ledger: Ledger) -> None:
        """Publish a workshop for the first time, with its ledger; ConflictError if it is there already."""
        batch = self._client.batch()
        batch.set(self._collection.document(workshop.id), to_document(workshop))
        batch.create(self._client.collection("ledgers").document(ledger.id), to_document(ledger))
        commit(batch)
