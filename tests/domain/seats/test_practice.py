"""Making a practice workshop real."""

from tests.samples import World, sign_up, why, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.seats.commands import Done, ErasePerson, MakeReal, Publish, Refusal


def practising() -> World:
    """A practice workshop with two seats, held by r1 and r2, and with r3 on the waitlist."""
    world = World(workshop(practice=True))
    for number in (1, 2, 3):
        world.do(sign_up(number))
    return world


def test_it_is_made_real_once_nobody_is_left_who_tried_it_out() -> None:
    """Making real needs everybody erased; then all seats are free and sequence numbers continue."""
    world = practising()
    assert why(world.do(MakeReal())) is Refusal.PEOPLE_LEFT
    world.do(*(ErasePerson(f"r{number}", who_practised=True) for number in (1, 2, 3)))
    assert world.do(MakeReal()) == Done()
    assert not world.workshop.practice
    assert (world.ledger.free, world.ledger.waitlisted, world.ledger.next_sequence) == (2, 0, 4)
    assert [one.kind for one in world.journal.values()][-1] is Happened.MADE_REAL
    version = world.ledger.version
    assert world.do(MakeReal()) == Done()
    assert world.ledger.version == version


def test_real_people_are_not_erased_by_who_still_thinks_it_practises() -> None:
    """Erasing as part of ending practice is refused once the workshop was made real."""
    world = World(workshop(practice=True))
    world.do(MakeReal())
    world.do(sign_up(1))
    before = world.registrations["r1"]
    assert why(world.do(ErasePerson("r1", who_practised=True))) is Refusal.PRACTICE
    assert world.registrations["r1"] == before


def test_publishing_neither_makes_it_real_nor_lets_it_practise() -> None:
    """Publishing a workshop whose `practice` differs from the published one is refused."""
    world = practising()
    assert why(world.do(Publish(workshop()))) is Refusal.PRACTICE
    real = World(workshop())
    assert why(real.do(Publish(workshop(practice=True)))) is Refusal.PRACTICE
