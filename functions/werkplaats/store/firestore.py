"""The Wire to Firestore, which uses Google's generated client and its protobuf messages directly.

Google's usual client, google.cloud.firestore.Client, converts documents with proto-plus, field by field. That takes
1.4 ms of processor time for a sign-up, nearly half of all that a sign-up takes. The conversion in store/protobuf.py is
much faster.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import google.auth
import grpc
from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports.grpc import FirestoreGrpcTransport
from google.cloud.firestore_v1.types import (
    BatchGetDocumentsRequest,
    BatchGetDocumentsResponse,
    CommitRequest,
    CommitResponse,
    Document,
    GetDocumentRequest,
    ListCollectionIdsRequest,
    RunAggregationQueryRequest,
    RunAggregationQueryResponse,
    RunQueryRequest,
    RunQueryResponse,
    StructuredQuery,
)
from grpc.experimental import ChannelOptions

from werkplaats.settings import SettingError
from werkplaats.store.errors import (
    ConflictError,
    OutcomeUnknownError,
    RefusedError,
    StoreUnavailableError,
    TakenError,
)
from werkplaats.store.protobuf import (
    add_order,
    decode_fields,
    encode,
    field_path,
    fill,
    set_condition,
    set_guard,
    to_revision,
)
from werkplaats.store.wire import Delete, Found, Query, Revision, Write

READ_TIMEOUT = 10.0
"""How long a read may take, in seconds, retries included."""

_RETRY = Retry(
    predicate=if_exception_type(
        exceptions.DeadlineExceeded,
        exceptions.InternalServerError,
        exceptions.ResourceExhausted,
        exceptions.ServiceUnavailable,
    ),
    initial=0.1,
    maximum=2.0,
    timeout=READ_TIMEOUT,
)
"""How a read is retried. The client's own default retries for five minutes, whatever timeout is passed."""

COMMIT_TIMEOUT = 5.0
"""How long a commit may take, in seconds.

A commit is never retried. If a guarded commit took effect but its answer was lost, a retry would fail on its own guard.
That would look as if somebody else had committed first, and everything would be decided a second time.
"""

_FORBIDDEN = re.compile(r"\.|\.\.|__.*__", re.DOTALL)
_LONGEST_ID = 1500
"""The longest id that Firestore accepts, in bytes.

https://firebase.google.com/docs/firestore/quotas, under collections, documents and fields.
"""

_CHANNEL_OPTIONS = {
    "grpc.keepalive_time_ms": 30_000,
    "grpc.max_receive_message_length": -1,
    ChannelOptions.SingleThreadedUnaryStream: 1,
}
"""Without the last of these, each read but that of a single document starts a thread, because its answer is a stream.

That takes more processor time than the read itself.
"""


class FirestoreWire:
    """A Wire to the database `database` of the Google Cloud project `project`.

    If `project` is None, Google's library finds out which project this is. If FIRESTORE_EMULATOR_HOST is set, the wire
    connects to the emulator. Make it in the process that uses it, because its connection does not survive a fork.
    Raises SettingError if no project is known.
    """

    def __init__(self, project: str | None, database: str) -> None:
        emulator = os.environ.get("FIRESTORE_EMULATOR_HOST")
        self._client, default_project = _on_emulator(emulator) if emulator else _in_the_cloud()
        self.project = project or default_project
        if not self.project:
            raise SettingError(
                "GOOGLE_CLOUD_PROJECT is not set. It must be the id of the project that the store is in."
            )
        self._name = f"projects/{self.project}/databases/{database}"
        self.name = f"database {database} of project {self.project}"
        self._root = f"{self._name}/documents/"
        self._metadata = [("google-cloud-resource-prefix", self._name)]
        if emulator:
            self._metadata.append(("authorization", "Bearer owner"))
        self._read_options: dict[str, Any] = {"metadata": self._metadata, "retry": _RETRY, "timeout": READ_TIMEOUT}

    def close(self) -> None:
        self._client.transport.close()  # type: ignore[no-untyped-call]  # the library's

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        wanted = [path for path in dict.fromkeys(paths) if _is_possible(path)]
        if len(wanted) == 1:
            return self._get_one(wanted[0])
        if not wanted:
            return {}
        request = BatchGetDocumentsRequest.pb()(database=self._name, documents=[self._root + path for path in wanted])
        with _reading():
            answers = self._client.batch_get_documents(
                request=BatchGetDocumentsRequest.wrap(request),
                metadata=self._metadata,
                retry=_RETRY,
                timeout=READ_TIMEOUT,
            )
            raw = [BatchGetDocumentsResponse.pb(answer) for answer in answers]
        found = [self._found(one.found) for one in raw if one.WhichOneof("result") == "found"]
        return {one.path: one for one in found}

    def _get_one(self, path: str) -> dict[str, Found]:
        """Read one document. That needs no stream of answers, which would take more processor time."""
        request = GetDocumentRequest.pb()(name=self._root + path)
        with _reading(), suppress(exceptions.NotFound):
            answer = self._client.get_document(request=GetDocumentRequest.wrap(request), **self._read_options)
            return {path: self._found(Document.pb(answer))}
        return {}

    def query(self, query: Query) -> list[Found]:
        parent, structured = self._structured(query)
        request = RunQueryRequest.pb()(parent=parent, structured_query=structured)
        with _reading():
            answers = self._client.run_query(request=RunQueryRequest.wrap(request), **self._read_options)
            raw = [RunQueryResponse.pb(answer) for answer in answers]
        return [self._found(one.document) for one in raw if one.HasField("document")]

    def count(self, query: Query) -> int:
        parent, structured = self._structured(query)
        request = RunAggregationQueryRequest.pb()(parent=parent)
        request.structured_aggregation_query.structured_query.CopyFrom(structured)
        request.structured_aggregation_query.aggregations.add(alias="n").count.SetInParent()
        with _reading():
            answers = self._client.run_aggregation_query(
                request=RunAggregationQueryRequest.wrap(request),
                metadata=self._metadata,
                retry=_RETRY,
                timeout=READ_TIMEOUT,
            )
            raw = [RunAggregationQueryResponse.pb(answer) for answer in answers]
        return sum(int(one.result.aggregate_fields["n"].integer_value) for one in raw)

    def collections(self, below: str | None = None) -> list[str]:
        parent = f"{self._name}/documents" if below is None else self._root + below
        request = ListCollectionIdsRequest.pb()(parent=parent)
        with _reading():
            answers = self._client.list_collection_ids(
                request=ListCollectionIdsRequest.wrap(request), **self._read_options
            )
            return sorted(answers)

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        request = CommitRequest.pb()(database=self._name)
        for write in writes:
            self._add(request.writes.add(), write)
        with _committing():
            answer = self._client.commit(
                request=CommitRequest.wrap(request), metadata=self._metadata, retry=None, timeout=COMMIT_TIMEOUT
            )
        return [to_revision(result.update_time) for result in CommitResponse.pb(answer).write_results]

    def _add(self, into: Any, write: Write) -> None:
        if isinstance(write, Delete):
            into.delete = self._root + write.path
        else:
            into.update.name = self._root + write.path
            fill(into.update.fields, write.fields)
            if write.mask is not None:
                into.update_mask.field_paths.extend(field_path(names) for names in write.mask)
                into.update_mask.SetInParent()
        set_guard(into, write.guard)

    def _structured(self, query: Query) -> tuple[str, Any]:
        """The parent of the collection that `query` is about, and `query` as a protobuf message."""
        parent, _, collection = f"{self._root}{query.collection}".rpartition("/")
        asked = StructuredQuery.pb()()
        asked.from_.add(collection_id=collection, all_descendants=query.everywhere)
        for where in query.where:
            set_condition(asked.where.composite_filter.filters.add().field_filter, where)
        if query.where:
            asked.where.composite_filter.op = StructuredQuery.CompositeFilter.Operator.AND
        backwards = query.descending and query.order_by is not None
        if query.order_by is not None:
            add_order(asked, query.order_by, descending=backwards)
        if query.after is not None:
            # Firestore's default, which must be explicit if there is a start position.
            add_order(asked, "__name__", descending=backwards)
            if query.order_by is not None:
                encode(asked.start_at.values.add(), query.after.fields[query.order_by])
            asked.start_at.values.add().reference_value = self._root + query.after.path
        if query.limit is not None:
            asked.limit.value = query.limit
        if query.only is not None:
            for name in query.only or ("__name__",):
                asked.select.fields.add(field_path=name)
        return parent, asked

    def _found(self, document: Any) -> Found:
        path = document.name.removeprefix(self._root)
        return Found(path, decode_fields(document.fields), to_revision(document.update_time))


@contextmanager
def _committing() -> Iterator[None]:
    """Convert the errors that Google's client raises on a commit to the store's own errors."""
    try:
        yield
    except exceptions.AlreadyExists as error:
        raise TakenError from error
    except (exceptions.FailedPrecondition, exceptions.Aborted, exceptions.NotFound) as error:
        raise ConflictError(type(error).__name__) from error
    except _UNANSWERED as error:
        raise OutcomeUnknownError(type(error).__name__) from error
    except (exceptions.GoogleAPICallError, GoogleAuthError) as error:
        raise RefusedError(str(error)) from error


@contextmanager
def _reading() -> Iterator[None]:
    """Convert the errors that Google's client raises on a read to the store's own errors."""
    try:
        yield
    except _UNANSWERED as error:
        raise StoreUnavailableError(type(error).__name__) from error
    except (exceptions.GoogleAPICallError, GoogleAuthError) as error:
        raise RefusedError(str(error)) from error


_UNANSWERED = (exceptions.ServerError, exceptions.RetryError, exceptions.TooManyRequests, exceptions.Cancelled)


def _in_the_cloud() -> tuple[FirestoreClient, str | None]:
    try:
        credentials, project = google.auth.default()
    except GoogleAuthError as error:
        raise RefusedError(str(error)) from error
    channel = FirestoreGrpcTransport.create_channel(credentials=credentials, options=_CHANNEL_OPTIONS.items())
    return FirestoreClient(transport=FirestoreGrpcTransport(channel=channel)), project


def _on_emulator(host: str) -> tuple[FirestoreClient, str | None]:
    channel = grpc.insecure_channel(host, options=list(_CHANNEL_OPTIONS.items()))
    return FirestoreClient(transport=FirestoreGrpcTransport(channel=channel)), None


def _is_possible(path: str) -> bool:
    """Whether Firestore allows a document at `path`. Parts of it can come from a request, so they can be anything."""
    parts = path.split("/")
    try:
        return len(parts) % 2 == 0 and all(
            part and not _FORBIDDEN.fullmatch(part) and len(part.encode()) <= _LONGEST_ID for part in parts
        )
    except UnicodeEncodeError:  # half of a character, which JSON can have
        return False
