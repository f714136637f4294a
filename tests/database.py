"""The database of a store, through Google's own client, for tests that look at it or change it directly."""

from functools import cache

from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from werkplaats.store import Store


def database(store: Store) -> firestore.Client:
    """Google's client for the database of `store`."""
    return _client(store.wire.project)


@cache
def _client(project: str) -> firestore.Client:
    return firestore.Client(project=project, credentials=AnonymousCredentials())
