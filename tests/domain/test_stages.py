"""In which stage a registration is, at every turn of the clock and in every state."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.shipped import DEADLINE, NOW, WORKSHOP, registration
from werkplaats.domain.registration import Hold, Paused, State
from werkplaats.domain.stages import Stage, stage_of
from werkplaats.domain.workshop import CalledOff

MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("state", "before", "during", "after"),
    [
        (State.CONFIRMED, Stage.COMING, Stage.DURING, Stage.AFTER),
        (State.WAITLISTED, Stage.WAITING, Stage.NOT_PLACED, Stage.NOT_PLACED),
        (State.OFFERED, Stage.CHOOSING, Stage.LAPSED, Stage.LAPSED),
        (State.EXPIRED, Stage.LAPSED, Stage.LAPSED, Stage.LAPSED),
        (State.DECLINED, Stage.DECLINED, Stage.DECLINED, Stage.DECLINED),
        (State.CANCELLED, Stage.LEFT, Stage.LEFT, Stage.LEFT),
    ],
)
def test_the_stage_follows_from_state_and_clock(state: State, before: Stage, during: Stage, after: Stage) -> None:
    """The first day begins at midnight and the last ends at midnight, both in Amsterdam, to the moment."""
    one, mine = WORKSHOP, replace(registration(state), held_until=WORKSHOP.ends_at)
    assert stage_of(one, mine, one.begins_at - MOMENT) is before
    assert stage_of(one, mine, one.begins_at) is during
    assert stage_of(one, mine, one.ends_at - MOMENT) is during
    assert stage_of(one, mine, one.ends_at) is after


def test_an_offer_lapses_by_itself() -> None:
    """Nothing has to have run for that."""
    mine = registration(State.OFFERED)
    assert stage_of(WORKSHOP, mine, DEADLINE - MOMENT) is Stage.CHOOSING
    assert stage_of(WORKSHOP, mine, DEADLINE) is Stage.LAPSED


@pytest.mark.parametrize("state", [State.CONFIRMED, State.WAITLISTED])
def test_an_address_can_be_confirmed_until_the_hold_is_over(state: State) -> None:
    """From then on the sign-up has lapsed, whether or not anything has run; once confirmed it is like any other."""
    held = replace(registration(state), held_for=Hold.CONFIRM, held_until=DEADLINE)
    assert stage_of(WORKSHOP, held, DEADLINE - MOMENT) is Stage.CONFIRMING
    assert stage_of(WORKSHOP, held, DEADLINE) is Stage.UNCONFIRMED
    ended = replace(held, state=State.EXPIRED, held_until=None)
    assert stage_of(WORKSHOP, ended, DEADLINE) is Stage.UNCONFIRMED
    there = Stage.COMING if state is State.CONFIRMED else Stage.WAITING
    assert stage_of(WORKSHOP, replace(held, held_until=None), DEADLINE) is there


@pytest.mark.parametrize("state", State)
def test_what_was_called_off_is_that_in_every_state(state: State) -> None:
    one = replace(WORKSHOP, called_off=CalledOff(at=NOW, reason="Ziek", version=2))
    assert stage_of(one, registration(state), one.ends_at) is Stage.CALLED_OFF


def test_whoever_is_paused_waits_only_until_the_workshop_begins() -> None:
    """Once it has begun, nobody gets a seat any more, whatever their address."""
    mine = replace(registration(State.WAITLISTED), paused=Paused.ADDRESS)
    assert stage_of(WORKSHOP, mine, WORKSHOP.begins_at - MOMENT) is Stage.PAUSED
    assert stage_of(WORKSHOP, mine, WORKSHOP.begins_at) is Stage.NOT_PLACED
