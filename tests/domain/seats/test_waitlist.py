"""How a free seat goes to the people on the waitlist."""

from datetime import timedelta

from msgspec.structs import replace

from tests.samples import NOW, World, sign_up, why, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import (
    Accept,
    Cancel,
    Decline,
    Done,
    Expire,
    Promote,
    Promoted,
    Refusal,
    Refused,
)


def test_a_free_seat_is_offered_to_the_head_of_the_waitlist(offered: World) -> None:
    """A free seat is offered to the first on the waitlist until a deadline, and is held meanwhile."""
    assert offered.state("r3") is State.OFFERED
    assert offered.state("r4") is State.WAITLISTED
    assert offered.registrations["r3"].held_until == NOW + timedelta(hours=48)
    assert offered.ledger.free == 0
    assert offered.kinds("r3") == ["waitlisted", "offered"]


def test_direct_promotion_confirms_at_once() -> None:
    """With direct promotion a free seat is given at once instead of offered."""
    world = World(workshop(capacity=1, promotion={"by": "direct"}))
    world.do(sign_up(1), sign_up(2))
    world.do(Cancel("r1"))
    assert world.do(Promote()) == Promoted(1)
    assert world.state("r2") is State.CONFIRMED
    assert world.kinds("r2") == ["waitlisted", "confirmed"]


def test_promoting_again_changes_nothing(offered: World) -> None:
    """Promoting a second time changes nothing, because the event may come twice."""
    version = offered.ledger.version
    assert offered.do(Promote()) == Promoted(0)
    assert offered.ledger.version == version


def test_no_offers_once_the_workshop_has_begun(world: World) -> None:
    """Seats are offered until just before the start, also after sign-up has closed."""
    world.now = world.workshop.begins_at - timedelta(hours=1)
    world.do(Cancel("r1"))
    world.now = world.workshop.begins_at
    assert world.do(Promote()) == Promoted(0)
    world.now = world.workshop.begins_at - timedelta(seconds=1)
    assert world.do(Promote()) == Promoted(1)


def test_accepting_confirms_and_repeating_it_is_quiet(offered: World) -> None:
    """Accepting confirms the seat, and accepting again succeeds without a change."""
    assert isinstance(offered.do(Accept("r3")), Done)
    assert offered.state("r3") is State.CONFIRMED
    version = offered.ledger.version
    assert isinstance(offered.do(Accept("r3")), Done)
    assert offered.ledger.version == version


def test_accepting_after_the_deadline_is_expired_swept_or_not(offered: World) -> None:
    """Accepting after the deadline is refused and ends the offer, whether or not the schedule did so."""
    offered.now += timedelta(hours=48)
    assert why(offered.do(Accept("r3"))) is Refusal.OFFER_OVER
    assert offered.state("r3") is State.EXPIRED
    assert why(offered.do(Accept("r3"))) is Refusal.OFFER_OVER
    assert offered.kinds("r3") == ["waitlisted", "offered", "offer_expired"]


def test_an_offer_is_not_ended_before_its_time(offered: World) -> None:
    """Expire does not end an offer before its deadline."""
    offered.now += timedelta(hours=48) - timedelta(microseconds=1)
    offered.do(Expire("r3"))
    assert offered.state("r3") is State.OFFERED


def test_an_offer_ends_at_its_deadline_and_the_person_is_told(offered: World) -> None:
    """At the deadline Expire frees the seat and mails the person; a second Expire writes nothing."""
    offered.now += timedelta(hours=48)
    assert offered.do(Expire("r3")) == Done(offered.registrations["r3"])
    assert (offered.state("r3"), offered.ledger.offered, offered.ledger.free) == (State.EXPIRED, 0, 1)
    assert offered.kinds("r3") == ["waitlisted", "offered", "offer_expired"]
    version = offered.ledger.version
    assert offered.do(Expire("r3")) == Done(offered.registrations["r3"])
    assert offered.ledger.version == version


def test_answers_to_an_offer_bring_the_registration_as_it_stands(offered: World) -> None:
    """The outcome has the registration as it is now, whether accepting succeeds or is refused."""
    assert offered.do(Accept("r4")) == Refused(Refusal.NO_OFFER, offered.registrations["r4"])
    assert offered.do(Accept("r3")) == Done(offered.registrations["r3"])
    offered.do(Cancel("r2"))
    offered.do(Promote())
    offered.now += timedelta(hours=48)
    assert offered.do(Accept("r4")) == Refused(Refusal.OFFER_OVER, offered.registrations["r4"])
    assert offered.do(Decline("r4")) == Refused(Refusal.OFFER_OVER, offered.registrations["r4"])


def test_an_offer_is_over_once_the_workshop_has_begun(offered: World) -> None:
    """An offer ends with the start of the workshop, if that has moved to before the deadline."""
    deadline = offered.registrations["r3"].held_until
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


def test_a_declined_or_cancelled_offer_frees_the_seat_for_good(offered: World) -> None:
    """The seat of a declined or cancelled offer goes to the next person and cannot be accepted any more."""
    offered.do(Decline("r3"))
    assert offered.do(Promote()) == Promoted(1)
    assert offered.state("r4") is State.OFFERED
    offered.do(Cancel("r4"))
    assert offered.do(Promote()) == Promoted(0)
    assert offered.ledger.free == 1
    assert why(offered.do(Accept("r3"))) is Refusal.NO_OFFER


def test_declining_is_told_as_declining(offered: World) -> None:
    """Declining is in the journal as declined, and the person gets the mail about cancelling."""
    assert isinstance(offered.do(Decline("r3")), Done)
    assert (offered.state("r3"), offered.ledger.offered) == (State.DECLINED, 0)
    assert [entry.kind for entry in offered.journal.values() if entry.registration == "r3"] == [
        Happened.SIGNED_UP,
        Happened.OFFERED,
        Happened.DECLINED,
    ]
    assert offered.kinds("r3") == ["waitlisted", "offered", "cancelled"]


def test_an_offer_that_is_over_cannot_be_declined(offered: World) -> None:
    """Declining after the deadline is refused, and the offer is recorded as expired."""
    offered.now += timedelta(hours=48)
    assert why(offered.do(Decline("r3"))) is Refusal.OFFER_OVER
    assert offered.state("r3") is State.EXPIRED


def test_declining_answers_with_the_registration_as_it_stands(offered: World) -> None:
    """The outcome of declining has the registration, which has ended."""
    assert offered.do(Decline("r3")) == Done(offered.registrations["r3"])


def test_an_offer_without_an_end_is_over(offered: World) -> None:
    """An offer without a deadline, which no commit writes, counts as over, so that nobody can hold a seat forever."""
    offered.registrations["r3"] = replace(offered.registrations["r3"], held_until=None)
    assert why(offered.do(Accept("r3"))) is Refusal.OFFER_OVER
