"""The world of the fuzz tests: one for a whole module in memory, and one on the emulator."""

from collections.abc import Iterator

import pytest

from tests.fuzz.wires import EmulatorWire, FuzzWire
from tests.fuzz.world import World


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        yield World(FuzzWire(), patch.setenv)


@pytest.fixture
def real_world(project: str) -> Iterator[World]:
    wire = EmulatorWire(project, "(default)")
    with pytest.MonkeyPatch.context() as patch:
        yield World(wire, patch.setenv)
    wire.close()
