"""Organisers who hear of things in the way that each of them has chosen, and the digests among those ways."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW, World, sign_up, workshop
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutFold
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.notices import make_notices
from werkplaats.domain.notices import Notices
from werkplaats.domain.seats.commands import Cancel, CompleteList, Publish, TellFolded
from werkplaats.domain.seats.folding import FOLDED_FOR
from werkplaats.domain.times import AMSTERDAM, next_morning
from werkplaats.domain.workshop import Workshop

MINUTE = timedelta(minutes=1)


def told(*ways: Notices) -> Workshop:
    """The sample workshop with an organiser for each of `ways`."""
    return workshop(
        organisers=[{"name": way.value, "email": f"{way.value}@example.org", "notices": way.value} for way in ways]
    )


def a_rush(people: int, *ways: Notices) -> World:
    world = World(told(*ways))
    for number in range(1, people + 1):
        world.now = NOW + number * MINUTE
        world.do(sign_up(number))
    return world


def queued(world: World) -> dict[str, int]:
    """How many mails about how many entries each organiser gets, once each entry that is not told yet is told."""
    about = [mail.about for mail in world.mails.values() if isinstance(mail.about, AboutFold)]
    numbers = Counter({one.organiser: 0 for one in about})
    for one in about:
        numbers[one.organiser] += sum(one.counts.values())
    for entry in world.journal.values():
        if not entry.notified:
            numbers.update(mail.about.organiser for mail in make_notices(world.workshop, entry, world.now))  # type: ignore[union-attr]
    return dict(numbers)


def amsterdam(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def test_each_organiser_hears_of_everything_once_and_as_they_want() -> None:
    """Seven sign-ups are seven mails, five and one about two, one about seven, and none."""
    world = a_rush(7, *Notices)
    world.now = next_morning(world.now)
    world.do(TellFolded())
    assert queued(world) == {"bundled@example.org": 7, "each@example.org": 7, "digest@example.org": 7}
    kinds = Counter((mail.kind, mail.about.organiser) for mail in world.mails.values() if mail.kind.for_organisers)
    assert kinds == {
        (Kind.ORGANISER_FOLDED, "bundled@example.org"): 1,
        (Kind.ORGANISER_DIGEST, "digest@example.org"): 1,
    }


@pytest.mark.parametrize("happened", [Happened.MAIL_FAILED, Happened.MAIL_BOUNCED])
def test_what_failed_comes_at_once_to_every_organiser(happened: Happened) -> None:
    """Whatever they have chosen."""
    entry = Entry(id="e", workshop="proef", kind=happened, at=NOW, version=7, registration="r1")
    mails = make_notices(told(*Notices), entry, NOW)
    assert [mail.about.organiser for mail in mails] == [f"{way.value}@example.org" for way in Notices]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("ways", "notified", "folded", "collected"),
    [
        ((Notices.NONE,), True, False, False),
        ((Notices.DIGEST,), True, False, True),
        ((Notices.EACH,), False, False, False),
        ((Notices.BUNDLED,), True, True, False),
        ((Notices.BUNDLED, Notices.EACH), False, True, False),
    ],
)
def test_nothing_is_kept_for_a_way_that_nobody_chose(
    ways: tuple[Notices, ...], notified: bool, folded: bool, collected: bool
) -> None:
    """The sixth of six sign-ups. An entry that nobody is told of by itself is stored as told."""
    world = a_rush(6, *ways)
    entry = world.journal["form-f6"]
    assert (entry.notified, entry.folded) == (notified, folded)
    assert (world.ledger.folding is not None, world.ledger.digest is not None) == (folded, collected)


def test_a_digest_is_sent_at_eight_exactly_once_and_not_if_nothing_happened() -> None:
    """It tells of everything from the first entry on, also of what comes in after eight if the schedule is late."""
    world = a_rush(2, Notices.DIGEST)
    eight = amsterdam("2027-03-02T08:00")
    world.now = eight - timedelta(microseconds=1)
    world.do(TellFolded())
    assert queued(world) == {}
    world.now = eight + timedelta(hours=3)
    world.do(Cancel("r1"))
    for _ in range(2):
        world.do(TellFolded())
    assert queued(world) == {"digest@example.org": 3}
    version = world.ledger.version
    world.now = amsterdam("2027-03-03T08:05")
    world.do(TellFolded())
    assert (world.ledger.version, queued(world)) == (version, {"digest@example.org": 3}), "nothing happened since"
    world.do(sign_up(5))
    world.now = amsterdam("2027-03-04T08:00")
    world.do(TellFolded())
    assert queued(world) == {"digest@example.org": 4}
    assert len([mail for mail in world.mails.values() if mail.kind is Kind.ORGANISER_DIGEST]) == 2


@pytest.mark.parametrize(
    ("at", "morning"),
    [
        ("2027-03-01T07:59:59", "2027-03-01T08:00"),
        ("2027-03-01T08:00", "2027-03-02T08:00"),
        ("2027-03-27T09:00", "2027-03-28T08:00"),
        ("2027-03-28T01:59", "2027-03-28T08:00"),
        ("2027-10-30T09:00", "2027-10-31T08:00"),
        ("2027-10-31T00:30", "2027-10-31T08:00"),
    ],
)
def test_the_next_morning_is_eight_o_clock_also_when_the_clock_changes(at: str, morning: str) -> None:
    """In Amsterdam, the nights of 28 March and 31 October 2027 included."""
    assert next_morning(amsterdam(at)) == amsterdam(morning)


@pytest.mark.parametrize("to", [Notices.EACH, Notices.NONE, Notices.DIGEST])
def test_whoever_changes_their_mind_is_told_of_what_was_folded(to: Notices) -> None:
    """At once, in the commit that publishes the setting. Nothing is told twice, and nothing is left."""
    world = a_rush(7, Notices.BUNDLED)
    assert world.ledger.folding is not None
    [one] = world.workshop.organisers
    world.do(Publish(replace(world.workshop, organisers=(replace(one, notices=to),))))
    [mail] = [mail for mail in world.mails.values() if mail.kind is Kind.ORGANISER_FOLDED]
    assert sum(mail.about.counts.values()) == 2
    assert world.ledger.folding is None
    world.now += FOLDED_FOR
    world.do(TellFolded())
    assert len([mail for mail in world.mails.values() if mail.kind is Kind.ORGANISER_FOLDED]) == 1


def test_a_digest_is_sent_early_to_whoever_wants_none_any_more() -> None:
    """Also if they want to hear of each thing from now on: what was collected is told first."""
    world = a_rush(2, Notices.DIGEST)
    [one] = world.workshop.organisers
    world.do(Publish(replace(world.workshop, organisers=(replace(one, notices=Notices.EACH),))))
    assert world.ledger.digest is None
    world.do(sign_up(3))
    assert queued(world) == {"digest@example.org": 3}


def test_publishing_something_else_tells_nothing() -> None:
    """What is folded and collected waits for its time."""
    world = a_rush(7, Notices.BUNDLED, Notices.DIGEST)
    world.do(Publish(replace(world.workshop, title="Anders")))
    assert world.ledger.folding is not None
    assert world.ledger.digest is not None
    world.now = world.workshop.begins_at
    world.do(CompleteList(complete=True))
    assert sum(world.ledger.digest.counts.values()) == 7, "what organisers do themselves is not collected"
