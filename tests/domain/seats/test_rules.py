"""Deciding commands one after the other, each on what is true by then."""

from typing import Any, get_args

import pytest
from msgspec.structs import replace

from tests.samples import World, added, person, sign_up, why, workshop
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import (
    Accept,
    CallOff,
    Cancel,
    Command,
    CompleteList,
    Confirm,
    Correct,
    Decline,
    Done,
    EraseAnswers,
    ErasePerson,
    Expire,
    GivePriority,
    GiveSeat,
    MakeReal,
    OfferSeat,
    OfOne,
    Outcome,
    Promote,
    Publish,
    Refusal,
    Refused,
    Rejoin,
    RequestLink,
    SayAbsent,
    SendAgain,
    SetLabels,
    TellFolded,
    Unsubscribe,
    WriteNote,
)
from werkplaats.domain.seats.rules import decide


def test_never_more_seats_are_held_than_there_are(world: World) -> None:
    """Confirmed and offered seats together never exceed the capacity, whatever is asked at once."""
    rush = [sign_up(number) for number in range(5, 20)]
    world.do(*rush, Promote(), GiveSeat("r4"), Cancel("r1"), Promote(), GiveSeat("r4"), Rejoin("r1"), Promote())
    held = [one.id for one in world.registrations.values() if one.state in (State.CONFIRMED, State.OFFERED)]
    assert sorted(held) == ["r2", "r3"]
    assert world.ledger.held == world.ledger.capacity == 2


SAMPLES: list[Command] = [
    sign_up(3),
    RequestLink(mailbox="m3", address="m3", submission="s"),
    Cancel("r3"),
    Accept("r3"),
    Decline("r3"),
    Confirm("r3"),
    Rejoin("r3"),
    SayAbsent("r3"),
    GiveSeat("r3"),
    OfferSeat("r3", by="een@example.org"),
    GivePriority("r3"),
    added(20),
    Unsubscribe("r3"),
    Expire("r3"),
    EraseAnswers("r3", ("opgave",)),
    ErasePerson("r3"),
    Correct(registration="r3", person=person(9), answers={}, mailbox="m9", address="m9", identity="i9"),
    SendAgain(registration="r3"),
    WriteNote(registration="r3", text="Belt nog."),
    SetLabels(registration="r3", labels=("vrijwilliger",)),
    Promote(),
    TellFolded(),
    Publish(workshop(capacity=3)),
    CallOff("De begeleider is ziek."),
    MakeReal(),
    CompleteList(complete=True),
]


def test_every_command_has_a_rule(offered: World) -> None:
    """SAMPLES has every command, and deciding each gives an outcome."""
    assert {type(command) for command in SAMPLES} == set(get_args(Command))
    for command in SAMPLES:
        (outcome,) = decide(offered.seating(), (command,), offered.now).outcomes
        assert isinstance(outcome, get_args(Outcome)), command


ABOUT_ONE = [command for command in SAMPLES if isinstance(command, OfOne)]


@pytest.mark.parametrize("command", ABOUT_ONE, ids=lambda command: type(command).__name__)
def test_a_command_about_nobody_known_is_refused(world: World, command: Any) -> None:
    """A command about an unknown registration is refused and writes nothing."""
    version = world.ledger.version
    assert world.do(replace(command, registration="nobody")) == Refused(Refusal.UNKNOWN)
    assert world.ledger.version == version


@pytest.mark.parametrize("command", ABOUT_ONE, ids=lambda command: type(command).__name__)
def test_nothing_is_done_for_somebody_who_was_erased(world: World, command: Any) -> None:
    """Commands about an erased person are refused, except that erasing again succeeds without a change."""
    world.do(ErasePerson("r3"))
    erased, version = world.registrations["r3"], world.ledger.version
    quiet = isinstance(command, ErasePerson | EraseAnswers)
    assert world.do(command) == (Done(erased) if quiet else Refused(Refusal.ERASED, erased))
    assert world.ledger.version == version


def test_a_group_is_decided_one_after_the_other() -> None:
    """Each command of a group sees the result of those before it, and the group is one version."""
    world = World(workshop(capacity=1))
    outcomes = world.do(sign_up(1), sign_up(2), sign_up(1), sign_up(2, submission="-b"))
    assert [type(outcome).__name__ for outcome in outcomes] == ["Done", "Done", "Done", "KnownPerson"]
    assert [world.state("r1"), world.state("r2")] == [State.CONFIRMED, State.WAITLISTED]
    assert world.ledger.version == 1


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (Accept("r4"), Refusal.NO_OFFER),
        (Decline("r4"), Refusal.NO_OFFER),
        (Accept("r2"), Refusal.NO_OFFER),
        (Rejoin("r2"), Refusal.STILL_IN),
        (SayAbsent("r2"), Refusal.NOT_BEGUN),
        (SayAbsent("r4"), Refusal.NO_SEAT),
        (Cancel("nobody"), Refusal.UNKNOWN),
    ],
)
def test_what_a_state_does_not_allow_is_refused_by_name(offered: World, command: object, expected: Refusal) -> None:
    """A command that the state does not allow is refused with a reason of its own."""
    assert why(offered.do(command)) is expected


CLICKS = [Cancel("r3"), Accept("r3"), Decline("r3"), Rejoin("r3"), GiveSeat("r3"), OfferSeat("r4"), GivePriority("r4")]


@pytest.mark.parametrize("click", CLICKS, ids=lambda click: type(click).__name__)
def test_a_click_on_a_page_that_is_no_longer_true_is_refused(offered: World, click: Any) -> None:
    """A click on a page that showed an older version of the state is refused and changes nothing."""
    before = offered.registrations[click.registration]
    seen = before.state_version - 1
    assert offered.do(replace(click, seen=seen)) == Refused(Refusal.CHANGED, before)
    assert offered.registrations[click.registration] == before


def test_a_seat_is_not_given_to_somebody_who_cancelled_since_the_page_was_opened(world: World) -> None:
    """No seat is given to somebody who was on the waitlist on the page but has cancelled since."""
    seen = world.registrations["r3"].state_version
    world.do(Publish(workshop(capacity=9)))
    world.do(Cancel("r3"))
    assert why(world.do(GiveSeat("r3", seen))) is Refusal.CHANGED


def test_a_seat_accepted_since_the_page_was_opened_is_not_cancelled(offered: World) -> None:
    """Cancelling from a page that showed an offer does not cancel the seat that was accepted since."""
    seen = offered.registrations["r3"].state_version
    offered.do(Accept("r3"))
    assert why(offered.do(Cancel("r3", seen))) is Refusal.CHANGED
    assert offered.state("r3") is State.CONFIRMED


@pytest.mark.parametrize(
    "click", [Accept("r3"), Decline("r3"), Cancel("r3"), GiveSeat("r3"), GivePriority("r4")], ids=str
)
def test_what_has_taken_effect_is_quiet_whatever_was_seen(offered: World, click: Any) -> None:
    """A double click, which sends the older version again, succeeds without a second change."""
    seen = offered.registrations[click.registration].state_version
    assert isinstance(offered.do(replace(click, seen=seen)), Done)
    version = offered.ledger.version
    assert isinstance(offered.do(replace(click, seen=seen)), Done)
    assert offered.ledger.version == version


def test_a_click_with_the_present_version_takes_effect(world: World) -> None:
    """A click with the current version of the state takes effect, even if a link was mailed since."""
    world.do(RequestLink(mailbox="m3", address="m3", submission="s"))
    assert isinstance(world.do(Cancel("r3", world.registrations["r3"].state_version)), Done)
    assert world.state("r3") is State.CANCELLED
