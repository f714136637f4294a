"""A workshop with people in it, for tests of the mails and entries that commands bring."""

import pytest

from tests.samples import World, sign_up, workshop


@pytest.fixture
def world() -> World:
    """Two seats, taken by r1 and r2; r3 and r4 wait."""
    world = World(workshop())
    for number in (1, 2, 3, 4):
        world.do(sign_up(number))
    return world
