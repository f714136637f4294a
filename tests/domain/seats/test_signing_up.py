"""Who gets a seat and who waits, by signing up and by joining again."""

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
    """Seats go to whoever is committed first; after that people wait in that same order."""
    assert [world.state(f"r{n}").value for n in (1, 2, 3, 4)] == ["confirmed", "confirmed", "waitlisted", "waitlisted"]
    assert world.waitlist() == ["r3", "r4"]
    assert world.kinds("r1") == ["confirmed"]
    assert world.kinds("r3") == ["waitlisted"]


def test_new_sign_up_never_overtakes_the_waitlist(world: World) -> None:
    """A seat that happens to be free belongs to who waits, not to who comes along."""
    world.do(Cancel("r1"))
    world.do(sign_up(5))
    assert world.ledger.free == 1
    assert world.waitlist() == ["r3", "r4", "r5"]


def test_the_same_submission_is_the_same_sign_up(world: World) -> None:
    """A form sent again, whatever it says by then, finds the registration it made."""
    version = world.ledger.version
    outcome = world.do(sign_up(1))
    assert outcome == Done(world.registrations["r1"])
    assert world.ledger.version == version, "nothing was written"


def test_the_same_form_sent_again_later_finds_what_became_of_it(world: World) -> None:
    """Somebody who cancelled and goes back to the form is not signed up again, also once sign-up has closed."""
    world.do(Cancel("r1"))
    cancelled, version = world.registrations["r1"], world.ledger.version
    assert world.do(sign_up(1)) == Done(cancelled)
    world.now = world.workshop.begins_at
    assert world.do(sign_up(1)) == Done(cancelled)
    assert world.ledger.version == version, "nothing was written"


def test_the_same_form_with_another_text_changes_nothing(world: World) -> None:
    """What was stored first counts: a repeat is no way to correct an answer."""
    assert world.do(replace(sign_up(1), answers={"opgave": "iets anders"})) == Done(world.registrations["r1"])
    assert world.registrations["r1"].answers == {"opgave": "iets"}


def test_a_known_person_is_mailed_the_link_and_told_nothing(world: World) -> None:
    """The same address and name under another submission is no second registration."""
    assert world.do(sign_up(3, submission="-again")) == KnownPerson()
    assert "r3-again" not in world.registrations
    assert world.kinds("r3") == ["waitlisted", "link"]
    assert world.registrations["r3"].link_requests[-1].submission == "r3-again"


def test_one_address_signs_up_five_people_and_no_more() -> None:
    """A secretary signs up her colleagues; a sixth needs another address until one of the five leaves."""
    world = World(workshop())
    for number in range(1, 6):
        world.do(sign_up(number, mailbox="office"))
    world.now += timedelta(days=1)
    assert why(world.do(sign_up(6, mailbox="office"))) is Refusal.MAILBOX_FULL
    world.do(Cancel("r2"))
    assert isinstance(world.do(sign_up(6, mailbox="office")), Done)


def test_five_new_sign_ups_a_day_for_one_mailbox_whatever_became_of_them() -> None:
    """Each sends mail, so signing up and cancelling must not become a way to fill somebody's mailbox."""
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
    """Five live registrations are allowed for each address, and a link is mailed only to the address that was typed."""
    world = World(workshop())
    for number in range(1, 6):
        world.do(sign_up(number, mailbox="box"))
    world.now += timedelta(days=1)
    assert isinstance(world.do(replace(sign_up(6, mailbox="box"), address="box+tag")), Done)
    world.do(RequestLink(mailbox="box", address="box+tag", submission="s"))
    assert [id for id in world.registrations if "link" in world.kinds(id)] == ["r6"]


def test_a_mailbox_that_nobody_is_registered_behind_is_forgotten_after_a_day() -> None:
    """Until then it is kept for its sign-ups of the day; Firestore deletes it after `expire_at`."""
    world = World(workshop())
    world.do(sign_up(1))
    assert world.mailboxes["m1"].expire_at is None
    world.do(Cancel("r1"))
    assert world.mailboxes["m1"].expire_at == NOW + timedelta(days=1)
    assert world.mailboxes["m1"].sign_ups == (NOW,)


def test_who_left_signs_up_anew_at_the_end(world: World) -> None:
    """A registration that ended does not stand in the way of a new one, nor keep its place."""
    world.do(Cancel("r3"))
    world.do(sign_up(3, submission="-new"))
    assert world.waitlist() == ["r4", "r3-new"]


def test_the_closing_day_is_still_open() -> None:
    """Sign-up closes when 1 August ends in Amsterdam, not in UTC."""
    world = World(workshop())
    closing = workshop().sign_up.closes
    assert closing.isoformat() == "2027-08-01"
    world.now = NOW.replace(month=8, day=1, hour=21, minute=59)
    assert isinstance(world.do(sign_up(1)), Done)
    world.now += timedelta(minutes=1)
    assert why(world.do(sign_up(2))) is Refusal.SIGN_UP_NOT_OPEN


def test_sign_up_does_not_begin_before_its_day() -> None:
    """The day sign-up opens begins at midnight in Amsterdam."""
    world = World(workshop(), NOW.replace(year=2026, month=12, day=31, hour=22, minute=59))
    assert why(world.do(sign_up(1))) is Refusal.SIGN_UP_NOT_OPEN
    world.now += timedelta(minutes=1)
    assert isinstance(world.do(sign_up(1)), Done)


def test_rejoining_goes_to_the_end_and_is_quiet_when_repeated(world: World) -> None:
    """Who comes back waits behind everyone, under a new sequence number."""
    world.do(Cancel("r1"))
    world.do(Rejoin("r1"))
    assert world.waitlist() == ["r3", "r4", "r1"]
    version = world.ledger.version
    assert isinstance(world.do(Rejoin("r1")), Done)
    assert world.ledger.version == version


def test_joining_again_is_possible_three_times(world: World) -> None:
    """Each time is a mail to the person and to every organiser; joining again is not counted as a new sign-up."""
    for _ in range(3):
        world.do(Cancel("r1"))
        assert may_rejoin(world.workshop, world.registrations["r1"], world.now)
        assert isinstance(world.do(Rejoin("r1")), Done)
    assert world.mailboxes["m1"].sign_ups == (NOW,)
    world.do(Cancel("r1"))
    assert why(world.do(Rejoin("r1"))) is Refusal.REJOINED_TOO_OFTEN
    assert not may_rejoin(world.workshop, world.registrations["r1"], world.now)


def test_it_is_counted_how_often_somebody_joined(world: World) -> None:
    """Signing up is once, and each time that a registration is taken up again is once more; a repeat is not."""
    assert world.registrations["r1"].times_joined == 1
    world.do(sign_up(1))
    assert world.registrations["r1"].times_joined == 1
    for times in (2, 3):
        world.do(Cancel("r1"))
        world.do(Rejoin("r1"))
        world.do(Rejoin("r1"))
        assert world.registrations["r1"].times_joined == times


def test_a_sixth_person_with_one_address_cannot_come_back_by_joining_again() -> None:
    """The limit of five people holds for whoever takes up a registration that had ended, too."""
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
    """So that the mail about cancelling takes the event out of a calendar only if this sign-up had put it there."""
    world.do(Cancel("r1"))
    assert world.registrations["r1"].had_seat
    world.do(Rejoin("r1"))
    assert world.state("r1") is State.WAITLISTED
    assert not world.registrations["r1"].had_seat
    world.do(Cancel("r1"))
    assert not world.registrations["r1"].had_seat


def test_joining_again_begins_a_sign_up_of_its_own(world: World) -> None:
    """When somebody signed up stays as it was; when the present sign-up began does not."""
    world.do(Cancel("r1"))
    world.now += timedelta(days=2)
    world.do(Rejoin("r1"))
    again = world.registrations["r1"]
    assert (again.signed_up_at, again.joined_at, again.state_since) == (NOW, world.now, world.now)


def test_a_seat_given_by_an_organiser_is_not_counted_as_joining_again(world: World) -> None:
    """The limit is on what anybody with the link can repeat."""
    world.do(Publish(workshop(capacity=9)))
    for _ in range(5):
        world.do(Cancel("r1"))
        world.do(GiveSeat("r1"))
    world.do(Cancel("r1"))
    assert isinstance(world.do(Rejoin("r1")), Done)


@pytest.mark.parametrize("joined_before", [False, True])
def test_joining_again_ends_an_offer_that_is_over(world: World, joined_before: bool) -> None:
    """The page says that the offer is over before the schedule comes by, and what it offers to do must work."""
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
    """Until its last moment the person is in."""
    offered.now += timedelta(hours=48) - timedelta(microseconds=1)
    assert why(offered.do(Rejoin("r3"))) is Refusal.STILL_IN


def test_rejoining_an_empty_workshop_gives_a_seat() -> None:
    """With a seat free and nobody waiting, there is nobody to wait behind."""
    world = World(workshop())
    world.do(sign_up(1))
    world.do(Cancel("r1"))
    world.do(Rejoin("r1"))
    assert world.state("r1") is State.CONFIRMED


def test_a_refusal_to_join_again_brings_the_registration_as_it_stands(world: World) -> None:
    """So that the page can show where the person stands instead."""

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
    """A click on accept in the old mail would otherwise count as done once there is a seat."""
    offered.do(Cancel("r3"))
    offered.do(Rejoin("r3"))
    assert offered.registrations["r3"].offer_expires_at is None


def test_rejoining_is_refused_when_signed_up_anew_or_closed(world: World) -> None:
    """One person has one live registration, and only while sign-up is open."""
    world.do(Cancel("r1"))
    world.do(sign_up(1, submission="-new"))
    assert why(world.do(Rejoin("r1"))) is Refusal.SIGNED_UP_ANEW
    world.do(Cancel("r2"))
    world.now = world.now.replace(month=8, day=2)
    assert why(world.do(Rejoin("r2"))) is Refusal.SIGN_UP_NOT_OPEN


def test_a_form_used_for_two_people_says_so_to_the_second(world: World) -> None:
    """Somebody corrected a name after Back: the earlier sign-up may hold a seat that nobody wants."""
    first = replace(sign_up(5), form="same")
    second = replace(sign_up(6), form="same")
    assert not world.do(first).form_used_before
    assert world.do(second).form_used_before
    assert world.do(second).form_used_before, "the same answer to the same form"
    assert not world.do(first).form_used_before
    world.do(Cancel("r5"))
    assert world.do(second).form_used_before, "it does not tell what became of the other"


def test_the_registration_just_before_with_the_same_form(world: World) -> None:
    """Of several it is the last one before, also when they are signed up in one commit."""
    world.do(*(replace(sign_up(number), form="same") for number in (5, 6, 7)))
    made = [world.registrations[f"r{number}"] for number in (5, 6, 7)]
    assert [sent_before(one, reversed(made)) for one in made] == [None, made[0], made[1]]
