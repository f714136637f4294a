"""Offers whose mail does not arrive: the seat goes to the next, and the person keeps the number."""

import pytest
from msgspec.structs import replace

from tests.samples import World, person, sign_up, why
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import Paused, State
from werkplaats.domain.seats.commands import (
    Accept,
    CallOff,
    Cancel,
    Correct,
    Decline,
    ErasePerson,
    GivePriority,
    Promote,
    Refusal,
    RequestLink,
    SayReachable,
    Undelivered,
)


def version(world: World, id: str = "r3") -> int:
    return world.registrations[id].state_version


@pytest.fixture
def paused(offered: World) -> World:
    """The world in which the offer to r3 did not arrive, and went on to r4."""
    offered.do(Undelivered("r3", version(offered)))
    offered.do(Promote())
    return offered


def test_the_offer_goes_to_the_next(paused: World) -> None:
    """The person is passed over, with the number they had, and organisers are told at once. Nobody mails them."""
    r3 = paused.registrations["r3"]
    assert (r3.state, r3.paused, r3.number, r3.held_until) == (State.WAITLISTED, Paused.ADDRESS, 3, None)
    assert paused.state("r4") is State.OFFERED
    assert (paused.ledger.waitlisted, paused.ledger.passed_over, paused.ledger.waiting) == (1, 1, 0)
    assert paused.kinds("r3") == ["waitlisted", "offered"]
    [entry] = [one for one in paused.journal.values() if one.kind is Happened.OFFER_UNDELIVERED]
    assert not entry.folded


def test_it_is_not_decided_twice(paused: World) -> None:
    before = paused.ledger.version
    paused.do(Undelivered("r3", version(paused)))
    assert paused.ledger.version == before


@pytest.mark.parametrize("answer", [Accept, Decline, Cancel])
def test_what_comes_after_the_answer_changes_nothing(offered: World, answer: type) -> None:
    mailed = version(offered)
    offered.do(answer("r3"))
    before = offered.registrations["r3"]
    offered.do(Undelivered("r3", mailed))
    assert offered.registrations["r3"] == before


def test_an_older_offer_is_another_offer(offered: World) -> None:
    """The mail of the first offer comes back late, when there is a second one, which may have arrived."""
    first = version(offered)
    offered.do(Undelivered("r3", first))
    offered.do(SayReachable("r3"))
    offered.do(Promote())
    assert offered.state("r3") is State.OFFERED
    offered.do(Undelivered("r3", first))
    assert offered.state("r3") is State.OFFERED


def test_nothing_is_decided_of_who_was_erased(offered: World) -> None:
    mailed = version(offered)
    assert why(offered.do(ErasePerson("r3"), Undelivered("r3", mailed))[1]) is Refusal.ERASED


def test_nothing_is_decided_of_what_was_called_off(offered: World) -> None:
    offered.do(CallOff("De begeleider is ziek."))
    assert why(offered.do(Undelivered("r3", version(offered)))) is Refusal.CALLED_OFF
    assert offered.state("r3") is State.OFFERED


def test_whoever_says_that_mail_arrives_waits_at_the_old_number(paused: World) -> None:
    """r5 signed up meanwhile; the next free seat is for r3."""
    paused.do(sign_up(5))
    paused.do(SayReachable("r3", version(paused)))
    assert paused.waitlist() == ["r3", "r5"]
    assert paused.kinds("r3")[-1] == "waitlisted"
    assert (paused.ledger.passed_over, paused.ledger.waiting) == (0, 2)
    paused.do(Cancel("r4"))
    paused.do(Promote())
    assert paused.state("r3") is State.OFFERED


def test_a_click_on_an_older_page_and_one_without_need(paused: World) -> None:
    assert why(paused.do(SayReachable("r3", version(paused) - 1))) is Refusal.CHANGED
    assert why(paused.do(SayReachable("r2"))) is Refusal.NOT_PAUSED


def test_asking_for_the_link_shows_that_the_address_is_read(paused: World) -> None:
    paused.do(RequestLink(mailbox="m3", address="m3", submission="a"))
    assert paused.registrations["r3"].paused is None
    assert paused.kinds("r3")[2:] == ["link", "waitlisted"]


def test_a_corrected_address_can_be_reached(paused: World) -> None:
    new = replace(person(3), email="goed@example.org")
    paused.do(Correct(registration="r3", person=new, answers={}, mailbox="n", address="n", identity="n"))
    assert paused.registrations["r3"].paused is None
    assert paused.waitlist() == ["r3"]


def test_another_correction_changes_nothing_about_it(paused: World) -> None:
    new = replace(person(3), organisation="Gemeente")
    paused.do(Correct(registration="r3", person=new, answers={}, mailbox="m3", address="m3", identity="i3"))
    assert paused.registrations["r3"].paused is Paused.ADDRESS


def test_priority_waits_for_the_address(paused: World) -> None:
    paused.do(sign_up(5), GivePriority("r3"), Cancel("r4"))
    paused.do(Promote())
    assert (paused.state("r3"), paused.state("r5")) == (State.WAITLISTED, State.OFFERED)
    paused.do(SayReachable("r3"))
    assert paused.registrations["r3"].has_priority
