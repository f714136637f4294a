"""What is left of somebody who is erased."""

from typing import Any

from msgspec.structs import replace

from tests.samples import World, sign_up, why, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import (
    Cancel,
    Decline,
    Done,
    EraseAnswers,
    ErasePerson,
    Promote,
    Promoted,
    Refusal,
    RequestLink,
)
from werkplaats.domain.seats.rules import decide


def test_erasing_a_person_leaves_nothing_personal_and_gives_up_the_seat(world: World) -> None:
    """Erasing removes all personal data and frees the seat, and later commands are refused."""
    world.do(RequestLink(mailbox="m1", address="m1", submission="s"))
    world.do(ErasePerson("r1"))
    erased = world.registrations["r1"]
    assert (erased.person, erased.answers, erased.link_requests) == (None, {}, ())
    assert (erased.mailbox, erased.identity, erased.address, erased.form) == ("", "", "", "")
    assert world.mailboxes["m1"].registrations == {}
    assert (erased.state, world.ledger.confirmed) == (State.CANCELLED, 1)
    assert why(world.do(Cancel("r1"))) is Refusal.ERASED
    assert world.do(Promote()) == Promoted(1)


def test_what_is_erased_twice_in_one_commit_is_listed_as_all_of_it(world: World) -> None:
    """Answers to several questions are put together; a person goes before answers, in either order."""

    def listed(*commands: Any) -> tuple[tuple[str, ...], bool]:
        [erasure] = decide(world.seating(), commands, world.now).erasures
        return erasure.questions, erasure.at_once

    world.registrations["r1"] = replace(world.registrations["r1"], answers={"opgave": "a", "dieetwensen": "b"})
    some, others = EraseAnswers("r1", ("opgave",)), EraseAnswers("r1", ("dieetwensen",))
    person = ErasePerson("r1", at_once=True)
    assert listed(some, others) == (("dieetwensen", "opgave"), False)
    assert listed(some, person) == ((), True)
    assert listed(some) == (("opgave",), False)


def test_nobody_is_offered_a_seat_in_place_of_somebody_erased_while_waiting(world: World) -> None:
    """Erasing somebody on the waitlist removes them from it, and they get no more mail."""
    mails = world.kinds("r3")
    world.do(ErasePerson("r3"))
    assert world.waitlist() == ["r4"]
    assert world.ledger.waitlisted == 1
    world.do(Cancel("r1"))
    assert world.do(Promote()) == Promoted(1)
    assert world.state("r4") is State.OFFERED
    assert world.kinds("r3") == mails


def test_the_journal_says_that_somebody_was_erased_and_no_more(world: World) -> None:
    """The entry about an erasure has only the registration's id, and the outcome has what is left."""
    assert world.do(ErasePerson("r1")) == Done(world.registrations["r1"])
    entry = list(world.journal.values())[-1]
    assert (entry.kind, entry.registration, entry.detail) == (Happened.ERASED, "r1", "")


def test_erasing_somebody_who_left_keeps_how_it_ended(offered: World) -> None:
    """Erasing keeps the state of a registration that has ended already."""
    offered.do(Decline("r3"))
    offered.do(ErasePerson("r3"))
    assert offered.state("r3") is State.DECLINED


def test_erasing_one_answer_keeps_the_others() -> None:
    """Erasing the answer to one question keeps the other answers."""
    world = World(workshop())
    answers = {"opgave": "iets", "dieetwensen": "geen noten"}
    world.do(replace(sign_up(1), answers=dict(answers)))
    assert world.do(EraseAnswers("r1", ("dieetwensen",))) == Done(world.registrations["r1"])
    assert world.registrations["r1"].answers == {"opgave": "iets"}
