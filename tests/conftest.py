"""Fixtures with the real emulator. Each test has an empty database of its own."""

import os
import uuid
from collections.abc import Callable, Iterator

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from hypothesis import settings

from local import prerequisites
from local.testing import running_emulator
from tests.samples import NOW, workshop
from tests.seats import publish_workshop, seat_queue
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire
from werkplaats.workflows.seats.queue import SeatQueue

# No test fails because the machine was busy.
settings.register_profile("without deadlines", deadline=None)
settings.load_profile("without deadlines")


def pytest_configure(config: pytest.Config) -> None:
    """With several workers, check here what is missing: the message of a worker that stops is not shown."""
    if config.getoption("numprocesses", None):
        _stop_if_something_is_missing()


def _stop_if_something_is_missing() -> None:
    """Stop the test run with one message about what is missing on this machine."""
    try:
        prerequisites.find()
    except prerequisites.MissingPrerequisiteError as error:
        pytest.exit(str(error), 2)


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """The address of a running Firestore emulator. FIRESTORE_EMULATOR_HOST has it too."""
    _stop_if_something_is_missing()
    with running_emulator() as host:
        os.environ["FIRESTORE_EMULATOR_HOST"] = host
        # On a busy machine the emulator's first commit can take longer than the store's timeout.
        firestore.Client(project="warm-up", credentials=AnonymousCredentials()).document("warm/up").set({})
        yield host
        del os.environ["FIRESTORE_EMULATOR_HOST"]


@pytest.fixture
def project(emulator: str) -> str:
    """The id of a project for this test alone, which means an empty database."""
    return f"test-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def connect(project: str) -> Iterator[Callable[[], Store]]:
    """Makes stores on the same database, as several processes would do."""
    wires: list[FirestoreWire] = []

    def connect() -> Store:
        wires.append(FirestoreWire(project, "(default)"))
        return Store(wires[-1])

    yield connect
    for wire in wires:
        wire.close()


@pytest.fixture
def store(connect: Callable[[], Store]) -> Store:
    return connect()


@pytest.fixture
def queue(store: Store) -> SeatQueue:
    """A queue whose clock stands at NOW, with the sample workshop published."""
    publish_workshop(store, workshop(), NOW)
    return seat_queue(store, lambda: NOW)
