"""Which entries organisers are told of one by one, and which together in one mail."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import NOW, World, sign_up, workshop
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutFold
from werkplaats.domain.mail.kinds import FOLDABLE, Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.seats.commands import (
    CallOff,
    Cancel,
    Done,
    ErasePerson,
    GiveSeat,
    MakeReal,
    Promote,
    Publish,
    TellFolded,
)
from werkplaats.domain.seats.folding import FOLDED_FOR, HOUR, fold_or_tell, is_due
from werkplaats.domain.seats.ledger import Folding, Ledger
from werkplaats.domain.seats.rules import decide

MINUTE = timedelta(minutes=1)


def a_rush(people: int, **changes: Any) -> World:
    """A workshop for which so many people have signed up, a minute after each other."""
    world = World(workshop(**changes))
    for number in range(1, people + 1):
        world.now = NOW + number * MINUTE
        world.do(sign_up(number))
    return world


def folded(world: World) -> list[str]:
    """The ids of the folded entries."""
    return [entry.id for entry in world.journal.values() if entry.folded]


def folds(world: World) -> list[AboutFold]:
    """What the mails to the first organiser about folded entries are about."""
    mails = [mail for mail in world.mails.values() if mail.kind is Kind.ORGANISER_FOLDED]
    assert len(mails) == len(world.workshop.in_charge) * len({mail.about.first for mail in mails})
    return [mail.about for mail in mails if mail.about.number == 1]


def test_five_entries_an_hour_are_told_at_once_and_the_sixth_is_folded() -> None:
    """The ledger keeps the moments of the five. What is folded is due a quarter of an hour after its first entry."""
    world = a_rush(5)
    assert folded(world) == []
    assert world.ledger.told_at == tuple(NOW + number * MINUTE for number in range(1, 6))
    world.now += MINUTE
    world.do(sign_up(6))
    assert folded(world) == ["form-f6"]
    assert world.journal["form-f6"].notified, "the function that tells of one entry has nothing to do"
    assert world.ledger.folding == Folding(first=6, due_at=world.now + FOLDED_FOR, counts={"signed_up": 1})


@pytest.mark.parametrize(("later", "folds_it"), [(HOUR - timedelta(microseconds=1), True), (HOUR, False)])
def test_an_entry_counts_for_an_hour(later: timedelta, folds_it: bool) -> None:
    """At exactly an hour after the first of five, another entry is told at once."""
    world = a_rush(5)
    world.now = NOW + MINUTE + later
    world.do(sign_up(6))
    assert bool(folded(world)) is folds_it
    assert len(world.ledger.told_at) == 5


def test_whatever_follows_is_folded_with_it_and_the_numbers_are_kept() -> None:
    """Until it is told. So organisers are told of everything in the order in which it happened."""
    world = a_rush(6)
    world.now += 2 * HOUR
    world.do(Cancel("r1"))
    world.do(Promote())
    world.do(sign_up(7))
    assert len(folded(world)) == 4
    assert world.ledger.folding == Folding(
        first=6, due_at=NOW + 6 * MINUTE + FOLDED_FOR, counts={"signed_up": 2, "cancelled": 1, "offered": 1}
    )


def test_what_is_folded_is_told_by_one_mail_to_each_organiser_once_it_is_due() -> None:
    """From the version of the first entry to that of the commit that queues the mails; not earlier, and not again."""
    world = a_rush(7)
    due_at = NOW + 6 * MINUTE + FOLDED_FOR
    world.now = due_at - timedelta(microseconds=1)
    version = world.ledger.version
    assert world.do(TellFolded()) == Done()
    assert (world.ledger.version, folds(world)) == (version, [])
    world.now = due_at
    assert world.do(TellFolded()) == Done()
    assert folds(world) == [AboutFold("een@example.org", 1, 6, version + 1, {"signed_up": 2})]
    assert world.ledger.folding is None
    world.now += HOUR
    assert world.do(TellFolded()) == Done()
    assert world.ledger.version == version + 1, "nothing is written if nothing is to be told"


def test_the_next_mail_begins_where_the_last_one_ended() -> None:
    """No version is told of twice. In an hour with five mails already, entries are folded again."""
    world = a_rush(6)
    world.now = NOW + 6 * MINUTE + FOLDED_FOR
    world.do(TellFolded())
    world.do(sign_up(7))
    world.now += FOLDED_FOR
    world.do(TellFolded())
    first, second = folds(world)
    assert (first.first, first.version, second.first, second.version) == (6, 7, 8, 9)
    assert folded(world) == ["form-f6", "form-f7"]


def test_a_group_tells_five_at_once_and_folds_the_rest() -> None:
    """Also if they arrive in one commit."""
    world = World(workshop())
    world.do(*(sign_up(number) for number in range(1, 8)))
    assert folded(world) == ["form-f6", "form-f7"]
    assert world.ledger.told_at == (NOW,) * 5
    assert world.ledger.folding == Folding(first=1, due_at=NOW + FOLDED_FOR, counts={"signed_up": 2})


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_is_folded_in_the_commit_that_tells_is_told_too(place: int) -> None:
    """Wherever the command comes in its group, all folded entries up to that version are told, and none is left."""
    world = a_rush(6)
    world.now = NOW + 6 * MINUTE + FOLDED_FOR
    commands: list[Any] = [sign_up(7), sign_up(8)]
    commands.insert(place, TellFolded())
    world.do(*commands)
    assert folds(world) == [AboutFold("een@example.org", 1, 6, 7, {"signed_up": 3})]
    assert {world.journal[id].version for id in folded(world)} == {6, 7}
    assert world.ledger.folding is None


def test_nothing_is_told_if_nothing_is_folded() -> None:
    """The command is decided, and writes nothing."""
    world = a_rush(5)
    plan = decide(world.seating(), (TellFolded(), TellFolded()), NOW + 2 * HOUR)
    assert (plan.ledger, plan.mails, plan.outcomes) == (None, (), (Done(), Done()))


def test_what_organisers_are_not_told_of_is_neither_counted_nor_folded() -> None:
    """Nor is calling off, of which participants are told: that has an event of its own."""
    world = a_rush(6)
    before = world.ledger
    world.do(Publish(workshop(capacity=5)))
    world.do(ErasePerson("r6"))
    world.do(CallOff("Te weinig mensen."))
    assert folded(world) == ["form-f6"]
    assert (world.ledger.told_at, world.ledger.folding) == (before.told_at, before.folding)
    [called_off] = [entry for entry in world.journal.values() if entry.kind is Happened.CALLED_OFF]
    assert not called_off.notified


def test_what_happened_before_it_was_called_off_is_still_told() -> None:
    world = a_rush(6)
    world.do(CallOff("Te weinig mensen."))
    world.now += FOLDED_FOR
    world.do(TellFolded())
    assert [about.counts for about in folds(world)] == [{"signed_up": 1}]


def test_a_practice_workshop_folds_as_well_and_goes_on_when_it_is_real() -> None:
    """What was folded is told, although those who practised are erased by then."""
    world = a_rush(6, practice=True)
    world.do(*(ErasePerson(f"r{number}", who_practised=True) for number in range(1, 7)))
    assert world.do(MakeReal()) == Done()
    world.now += FOLDED_FOR
    world.do(TellFolded())
    assert [about.counts for about in folds(world)] == [{"signed_up": 1}]


def test_those_are_told_who_are_in_charge_by_then() -> None:
    """An organiser who comes meanwhile gets the mail, and one who leaves does not."""
    world = a_rush(6)
    others = [{"name": "Drie", "email": "drie@example.org"}]
    world.do(Publish(workshop(organisers=others)))
    world.now += FOLDED_FOR
    world.do(TellFolded())
    assert [about.organiser for about in folds(world)] == ["drie@example.org"]


def test_the_same_thing_twice_in_one_commit_is_one_entry() -> None:
    """Somebody who cancels, is given a seat and cancels again in one commit has two entries, which are counted once."""
    world = a_rush(6)
    world.do(Cancel("r1"), GiveSeat("r1"), Cancel("r1"))
    entries = [entry for entry in world.journal.values() if entry.version == 7]
    assert sorted(entry.kind.value for entry in entries if entry.folded) == ["cancelled", "seat_given"]
    assert world.ledger.folding is not None
    assert world.ledger.folding.counts == {"signed_up": 1, "cancelled": 1, "seat_given": 1}


@pytest.mark.parametrize("happened", list(Happened))
def test_only_what_can_be_folded_changes_the_ledger(happened: Happened) -> None:
    """Every kind of entry that organisers are told of one by one counts towards the five, but not what failed."""
    ledger = Ledger(id="proef", capacity=2)
    assert fold_or_tell(ledger, happened, 1, NOW) == (
        replace(ledger, told_at=(NOW,)) if happened in FOLDABLE else ledger,
        False,
    )


def test_clocks_that_differ_a_little_let_no_sixth_through() -> None:
    """Another process may be a second ahead. What it told counts, also for an entry that is older by its own clock."""
    ledger = Ledger(id="proef", capacity=2, told_at=(NOW + timedelta(seconds=1),) * 5)
    assert fold_or_tell(ledger, Happened.SIGNED_UP, 6, NOW)[1]


def test_a_ledger_from_before_has_told_nothing_and_folds_nothing() -> None:
    """A ledger and an entry that an earlier version of the program wrote are read as ones without anything folded."""
    ledger = Ledger(id="proef", capacity=2, confirmed=1, version=1)
    assert (ledger.told_at, ledger.folding, is_due(ledger, NOW)) == ((), None, False)
    assert not Entry(id="e", workshop="proef", kind=Happened.SIGNED_UP, at=NOW, version=1).folded


def test_mails_about_folded_entries_are_those_of_organisers() -> None:
    """Their failing is told to nobody, because that would fail as well."""
    mail = next(one for one in _told().mails.values() if one.kind is Kind.ORGANISER_FOLDED)
    assert isinstance(mail, Mail)
    assert mail.kind.for_organisers
    assert mail.registration is None


def _told() -> World:
    world = a_rush(6)
    world.now += FOLDED_FOR
    world.do(TellFolded())
    return world
