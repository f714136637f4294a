"""A workshop with people in it, for tests of mails and journal entries."""

import pytest

from tests.samples import World, sign_up, workshop


@pytest.fixture
def world() -> World:
    """Two seats, held by r1 and r2, and a waitlist of r3 and r4."""
    world = World(workshop())
    for number in (1, 2, 3, 4):
        world.do(sign_up(number))
    return world
