"""Confirming an address: who has to, what is held until then, and who goes before whom meanwhile."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.samples import NOW, World, sign_up, why, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import PASSED_OVER, State
from werkplaats.domain.seats.commands import (
    Cancel,
    Confirm,
    Done,
    Expire,
    GivePriority,
    GiveSeat,
    KnownPerson,
    OfferSeat,
    Promote,
    Refusal,
    Rejoin,
)
from werkplaats.domain.seats.confirming import usual_at_most
from werkplaats.domain.seats.holds import TO_CONFIRM

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def always(capacity: int = 2, **changes: object) -> World:
    return World(workshop(capacity=capacity, confirm_address="always", **changes))


def held_until(world: World, id: str) -> datetime:
    until = world.registrations[id].held_until
    assert until is not None
    return until


def pass_time(world: World, time: timedelta) -> None:
    """Let `time` pass, and do what the schedule does then: end what is over and give free seats."""
    world.now += time
    world.do(*(Expire(id) for id in world.registrations), Promote())


def confirmed(world: World) -> set[str]:
    """Those with a seat whose address is confirmed, or did not have to be."""
    people = world.registrations.values()
    return {one.id for one in people if one.state is State.CONFIRMED and not one.is_unconfirmed}


def test_a_seat_is_held_from_the_first_moment() -> None:
    """Whoever signs up later goes on the waitlist, and is told of that only once the address is confirmed."""
    world = always()
    world.do(sign_up(1), sign_up(2), sign_up(3))
    assert [world.state(id) for id in ("r1", "r2", "r3")] == [State.CONFIRMED, State.CONFIRMED, State.WAITLISTED]
    assert all(one.is_unconfirmed for one in world.registrations.values())
    assert world.ledger.unconfirmed == 3
    assert world.kinds("r1") == world.kinds("r3") == ["confirm_address"]
    world.do(Confirm("r1"), Confirm("r3"))
    assert world.kinds("r1") == ["confirm_address", "confirmed"]
    assert world.kinds("r3") == ["confirm_address", "waitlisted"]
    assert confirmed(world) == {"r1"}


def test_a_click_is_for_the_state_that_the_page_showed() -> None:
    """A click on an older page is refused, as for offers; a repeated one is a quiet success."""
    world = always()
    world.do(sign_up(1))
    shown = world.registrations["r1"].state_version
    assert why(world.do(Confirm("r1", shown - 1))) is Refusal.CHANGED
    assert isinstance(world.do(Confirm("r1", shown)), Done)
    version = world.ledger.version
    assert isinstance(world.do(Confirm("r1", shown)), Done)
    assert world.ledger.version == version
    assert why(world.do(Cancel("r1", shown))) is Refusal.CHANGED


@pytest.mark.parametrize(
    ("left", "hours"), [(timedelta(days=100), 24), (timedelta(hours=40), 10), (timedelta(hours=8), 2)]
)
def test_an_address_can_be_confirmed_for_a_day_or_a_quarter_of_the_time(left: timedelta, hours: int) -> None:
    """The closing date plays no part: sign-up may have closed when somebody confirms."""
    world = always(sign_up={"opens": "2027-01-01", "closes": "2027-08-29", "by_hand": "open"})
    world.now = world.workshop.begins_at - left
    world.do(sign_up(1))
    by_then = world.now + timedelta(hours=hours)
    assert by_then <= held_until(world, "r1") <= min(by_then + timedelta(hours=12), world.workshop.begins_at)


def test_after_sign_up_has_closed_an_address_can_still_be_confirmed() -> None:
    world = always(sign_up={"opens": "2027-01-01", "closes": "2027-03-01"})
    world.do(sign_up(1))
    world.now += timedelta(hours=20)
    assert world.workshop.sign_up_phase(world.now) == "closed"
    assert isinstance(world.do(Confirm("r1")), Done)


def test_the_hold_ends_at_its_very_moment() -> None:
    """A moment before, the address can be confirmed; from then on it cannot, and the seat is free."""
    world = always(capacity=1)
    world.do(sign_up(1), sign_up(2), Confirm("r2"))
    until = held_until(world, "r1")
    early, late = World(world.workshop, until - timedelta(microseconds=1)), World(world.workshop, until)
    for one in (early, late):
        one.ledger, one.registrations, one.mailboxes = world.ledger, dict(world.registrations), dict(world.mailboxes)
    assert isinstance(early.do(Confirm("r1")), Done)
    assert why(late.do(Confirm("r1"), Promote())[0]) is Refusal.HOLD_OVER
    assert [late.state(id) for id in ("r1", "r2")] == [State.EXPIRED, State.OFFERED]
    assert late.kinds("r1") == ["not_confirmed"]
    assert why(late.do(Confirm("r1"))) is Refusal.HOLD_OVER


def test_an_ended_hold_frees_what_it_held_once() -> None:
    world = always(capacity=1)
    world.do(sign_up(1), sign_up(2))
    pass_time(world, TO_CONFIRM + 12 * HOUR)
    ledger = world.ledger
    assert (ledger.confirmed, ledger.waitlisted, ledger.unconfirmed, ledger.passed_over) == (0, 0, 0, 0)
    assert [entry.kind for entry in world.journal.values()].count(Happened.NOT_CONFIRMED) == 2
    version = world.ledger.version
    pass_time(world, TO_CONFIRM)
    assert world.ledger.version == version


def test_whoever_is_passed_over_keeps_the_number() -> None:
    """A seat that comes free meanwhile goes to the next who really waits; whoever confirms then is first again."""
    world = always(capacity=1)
    for number in (1, 2, 3, 4):
        world.do(sign_up(number))
    world.do(Confirm("r1"), Confirm("r3"), Confirm("r4"))
    assert world.registrations["r2"].sequence == 2 + PASSED_OVER
    world.do(Cancel("r1"), Promote())
    assert [world.state(id) for id in ("r2", "r3", "r4")] == [State.WAITLISTED, State.OFFERED, State.WAITLISTED]
    world.do(Confirm("r2"))
    assert world.waitlist() == ["r2", "r4"]
    world.do(Cancel("r3"), Promote())
    assert world.state("r2") is State.OFFERED


def test_confirming_and_promoting_in_one_commit() -> None:
    """Whoever confirms in the commit that gives a seat is at their number in it."""
    world = always(capacity=1)
    for number in (1, 2, 3):
        world.do(sign_up(number))
    world.do(Confirm("r1"), Confirm("r3"))
    world.do(Cancel("r1"), Confirm("r2"), Promote())
    assert [world.state(id) for id in ("r2", "r3")] == [State.OFFERED, State.WAITLISTED]


def test_nobody_waits_behind_people_who_are_passed_over() -> None:
    """A free seat for which nobody waits but who is passed over goes to whoever signs up."""
    world = World(workshop(capacity=1))
    world.do(sign_up(1), replace(sign_up(2), suspicious=True))
    world.do(Cancel("r1"), Promote())
    assert world.state("r2") is State.WAITLISTED
    assert not world.ledger.could_promote
    world.do(sign_up(3))
    assert world.state("r3") is State.CONFIRMED


def test_who_fills_in_what_people_do_not_see_confirms_whatever_the_setting() -> None:
    world = World(workshop())
    world.do(sign_up(1), replace(sign_up(2), suspicious=True))
    assert [world.registrations[id].is_unconfirmed for id in ("r1", "r2")] == [False, True]


def test_whoever_is_known_is_mailed_the_link_all_the_same() -> None:
    world = always()
    world.do(sign_up(1))
    assert isinstance(world.do(sign_up(1, submission="-2")), KnownPerson)


def test_cancelling_ends_the_hold() -> None:
    world = always()
    world.do(sign_up(1), Cancel("r1"))
    assert (world.ledger.confirmed, world.ledger.unconfirmed) == (0, 0)
    assert why(world.do(Confirm("r1"))) is Refusal.ENDED


def test_whoever_comes_back_by_the_link_need_not_confirm_again() -> None:
    world = always(capacity=1)
    world.do(sign_up(1))
    pass_time(world, TO_CONFIRM + 12 * HOUR)
    world.do(Rejoin("r1"))
    assert confirmed(world) == {"r1"}


def test_an_organiser_who_gives_a_seat_vouches_for_the_address() -> None:
    """Also where no other seat is free, if the person holds one."""
    world = always(capacity=1)
    world.do(sign_up(1), sign_up(2))
    assert why(world.do(GiveSeat("r2"))) is Refusal.FULL
    assert isinstance(world.do(GiveSeat("r1")), Done)
    assert confirmed(world) == {"r1"}
    assert world.ledger.confirmed == 1


def test_nothing_is_offered_to_who_is_passed_over_and_priority_waits_for_the_address() -> None:
    world = always(capacity=1)
    for number in (1, 2, 3):
        world.do(sign_up(number))
    world.do(Confirm("r1"), Confirm("r2"), GivePriority("r3"), Cancel("r1"))
    assert why(world.do(OfferSeat("r3"))) is Refusal.PASSED_OVER
    world.do(Confirm("r3"), Promote())
    assert [world.state(id) for id in ("r2", "r3")] == [State.WAITLISTED, State.OFFERED]


@pytest.mark.parametrize(("capacity", "usual"), [(1, 5), (20, 5), (23, 5), (24, 6), (100, 25)])
def test_a_quarter_of_the_seats_and_at_least_five_is_usual(capacity: int, usual: int) -> None:
    assert usual_at_most(capacity) == usual


def busy(capacity: int = 24) -> World:
    return World(workshop(capacity=capacity, confirm_address="busy"))


def unconfirmed(world: World) -> list[str]:
    return sorted(one.id for one in world.registrations.values() if one.is_unconfirmed)


def test_from_the_sign_up_that_makes_more_than_usual_everybody_confirms() -> None:
    """Of 24 seats six in ten minutes are usual; the seventh has to confirm, and organisers are told once."""
    world = busy()
    for number in range(1, 10):
        world.do(sign_up(number))
    assert unconfirmed(world) == ["r7", "r8", "r9"]
    assert [entry.kind for entry in world.journal.values()].count(Happened.BUSY) == 1


@pytest.mark.parametrize(("later", "asked"), [(10 * MINUTE - SECOND, True), (10 * MINUTE, False)])
def test_sign_ups_count_for_ten_minutes(later: timedelta, asked: bool) -> None:
    world = busy()
    for number in range(1, 7):
        world.do(sign_up(number))
    world.now += later
    world.do(sign_up(7))
    assert (unconfirmed(world) == ["r7"]) is asked


@pytest.mark.parametrize(("after", "asked"), [(HOUR - SECOND, True), (HOUR, False)])
def test_it_is_over_after_an_hour_of_calm(after: timedelta, asked: bool) -> None:
    world = busy()
    for number in range(1, 8):
        world.do(sign_up(number))
    world.now += after
    world.do(sign_up(8))
    assert ("r8" in unconfirmed(world)) is asked


def test_forms_that_are_sent_again_and_people_who_are_known_do_not_count() -> None:
    world = busy()
    for _ in range(10):
        world.do(sign_up(1))
        world.do(sign_up(1, submission="-2"))
    assert world.ledger.sign_ups == (NOW,)


def test_a_script_gets_at_most_six_seats() -> None:
    """Sixty made-up people in ten minutes: six seats without a confirmed address, and no other after their holds."""
    world = busy()
    for number in range(1, 61):
        world.do(sign_up(number))
        world.now += timedelta(seconds=10)
    assert len(confirmed(world)) == 6
    assert world.ledger.held <= 24
    pass_time(world, TO_CONFIRM + 12 * HOUR)
    assert len(confirmed(world)) == world.ledger.held == 6
    assert world.ledger.waitlisted == 0


@given(st.sets(st.integers(1, 300)), st.randoms())
def test_an_honest_rush_ends_as_first_come_first_served(wanting: set[int], random: st.DataObject) -> None:
    """Of 300 people some confirm, in any order, before the first hold ends.

    In the end seats and waitlist are as if only those had signed up who had nothing to confirm or did confirm.
    """
    world = World(workshop(capacity=24, confirm_address="busy", promotion={"by": "direct"}))
    for number in range(1, 301):
        world.do(sign_up(number))
        world.now += timedelta(seconds=2)
    confirming = [id for id in unconfirmed(world) if int(id[1:]) in wanting]
    random.shuffle(confirming)  # type: ignore[attr-defined]  # a random.Random
    for id in confirming:
        world.do(Confirm(id), Promote())
    pass_time(world, TO_CONFIRM + 12 * HOUR)
    there = [f"r{number}" for number in range(1, 301) if number <= 6 or number in wanting]
    assert confirmed(world) == set(there[:24])
    assert world.waitlist() == there[24:]


def test_a_full_waitlist_takes_nobody() -> None:
    """But whoever would get a seat can sign up, and so can whoever sends the same form again."""
    world = World(workshop(capacity=1, waitlist={"at_most": 1}))
    world.do(sign_up(1), sign_up(2))
    assert why(world.do(sign_up(3))) is Refusal.WAITLIST_FULL
    assert "r3" not in world.registrations
    assert isinstance(world.do(sign_up(2)), Done)
    world.do(Cancel("r2"))
    assert isinstance(world.do(sign_up(3)), Done)
