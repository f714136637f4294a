"""The database behind a store, through Google's own client: for tests that look past the store, or break something."""

from functools import cache

from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from werkplaats.store import Store


def database(store: Store) -> firestore.Client:
    """Google's client of the database behind `store`."""
    return _client(store.wire.project)


@cache
def _client(project: str) -> firestore.Client:
    return firestore.Client(project=project, credentials=AnonymousCredentials())
