"""Workshops that tests of seats begin with."""

import pytest

from tests.samples import World, sign_up, workshop
from werkplaats.domain.seats.commands import Cancel, Promote


@pytest.fixture
def world() -> World:
    """Two seats, taken by r1 and r2; r3 and r4 wait."""
    world = World(workshop())
    for number in (1, 2, 3, 4):
        world.do(sign_up(number))
    return world


@pytest.fixture
def offered(world: World) -> World:
    """The same, with r1's seat offered to r3."""
    world.do(Cancel("r1"))
    world.do(Promote())
    return world
