"""Cancelling, and unsubscribing from surveys."""

from tests.samples import World, why
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import (
    Cancel,
    Decline,
    Done,
    ErasePerson,
    LeavingReason,
    Refusal,
    Refused,
    Rejoin,
    Unsubscribe,
)


def test_who_ended_it_is_kept_until_it_is_taken_up_again(world: World) -> None:
    """Cancelling by an organiser is marked as such until the person joins again."""
    world.do(Cancel("r1", by_organiser=True))
    assert world.registrations["r1"].cancelled_by_organiser
    world.do(Rejoin("r1"))
    assert not world.registrations["r1"].cancelled_by_organiser
    world.do(Cancel("r1"))
    assert not world.registrations["r1"].cancelled_by_organiser


def test_cancelling_twice_is_quiet_and_after_declining_refused(offered: World) -> None:
    """Cancelling twice succeeds without a change, and cancelling after declining is refused."""
    assert offered.do(Cancel("r1")) == Done(offered.registrations["r1"])
    offered.do(Decline("r3"))
    assert offered.do(Cancel("r3")) == Refused(Refusal.ENDED, offered.registrations["r3"])


def test_cancelling_after_the_start_is_for_the_organisers(world: World) -> None:
    """From the start of the workshop on cancelling is refused."""
    world.now = world.workshop.begins_at
    assert why(world.do(Cancel("r1"))) is Refusal.BEGUN


def test_unsubscribing_changes_nothing_else(world: World) -> None:
    """Unsubscribing keeps the seat, and doing it twice writes nothing the second time."""
    outcome = world.do(Unsubscribe("r1"))
    assert outcome == Done(world.registrations["r1"])
    assert world.registrations["r1"].unsubscribed
    assert world.state("r1") is State.CONFIRMED
    version = world.ledger.version
    assert isinstance(world.do(Unsubscribe("r1")), Done)
    assert world.ledger.version == version


def test_cancelling_answers_with_the_registration_as_it_stands(world: World) -> None:
    """The outcome has the registration as it is now, whether cancelling succeeds or is refused."""
    assert world.do(Cancel("r1", by_organiser=True)) == Done(world.registrations["r1"])
    assert list(world.journal.values())[-1].kind is Happened.CANCELLED_BY_ORGANISER
    assert world.do(Cancel("r2")) == Done(world.registrations["r2"])
    assert list(world.journal.values())[-1].kind is Happened.CANCELLED
    world.now = world.workshop.begins_at
    assert world.do(Cancel("r3")) == Refused(Refusal.BEGUN, world.registrations["r3"])


def test_what_somebody_says_about_leaving_is_kept_for_the_organisers(world: World) -> None:
    """The reason stands in the journal as a code; what the person wrote is theirs, and is erased with them."""
    world.do(Cancel("r1", reason=LeavingReason.ILL, text=" Gebroken been. "))
    entry = list(world.journal.values())[-1]
    assert (entry.kind, entry.detail, entry.by) == (Happened.CANCELLED, "ill", "")
    [said] = world.registrations["r1"].remarks
    assert (said.text, said.by, said.about, said.at) == ("Gebroken been.", "", "cancelled", entry.at)
    world.do(Cancel("r2"))
    assert list(world.journal.values())[-1].detail == "cancelled"
    assert world.registrations["r2"].remarks == ()
    world.do(ErasePerson("r1"))
    assert world.registrations["r1"].remarks == ()
