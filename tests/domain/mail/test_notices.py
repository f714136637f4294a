"""The mails that tell organisers about entries of the journal."""

import pytest

from tests.samples import NOW, World, workshop
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutEntry, AboutFold
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.notices import is_told, make_folded_notices, make_notices
from werkplaats.domain.mail.outbox import queue
from werkplaats.domain.seats.commands import Cancel, ErasePerson, Publish
from werkplaats.domain.seats.ledger import Folding

WHO = [(1, "een"), (2, "twee")]
"""The number and name of each organiser of the sample workshop, in the order of its file."""

SILENT = {
    Happened.ERASED,
    Happened.ADDRESS_CONFIRMED,
    Happened.REACHABLE,
    Happened.CORRECTED,
    Happened.ADDRESS_ASKED,
    Happened.SENT_AGAIN,
    Happened.NOTED,
    Happened.LABELLED,
    Happened.CAPACITY_CHANGED,
    Happened.MADE_REAL,
    Happened.CALLED_OFF,
    Happened.MARKED,
    Happened.LIST_COMPLETED,
    Happened.LIST_REOPENED,
    Happened.MESSAGE_SENT,
}
"""Organisers get no mail about these: erasures, and what they did themselves."""


def an_entry(happened: Happened) -> Entry:
    return Entry(id="0000000007-r1", workshop="proef", kind=happened, at=NOW, version=7, registration="r1")


def test_each_organiser_gets_a_mail_of_their_own() -> None:
    """Each organiser gets a mail with their own address and number, about the entry."""
    about = [AboutEntry("0000000007-r1", f"{name}@example.org", number, 7, "r1") for number, name in WHO]
    told = make_notices(workshop(), an_entry(Happened.CANCELLED), NOW)
    assert told == tuple(queue(Kind.ORGANISER_CANCELLED, one, "proef", NOW) for one in about)


def test_each_organiser_gets_one_mail_about_all_that_is_folded() -> None:
    """It is about all versions from the first folded entry to the commit that tells of it, and has the numbers."""
    counts = {"signed_up": 3, "cancelled": 1}
    told = make_folded_notices(workshop(), Folding(first=7, due_at=NOW, counts=counts), 9, NOW)
    about = [AboutFold(f"{name}@example.org", number, 7, 9, counts) for number, name in WHO]
    assert told == tuple(queue(Kind.ORGANISER_FOLDED, one, "proef", NOW) for one in about)


@pytest.mark.parametrize("happened", list(Happened))
def test_organisers_are_told_of_all_but_their_own_work_and_erasures(happened: Happened) -> None:
    """Every entry that is not in SILENT makes a mail for each of the two organisers."""
    assert len(make_notices(workshop(), an_entry(happened), NOW)) == (0 if happened in SILENT else 2)


def test_an_entry_is_told_if_anybody_is_mailed_about_it() -> None:
    """Calling off and messages count as entries to tell, because participants are mailed about it."""
    assert {happened for happened in Happened if not is_told(happened)} == SILENT - {
        Happened.CALLED_OFF,
        Happened.MESSAGE_SENT,
    }


def test_an_entry_that_nobody_is_told_of_counts_as_told(world: World) -> None:
    """An entry that nobody is mailed about is stored as told, or the schedule would find it in every run."""
    world.do(Cancel("r1"))
    world.do(ErasePerson("r4"))
    world.do(Publish(workshop(capacity=5)))
    notified = {entry.kind: entry.notified for entry in world.journal.values()}
    assert notified == {
        Happened.SIGNED_UP: False,
        Happened.CANCELLED: False,
        Happened.ERASED: True,
        Happened.CAPACITY_CHANGED: True,
    }
