"""Small things about what organisers do for one person: who is named in an answer and in the journal, and the edges."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.domain.seats.test_correcting import correction
from tests.domain.seats.test_noting import BY, label, note
from tests.domain.seats.test_sending_again import again
from tests.samples import World, added
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.seats.commands import (
    CompleteList,
    Done,
    ErasePerson,
    GivePriority,
    OfferSeat,
    Placing,
    PriorityReason,
    Refusal,
    Refused,
)
from werkplaats.domain.seats.noting import LONGEST_LABEL, LONGEST_NOTE, MOST_LABELS
from werkplaats.domain.seats.rules import decide
from werkplaats.domain.seats.sending_again import was_mailed_again


def entry(world: World, kind: Happened) -> Entry:
    """The one entry of `kind` in the journal."""
    (found,) = [one for one in world.journal.values() if one.kind is kind]
    return found  # type: ignore[no-any-return]


def told(one: Entry) -> tuple[str | None, str, str | None]:
    return one.registration, one.detail, one.by


def test_the_journal_tells_about_whom_and_by_whom(world: World) -> None:
    note(world, "Belt nog.")
    label(world, "spreker")
    world.do(again(world, "r2"))
    world.do(correction(world.registrations["r3"]))
    assert told(entry(world, Happened.NOTED)) == ("r1", "", BY)
    assert told(entry(world, Happened.LABELLED)) == ("r1", "", BY)
    assert told(entry(world, Happened.SENT_AGAIN)) == ("r2", "link", BY)
    assert told(entry(world, Happened.CORRECTED)) == ("r3", "name address", BY)
    world.do(added(8, Placing.EXTRA_SEAT, reason="Onze fout."))
    assert entry(world, Happened.CAPACITY_CHANGED).by == BY
    world.now = world.workshop.begins_at
    world.do(CompleteList(complete=True, by=BY))
    assert told(entry(world, Happened.LIST_COMPLETED)) == (None, "", BY)


def test_an_answer_has_the_registration_as_it_is_now(world: World) -> None:
    """Whoever clicked is shown it: after a change, when nothing had to be done, and when it was refused."""
    for do in (lambda: note(world, "Belt nog."), lambda: label(world, "spreker"), lambda: label(world, "spreker")):
        assert do() == Done(world.registrations["r1"])
    assert world.do(again(world, "r1")) == Done(world.registrations["r1"])
    corrected = correction(world.registrations["r1"], answers={"opgave": "Anders"})
    for _ in range(2):
        assert world.do(corrected) == Done(world.registrations["r1"])
    assert world.registrations["r1"].answers == {"opgave": "Anders"}


def refused(world: World, outcome: Any, why: Refusal, id: str = "r1") -> None:
    assert outcome == Refused(why, world.registrations[id])


def test_a_refusal_has_the_registration_too(world: World) -> None:
    refused(world, note(world, ""), Refusal.UNFIT)
    refused(world, label(world, "x" * (LONGEST_LABEL + 1)), Refusal.UNFIT)
    refused(world, world.do(again(world, "r1", Kind.CONFIRMED, about=AboutSeat("r2", 2))), Refusal.UNKNOWN)
    refused(world, world.do(again(world, "r1", Kind.WAITLISTED)), Refusal.NOT_TRUE)
    for _ in range(3):
        world.do(again(world, "r1"))
    refused(world, world.do(again(world, "r1")), Refusal.SENT_TOO_OFTEN)
    first = GivePriority("r1", reason=PriorityReason.OTHER, text="", by=BY)
    refused(world, world.do(first), Refusal.NOT_WAITING)
    refused(world, world.do(OfferSeat("r1", by=BY)), Refusal.NOT_WAITING)
    refused(world, world.do(OfferSeat("r3", by=BY)), Refusal.FULL, "r3")
    refused(world, world.do(ErasePerson("r1", seen=0, by=BY, at_once=True)), Refusal.CHANGED)
    world.now = world.workshop.begins_at
    refused(world, world.do(replace(first, registration="r3")), Refusal.BEGUN, "r3")
    refused(world, world.do(OfferSeat("r3", by=BY)), Refusal.BEGUN, "r3")


def test_the_longest_note_and_the_most_labels_fit(world: World) -> None:
    assert isinstance(note(world, "x" * LONGEST_NOTE), Done)
    labels = tuple(f"{number}".rjust(LONGEST_LABEL, "x") for number in range(MOST_LABELS))
    assert isinstance(label(world, *labels), Done)
    assert world.registrations["r1"].labels == labels
    assert world.registrations["r1"].details_version == world.ledger.version


@pytest.mark.parametrize("at_once", [True, False])
def test_labels_go_with_the_person_and_the_list_of_erasures_says_how(world: World, at_once: bool) -> None:
    label(world, "rolstoel")
    (listed,) = decide(world.seating(), (ErasePerson("r1", by=BY, at_once=at_once),), world.now).erasures
    assert listed.at_once is at_once
    world.do(ErasePerson("r1", by=BY))
    assert world.registrations["r1"].labels == ()
    (listed,) = decide(world.seating(), (ErasePerson("r2"),), world.now).erasures
    assert not listed.at_once, "unless somebody asks for it"


def test_adding_whoever_was_erased_says_who_that_was(world: World) -> None:
    command = added(9, Placing.WAITLIST)
    world.do(command)
    world.do(ErasePerson("added9"))
    refused(world, world.do(command), Refusal.ERASED, "added9")


def test_a_mail_was_sent_again_if_one_of_its_kind_was_and_since_then(world: World) -> None:
    begun = world.now
    (mail,) = [one for one in world.mails.values() if one.registration == "r1"]
    assert not was_mailed_again(world.registrations["r1"], mail, begun)
    world.do(again(world, "r1"))
    assert not was_mailed_again(world.registrations["r1"], mail, begun), "that was the link"
    world.do(again(world, "r1", Kind.CONFIRMED))
    assert was_mailed_again(world.registrations["r1"], mail, begun)
    (sent,) = [one.at for one in world.registrations["r1"].link_requests if "confirmed" in one.submission]
    assert was_mailed_again(world.registrations["r1"], mail, sent)
    assert not was_mailed_again(world.registrations["r1"], mail, sent.replace(year=sent.year + 1))
