"""Priority on the waitlist, and the offer of a seat out of turn."""

import pytest

from tests.samples import World, sign_up, why, workshop
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import FIRST_PRIORITY, State
from werkplaats.domain.seats.commands import (
    Cancel,
    Done,
    Expire,
    GivePriority,
    MakeReal,
    OfferSeat,
    PriorityReason,
    Promote,
    Publish,
    Refusal,
    Rejoin,
)
from werkplaats.domain.seats.draft import Draft


@pytest.fixture
def waiting() -> World:
    """One seat, held by r1, and a waitlist of r2 to r6."""
    world = World(workshop(capacity=1))
    for number in range(1, 7):
        world.do(sign_up(number))
    return world


def test_priority_goes_before_all_others_and_behind_earlier_priority(waiting: World) -> None:
    waiting.do(GivePriority("r5"))
    waiting.do(GivePriority("r3"))
    assert waiting.waitlist() == ["r5", "r3", "r2", "r4", "r6"]
    assert [waiting.registrations[id].sequence for id in ("r5", "r3")] == [FIRST_PRIORITY, FIRST_PRIORITY + 1]
    assert waiting.ledger.told_priorities == 2


def test_the_state_is_still_the_same_and_nobody_is_mailed(waiting: World) -> None:
    """The version of the state stays, so no page of the person is out of date, and no mail about it is untrue."""
    before, mails = waiting.registrations["r5"], dict(waiting.mails)
    waiting.do(GivePriority("r5"))
    after = waiting.registrations["r5"]
    assert (after.state, after.state_version) == (before.state, before.state_version)
    assert waiting.mails == mails
    assert (waiting.ledger.waitlisted, waiting.ledger.next_sequence) == (5, 7)


def test_the_journal_has_the_reason_as_a_code_and_the_remark_has_the_words(waiting: World) -> None:
    command = GivePriority(
        "r5", reason=PriorityReason.ACCESSIBILITY, text="Reist met de rolstoelbus.", by="een@example.org"
    )
    waiting.do(command)
    [entry] = [entry for entry in waiting.journal.values() if entry.kind is Happened.PRIORITY_GIVEN]
    assert (entry.registration, entry.detail, entry.by) == ("r5", "accessibility", "een@example.org")
    [remark] = waiting.registrations["r5"].remarks
    assert (remark.text, remark.about, remark.by) == ("Reist met de rolstoelbus.", "priority_given", "een@example.org")


def test_priority_again_is_quiet_and_gives_no_second_number(waiting: World) -> None:
    waiting.do(GivePriority("r5"))
    number, version = waiting.registrations["r5"].sequence, waiting.ledger.version
    assert isinstance(waiting.do(GivePriority("r5")), Done)
    assert (waiting.registrations["r5"].sequence, waiting.ledger.version) == (number, version)


def test_priority_is_only_for_those_who_wait_and_until_it_begins(waiting: World) -> None:
    assert why(waiting.do(GivePriority("r1"))) is Refusal.NOT_WAITING
    waiting.now = waiting.workshop.begins_at
    assert why(waiting.do(GivePriority("r2"))) is Refusal.BEGUN
    assert waiting.ledger.priorities == 0


def test_whoever_leaves_and_comes_back_has_no_priority_any_more(waiting: World) -> None:
    """And the number is given to nobody else."""
    waiting.do(GivePriority("r5"))
    waiting.do(Cancel("r5"))
    waiting.do(Rejoin("r5"))
    waiting.do(GivePriority("r4"))
    assert waiting.waitlist() == ["r4", "r2", "r3", "r6", "r5"]
    assert waiting.registrations["r4"].sequence == FIRST_PRIORITY + 1


def test_priority_and_promoting_in_one_commit(waiting: World) -> None:
    """Whoever got priority a moment before is the first to get the free seat."""
    waiting.do(GivePriority("r6"))
    waiting.do(GivePriority("r4"), Cancel("r1"), Promote())
    assert [waiting.state(id) for id in ("r6", "r4", "r2")] == [State.OFFERED, State.WAITLISTED, State.WAITLISTED]
    waiting.do(GivePriority("r5"), Publish(workshop(capacity=3)), Promote())
    assert [waiting.state(id) for id in ("r4", "r5", "r2")] == [State.OFFERED, State.OFFERED, State.WAITLISTED]


def test_nobody_is_put_before_those_with_priority_who_were_not_read(waiting: World) -> None:
    """Of the waitlist only a part was read, all of it with priority: others with priority may follow."""
    for id in ("r2", "r3"):
        waiting.do(GivePriority(id))
    seating = waiting.seating()
    draft = Draft(type(seating)(**{**_fields(seating), "waiting": ("r2",)}), waiting.now)
    draft.put_first(draft.registrations["r6"])
    heads = [draft.next_waiting(), draft.next_waiting()]
    assert [head and head.id for head in heads] == ["r2", None]


def _fields(record: object) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__struct_fields__}  # type: ignore[attr-defined]


def test_a_real_workshop_does_not_tell_of_priority_in_its_practice() -> None:
    """But no number is given out again."""
    world = World(workshop(capacity=1, practice=True))
    world.do(sign_up(1), sign_up(2))
    world.do(GivePriority("r2"))
    world.do(Cancel("r1"), Cancel("r2"))
    world.do(MakeReal())
    assert world.ledger.told_priorities == 0
    world.do(sign_up(3), sign_up(4))
    world.do(GivePriority("r4"))
    assert (world.ledger.told_priorities, world.registrations["r4"].sequence) == (1, FIRST_PRIORITY + 1)


def test_a_free_seat_is_offered_out_of_turn(waiting: World) -> None:
    """It is an offer like others: it has a deadline, is mailed, can be answered, and can expire."""
    assert why(waiting.do(OfferSeat("r5", by="een@example.org"))) is Refusal.FULL
    waiting.do(Cancel("r1"))
    waiting.do(OfferSeat("r5", by="een@example.org"))
    one = waiting.registrations["r5"]
    assert one.state is State.OFFERED
    assert one.held_until is not None
    assert waiting.kinds("r5")[-1] == "offered"
    [entry] = [entry for entry in waiting.journal.values() if entry.kind is Happened.SEAT_OFFERED]
    assert (entry.by, entry.detail) == ("een@example.org", "offered")
    assert isinstance(waiting.do(OfferSeat("r5")), Done), "offering again is quiet"
    waiting.now = one.held_until
    assert why(waiting.do(OfferSeat("r5"))) is Refusal.NOT_WAITING
    waiting.do(Expire("r5"))
    assert waiting.state("r5") is State.EXPIRED
    assert why(waiting.do(OfferSeat("r5"))) is Refusal.NOT_WAITING


def test_nothing_is_offered_once_it_has_begun(waiting: World) -> None:
    waiting.do(Cancel("r1"))
    waiting.now = waiting.workshop.begins_at
    assert why(waiting.do(OfferSeat("r5"))) is Refusal.BEGUN
