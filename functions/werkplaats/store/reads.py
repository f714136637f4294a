"""Many documents read by their paths, straight from Firestore's own protobuf messages."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC
from typing import Any

import msgspec
from google.api_core.exceptions import NotFound
from google.cloud import firestore
from google.cloud.firestore_v1.types import (
    BatchGetDocumentsRequest,
    BatchGetDocumentsResponse,
    Document,
    GetDocumentRequest,
)

from werkplaats.store.documents import Record
from werkplaats.store.errors import reading
from werkplaats.store.reading import READ_TIMEOUT, RETRY


class Reads:
    """Documents by path, relative to the database. Each is read once; those asked for together in one round trip."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._root = f"{client._database_string}/documents/"
        self._asked: set[str] = set()
        self._found: dict[str, Any] = {}

    def fetch(self, paths: Iterable[str]) -> None:
        wanted = [path for path in dict.fromkeys(paths) if path not in self._asked]
        if not wanted:
            return
        self._asked.update(wanted)
        if len(wanted) == 1:
            self._fetch_one(wanted[0])
            return
        request = BatchGetDocumentsRequest.pb()(
            database=self._client._database_string, documents=[self._root + path for path in wanted]
        )
        with reading():
            answers = self._client._firestore_api.batch_get_documents(
                request=BatchGetDocumentsRequest.wrap(request),
                metadata=self._client._rpc_metadata,
                retry=RETRY,
                timeout=READ_TIMEOUT,
            )
            for answer in answers:
                raw = BatchGetDocumentsResponse.pb(answer)
                if raw.WhichOneof("result") == "found":
                    self._found[raw.found.name.removeprefix(self._root)] = raw.found

    def _fetch_one(self, path: str) -> None:
        """One document alone comes as an answer of its own: for a stream of them the client starts a thread."""
        request = GetDocumentRequest.pb()(name=self._root + path)
        with reading(), suppress(NotFound):
            self._found[path] = Document.pb(
                self._client._firestore_api.get_document(
                    request=GetDocumentRequest.wrap(request),
                    metadata=self._client._rpc_metadata,
                    retry=RETRY,
                    timeout=READ_TIMEOUT,
                )
            )

    def record(self, path: str, record: type[Record]) -> Record | None:
        """The record at `path`, None where there is no such document."""
        document = self._found.get(path)
        return None if document is None else msgspec.convert(_decode_fields(document.fields), record)

    def update_time(self, path: str) -> Any:
        """When the document at `path`, which exists, was last written, as Firestore says it: a protobuf Timestamp."""
        return self._found[path].update_time

    def under(self, collection: str, record: type[Record]) -> dict[str, Record]:
        """The records of `collection` that were found, by id."""
        return {
            path.rpartition("/")[2]: msgspec.convert(_decode_fields(document.fields), record)
            for path, document in self._found.items()
            if path.startswith(f"{collection}/")
        }


def _decode_fields(fields: Any) -> dict[str, Any]:
    return {name: _decode(value) for name, value in fields.items()}


def _decode(value: Any) -> Any:
    match kind := value.WhichOneof("value_type"):
        case "map_value":
            return _decode_fields(value.map_value.fields)
        case "array_value":
            return [_decode(item) for item in value.array_value.values]
        case "timestamp_value":
            return value.timestamp_value.ToDatetime(UTC)
        case "null_value":
            return None
        case _:
            return getattr(value, kind)
