"""What organisers decide."""

from datetime import date

from msgspec.structs import replace

from tests.samples import NOW, World, sign_up, why, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import (
    BelowHeld,
    Cancel,
    Done,
    GiveSeat,
    Promote,
    Promoted,
    Publish,
    Refusal,
    Refused,
    Replaced,
)
from werkplaats.domain.seats.rules import decide


def test_capacity_below_what_is_held_is_refused(world: World) -> None:
    """No seat that is somebody's is taken away."""
    assert world.do(Publish(workshop(capacity=1))) == BelowHeld(held=2)
    assert world.ledger.capacity == 2


def test_organisers_are_told_of_another_capacity_and_of_nothing_else_that_is_published(world: World) -> None:
    """The journal says from how many seats to how many; a new title is no news there."""
    before = set(world.journal)
    world.do(Publish(workshop(title="Anders")))
    assert set(world.journal) == before
    world.do(Publish(workshop(capacity=4)))
    [entry] = [one for id, one in world.journal.items() if id not in before]
    assert (entry.kind, entry.registration, entry.detail) == (Happened.CAPACITY_CHANGED, None, "2 → 4")


def test_giving_a_seat_answers_with_the_registration_as_it_stands(world: World) -> None:
    """Granted or refused, the page shows it."""
    assert world.do(GiveSeat("r4")) == Refused(Refusal.FULL, world.registrations["r4"])
    world.do(Cancel("r1"))
    assert world.do(GiveSeat("r4")) == Done(world.registrations["r4"])
    world.do(sign_up(1, submission="-new"))
    world.do(Publish(workshop(capacity=9)))
    assert world.do(GiveSeat("r1")) == Refused(Refusal.SIGNED_UP_ANEW, world.registrations["r1"])


def test_more_capacity_promotes(world: World) -> None:
    """Two more seats reach the two who wait."""
    world.do(Publish(workshop(capacity=4)))
    assert world.do(Promote()) == Promoted(2)


def test_publishing_is_one_decision_among_others(world: World) -> None:
    """Whoever is decided after it in the same round is decided by the new workshop; participants are told the sum."""
    before = world.workshop
    moved = workshop(capacity=3, first_day=date(2027, 8, 30))
    again = workshop(capacity=3, first_day=date(2027, 8, 28))
    plan = decide(world.seating(), (Publish(moved), Publish(again), Promote(), Publish(again)), NOW)
    assert plan.outcomes == (Replaced(changed=True), Replaced(changed=True), Promoted(1), Replaced(changed=False))
    assert plan.ledger is not None
    assert (plan.ledger.capacity, plan.ledger.published) == (3, plan.ledger.version)
    assert plan.workshop == again
    assert plan.change is not None
    assert (plan.change.before.first_day, plan.change.after.first_day) == (before.first_day, again.first_day)


def test_publishing_the_same_again_writes_nothing(world: World) -> None:
    """Also if somebody else did so first, and whatever was seen."""
    version = world.ledger.version
    assert world.do(Publish(workshop(), seen=99)) == Replaced(changed=False)
    assert world.ledger.version == version


def test_what_was_published_since_it_was_looked_at_is_not_replaced(world: World) -> None:
    """Somebody else's change would be undone without anybody having seen it."""
    seen = world.ledger.published
    assert world.do(Publish(workshop(title="Eerst"), seen=seen)) == Replaced(changed=True)
    assert why(world.do(Publish(workshop(title="Dan"), seen=seen))) is Refusal.CHANGED
    assert world.workshop.title == "Eerst"
    assert world.do(Publish(workshop(title="Dan"), seen=world.ledger.published)) == Replaced(changed=True)


def test_a_workshop_that_cannot_be_read_is_replaced_whole(world: World) -> None:
    """There is nothing to compare with, so it is written, and nobody is told of a change nobody can name."""
    seating = replace(world.seating(), unreadable=True)
    plan = decide(seating, (Publish(world.workshop),), NOW)
    assert plan.outcomes == (Replaced(changed=True),)
    assert (plan.workshop, plan.change) == (world.workshop, None)


def test_an_organiser_gives_a_free_seat_out_of_turn_and_no_other(world: World) -> None:
    """To who waits or has left, if a seat is free; who was offered one needs no further seat."""
    assert why(world.do(GiveSeat("r4"))) is Refusal.FULL
    world.do(Cancel("r1"))
    assert isinstance(world.do(GiveSeat("r4")), Done)
    assert (world.state("r4"), world.waitlist(), world.ledger.free) == (State.CONFIRMED, ["r3"], 0)
    world.do(Cancel("r2"))
    world.do(Promote())
    assert isinstance(world.do(GiveSeat("r3")), Done)
    assert world.ledger.held == 2
    world.do(Publish(workshop(capacity=3)))
    assert isinstance(world.do(GiveSeat("r1")), Done)
    assert world.registrations["r1"].sequence == 5, "behind everybody who was there"
    version = world.ledger.version
    assert isinstance(world.do(GiveSeat("r1")), Done)
    assert world.ledger.version == version


def test_a_seat_is_not_given_to_somebody_who_signed_up_anew(world: World) -> None:
    """One person has one live registration."""
    world.do(Cancel("r1"))
    world.do(sign_up(1, submission="-new"))
    world.do(Publish(workshop(capacity=9)))
    assert why(world.do(GiveSeat("r1"))) is Refusal.SIGNED_UP_ANEW
