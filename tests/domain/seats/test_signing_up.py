"""Who gets a seat and who waits, after signing up and after joining again."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW, World, sign_up, why, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import State, sent_before
from werkplaats.domain.seats.commands import (
    Cancel,
    Done,
    GiveSeat,
    KnownPerson,
    Promote,
    Publish,
    Refusal,
    Refused,
    Rejoin,
    RequestLink,
)
from werkplaats.domain.seats.signing_up import may_rejoin


def test_the_first_get_seats_and_the_rest_wait_in_order(world: World) -> None:
    """The first people get the seats, and the others wait in the order in which they signed up."""
    assert [world.state(f"r{n}").value for n in (1, 2, 3, 4)] == ["confirmed", "confirmed", "waitlisted", "waitlisted"]
    assert world.waitlist() == ["r3", "r4"]
    assert world.kinds("r1") == ["confirmed"]
    assert world.kinds("r3") == ["waitlisted"]


def test_new_sign_up_never_overtakes_the_waitlist(world: World) -> None:
    """Somebody new goes to the end of the waitlist, even if a seat is free."""
    world.do(Cancel("r1"))
    world.do(sign_up(5))
    assert world.ledger.free == 1
    assert world.waitlist() == ["r3", "r4", "r5"]


def test_the_same_submission_is_the_same_sign_up(world: World) -> None:
    """A form that is sent again gets the registration that it made, and writes nothing."""
    version = world.ledger.version
    outcome = world.do(sign_up(1))
    assert outcome == Done(world.registrations["r1"])
    assert world.ledger.version == version, "nothing was written"


def test_the_same_form_sent_again_later_finds_what_became_of_it(world: World) -> None:
    """A form sent again after cancelling gets the cancelled registration, also once sign-up is closed."""
    world.do(Cancel("r1"))
    cancelled, version = world.registrations["r1"], world.ledger.version
    assert world.do(sign_up(1)) == Done(cancelled)
    world.now = world.workshop.begins_at
    assert world.do(sign_up(1)) == Done(cancelled)
    assert world.ledger.version == version, "nothing was written"


def test_the_same_form_with_another_text_changes_nothing(world: World) -> None:
    """A form that is sent again with another answer keeps the first answer."""
    assert world.do(replace(sign_up(1), answers={"opgave": "iets anders"})) == Done(world.registrations["r1"])
    assert world.registrations["r1"].answers == {"opgave": "iets"}


def test_a_known_person_is_mailed_the_link_and_told_nothing(world: World) -> None:
    """Somebody who signs up again with another form gets a link by mail, and no second registration."""
    assert world.do(sign_up(3, submission="-again")) == KnownPerson()
    assert "r3-again" not in world.registrations
    assert world.kinds("r3") == ["waitlisted", "link"]
    assert world.registrations["r3"].link_requests[-1].submission == "r3-again"


def test_one_address_signs_up_five_people_and_no_more() -> None:
    """With one address five people can be signed up, and a sixth only after one of them has left."""
    world = World(workshop())
    for number in range(1, 6):
        world.do(sign_up(number, mailbox="office"))
    world.now += timedelta(days=1)
    assert why(world.do(sign_up(6, mailbox="office"))) is Refusal.MAILBOX_FULL
    world.do(Cancel("r2"))
    assert isinstance(world.do(sign_up(6, mailbox="office")), Done)


def test_five_new_sign_ups_a_day_for_one_mailbox_whatever_became_of_them() -> None:
    """A mailbox gets at most five new sign-ups in 24 hours, and cancelled ones count too."""
    world = World(workshop())
    for number in range(1, 6):
        world.do(sign_up(number, mailbox="box"))
        world.do(Cancel(f"r{number}"))
        world.now += timedelta(hours=1)
    tagged = replace(sign_up(6, mailbox="box"), address="box+tag")
    assert why(world.do(tagged)) is Refusal.TOO_MANY_TODAY
    world.now = NOW + timedelta(days=1) - timedelta(microseconds=1)
    assert why(world.do(tagged)) is Refusal.TOO_MANY_TODAY
    world.now = NOW + timedelta(days=1)
    assert isinstance(world.do(tagged), Done)
    assert why(world.do(sign_up(7, mailbox="box"))) is Refusal.TOO_MANY_TODAY, "the other four are of the last 24 hours"


def test_addresses_of_one_mailbox_share_the_daily_limit_and_nothing_else() -> None:
    """Each address of a mailbox may have five registrations, and a link goes only to the address that was typed."""
    world = World(workshop())
    for number in range(1, 6):
        world.do(sign_up(number, mailbox="box"))
    world.now += timedelta(days=1)
    assert isinstance(world.do(replace(sign_up(6, mailbox="box"), address="box+tag")), Done)
    world.do(RequestLink(mailbox="box", address="box+tag", submission="s"))
    assert [id for id in world.registrations if "link" in world.kinds(id)] == ["r6"]


def test_a_mailbox_that_nobody_is_registered_behind_is_forgotten_after_a_day() -> None:
    """A mailbox without a live registration expires a day after its last sign-up."""
    world = World(workshop())
    world.do(sign_up(1))
    assert world.mailboxes["m1"].expire_at is None
    world.do(Cancel("r1"))
    assert world.mailboxes["m1"].expire_at == NOW + timedelta(days=1)
    assert world.mailboxes["m1"].sign_ups == (NOW,)


def test_who_left_signs_up_anew_at_the_end(world: World) -> None:
    """Somebody who left can sign up again, at the end of the waitlist."""
    world.do(Cancel("r3"))
    world.do(sign_up(3, submission="-new"))
    assert world.waitlist() == ["r4", "r3-new"]


def test_the_closing_day_is_still_open() -> None:
    """Sign-up closes when 1 August ends in Amsterdam, which is 22:00 UTC."""
    world = World(workshop())
    closing = workshop().sign_up.closes
    assert closing.isoformat() == "2027-08-01"
    world.now = NOW.replace(month=8, day=1, hour=21, minute=59)
    assert isinstance(world.do(sign_up(1)), Done)
    world.now += timedelta(minutes=1)
    assert why(world.do(sign_up(2))) is Refusal.SIGN_UP_NOT_OPEN


def test_sign_up_does_not_begin_before_its_day() -> None:
    """Sign-up opens when its first day begins in Amsterdam, which is 23:00 UTC."""
    world = World(workshop(), NOW.replace(year=2026, month=12, day=31, hour=22, minute=59))
    assert why(world.do(sign_up(1))) is Refusal.SIGN_UP_NOT_OPEN
    world.now += timedelta(minutes=1)
    assert isinstance(world.do(sign_up(1)), Done)


def test_rejoining_goes_to_the_end_and_is_quiet_when_repeated(world: World) -> None:
    """Joining again puts somebody at the end of the waitlist, and repeating it writes nothing."""
    world.do(Cancel("r1"))
    world.do(Rejoin("r1"))
    assert world.waitlist() == ["r3", "r4", "r1"]
    version = world.ledger.version
    assert isinstance(world.do(Rejoin("r1")), Done)
    assert world.ledger.version == version


def test_joining_again_is_possible_three_times(world: World) -> None:
    """Joining again is possible three times, and does not count as a new sign-up."""
    for _ in range(3):
        world.do(Cancel("r1"))
        assert may_rejoin(world.workshop, world.registrations["r1"], world.now)
        assert isinstance(world.do(Rejoin("r1")), Done)
    assert world.mailboxes["m1"].sign_ups == (NOW,)
    world.do(Cancel("r1"))
    assert why(world.do(Rejoin("r1"))) is Refusal.REJOINED_TOO_OFTEN
    assert not may_rejoin(world.workshop, world.registrations["r1"], world.now)


def test_it_is_counted_how_often_somebody_joined(world: World) -> None:
    """`times_joined` is 1 after signing up and grows each time somebody joins again, but not by a repeat."""
    assert world.registrations["r1"].times_joined == 1
    world.do(sign_up(1))
    assert world.registrations["r1"].times_joined == 1
    for times in (2, 3):
        world.do(Cancel("r1"))
        world.do(Rejoin("r1"))
        world.do(Rejoin("r1"))
        assert world.registrations["r1"].times_joined == times


def test_a_sixth_person_with_one_address_cannot_come_back_by_joining_again() -> None:
    """Joining again is refused while five other people are registered with the same address."""
    world = World(workshop())
    for number in range(1, 6):
        world.do(sign_up(number, mailbox="office"))
    world.do(Cancel("r1"))
    world.now += timedelta(days=1)
    world.do(sign_up(6, mailbox="office"))
    assert world.do(Rejoin("r1")) == Refused(Refusal.MAILBOX_FULL, world.registrations["r1"])
    assert world.state("r1") is State.CANCELLED
    world.do(Cancel("r6"))
    assert isinstance(world.do(Rejoin("r1")), Done)


def test_who_had_a_seat_is_known_until_they_join_again(world: World) -> None:
    """`had_seat` is kept after cancelling, and starts again as False when somebody joins the waitlist."""
    world.do(Cancel("r1"))
    assert world.registrations["r1"].had_seat
    world.do(Rejoin("r1"))
    assert world.state("r1") is State.WAITLISTED
    assert not world.registrations["r1"].had_seat
    world.do(Cancel("r1"))
    assert not world.registrations["r1"].had_seat


def test_joining_again_begins_a_sign_up_of_its_own(world: World) -> None:
    """Joining again keeps `signed_up_at` and sets `joined_at` to now."""
    world.do(Cancel("r1"))
    world.now += timedelta(days=2)
    world.do(Rejoin("r1"))
    again = world.registrations["r1"]
    assert (again.signed_up_at, again.joined_at, again.state_since) == (NOW, world.now, world.now)


def test_a_seat_given_by_an_organiser_is_not_counted_as_joining_again(world: World) -> None:
    """A seat that an organiser gives does not count towards the limit on joining again."""
    world.do(Publish(workshop(capacity=9)))
    for _ in range(5):
        world.do(Cancel("r1"))
        world.do(GiveSeat("r1"))
    world.do(Cancel("r1"))
    assert isinstance(world.do(Rejoin("r1")), Done)


@pytest.mark.parametrize("joined_before", [False, True])
def test_joining_again_ends_an_offer_that_is_over(world: World, joined_before: bool) -> None:
    """Somebody whose offer has ended can join again before the schedule has recorded that it expired."""
    if joined_before:
        world.do(Cancel("r3"))
        world.do(Cancel("r4"))
        world.do(Rejoin("r3"))
        world.do(Rejoin("r4"))
    world.do(Cancel("r1"))
    world.do(Promote())
    world.now += timedelta(hours=48)
    outcome = world.do(Rejoin("r3"))
    assert isinstance(outcome, Done)
    assert world.waitlist() == ["r4", "r3"]
    assert (world.ledger.free, world.ledger.offered) == (1, 0)
    assert [entry.kind for entry in world.journal.values() if entry.version == world.ledger.version] == [
        Happened.EXPIRED,
        Happened.REJOINED,
    ]


def test_an_offer_that_still_stands_is_no_reason_to_join_again(offered: World) -> None:
    """Joining again is refused until the last moment of an offer."""
    offered.now += timedelta(hours=48) - timedelta(microseconds=1)
    assert why(offered.do(Rejoin("r3"))) is Refusal.STILL_IN


def test_rejoining_an_empty_workshop_gives_a_seat() -> None:
    """Joining again gives a seat if one is free and nobody waits."""
    world = World(workshop())
    world.do(sign_up(1))
    world.do(Cancel("r1"))
    world.do(Rejoin("r1"))
    assert world.state("r1") is State.CONFIRMED


def test_a_refusal_to_join_again_brings_the_registration_as_it_stands(world: World) -> None:
    """Each refusal to join again has the registration as it is now, so that the page can show it."""

    def refused(why: Refusal) -> bool:
        return world.do(Rejoin("r1")) == Refused(why, world.registrations["r1"])

    assert refused(Refusal.STILL_IN)
    for _ in range(3):
        world.do(Cancel("r1"))
        world.do(Rejoin("r1"))
    world.do(Cancel("r1"))
    assert refused(Refusal.REJOINED_TOO_OFTEN)
    world.do(sign_up(1, submission="-new"))
    assert refused(Refusal.SIGNED_UP_ANEW)
    world.now = world.workshop.begins_at
    assert refused(Refusal.SIGN_UP_NOT_OPEN)


def test_joining_again_leaves_nothing_of_an_earlier_offer(offered: World) -> None:
    """Joining again removes the deadline of an earlier offer, so a click in the old mail is not done."""
    offered.do(Cancel("r3"))
    offered.do(Rejoin("r3"))
    assert offered.registrations["r3"].held_until is None


def test_rejoining_is_refused_when_signed_up_anew_or_closed(world: World) -> None:
    """Joining again is refused if the person has a newer registration, or sign-up is closed."""
    world.do(Cancel("r1"))
    world.do(sign_up(1, submission="-new"))
    assert why(world.do(Rejoin("r1"))) is Refusal.SIGNED_UP_ANEW
    world.do(Cancel("r2"))
    world.now = world.now.replace(month=8, day=2)
    assert why(world.do(Rejoin("r2"))) is Refusal.SIGN_UP_NOT_OPEN


def test_a_form_used_for_two_people_says_so_to_the_second(world: World) -> None:
    """A form used for a second person says so in every outcome for that person, and never to the first."""
    first = replace(sign_up(5), form="same")
    second = replace(sign_up(6), form="same")
    assert not world.do(first).form_used_before
    assert world.do(second).form_used_before
    assert world.do(second).form_used_before, "the same answer to the same form"
    assert not world.do(first).form_used_before
    world.do(Cancel("r5"))
    assert world.do(second).form_used_before, "it does not tell what became of the other"


def test_the_registration_just_before_with_the_same_form(world: World) -> None:
    """Of several registrations with one form, also of one commit, the one just before is found."""
    world.do(*(replace(sign_up(number), form="same") for number in (5, 6, 7)))
    made = [world.registrations[f"r{number}"] for number in (5, 6, 7)]
    assert [sent_before(one, reversed(made)) for one in made] == [None, made[0], made[1]]
