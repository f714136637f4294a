"""A workshop published in memory, and a clock that the test controls."""

import pytest

from tests.samples import NOW, workshop
from tests.simulation.database.firestore import SimulatedWire
from tests.surroundings import OwnTime
from werkplaats.store import Store
from werkplaats.workflows.publish import create_workshop
from werkplaats.workflows.seats.commit import Committer
from werkplaats.workflows.seats.queue import SeatQueue


@pytest.fixture
def wire() -> SimulatedWire:
    return SimulatedWire()


@pytest.fixture
def store(wire: SimulatedWire) -> Store:
    """A store with the sample workshop of two seats."""
    store = Store(wire)
    create_workshop(store, workshop(), NOW, "test")
    return store


@pytest.fixture
def time() -> OwnTime:
    return OwnTime()


@pytest.fixture
def committer(store: Store, time: OwnTime) -> Committer:
    return Committer(store, time.surroundings)


@pytest.fixture
def queue(store: Store, time: OwnTime) -> SeatQueue:
    return SeatQueue(store, time.surroundings)
