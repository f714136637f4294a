"""Confirming an address: who has to, what is held meanwhile, and what comes of a rush of made-up or real people."""

from datetime import datetime, timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.samples import NOW, World, added, person, sign_up, why, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import PASSED_OVER, Hold, Registration, State
from werkplaats.domain.reminding import not_placed
from werkplaats.domain.seats import holds
from werkplaats.domain.seats.commands import (
    Accept,
    Cancel,
    Confirm,
    Correct,
    Done,
    ErasePerson,
    Expire,
    GivePriority,
    GiveSeat,
    KnownPerson,
    MakeReal,
    OfferSeat,
    Promote,
    Publish,
    Refusal,
    Rejoin,
)
from werkplaats.domain.seats.confirming import usual_at_most
from werkplaats.domain.survey.waves import invite
from werkplaats.domain.times import AMSTERDAM

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    """Two seats, held for r1 and r2 until they confirm, and r3 and r4 on the waitlist, who have to confirm too."""
    world = World(workshop(confirm_address="always"))
    for number in (1, 2, 3, 4):
        world.do(sign_up(number))
    return world


def settle(world: World) -> None:
    """End the holds that are over, and give free seats, as the schedule does."""
    world.do(*[Expire(id) for id in sorted(world.registrations)], Promote())
    while world.ledger.could_promote and world.do(Promote()).count:
        pass


def seated(world: World) -> list[str]:
    """Those with a seat or an offer, in the order in which they signed up."""
    return [one.id for one in in_order(world) if one.state in (State.CONFIRMED, State.OFFERED)]


def in_order(world: World) -> list[Registration]:
    return sorted(world.registrations.values(), key=lambda one: one.number)


def test_seat_and_number_are_held_at_once(world: World) -> None:
    """Who has to confirm has the seat or the number from the first moment, and is mailed nothing but the question."""
    until = NOW + timedelta(hours=24)
    assert [world.state(f"r{n}") for n in (1, 2, 3)] == [State.CONFIRMED, State.CONFIRMED, State.WAITLISTED]
    assert {(one.held_for, one.held_until) for one in world.registrations.values()} == {(Hold.CONFIRM, until)}
    assert all(world.kinds(id) == ["confirm_address"] for id in world.registrations)
    assert [one.number for one in in_order(world)] == [1, 2, 3, 4]
    assert [one.sequence for one in in_order(world)] == [1, 2, 3 + PASSED_OVER, 4 + PASSED_OVER]
    assert (world.ledger.unconfirmed, world.ledger.passed_over, world.ledger.waiting) == (4, 2, 0)


def test_confirming_gives_what_was_held(world: World) -> None:
    """The seat is the person's then, or they wait at their number. Confirming again is quiet."""
    world.do(Confirm("r4"))
    world.do(Confirm("r1"))
    assert (world.state("r1"), world.state("r4")) == (State.CONFIRMED, State.WAITLISTED)
    assert world.registrations["r4"].sequence == 4
    assert world.kinds("r1") == ["confirm_address", "confirmed"]
    assert world.kinds("r4") == ["confirm_address", "waitlisted"]
    version = world.ledger.version
    assert isinstance(world.do(Confirm("r1")), Done)
    assert world.ledger.version == version
    told = [one.registration for one in world.journal.values() if one.kind is Happened.ADDRESS_CONFIRMED]
    assert sorted(told) == ["r1", "r4"]


def test_a_click_on_an_older_page_is_refused(world: World) -> None:
    """A page that showed something else confirms nothing, unless it is confirmed already."""
    seen = world.registrations["r1"].state_version
    assert why(world.do(Confirm("r1", seen - 1))) is Refusal.CHANGED
    assert isinstance(world.do(Confirm("r1", seen)), Done)
    assert isinstance(world.do(Confirm("r1", seen)), Done)
    world.do(Cancel("r1"))
    assert why(world.do(Confirm("r1", seen))) is Refusal.CHANGED
    assert why(world.do(Confirm("r1"))) is Refusal.ENDED


def test_a_hold_that_is_over_frees_what_it_held(world: World) -> None:
    """Confirming is possible until the last moment, and not at the deadline, also if nothing has ended the hold yet."""
    until = world.registrations["r1"].held_until
    assert until is not None
    world.now = until - timedelta(microseconds=1)
    world.do(Expire("r1"))
    assert isinstance(world.do(Confirm("r3")), Done)
    world.now = until
    assert why(world.do(Confirm("r1"))) is Refusal.HOLD_OVER
    assert world.state("r1") is State.EXPIRED
    settle(world)
    assert [world.state(f"r{n}") for n in (1, 2, 3, 4)] == [
        State.EXPIRED,
        State.EXPIRED,
        State.OFFERED,
        State.EXPIRED,
    ]
    assert world.registrations["r1"].held_for is Hold.CONFIRM, "the page says why it ended"
    assert world.kinds("r1") == ["confirm_address", "not_confirmed"]
    assert (world.ledger.held, world.ledger.waitlisted, world.ledger.unconfirmed, world.ledger.passed_over) == (
        1,
        0,
        0,
        0,
    )
    assert why(world.do(Confirm("r1"))) is Refusal.HOLD_OVER


def test_who_is_passed_over_gets_no_seat_and_keeps_the_number(world: World) -> None:
    """r3 is before r4, and is passed over until the address is confirmed; then r3 is the next one."""
    world.do(sign_up(5))
    world.do(Confirm("r5"))
    world.do(Confirm("r4"))
    world.do(Cancel("r1"))
    world.do(Promote())
    assert [world.state(f"r{n}") for n in (3, 4, 5)] == [State.WAITLISTED, State.OFFERED, State.WAITLISTED]
    world.do(Confirm("r3"))
    assert world.waitlist() == ["r3", "r5"]
    world.do(Cancel("r2"), Promote())
    assert world.state("r3") is State.OFFERED


def test_confirming_in_the_same_commit_comes_in_at_the_number(world: World) -> None:
    """Who confirms while seats are given in the same commit is neither before nor behind their number."""
    world.do(sign_up(5), sign_up(6))
    world.do(Confirm("r4"), Confirm("r6"))
    world.do(Cancel("r1"), Confirm("r3"), Confirm("r5"), Promote())
    assert [world.state(f"r{n}") for n in (3, 4, 5, 6)] == [State.OFFERED, *[State.WAITLISTED] * 3]
    assert world.waitlist() == ["r4", "r5", "r6"]


def test_leaving_and_coming_back_in_one_commit_is_not_coming_first() -> None:
    """Whoever leaves the waitlist and joins again is last, also if seats are given in that very commit."""
    world = World(workshop())
    for number in (1, 2, 3, 4):
        world.do(sign_up(number))
    world.do(Cancel("r3"), Rejoin("r3"), Cancel("r1"), Promote())
    assert (world.state("r3"), world.state("r4")) == (State.WAITLISTED, State.OFFERED)


def test_a_seat_that_nobody_waits_for_is_free_for_who_signs_up() -> None:
    """Those who are passed over do not keep a free seat from somebody who signs up."""
    world = World(workshop(confirm_address="never"))
    world.do(sign_up(1), sign_up(2), replace(sign_up(3), suspicious=True))
    world.do(Cancel("r1"), Promote())
    assert world.state("r3") is State.WAITLISTED
    world.do(sign_up(4))
    assert world.state("r4") is State.CONFIRMED


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ("2027-03-01 10:00", "2027-03-02 10:00"),
        ("2027-03-01 23:30", "2027-03-03 08:00"),
        ("2027-08-28 16:00", "2027-08-28 18:00"),
        ("2027-08-28 23:00", "2027-08-29 00:00"),
    ],
)
def test_the_hold_ends_by_day_and_before_the_start(made: str, ends: str) -> None:
    """A day, or a quarter of the time to the start, into 08:00-20:00, never past the start."""
    at, end = (datetime.fromisoformat(one).replace(tzinfo=AMSTERDAM) for one in (made, ends))
    assert holds.deadline(workshop(), Hold.CONFIRM, at) == end


def test_the_closing_date_plays_no_part() -> None:
    """Who signed up before sign-up closed can confirm after it."""
    world = World(workshop(confirm_address="always"), datetime(2027, 8, 1, 20, tzinfo=NOW.tzinfo))
    world.do(sign_up(1))
    world.now += timedelta(hours=12)
    assert world.workshop.sign_up_phase(world.now) != "open"
    assert isinstance(world.do(Confirm("r1")), Done)
    assert world.state("r1") is State.CONFIRMED


def test_once_the_workshop_has_begun_nobody_has_to_confirm() -> None:
    """On a closing day that is the first day, people can still sign up; a hold would be over from the start."""
    world = World(workshop(confirm_address="always", sign_up={"opens": "2027-01-01", "closes": "2027-08-29"}))
    world.now = world.workshop.begins_at - timedelta(microseconds=1)
    world.do(sign_up(1))
    world.now = world.workshop.begins_at
    world.do(sign_up(2))
    assert [world.registrations[id].is_unconfirmed for id in ("r1", "r2")] == [True, False]


def test_an_organiser_vouches_for_whom_they_give_a_seat(world: World) -> None:
    """Giving a seat ends the hold, for somebody with a seat as for somebody on the waitlist."""
    world.do(GiveSeat("r1"))
    world.do(Cancel("r2"))
    world.do(GiveSeat("r3"))
    for id in ("r1", "r3"):
        one = world.registrations[id]
        assert (one.state, one.is_unconfirmed) == (State.CONFIRMED, False)
        assert world.kinds(id)[-1] == "confirmed"
    assert world.ledger.unconfirmed == world.ledger.passed_over == 1


def test_nothing_is_offered_to_who_is_passed_over(world: World) -> None:
    """An offer would be mailed to an address that is not confirmed. Priority is possible: it changes the number."""
    world.do(Cancel("r1"))
    assert why(world.do(OfferSeat("r3"))) is Refusal.PASSED_OVER
    world.do(GivePriority("r4"))
    assert world.registrations["r4"].has_priority
    assert world.registrations["r4"].is_passed_over
    world.do(Promote())
    assert world.state("r4") is State.WAITLISTED
    world.do(Confirm("r3"), Confirm("r4"), Promote())
    assert (world.state("r3"), world.state("r4")) == (State.WAITLISTED, State.OFFERED)


def test_whom_an_organiser_adds_confirms_nothing(world: World) -> None:
    world.do(Cancel("r1"))
    world.do(added(9))
    assert not world.registrations["added9"].is_unconfirmed


def test_a_corrected_address_still_has_to_be_confirmed(world: World) -> None:
    """The link to the new address leads to the same question."""
    new = replace(person(1), email="nieuw@example.org")
    command = Correct(registration="r1", person=new, answers={}, mailbox="n", address="n", identity="n")
    world.do(command)
    assert world.registrations["r1"].is_unconfirmed
    assert isinstance(world.do(Confirm("r1")), Done)


def test_rejoining_needs_no_second_confirmation(world: World) -> None:
    """The link to the page was mailed to the address."""
    assert world.registrations["r1"].held_until is not None
    world.now = world.registrations["r1"].held_until
    assert isinstance(world.do(Rejoin("r1")), Done)
    assert (world.registrations["r1"].held_for, world.registrations["r1"].is_unconfirmed) == (None, False)


def test_an_accepted_offer_is_not_taken_for_a_confirmed_address(world: World) -> None:
    """Accepting twice is quiet, and accepting what was never offered is refused, confirmed or not."""
    for id in ("r1", "r2", "r3"):
        world.do(Confirm(id))
    assert why(world.do(Accept("r1"))) is Refusal.NO_OFFER
    world.do(Cancel("r1"))
    world.do(Promote())
    assert isinstance(world.do(Accept("r3")), Done)
    assert isinstance(world.do(Accept("r3")), Done)


def test_cancelling_and_erasing_end_the_hold(world: World) -> None:
    world.do(Cancel("r1"))
    world.do(ErasePerson("r3"))
    assert (world.ledger.unconfirmed, world.ledger.passed_over) == (2, 1)
    assert all(world.registrations[id].held_until is None for id in ("r1", "r3"))


def test_publishing_below_what_is_held_is_refused(world: World) -> None:
    """A seat that is held until an address is confirmed counts as held."""
    assert world.do(Publish(workshop(capacity=1, confirm_address="always"))).held == 2


def test_in_a_practice_nobody_has_to_confirm_who_gets_no_mail() -> None:
    """Only those in charge are mailed by a practice workshop."""
    world = World(workshop(confirm_address="always", practice=True))
    world.do(sign_up(1))
    assert not world.registrations["r1"].is_unconfirmed
    me = replace(sign_up(2), person=replace(person(2), email="een@example.org"))
    world.do(me)
    assert world.registrations["r2"].is_unconfirmed
    assert why(world.do(MakeReal())) is Refusal.PEOPLE_LEFT


def test_nobody_is_written_to_before_the_address_is_confirmed(world: World) -> None:
    """No survey, and no word that it did not work out: they never waited."""
    begun = world.workshop.begins_at
    told = not_placed(world.workshop, world.registrations.values(), 9, begun + timedelta(hours=10))
    assert told == ()
    world.do(Confirm("r1"))
    wave = world.workshop.waves[0]
    opens = world.workshop.wave_opens_at(wave)
    invited = [one.registration for one, _ in invite(world.workshop, wave, tuple(in_order(world)), opens)]
    assert invited == ["r1"]


def test_what_an_earlier_version_stored_is_read() -> None:
    """An offer that was stored when only offers were held stands as it did, and an accepted one was accepted."""
    world = World(workshop())
    world.do(sign_up(1), sign_up(2), sign_up(3))
    world.do(Cancel("r1"), Promote())
    stored = msgspec.to_builtins(world.registrations["r3"])
    assert "offer_expires_at" in stored
    for new in ("held_for", "had_to_confirm", "paused"):
        del stored[new]
    one = msgspec.convert(stored, Registration)
    assert (one.state, one.held_until, one.number) == (State.OFFERED, NOW + timedelta(hours=48), 3)
    assert holds.hold_of(one) is Hold.OFFER
    world.registrations["r3"] = one
    assert isinstance(world.do(Accept("r3")), Done)
    assert isinstance(world.do(Accept("r3")), Done)


# Who has to confirm


def rush(world: World, numbers: range, every: timedelta = MINUTE) -> list[bool]:
    """People sign up one after the other. Says of each whether they have to confirm."""
    asked = []
    for number in numbers:
        world.do(sign_up(number))
        asked.append(world.registrations[f"r{number}"].is_unconfirmed)
        world.now += every
    return asked


@pytest.mark.parametrize(("capacity", "usual"), [(1, 5), (20, 5), (23, 5), (24, 6), (40, 10)])
def test_the_sign_up_that_makes_more_than_usual_confirms_and_those_after_it(capacity: int, usual: int) -> None:
    """More than max(5, capacity // 4) in ten minutes is unusual, and organisers are told of it once."""
    assert usual_at_most(capacity) == usual
    world = World(workshop(capacity=capacity, confirm_address="busy"))
    asked = rush(world, range(1, usual + 5), every=timedelta(seconds=20))
    assert asked == [False] * usual + [True] * 4
    assert [one.kind for one in world.journal.values() if one.registration is None] == [Happened.BUSY]


def test_ten_minutes_go_with_the_clock() -> None:
    """Six in ten minutes and the seventh after them are not too many. What counts is any ten minutes."""
    world = World(workshop(capacity=24, confirm_address="busy"))
    assert not any(rush(world, range(1, 40), every=timedelta(minutes=10) / 6))
    assert rush(world, range(40, 42), every=timedelta()) == [False, True]


def test_it_is_busy_until_it_was_calm_for_an_hour() -> None:
    """An hour after the last sign-up that was one too many, nobody confirms any more."""
    world = World(workshop(capacity=24, confirm_address="busy"))
    rush(world, range(1, 9), every=timedelta())
    world.now += timedelta(hours=1) - timedelta(microseconds=1)
    assert rush(world, range(9, 10), every=timedelta()) == [True]
    world.now += timedelta(microseconds=1)
    assert rush(world, range(10, 11)) == [False]
    told = [one for one in world.journal.values() if one.kind is Happened.BUSY]
    assert len(told) == 1


def test_only_new_registrations_are_counted() -> None:
    """A form sent again, somebody who is known, and a sign-up that is refused make nothing busy."""
    world = World(workshop(capacity=24, confirm_address="busy"))
    for _ in range(20):
        world.do(sign_up(1))
    for again in range(20):
        assert world.do(sign_up(1, submission=f"-{again}")) == KnownPerson()
    for number in range(2, 12):
        world.do(sign_up(number, mailbox="m1"))
    assert len(world.registrations) == 5
    assert len(world.ledger.sign_ups) == 5
    assert world.ledger.busy_until is None


def test_a_field_that_people_do_not_see_always_asks() -> None:
    """A filled honeypot has to be confirmed, also where nobody else ever has to, and is never an error."""
    world = World(workshop(confirm_address="never"))
    assert isinstance(world.do(replace(sign_up(1), suspicious=True)), Done)
    world.do(sign_up(2))
    assert [one.is_unconfirmed for one in in_order(world)] == [True, False]
    assert world.ledger.sign_ups == ()


def test_a_full_waitlist_is_closed() -> None:
    """Where the waitlist has as many as it may, nobody else can join it; a free seat can still be taken."""
    world = World(workshop(waitlist={"at_most": 1}))
    world.do(sign_up(1), sign_up(2), sign_up(3))
    assert why(world.do(sign_up(4))) is Refusal.WAITLIST_FULL
    assert "r4" not in world.registrations
    world.do(Cancel("r2"))
    assert why(world.do(Rejoin("r2"))) is Refusal.WAITLIST_FULL
    world.do(Cancel("r3"))
    assert isinstance(world.do(sign_up(4)), Done)
    assert world.state("r4") is State.CONFIRMED


# A rush


def test_made_up_people_get_six_seats_and_none_after_their_holds() -> None:
    """60 made-up people in ten minutes: six have a seat without a confirmed address, and no others keep anything."""
    world = World(workshop(capacity=24, confirm_address="busy"))
    rush(world, range(1, 61), every=timedelta(seconds=10))
    settle(world)
    unasked = [one.id for one in in_order(world) if one.state is State.CONFIRMED and not one.is_unconfirmed]
    assert unasked == ["r1", "r2", "r3", "r4", "r5", "r6"]
    assert world.ledger.held == 24
    world.now += timedelta(days=2)
    settle(world)
    assert seated(world) == unasked
    assert (world.ledger.waitlisted, world.ledger.unconfirmed) == (0, 0)
    assert isinstance(world.do(sign_up(99)), Done)
    assert world.state("r99") is State.CONFIRMED


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10**6), by=st.sampled_from(["offer", "direct"]), honest=st.sampled_from([0.1, 0.5, 0.9, 1]))
def test_a_rush_of_300_ends_as_first_come_first_served_among_those_who_confirmed(
    seed: int, by: str, honest: float
) -> None:
    """Those who confirm before the first hold ends have the seats and the order as if nobody else had signed up.

    The first six, who are asked nothing, are among them. They confirm in any order, also while others still sign up.
    """
    random = Random(seed)
    world = World(workshop(capacity=24, confirm_address="busy", promotion={"by": by, "within": "48 hours"}))
    numbers = range(1, 301)
    happens: list[tuple[float, int, str]] = []
    for number in numbers:
        at = number * random.choice([0.5, 1.0])
        happens.append((at, number, "signs up"))
        if random.random() < honest:
            happens.append((at + random.uniform(0, 22 * 3_600), number, "confirms"))
    came: list[int] = []
    confirms = {number for _, number, what in happens if what == "confirms"}
    for at, number, what in sorted(happens):
        world.now = NOW + timedelta(seconds=at)
        if what == "signs up":
            came.append(number)
            world.do(sign_up(number))
        elif world.registrations[f"r{number}"].is_unconfirmed:
            assert isinstance(world.do(Confirm(f"r{number}")), Done)
    world.now = NOW + timedelta(days=1, hours=2)
    settle(world)
    wanted = [f"r{number}" for at, number in enumerate(came) if at < 6 or number in confirms]
    assert seated(world) == wanted[:24]
    assert world.waitlist() == wanted[24:]
