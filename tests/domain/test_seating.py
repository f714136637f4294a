"""Who gets a seat, who waits, and what changes that."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW, World, person, sign_up, workshop
from werkplaats.domain.commands import (
    Accept,
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
    Refusal,
    Refused,
    Rejoin,
    RequestLink,
    SetCapacity,
    SignUp,
    Unsubscribe,
)
from werkplaats.domain.registration import State


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


def test_one_mailbox_signs_up_five_people_and_no_more() -> None:
    """A secretary signs up her colleagues; a sixth needs another address until one of the five leaves."""
    world = World(workshop())
    for number in range(1, 6):
        world.do(sign_up(number, mailbox="office"))
    assert why(world.do(sign_up(6, mailbox="office"))) is Refusal.MAILBOX_FULL
    world.do(Cancel("r2"))
    assert isinstance(world.do(sign_up(6, mailbox="office")), Done)


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
    assert why(world.do(SetCapacity(1))) is Refusal.BELOW_HELD
    assert world.ledger.capacity == 2


def test_more_capacity_promotes(world: World) -> None:
    """Two more seats reach the two who wait."""
    world.do(SetCapacity(4))
    assert world.do(Promote()) == Promoted(2)


def test_the_link_is_mailed_within_limits(world: World) -> None:
    """Three in an hour and six in a day: the form must not become a way to fill somebody's mailbox."""
    for number in range(5):
        world.do(RequestLink(mailbox="m1", submission=f"s{number}"))
    assert world.kinds("r1").count("link") == 3
    for hour in range(1, 5):
        world.now = NOW + timedelta(hours=2 * hour)
        world.do(RequestLink(mailbox="m1", submission=f"h{hour}"))
    assert world.kinds("r1").count("link") == 6
    world.now = NOW + timedelta(days=2)
    world.do(RequestLink(mailbox="m1", submission="next"))
    assert world.kinds("r1").count("link") == 7


def test_the_same_request_for_the_link_mails_it_once(world: World) -> None:
    """A double click, or a commit whose answer was lost, is one mail."""
    world.do(RequestLink(mailbox="m1", submission="s"))
    world.do(RequestLink(mailbox="m1", submission="s"))
    assert world.kinds("r1").count("link") == 1


def test_an_unknown_mailbox_is_no_news() -> None:
    """Asking for a link that does not exist writes nothing."""
    world = World(workshop())
    assert world.do(RequestLink(mailbox="nobody", submission="s")) == Done()
    assert world.ledger.version == 0


def test_erasing_a_person_keeps_the_count_and_frees_the_mailbox(world: World) -> None:
    """After erasure nothing personal is left, the ledger still adds up, and the link opens nothing."""
    world.do(ErasePerson("r1"))
    erased = world.registrations["r1"]
    assert erased.person is None
    assert erased.answers == {}
    assert (erased.mailbox, erased.identity) == ("", "")
    assert world.mailboxes["m1"].registrations == {}
    assert world.ledger.confirmed == 2
    assert why(world.do(Cancel("r1"))) is Refusal.ERASED


def test_erasing_one_answer_keeps_the_others() -> None:
    """Dietary wishes go sooner than the rest."""
    world = World(workshop())
    answers = {"opgave": "iets", "dieetwensen": "geen noten"}
    world.do(SignUp(registration="r1", person=person(1), answers=dict(answers), mailbox="m1", identity="i1"))
    world.do(EraseAnswers("r1", ("dieetwensen",)))
    assert world.registrations["r1"].answers == {"opgave": "iets"}


def test_a_group_is_decided_one_after_the_other() -> None:
    """In one commit, each command sees what those before it did; the version goes up by one."""
    world = World(workshop(capacity=1))
    outcomes = world.do(sign_up(1), sign_up(2), sign_up(1), sign_up(2, submission="-b"))
    assert [type(outcome).__name__ for outcome in outcomes] == ["Done", "Done", "Done", "KnownPerson"]
    assert [world.state("r1"), world.state("r2")] == [State.CONFIRMED, State.WAITLISTED]
    assert world.ledger.version == 1


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
    world.do(SetCapacity(3))
    assert isinstance(world.do(GiveSeat("r1")), Done)
    assert world.registrations["r1"].sequence == 5, "behind everybody who was there"
    version = world.ledger.version
    assert isinstance(world.do(GiveSeat("r1")), Done)
    assert world.ledger.version == version


def test_a_seat_is_not_given_to_somebody_who_signed_up_anew(world: World) -> None:
    """One person has one live registration."""
    world.do(Cancel("r1"))
    world.do(sign_up(1, submission="-new"))
    world.do(SetCapacity(9))
    assert why(world.do(GiveSeat("r1"))) is Refusal.SIGNED_UP_ANEW


def test_unsubscribing_changes_nothing_else(world: World) -> None:
    """The seat stays, and so does the peace."""
    world.do(Unsubscribe("r1"))
    assert world.registrations["r1"].unsubscribed
    assert world.state("r1") is State.CONFIRMED
    version = world.ledger.version
    assert isinstance(world.do(Unsubscribe("r1")), Done)
    assert world.ledger.version == version
