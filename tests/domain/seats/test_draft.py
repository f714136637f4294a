"""What one commit writes."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import NOW, World, person, sign_up, workshop
from werkplaats.domain.differences import differences
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.kept import MAILS_KEPT
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import NOTICE, Kind
from werkplaats.domain.mail.outbox import queue
from werkplaats.domain.people import search_words
from werkplaats.domain.registration import Mailbox, Registration, State
from werkplaats.domain.seats.commands import (
    CallOff,
    Cancel,
    CompleteList,
    Done,
    ErasePerson,
    GiveSeat,
    MakeReal,
    Publish,
    Refusal,
    Refused,
)
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.ledger import Ledger, Plan
from werkplaats.domain.seats.rules import decide


def test_a_sign_up_is_written_whole() -> None:
    """The plan of a sign-up has the registration, mailbox, mail, journal entry and ledger, with all their fields."""
    world = World(workshop())
    made = Registration(
        id="r1",
        workshop="proef",
        person=person(1),
        answers={"opgave": "iets"},
        mailbox="m1",
        identity="i1",
        address="m1",
        form="f1",
        state=State.CONFIRMED,
        sequence=1,
        state_version=1,
        signed_up_at=NOW,
        state_since=NOW,
        had_seat=True,
        joined_at=NOW,
        search=search_words(person(1)),
    )
    entry = Entry(
        id="form-f1",
        workshop="proef",
        kind=Happened.SIGNED_UP,
        at=NOW,
        version=1,
        registration="r1",
        detail="confirmed",
        expire_at=NOW + MAILS_KEPT,
    )
    assert decide(world.seating(), (sign_up(1),), NOW) == Plan(
        ledger=Ledger(id="proef", capacity=2, confirmed=1, next_sequence=2, version=1, told_at=(NOW,)),
        registrations=(made,),
        mailboxes=(Mailbox(id="m1", workshop="proef", registrations={"i1": "r1"}, sign_ups=(NOW,)),),
        mails=(queue(Kind.CONFIRMED, AboutSeat("r1", 1), "proef", NOW),),
        journal=(entry,),
        outcomes=(Done(made),),
    )


def test_entries_that_no_organiser_is_mailed_about_are_done_with_at_once(world: World) -> None:
    """`notified` is False exactly for entries that organisers are still to be mailed about one by one."""
    world.now += timedelta(hours=1)
    world.do(Cancel("r1"))
    world.do(GiveSeat("r1"))
    world.do(Publish(workshop(capacity=3)))
    assert all(entry.notified == (entry.kind not in NOTICE) for entry in world.journal.values())


def test_moving_somebody_keeps_the_counts_and_says_since_when(world: World) -> None:
    """A new state changes the ledger's counts, and the registration gets its time and version."""
    world.now += timedelta(hours=1)
    world.do(Cancel("r3"))
    moved = world.registrations["r3"]
    assert (moved.state_since, moved.state_version, moved.joined_at) == (world.now, world.ledger.version, NOW)
    assert (world.ledger.confirmed, world.ledger.offered, world.ledger.waitlisted) == (2, 0, 1)
    assert world.mailboxes["m3"].registrations == {}


@pytest.mark.parametrize(
    ("command", "happened"),
    [
        (Publish(workshop(capacity=3), by="een@example.org"), Happened.CAPACITY_CHANGED),
        (CallOff("Te weinig mensen.", by="een@example.org"), Happened.CALLED_OFF),
        (MakeReal(by="een@example.org"), Happened.MADE_REAL),
    ],
)
def test_what_is_published_is_kept_with_who_did_it_and_what_changed(command: Any, happened: Happened) -> None:
    """Publishing, calling off and making real each write a revision and an entry about the workshop in one commit."""
    world = World(workshop(practice=isinstance(command, MakeReal)))
    world.ledger = replace(world.ledger, version=41)
    plan = decide(world.seating(), (command,), NOW)
    made = plan.revision
    assert made is not None
    assert (made.number, made.at, made.by) == (42, NOW, "een@example.org")
    assert made.workshop == plan.workshop
    assert made.changed == tuple(one.path for one in differences(world.workshop, made.workshop)) != ()
    [entry] = plan.journal
    assert (entry.id, entry.registration) == (f"0000000042-workshop-{happened.value}", None)
    assert entry.by == "een@example.org"
    assert entry.detail == ("2 → 3" if happened is Happened.CAPACITY_CHANGED else "")


def test_a_change_of_days_is_kept_with_the_version_that_brought_it(world: World) -> None:
    """A commit that publishes other days has the change to tell of; a commit that publishes nothing has none."""
    moved = replace(world.workshop, first_day=world.workshop.first_day + timedelta(days=1))
    moved = replace(moved, last_day=moved.last_day + timedelta(days=1))
    plan = decide(world.seating(), (Publish(moved),), NOW)
    assert plan.change is not None
    assert (plan.change.version, plan.change.after.first_day) == (world.ledger.version + 1, moved.first_day)
    assert decide(world.seating(), (Cancel("r1"),), NOW).change is None


def test_the_second_entry_of_a_form_names_the_registration() -> None:
    """The first sign-up with a form has an entry named after the form, and later ones one named after themselves."""
    world = World(workshop())
    world.do(sign_up(1), replace(sign_up(2), form="f1"), replace(sign_up(3), form=""))
    assert set(world.journal) == {"form-f1", "0000000001-r2-signed_up", "0000000001-r3-signed_up"}
    assert world.registrations["r1"].language == sign_up(1).language


def test_a_sign_up_keeps_the_language_it_was_made_in() -> None:
    """The registration has the language of the form, in which its mails are written."""
    world = World(workshop())
    world.do(replace(sign_up(1), language="en"))
    assert world.registrations["r1"].language == "en"


def test_a_refusal_has_the_registration_as_it_stands() -> None:
    """A page can show the registration when a command is refused because of calling off, or because it is real."""
    world = World(workshop())
    world.do(sign_up(1))
    refused = world.do(ErasePerson("r1", who_practised=True))
    assert refused == Refused(Refusal.PRACTICE, world.registrations["r1"])
    world.do(CallOff("Te weinig mensen."))
    assert world.do(Cancel("r1")) == Refused(Refusal.CALLED_OFF, world.registrations["r1"])


def test_a_workshop_is_made_real_only_if_nobody_holds_or_waits_for_a_seat() -> None:
    """A seat or a place on the waitlist alone is enough to refuse it."""
    for people in (1, 3):
        world = World(workshop(practice=True))
        world.do(*(sign_up(number) for number in range(1, people + 1)))
        for number in range(1, people):
            world.do(ErasePerson(f"r{number}", who_practised=True))
        assert isinstance(world.do(MakeReal()), Refused)


@pytest.mark.parametrize(
    "command",
    [
        Cancel("r1", by_organiser=True, by="een@example.org"),
        GiveSeat("r3", by="een@example.org"),
        ErasePerson("r1", by="een@example.org"),
    ],
)
def test_the_journal_knows_who_at_the_desk_did_it(command: Any) -> None:
    """The entry about what an organiser did has the organiser's address; what a participant does has none."""
    world = World(workshop(capacity=2))
    for number in (1, 2, 3):
        world.do(sign_up(number))
    world.do(Cancel("r2"))
    entries = decide(world.seating(), (command,), NOW).journal
    assert [entry.by for entry in entries] == ["een@example.org"]
    assert {entry.by for entry in world.journal.values()} == {""}


def test_a_remark_is_kept_with_who_wrote_it_and_what_it_explains(world: World) -> None:
    """Remarks come after each other, without the blanks around them; a blank one is not kept."""
    draft = Draft(world.seating(), world.now)
    said = draft.remark(world.registrations["r1"], "  Belt nog.\n", "een@example.org")
    said = draft.remark(said, "Onze fout.", "twee@example.org", Happened.SEAT_GIVEN)
    said = draft.remark(said, "  \n", "twee@example.org")
    assert said == draft.registrations["r1"]
    assert [(one.at, one.by, one.text, one.about) for one in said.remarks] == [
        (world.now, "een@example.org", "Belt nog.", ""),
        (world.now, "twee@example.org", "Onze fout.", "seat_given"),
    ]


def test_the_attendance_list_is_complete_when_an_organiser_says_so() -> None:
    """From the first day on; each change is in the journal with who said so, the same again changes nothing."""
    world = World(workshop())
    assert world.do(CompleteList(complete=True)) == Refused(Refusal.NOT_BEGUN)
    assert world.do(CompleteList(complete=False)) == Done()
    assert world.journal == {}
    world.now = world.workshop.begins_at
    for complete in (True, True, False, False):
        assert world.do(CompleteList(complete=complete, by="een@example.org")) == Done()
        assert world.ledger.list_complete is complete
    assert [(one.kind, one.by, one.notified) for one in world.journal.values()] == [
        (Happened.LIST_COMPLETED, "een@example.org", True),
        (Happened.LIST_REOPENED, "een@example.org", True),
    ]
    assert world.ledger.version == 2


def test_a_list_of_days_that_are_put_off_is_not_complete() -> None:
    """When the workshop is moved to days that are to come, or made real, its attendance list begins anew."""
    world = World(workshop())
    world.now = world.workshop.begins_at
    world.do(CompleteList(complete=True))
    world.do(Publish(replace(world.workshop, capacity=5)))
    assert world.ledger.list_complete
    first, last = (day + timedelta(days=30) for day in (world.workshop.first_day, world.workshop.last_day))
    world.do(Publish(replace(world.workshop, first_day=first, last_day=last)))
    assert not world.ledger.list_complete
