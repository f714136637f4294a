"""Saying that one cannot come, from the first moment of the first day until the last day is over."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.samples import World, why
from werkplaats.domain.attendance import Mark, attended, days_of
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import State
from werkplaats.domain.seats.absence import is_said_absent
from werkplaats.domain.seats.commands import CallOff, Done, Refusal, SayAbsent
from werkplaats.domain.seats.rules import decide

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def running(world: World) -> World:
    """The world at the first moment of the first day."""
    world.now = world.workshop.begins_at
    return world


def test_the_days_left_are_absent_and_the_state_stays(running: World) -> None:
    """On the second day the first is left as it is. The mailbox, the numbers and the seat stay as they are."""
    running.now += timedelta(days=1)
    before, plan = running.registrations["r1"], decide(running.seating(), (SayAbsent("r1"),), running.now)
    days = days_of(running.workshop)
    assert [(one.registration, one.days) for one in plan.absences] == [("r1", days[1:])]
    [after] = plan.registrations
    assert after == replace(before, absent_from=days[1], details_version=after.details_version)
    assert [(entry.kind, entry.folded, entry.notified) for entry in plan.journal] == [
        (Happened.SAID_ABSENT, False, False)
    ]
    assert plan.mails == plan.mailboxes == ()


def test_whoever_was_there_today_was_there(running: World) -> None:
    """Somebody who falls ill at noon was present in the morning, and is asked how it was."""
    first, *others = days_of(running.workshop)
    seating = replace(running.seating(), marks={"r1": {first.isoformat(): Mark.PRESENT}})
    [absence] = decide(seating, (SayAbsent("r1"),), running.now).absences
    assert absence.days == tuple(others)
    marks = {"r1": {first.isoformat(): Mark.PRESENT} | {day.isoformat(): Mark.ABSENT for day in others}}
    assert running.registrations["r1"] in attended(marks, [running.registrations["r1"]])


def test_whoever_never_came_is_not_asked_how_it_was(running: World) -> None:
    one = running.registrations["r1"]
    marks = {"r1": {day.isoformat(): Mark.ABSENT for day in days_of(running.workshop)}}
    assert attended(marks, [one, running.registrations["r2"]]) == (running.registrations["r2"],)


def test_it_is_said_once(running: World) -> None:
    """A second click, also with an older version of the page, changes nothing, and organisers are told once."""
    seen = running.registrations["r1"].state_version
    running.do(SayAbsent("r1", seen))
    version = running.ledger.version
    running.now += timedelta(days=1)
    assert running.do(SayAbsent("r1", seen)) == Done(running.registrations["r1"])
    assert running.ledger.version == version


def test_it_can_be_said_on_the_days_and_at_no_other_time(world: World) -> None:
    world.now = world.workshop.begins_at - MOMENT
    assert why(world.do(SayAbsent("r1"))) is Refusal.NOT_BEGUN
    world.now = world.workshop.ends_at
    assert why(world.do(SayAbsent("r1"))) is Refusal.OVER
    world.now = world.workshop.ends_at - MOMENT
    assert isinstance(world.do(SayAbsent("r1")), Done)


def test_only_who_has_a_seat_can_say_it(running: World) -> None:
    assert running.state("r3") is State.WAITLISTED
    assert why(running.do(SayAbsent("r3"))) is Refusal.NO_SEAT
    running.do(CallOff("Ziek."))
    assert why(running.do(SayAbsent("r1"))) is Refusal.CALLED_OFF


def test_if_the_days_are_put_off_it_can_be_said_anew(running: World) -> None:
    """What was said of the earlier days says nothing of the new ones."""
    running.do(SayAbsent("r1"))
    said, later = running.registrations["r1"], timedelta(days=30)
    moved = replace(
        running.workshop, first_day=running.workshop.first_day + later, last_day=running.workshop.last_day + later
    )
    assert is_said_absent(running.workshop, said)
    assert not is_said_absent(moved, said)
