"""What organisers decide about seats."""

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
    """A capacity below the number of seats held is refused."""
    assert world.do(Publish(workshop(capacity=1))) == BelowHeld(held=2)
    assert world.ledger.capacity == 2


def test_organisers_are_told_of_another_capacity_and_of_nothing_else_that_is_published(world: World) -> None:
    """Publishing another capacity makes a journal entry with both numbers, and another title makes none."""
    before = set(world.journal)
    world.do(Publish(workshop(title="Anders")))
    assert set(world.journal) == before
    world.do(Publish(workshop(capacity=4)))
    [entry] = [one for id, one in world.journal.items() if id not in before]
    assert (entry.kind, entry.registration, entry.detail) == (Happened.CAPACITY_CHANGED, None, "2 → 4")


def test_giving_a_seat_answers_with_the_registration_as_it_stands(world: World) -> None:
    """The outcome has the registration as it is now, whether the seat is given or refused."""
    assert world.do(GiveSeat("r4")) == Refused(Refusal.FULL, world.registrations["r4"])
    world.do(Cancel("r1"))
    assert world.do(GiveSeat("r4")) == Done(world.registrations["r4"])
    world.do(sign_up(1, submission="-new"))
    world.do(Publish(workshop(capacity=9)))
    assert world.do(GiveSeat("r1")) == Refused(Refusal.SIGNED_UP_ANEW, world.registrations["r1"])


def test_more_capacity_promotes(world: World) -> None:
    """After two seats were added, the two people on the waitlist are promoted."""
    world.do(Publish(workshop(capacity=4)))
    assert world.do(Promote()) == Promoted(2)


def test_publishing_is_one_decision_among_others(world: World) -> None:
    """Later commands of a group see the new workshop, and several changes are told as one."""
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
    """Publishing what is published already writes nothing, whatever version was seen."""
    version = world.ledger.version
    assert world.do(Publish(workshop(), seen=99)) == Replaced(changed=False)
    assert world.ledger.version == version


def test_what_was_published_since_it_was_looked_at_is_not_replaced(world: World) -> None:
    """Publishing is refused if somebody else has published since, so that no change is undone unseen."""
    seen = world.ledger.published
    assert world.do(Publish(workshop(title="Eerst"), seen=seen)) == Replaced(changed=True)
    assert why(world.do(Publish(workshop(title="Dan"), seen=seen))) is Refusal.CHANGED
    assert world.workshop.title == "Eerst"
    assert world.do(Publish(workshop(title="Dan"), seen=world.ledger.published)) == Replaced(changed=True)


def test_a_workshop_that_cannot_be_read_is_replaced_whole(world: World) -> None:
    """A workshop that cannot be read is replaced, and no change is told, since there is nothing to compare."""
    seating = replace(world.seating(), unreadable=True)
    plan = decide(seating, (Publish(world.workshop),), NOW)
    assert plan.outcomes == (Replaced(changed=True),)
    assert (plan.workshop, plan.change) == (world.workshop, None)


def test_an_organiser_gives_a_free_seat_out_of_turn_and_no_other(world: World) -> None:
    """An organiser can give a free seat to anybody who waits or has left, and an offered seat to its holder."""
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
    """A seat is not given to an old registration if the person has a newer one that is live."""
    world.do(Cancel("r1"))
    world.do(sign_up(1, submission="-new"))
    world.do(Publish(workshop(capacity=9)))
    assert why(world.do(GiveSeat("r1"))) is Refusal.SIGNED_UP_ANEW
