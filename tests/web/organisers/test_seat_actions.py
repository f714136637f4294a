"""Which actions the desk shows for somebody on the waitlist."""

from msgspec.structs import replace

from tests.samples import NOW, World, sign_up, workshop
from werkplaats.domain.registration import Paused
from werkplaats.web.organisers.seat_actions import can_give_priority, can_offer


def test_nothing_is_offered_to_who_is_passed_over() -> None:
    """An offer would be refused. Priority can be given: it changes only the number."""
    world = World(workshop(capacity=1))
    world.do(sign_up(1), sign_up(2))
    waiting = world.registrations["r2"]
    passed = replace(waiting, paused=Paused.ADDRESS)
    assert can_offer(world.workshop, waiting, NOW)
    assert not can_offer(world.workshop, passed, NOW)
    assert can_give_priority(world.workshop, passed, NOW)
