"""Calling off: registrations stay as they are, and nothing more can be decided about them."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import NOW, World, sign_up, why, workshop
from werkplaats.domain.calling_off import LONGEST_REASON, make_farewells
from werkplaats.domain.changes import change_between, reminder_due
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import (
    Accept,
    CallOff,
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
    Rejoin,
    Replaced,
    RequestLink,
    Unsubscribe,
)
from werkplaats.domain.survey.waves import Phase, phase
from werkplaats.domain.workshop import CalledOff

OFF = CallOff("  De begeleider is ziek.\n")


def test_it_is_marked_with_when_and_why(world: World) -> None:
    """One commit marks the workshop with time, reason and version, and adds an entry that is still to be told."""
    version = world.ledger.version
    assert world.do(OFF) == Done()
    assert world.workshop.called_off == CalledOff(at=NOW, reason="De begeleider is ziek.", version=version + 1)
    assert (world.ledger.version, world.ledger.published) == (version + 1, version + 1)
    [entry] = [one for one in world.journal.values() if one.kind is Happened.CALLED_OFF]
    assert not entry.notified


def test_a_second_time_it_is_a_quiet_success(world: World) -> None:
    """Calling off a second time succeeds without a change, and the first reason stays."""
    world.do(OFF)
    version = world.ledger.version
    assert world.do(CallOff("Iets anders.")) == Done()
    assert (world.ledger.version, world.workshop.called_off.reason) == (version, "De begeleider is ziek.")  # type: ignore[union-attr]


@pytest.mark.parametrize("reason", ["", " \n", "x" * (LONGEST_REASON + 1)])
def test_without_a_reason_that_can_be_told_it_is_refused(world: World, reason: str) -> None:
    """Calling off with an empty or too long reason is refused."""
    assert why(world.do(CallOff(reason))) is Refusal.NO_REASON


def test_it_can_be_done_until_the_workshop_is_over(world: World) -> None:
    """A workshop can be called off until its last day has ended."""
    world.now = world.workshop.ends_at
    assert why(world.do(OFF)) is Refusal.OVER
    world.now -= timedelta(seconds=1)
    assert world.do(OFF) == Done()


@pytest.mark.parametrize(
    "command", [Cancel("r3"), Accept("r3"), Decline("r3"), GiveSeat("r3"), Expire("r3"), Cancel("r2")]
)
def test_what_would_change_a_registration_is_refused(offered: World, command: Any) -> None:
    """Commands that would change a registration are refused as called off, whatever version was seen."""
    offered.do(OFF)
    before, version = dict(offered.registrations), offered.ledger.version
    offered.now += timedelta(days=30)
    assert why(offered.do(command)) is Refusal.CALLED_OFF
    if not isinstance(command, Expire):
        assert why(offered.do(replace(command, seen=0))) is Refusal.CALLED_OFF
    assert (offered.registrations, offered.ledger.version) == (before, version)


def test_what_had_taken_effect_before_is_still_a_quiet_success(offered: World) -> None:
    """Repeating a command that took effect before calling off succeeds without a change."""
    offered.do(Accept("r3"))
    offered.do(OFF)
    assert isinstance(offered.do(Accept("r3")), Done)
    assert why(offered.do(Rejoin("r1"))) is Refusal.CALLED_OFF


def test_links_unsubscribing_and_erasing_go_on(world: World) -> None:
    """After calling off people can still get their link, unsubscribe, and be erased."""
    world.do(OFF)
    assert world.do(RequestLink(mailbox="m3", address="m3", submission="s")) == Done()
    assert world.kinds("r3")[-1] == "link"
    assert isinstance(world.do(Unsubscribe("r3")), Done)
    assert isinstance(world.do(EraseAnswers("r3", ("opgave",))), Done)
    assert isinstance(world.do(ErasePerson("r1")), Done)
    assert world.state("r1") is State.CANCELLED


def test_nobody_signs_up_any_more(world: World) -> None:
    """New sign-ups are refused during the days of sign-up too, and somebody known still gets the link."""
    world.do(OFF)
    assert world.workshop.sign_up_phase(NOW) == "closed"
    assert why(world.do(sign_up(9))) is Refusal.CALLED_OFF
    assert isinstance(world.do(sign_up(1)), Done)
    assert world.do(sign_up(1, submission="-again")) == KnownPerson()


def test_free_seats_are_not_given_away(world: World) -> None:
    """No free seat is promoted, whether somebody was erased or the capacity grew."""
    world.do(OFF)
    world.do(ErasePerson("r1"))
    assert world.do(Promote()) == Promoted(0)
    world.do(Publish(workshop(capacity=9)))
    assert world.do(Promote()) == Promoted(0)


def test_what_is_published_later_stays_called_off(world: World) -> None:
    """Publishing keeps the workshop called off, and makes no change that participants are told of."""
    world.do(OFF)
    called_off, before = world.workshop.called_off, world.workshop
    assert world.do(Publish(workshop(title="Anders", last_day="2027-09-01"))) == Replaced(changed=True)
    assert (world.workshop.title, world.workshop.called_off) == ("Anders", called_off)
    assert world.do(Publish(workshop(title="Anders", last_day="2027-09-01"))) == Replaced(changed=False)
    assert change_between(before, world.workshop, 9, NOW) is None


def test_no_reminder_and_no_wave_falls_due(world: World) -> None:
    """No reminder is due any more, and a wave that would be open is closed."""
    one = workshop(reminders=["7 days"])
    later = replace(one, called_off=CalledOff(at=NOW, reason="x", version=1))
    soon = one.begins_at - timedelta(days=1)
    assert (reminder_due(one, soon) is None, reminder_due(later, soon)) == (False, None)
    opened = one.wave_opens_at(one.waves[0])
    assert phase(one, one.waves[0], opened) is Phase.OPEN
    assert phase(later, later.waves[0], opened) is Phase.CLOSED


def test_everybody_who_is_in_is_told_once(offered: World) -> None:
    """Everybody with a seat, an offer or a place gets one mail, and making the mails again gives the same ids."""
    assert make_farewells(offered.workshop, offered.registrations.values(), NOW) == ()
    offered.do(OFF)
    offered.do(ErasePerson("r4"))
    mails = make_farewells(offered.workshop, offered.registrations.values(), NOW)
    assert {mail.registration for mail in mails} == {"r2", "r3"}
    offered.do(Publish(workshop(title="Anders")))
    again = make_farewells(offered.workshop, offered.registrations.values(), NOW)
    assert [mail.id for mail in again] == [mail.id for mail in mails]
