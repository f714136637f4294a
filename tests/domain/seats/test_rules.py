"""Who gets a seat, who waits, and what changes that."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import NOW, World, sign_up, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import State, sent_before
from werkplaats.domain.seats.commands import (
    Accept,
    BelowHeld,
    Cancel,
    Decline,
    Done,
    EraseAnswers,
    ErasePerson,
    Expire,
    GiveSeat,
    KnownPerson,
    Promote,
    Promoted,
    Publish,
    Refusal,
    Refused,
    Rejoin,
    Replaced,
    RequestLink,
    Unsubscribe,
)
from werkplaats.domain.seats.rules import decide
from werkplaats.domain.seats.signing_up import may_rejoin


@pytest.fixture
def world() -> World:
    """Two seats, taken by r1 and r2; r3 and r4 wait."""
    world = World(workshop())
    for number in (1, 2, 3, 4):
        world.do(sign_up(number))
    return world


@pytest.fixture
def offered(world: World) -> World:
    """The same, with r1's seat offered to r3."""
    world.do(Cancel("r1"))
    world.do(Promote())
    return world


def why(outcome: object) -> Refusal:
    assert isinstance(outcome, Refused)
    return outcome.why


def test_an_offer_is_over_once_the_workshop_has_begun(offered: World) -> None:
    """Also where the days were moved to before the end of the offer."""
    deadline = offered.registrations["r3"].offer_expires_at
    assert deadline is not None
    sooner = deadline.date() - timedelta(days=1)
    offered.workshop = replace(
        offered.workshop,
        first_day=sooner,
        last_day=sooner,
        sign_up=replace(offered.workshop.sign_up, closes=sooner - timedelta(days=1)),
    )
    offered.now = offered.workshop.begins_at
    assert offered.now < deadline
    assert why(offered.do(Accept("r3"))) is Refusal.OFFER_OVER
    assert offered.state("r3") is State.EXPIRED


def test_who_ended_it_is_kept_until_it_is_taken_up_again(world: World) -> None:
    """An organiser's cancelling is told as theirs; joining again begins anew."""
    world.do(Cancel("r1", by_organiser=True))
    assert world.registrations["r1"].cancelled_by_organiser
    world.do(Rejoin("r1"))
    assert not world.registrations["r1"].cancelled_by_organiser
    world.do(Cancel("r1"))
    assert not world.registrations["r1"].cancelled_by_organiser


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


def test_a_known_person_is_mailed_the_link_and_told_nothing(world: World) -> None:
    """The same address and name under another submission is no second registration."""
    assert world.do(sign_up(3, submission="-again")) == KnownPerson()
    assert "r3-again" not in world.registrations
    assert world.kinds("r3") == ["waitlisted", "link"]


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


def test_a_free_seat_is_offered_to_the_head_of_the_waitlist(offered: World) -> None:
    """The first in line is offered the seat, with a deadline; the seat is held meanwhile."""
    assert offered.state("r3") is State.OFFERED
    assert offered.state("r4") is State.WAITLISTED
    assert offered.registrations["r3"].offer_expires_at == NOW + timedelta(hours=48)
    assert offered.ledger.free == 0
    assert offered.kinds("r3") == ["waitlisted", "offered"]


def test_direct_promotion_confirms_at_once() -> None:
    """A workshop may give seats without asking."""
    world = World(workshop(capacity=1, promotion={"by": "direct"}))
    world.do(sign_up(1), sign_up(2))
    world.do(Cancel("r1"))
    assert world.do(Promote()) == Promoted(1)
    assert world.state("r2") is State.CONFIRMED
    assert world.kinds("r2") == ["waitlisted", "confirmed"]


def test_promoting_again_changes_nothing(offered: World) -> None:
    """The event may come twice."""
    version = offered.ledger.version
    assert offered.do(Promote()) == Promoted(0)
    assert offered.ledger.version == version


def test_no_offers_once_the_workshop_has_begun(world: World) -> None:
    """Offers go on after sign-up has closed, and end with the start."""
    world.now = world.workshop.begins_at - timedelta(hours=1)
    world.do(Cancel("r1"))
    world.now = world.workshop.begins_at
    assert world.do(Promote()) == Promoted(0)
    world.now = world.workshop.begins_at - timedelta(seconds=1)
    assert world.do(Promote()) == Promoted(1)


def test_accepting_confirms_and_repeating_it_is_quiet(offered: World) -> None:
    """A second click on accept finds the seat accepted."""
    assert isinstance(offered.do(Accept("r3")), Done)
    assert offered.state("r3") is State.CONFIRMED
    version = offered.ledger.version
    assert isinstance(offered.do(Accept("r3")), Done)
    assert offered.ledger.version == version


def test_accepting_after_the_deadline_is_expired_swept_or_not(offered: World) -> None:
    """The deadline counts, not when the schedule comes by."""
    offered.now += timedelta(hours=48)
    assert why(offered.do(Accept("r3"))) is Refusal.OFFER_OVER
    assert offered.state("r3") is State.EXPIRED
    assert why(offered.do(Accept("r3"))) is Refusal.OFFER_OVER
    assert offered.kinds("r3") == ["waitlisted", "offered", "offer_expired"]


def test_an_offer_is_not_ended_before_its_time(offered: World) -> None:
    """The sweep looks at the deadline itself."""
    offered.now += timedelta(hours=48) - timedelta(microseconds=1)
    offered.do(Expire("r3"))
    assert offered.state("r3") is State.OFFERED


def test_a_declined_or_cancelled_offer_frees_the_seat_for_good(offered: World) -> None:
    """The seat goes to the next and does not come back to who gave it up (peers.md, ask 8)."""
    offered.do(Decline("r3"))
    assert offered.do(Promote()) == Promoted(1)
    assert offered.state("r4") is State.OFFERED
    offered.do(Cancel("r4"))
    assert offered.do(Promote()) == Promoted(0)
    assert offered.ledger.free == 1
    assert why(offered.do(Accept("r3"))) is Refusal.NO_OFFER


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (Accept("r4"), Refusal.NO_OFFER),
        (Decline("r4"), Refusal.NO_OFFER),
        (Accept("r2"), Refusal.NO_OFFER),
        (Rejoin("r2"), Refusal.STILL_IN),
        (Cancel("nobody"), Refusal.UNKNOWN),
    ],
)
def test_what_a_state_does_not_allow_is_refused_by_name(offered: World, command: object, expected: Refusal) -> None:
    """Waiting or confirmed without an offer, there is nothing to accept; who is in cannot join again."""
    assert why(offered.do(command)) is expected


def test_cancelling_twice_is_quiet_and_after_declining_refused(offered: World) -> None:
    """What took effect is repeated without harm; what never could is refused."""
    assert isinstance(offered.do(Cancel("r1")), Done)
    offered.do(Decline("r3"))
    assert why(offered.do(Cancel("r3"))) is Refusal.ENDED


def test_cancelling_after_the_start_is_for_the_organisers(world: World) -> None:
    """From the first day on, not coming is attendance."""
    world.now = world.workshop.begins_at
    assert why(world.do(Cancel("r1"))) is Refusal.BEGUN


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


def test_rejoining_is_refused_when_signed_up_anew_or_closed(world: World) -> None:
    """One person has one live registration, and only while sign-up is open."""
    world.do(Cancel("r1"))
    world.do(sign_up(1, submission="-new"))
    assert why(world.do(Rejoin("r1"))) is Refusal.SIGNED_UP_ANEW
    world.do(Cancel("r2"))
    world.now = world.now.replace(month=8, day=2)
    assert why(world.do(Rejoin("r2"))) is Refusal.SIGN_UP_NOT_OPEN


def test_capacity_below_what_is_held_is_refused(world: World) -> None:
    """No seat that is somebody's is taken away."""
    assert world.do(Publish(workshop(capacity=1))) == BelowHeld(held=2)
    assert world.ledger.capacity == 2


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


def test_the_link_is_mailed_within_limits(world: World) -> None:
    """Three in an hour and six in a day: the form must not become a way to fill somebody's mailbox."""
    for number in range(5):
        world.do(RequestLink(mailbox="m1", address="m1", submission=f"s{number}"))
    assert world.kinds("r1").count("link") == 3
    for hour in range(1, 5):
        world.now = NOW + timedelta(hours=2 * hour)
        world.do(RequestLink(mailbox="m1", address="m1", submission=f"h{hour}"))
    assert world.kinds("r1").count("link") == 6
    world.now = NOW + timedelta(days=2)
    world.do(RequestLink(mailbox="m1", address="m1", submission="next"))
    assert world.kinds("r1").count("link") == 7


def test_the_same_request_for_the_link_mails_it_once(world: World) -> None:
    """A double click, or a commit whose answer was lost, is one mail."""
    world.do(RequestLink(mailbox="m1", address="m1", submission="s"))
    world.do(RequestLink(mailbox="m1", address="m1", submission="s"))
    assert world.kinds("r1").count("link") == 1


def test_an_unknown_mailbox_is_no_news() -> None:
    """Asking for a link that does not exist writes nothing."""
    world = World(workshop())
    assert world.do(RequestLink(mailbox="nobody", address="nobody", submission="s")) == Done()
    assert world.ledger.version == 0


def test_erasing_a_person_leaves_nothing_personal_and_gives_up_the_seat(world: World) -> None:
    """The ledger still adds up, the seat goes to the next in line, and the link opens nothing."""
    world.do(RequestLink(mailbox="m1", address="m1", submission="s"))
    world.do(ErasePerson("r1"))
    erased = world.registrations["r1"]
    assert (erased.person, erased.answers, erased.link_requests) == (None, {}, ())
    assert (erased.mailbox, erased.identity, erased.address, erased.form) == ("", "", "", "")
    assert world.mailboxes["m1"].registrations == {}
    assert (erased.state, world.ledger.confirmed) == (State.CANCELLED, 1)
    assert why(world.do(Cancel("r1"))) is Refusal.ERASED
    assert world.do(Promote()) == Promoted(1)


def test_nobody_is_offered_a_seat_in_place_of_somebody_erased_while_waiting(world: World) -> None:
    """Erasing gives up the place on the waitlist in the same commit; the erased person is mailed nothing."""
    mails = world.kinds("r3")
    world.do(ErasePerson("r3"))
    assert world.waitlist() == ["r4"]
    assert world.ledger.waitlisted == 1
    world.do(Cancel("r1"))
    assert world.do(Promote()) == Promoted(1)
    assert world.state("r4") is State.OFFERED
    assert world.kinds("r3") == mails


def test_erasing_somebody_who_left_keeps_how_it_ended(offered: World) -> None:
    """Only a live registration changes its state."""
    offered.do(Decline("r3"))
    offered.do(ErasePerson("r3"))
    assert offered.state("r3") is State.DECLINED


def test_erasing_one_answer_keeps_the_others() -> None:
    """Dietary wishes go sooner than the rest."""
    world = World(workshop())
    answers = {"opgave": "iets", "dieetwensen": "geen noten"}
    world.do(replace(sign_up(1), answers=dict(answers)))
    world.do(EraseAnswers("r1", ("dieetwensen",)))
    assert world.registrations["r1"].answers == {"opgave": "iets"}


def test_a_group_is_decided_one_after_the_other() -> None:
    """In one commit, each command sees what those before it did; the version goes up by one."""
    world = World(workshop(capacity=1))
    outcomes = world.do(sign_up(1), sign_up(2), sign_up(1), sign_up(2, submission="-b"))
    assert [type(outcome).__name__ for outcome in outcomes] == ["Done", "Done", "Done", "KnownPerson"]
    assert [world.state("r1"), world.state("r2")] == [State.CONFIRMED, State.WAITLISTED]
    assert world.ledger.version == 1


CLICKS = [Cancel("r3"), Accept("r3"), Decline("r3"), Rejoin("r3"), GiveSeat("r3")]


@pytest.mark.parametrize("click", CLICKS, ids=lambda click: type(click).__name__)
def test_a_click_on_a_page_that_is_no_longer_true_is_refused(offered: World, click: Any) -> None:
    """Whoever clicked saw something else than what is so now, and has to look again."""
    seen = offered.registrations["r3"].state_version - 1
    before = offered.registrations["r3"]
    assert offered.do(replace(click, seen=seen)) == Refused(Refusal.CHANGED, before)
    assert offered.registrations["r3"] == before


def test_a_seat_is_not_given_to_somebody_who_cancelled_since_the_page_was_opened(world: World) -> None:
    """The organiser saw r3 on the waitlist."""
    seen = world.registrations["r3"].state_version
    world.do(Publish(workshop(capacity=9)))
    world.do(Cancel("r3"))
    assert why(world.do(GiveSeat("r3", seen))) is Refusal.CHANGED


def test_a_seat_accepted_since_the_page_was_opened_is_not_cancelled(offered: World) -> None:
    """Who clicked wanted to leave the waitlist, and would lose a seat."""
    seen = offered.registrations["r3"].state_version
    offered.do(Accept("r3"))
    assert why(offered.do(Cancel("r3", seen))) is Refusal.CHANGED
    assert offered.state("r3") is State.CONFIRMED


@pytest.mark.parametrize("click", [Accept("r3"), Decline("r3"), Cancel("r3"), GiveSeat("r3")], ids=str)
def test_what_has_taken_effect_is_quiet_whatever_was_seen(offered: World, click: Any) -> None:
    """A double click sends the older version a second time."""
    seen = offered.registrations["r3"].state_version
    assert isinstance(offered.do(replace(click, seen=seen)), Done)
    version = offered.ledger.version
    assert isinstance(offered.do(replace(click, seen=seen)), Done)
    assert offered.ledger.version == version


def test_a_click_with_the_present_version_takes_effect(world: World) -> None:
    """The link that was mailed meanwhile changed the registration, but not where it stands."""
    world.do(RequestLink(mailbox="m3", address="m3", submission="s"))
    assert isinstance(world.do(Cancel("r3", world.registrations["r3"].state_version)), Done)
    assert world.state("r3") is State.CANCELLED


def test_a_form_used_for_two_people_says_so_to_the_second(world: World) -> None:
    """Somebody corrected a name after Back: the earlier sign-up may hold a seat that nobody wants."""
    first = replace(sign_up(5), form="same")
    second = replace(sign_up(6), form="same")
    assert not world.do(first).form_used_before
    assert world.do(second).form_used_before
    assert world.do(second).form_used_before, "the same answer to the same form"
    assert not world.do(first).form_used_before
    world.do(Cancel("r5"))
    assert not world.do(second).form_used_before


def test_the_registration_just_before_with_the_same_form(world: World) -> None:
    """Of several it is the last one before, also when they are signed up in one commit."""
    world.do(*(replace(sign_up(number), form="same") for number in (5, 6, 7)))
    made = [world.registrations[f"r{number}"] for number in (5, 6, 7)]
    assert [sent_before(one, reversed(made)) for one in made] == [None, made[0], made[1]]


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


def test_unsubscribing_changes_nothing_else(world: World) -> None:
    """The seat stays, and so does the peace."""
    world.do(Unsubscribe("r1"))
    assert world.registrations["r1"].unsubscribed
    assert world.state("r1") is State.CONFIRMED
    version = world.ledger.version
    assert isinstance(world.do(Unsubscribe("r1")), Done)
    assert world.ledger.version == version
