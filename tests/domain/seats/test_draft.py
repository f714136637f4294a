"""What one commit writes."""

from datetime import timedelta

from tests.samples import NOW, World, person, sign_up, workshop
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import NOTICE, Kind
from werkplaats.domain.mail.outbox import KEPT, queue
from werkplaats.domain.registration import Mailbox, Registration, State
from werkplaats.domain.seats.commands import Cancel, Done, GiveSeat, Publish
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
    )
    entry = Entry(
        id="form-f1",
        workshop="proef",
        kind=Happened.SIGNED_UP,
        at=NOW,
        version=1,
        registration="r1",
        detail="confirmed",
        expire_at=NOW + KEPT,
    )
    assert decide(world.seating(), (sign_up(1),), NOW) == Plan(
        ledger=Ledger(id="proef", capacity=2, confirmed=1, next_sequence=2, version=1),
        registrations=(made,),
        mailboxes=(Mailbox(id="m1", workshop="proef", registrations={"i1": "r1"}, sign_ups=(NOW,)),),
        mails=(queue(Kind.CONFIRMED, AboutSeat("r1", 1), "proef", NOW),),
        journal=(entry,),
        outcomes=(Done(made),),
    )


def test_entries_that_no_organiser_is_mailed_about_are_done_with_at_once(world: World) -> None:
    """`notified` is False exactly for entries that organisers are still to be mailed about."""
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
