"""Counts the requests that a workflow makes to Firestore."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from google.cloud.firestore_v1.services.firestore.client import FirestoreClient


class Traffic:
    """Requests to Firestore by kind, and the size in bytes of the largest answer."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.largest_answer = 0

    def forget(self) -> None:
        self.requests.clear()
        self.largest_answer = 0

    def counting(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        """`original`, a method of Firestore's API, wrapped so that its calls and answers are counted."""

        def call(api: Any, *arguments: Any, **options: Any) -> Any:
            self.requests[name] += 1
            answer = original(api, *arguments, **options)
            if name == "commit":
                return answer
            if name == "get_document":
                self._answered([answer])
                return answer
            parts = list(answer)
            self._answered(parts)
            return iter(parts)

        return call

    def _answered(self, parts: list[Any]) -> None:
        self.largest_answer = max(self.largest_answer, sum(type(part).pb(part).ByteSize() for part in parts))


@pytest.fixture
def traffic(monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """Counts all requests from now on. It wraps Google's client, so that no request is missed."""
    traffic = Traffic()
    for name in ("batch_get_documents", "get_document", "run_query", "run_aggregation_query", "commit"):
        monkeypatch.setattr(FirestoreClient, name, traffic.counting(name, getattr(FirestoreClient, name)))
    return traffic
