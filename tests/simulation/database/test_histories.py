"""The simulated Firestore answers as the emulator does, but for the differences that have a name."""

from collections.abc import Callable

import pytest

from tests.simulation.database import firestore
from tests.simulation.database.comparing import first_difference
from tests.simulation.database.differences import DIFFERENCES, Difference, Error
from tests.simulation.database.firestore import SimulatedFirestore, SimulatedWire
from tests.simulation.database.indexes import ALL
from werkplaats.store.errors import StoreError
from werkplaats.store.wire import Must, Put, Query, Wire

LENGTH = 30
"""How many steps a history has."""


def both(emulated: Callable[[], Wire]) -> tuple[Wire, Wire]:
    """Two empty databases: a simulated one that has an index for whatever query, and one in the emulator."""
    return SimulatedWire(SimulatedFirestore(indexes=ALL)), emulated()


@pytest.mark.parametrize(
    "seeds",
    [
        *[range(first, first + 10) for first in range(0, 50, 10)],
        *[pytest.param(range(first, first + 50), marks=pytest.mark.long) for first in range(50, 1000, 50)],
    ],
    ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}",
)
def test_a_history_goes_as_in_the_emulator(emulated: Callable[[], Wire], seeds: range) -> None:
    """Each step of a random history has the same answer or error, and at the end the same documents are there."""
    for seed in seeds:
        story = first_difference(lambda: both(emulated), seed, LENGTH)
        assert not story, story


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.name)
def test_the_emulator_differs_only_in_ways_that_are_known(emulated: Callable[[], Wire], difference: Difference) -> None:
    """Each difference that is in the table is still one, so the table has none that a newer emulator no longer has."""
    assert outcome(emulated(), difference) is difference.emulator
    assert outcome(SimulatedWire(), difference) is difference.simulation


def test_the_table_of_differences_is_complete() -> None:
    """The docstring of the simulation has a row for each difference, in the same order."""
    lines = (firestore.__doc__ or "").splitlines()
    rows = [line.split(" | ")[0].removeprefix("| ") for line in lines if line.startswith("| ")]
    assert rows[2:] == [difference.name for difference in DIFFERENCES]


def outcome(wire: Wire, difference: Difference) -> Error:
    wire.commit([Put("things/there", {"n": 1}, Must.NOT_EXIST)])
    try:
        if isinstance(difference.step, Query):
            wire.query(difference.step)
        else:
            wire.commit(difference.step)
    except StoreError as error:
        return type(error)
    return None
