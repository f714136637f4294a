"""The workshops with which tests of seats begin."""

import pytest

from tests.samples import World, sign_up, workshop
from werkplaats.domain.seats.commands import Cancel, Promote


@pytest.fixture
def world() -> World:
    """Two seats, held by r1 and r2, and a waitlist of r3 and r4."""
    world = World(workshop())
    for number in (1, 2, 3, 4):
        world.do(sign_up(number))
    return world


@pytest.fixture
def offered(world: World) -> World:
    """The world in which r1 has cancelled, and the seat is offered to r3."""
    world.do(Cancel("r1"))
    world.do(Promote())
    return world
