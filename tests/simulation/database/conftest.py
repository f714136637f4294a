"""Databases in the emulator, of which a test can have many."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from werkplaats.store.firestore import FirestoreWire


@pytest.fixture
def emulated(emulator: str) -> Iterator[Callable[[], FirestoreWire]]:
    """Makes empty databases in the emulator."""
    wires: list[FirestoreWire] = []

    def make() -> FirestoreWire:
        while len(wires) > 1:  # the one before may still be used
            wires.pop(0).close()
        wires.append(FirestoreWire(f"test-{uuid.uuid4().hex[:12]}", "(default)"))
        return wires[-1]

    yield make
    for wire in wires:
        wire.close()
