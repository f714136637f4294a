"""Adding somebody by hand."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.samples import World, added, sign_up, why, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import AddPerson, Cancel, Done, ErasePerson, Placing, Publish, Refusal, Refused
from werkplaats.domain.seats.rules import decide


def test_somebody_is_added_to_a_free_seat_also_while_others_wait(world: World) -> None:
    """The seat is free and others wait; the journal has who did it, and the person gets the usual mail."""
    world.do(Cancel("r1"))
    outcome = world.do(added(9, reason="Belde ons."))
    one = world.registrations["added9"]
    assert outcome == Done(one)
    assert (one.state, one.joined_at, one.form) == (State.CONFIRMED, world.now, "added9")
    assert [(remark.text, remark.by, remark.about) for remark in one.remarks] == [
        ("Belde ons.", "een@example.org", "added")
    ]
    assert world.kinds("added9") == ["confirmed"]
    [entry] = [entry for entry in world.journal.values() if entry.registration == "added9"]
    assert (entry.kind, entry.by, entry.detail) == (Happened.ADDED, "een@example.org", "confirmed")
    assert world.mailboxes["m9"].registrations == {"i9": "added9"}


def test_whoever_is_added_to_the_waitlist_is_last(world: World) -> None:
    world.do(added(9, Placing.WAITLIST))
    assert world.waitlist() == ["r3", "r4", "added9"]
    assert world.kinds("added9") == ["waitlisted"]


def test_no_seat_is_given_that_there_is_not(world: World) -> None:
    assert why(world.do(added(9))) is Refusal.FULL
    assert "added9" not in world.registrations


def test_an_extra_seat_is_one_more_of_the_workshop_and_of_the_ledger(world: World) -> None:
    """Both are raised in the commit that adds the person, by the organiser, with an entry and a revision."""
    plan = decide(world.seating(), (added(9, Placing.EXTRA_SEAT, reason="De zaal is groter."),), world.now)
    world.apply(plan)
    assert world.state("added9") is State.CONFIRMED
    assert (world.ledger.capacity, world.workshop.capacity, world.ledger.published) == (3, 3, world.ledger.version)
    assert plan.revision is not None
    assert (plan.revision.by, plan.revision.changed) == ("een@example.org", ("capacity",))
    assert {(entry.kind, entry.detail) for entry in plan.journal} == {
        (Happened.CAPACITY_CHANGED, "2 → 3"),
        (Happened.ADDED, "confirmed"),
    }


def test_two_extra_seats_in_one_commit_are_told_as_one_change(world: World) -> None:
    world.do(*(added(number, Placing.EXTRA_SEAT, reason="Groter.") for number in (8, 9)))
    [entry] = [entry for entry in world.journal.values() if entry.kind is Happened.CAPACITY_CHANGED]
    assert (entry.detail, world.ledger.capacity, world.workshop.capacity) == ("2 → 4", 4, 4)


def test_an_extra_seat_needs_a_reason(world: World) -> None:
    version = world.ledger.version
    assert why(world.do(added(9, Placing.EXTRA_SEAT, reason="  \n"))) is Refusal.NO_REASON
    assert (world.ledger.capacity, world.ledger.version) == (2, version)


@pytest.mark.parametrize("placing", list(Placing))
def test_a_double_click_adds_nobody_twice(world: World, placing: Placing) -> None:
    world.do(Cancel("r1"))
    command = added(9, placing, reason="Groter.")
    world.do(command)
    version, capacity = world.ledger.version, world.ledger.capacity
    assert world.do(command) == Done(world.registrations["added9"])
    assert (world.ledger.version, world.ledger.capacity) == (version, capacity)
    both = replace(command, registration="added8", identity="i8")
    world.do(both, both)
    assert world.ledger.capacity == capacity + (placing is Placing.EXTRA_SEAT)


def test_a_form_that_is_sent_again_with_another_name_says_that_it_was_used(world: World) -> None:
    """Whoever went back to mend a name is told, each time, that somebody else was added by the same form."""
    first, second = (added(number, Placing.WAITLIST, form="f") for number in (8, 9))
    assert world.do(first) == Done(world.registrations["added8"])
    assert world.do(second) == Done(world.registrations["added9"], form_used_before=True)
    assert world.do(second).form_used_before, "the same answer to the same form"
    assert not world.do(first).form_used_before


def test_somebody_who_is_known_is_not_added_again(world: World) -> None:
    """The refusal has the registration, so that the page can lead there. Whoever has left can be added."""
    known = world.registrations["r1"]
    assert world.do(added(1, Placing.EXTRA_SEAT, reason="Groter.")) == Refused(Refusal.ALREADY_IN, known)
    world.do(Cancel("r1"))
    assert isinstance(world.do(added(1)), Done)


def test_the_limits_of_a_mailbox_do_not_stop_an_organiser() -> None:
    world = World(workshop(capacity=20))
    for number in range(1, 6):
        world.do(sign_up(number, mailbox="m"))
    assert why(world.do(sign_up(6, mailbox="m"))) is Refusal.MAILBOX_FULL
    assert isinstance(world.do(added(6, mailbox="m", address="m")), Done)
    assert len(world.mailboxes["m"].sign_ups) == 5, "it does not count against the limit of the day"


def test_without_mail_nothing_is_mailed_and_the_registration_says_so(world: World) -> None:
    """The next state is mailed again."""
    world.do(added(9, Placing.WAITLIST, mailed=False))
    assert world.kinds("added9") == []
    assert world.registrations["added9"].unmailed
    world.do(Cancel("added9"))
    assert world.kinds("added9") == ["cancelled"]
    assert not world.registrations["added9"].unmailed


def _at_the_door(world: World) -> None:
    world.now = world.workshop.begins_at + timedelta(hours=2)


def test_somebody_at_the_door_is_added_after_closing_and_while_it_runs() -> None:
    world = World(workshop(capacity=1))
    _at_the_door(world)
    assert isinstance(world.do(added(1)), Done)
    assert isinstance(world.do(added(2, Placing.EXTRA_SEAT, reason="Kwam mee.")), Done)
    assert why(world.do(added(3, Placing.WAITLIST))) is Refusal.BEGUN
    world.now = world.workshop.ends_at
    assert why(world.do(added(4, Placing.EXTRA_SEAT, reason="Te laat."))) is Refusal.OVER


def test_nobody_is_added_to_what_was_called_off_or_after_being_erased(world: World) -> None:
    from werkplaats.domain.seats.commands import CallOff

    command = added(9, Placing.WAITLIST)
    world.do(command)
    world.do(ErasePerson("added9"))
    assert why(world.do(command)) is Refusal.ERASED
    world.do(CallOff("Te weinig mensen."))
    assert why(world.do(added(8, Placing.EXTRA_SEAT, reason="Groter."))) is Refusal.CALLED_OFF


def test_there_are_no_more_seats_than_a_workshop_may_have(world: World) -> None:
    world.do(Publish(workshop(capacity=10_000)))
    assert why(world.do(added(9, Placing.EXTRA_SEAT, reason="Groter."))) is Refusal.MOST_SEATS


def test_cancelling_without_mail_is_in_the_journal_all_the_same(world: World) -> None:
    world.do(Cancel("r3", by_organiser=True, by="een@example.org", mailed=False))
    one = world.registrations["r3"]
    assert (one.state, one.unmailed, one.cancelled_by_organiser) == (State.CANCELLED, True, True)
    assert world.kinds("r3") == ["waitlisted"]
    assert [entry.by for entry in world.journal.values() if entry.kind is Happened.CANCELLED_BY_ORGANISER] == [
        "een@example.org"
    ]


def test_every_field_of_the_command_is_kept() -> None:
    world = World(workshop())
    command: AddPerson = added(9, language="en")
    world.do(command)
    one = world.registrations["added9"]
    for name in ("person", "answers", "mailbox", "address", "identity", "language"):
        assert getattr(one, name) == getattr(command, name), name
