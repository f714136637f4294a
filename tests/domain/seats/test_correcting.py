"""Correcting who somebody is, and what becomes of the links that were mailed to an earlier address."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.samples import World, person, sign_up, why, workshop
from werkplaats.domain.mail.about import AboutOldAddress
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import Cancel, Correct, Done, GiveSeat, Refusal, RequestLink, SamePerson
from werkplaats.domain.seats.rules import decide


def correction(one: Registration, number: int = 9, **changes: Any) -> Correct:
    """`one` becomes person `number`, as the page that shows it now would send it."""
    command = Correct(
        registration=one.id,
        seen=one.shown_version,
        by="een@example.org",
        person=person(number),
        answers=one.answers,
        mailbox=f"m{number}",
        address=f"m{number}",
        identity=f"i{number}",
    )
    return replace(command, **changes)


def test_another_address_raises_the_generation_and_tells_both(world: World) -> None:
    """The links are of another generation, the new address gets one, and the old one gets word. The seat stays."""
    before = world.registrations["r1"]
    assert isinstance(world.do(correction(before)), Done)
    after = world.registrations["r1"]
    assert (after.person, after.state, after.sequence) == (person(9), State.CONFIRMED, before.sequence)
    assert (before.link_generation, after.link_generation) == (0, 1)
    assert (after.state_version, after.details_version) == (before.state_version, world.ledger.version)
    mails = [mail for mail in world.mails.values() if mail.version == world.ledger.version]
    assert [mail.kind.value for mail in mails] == ["new_address", "old_address"]
    assert mails[1].about == AboutOldAddress("r1", world.ledger.version, "p1@example.org")
    assert "p9" not in repr(mails)
    assert world.mailboxes["m1"].registrations == {}
    assert world.mailboxes["m1"].expire_at is not None
    assert world.mailboxes["m9"].registrations == {"i9": "r1"}


def test_another_name_keeps_the_links(world: World) -> None:
    """Correcting the name changes by whom the mailbox knows the registration, and mails nobody."""
    one, mails = world.registrations["r1"], len(world.mails)
    named = replace(person(1), given_name="Ander")
    world.do(correction(one, person=named, mailbox="m1", address="m1", identity="i1-b"))
    assert world.registrations["r1"].link_generation == 0
    assert world.mailboxes["m1"].registrations == {"i1-b": "r1"}
    assert world.mailboxes["m1"].expire_at is None
    assert len(world.mails) == mails


def test_the_journal_says_what_was_corrected_and_by_whom_and_nothing_of_the_person(world: World) -> None:
    command = correction(world.registrations["r1"], answers={"opgave": "Geheim"})
    [entry] = decide(world.seating(), (command,), world.now).journal
    assert (entry.kind.value, entry.detail, entry.by) == ("corrected", "name address answers", "een@example.org")
    assert entry.notified, "nobody is mailed about it"


def test_a_registration_is_not_made_the_same_person_as_another(world: World) -> None:
    """It is refused with the other live registration. One that has ended is in nobody's way."""
    before = world.ledger.version
    assert world.do(correction(world.registrations["r1"], 2)) == SamePerson("r2")
    assert world.ledger.version == before
    world.do(Cancel("r2"))
    assert isinstance(world.do(correction(world.registrations["r1"], 2)), Done)
    assert why(world.do(GiveSeat("r2"))) is Refusal.SIGNED_UP_ANEW
    assert isinstance(world.do(correction(world.registrations["r2"], 3)), Done)


@pytest.mark.parametrize("seen", [-1, 1, 99])
def test_what_was_not_seen_is_not_corrected(world: World, seen: int) -> None:
    """A correction on top of another one is refused; the same correction once more succeeds without a change."""
    first = correction(world.registrations["r3"])
    world.do(first)
    after = world.registrations["r3"]
    assert why(world.do(correction(after, 8, seen=seen))) is Refusal.CHANGED
    assert world.do(replace(first, seen=seen)) == Done(after)
    assert world.registrations["r3"] == after


def test_a_click_on_the_state_does_not_mind_a_correction(world: World) -> None:
    """Whoever has the page from before a correction can still cancel; so can whoever has it from after that."""
    for id in ("r1", "r2"):
        seen = world.registrations[id].state_version
        world.do(correction(world.registrations[id], 7 if id == "r1" else 8))
        shown = world.registrations[id].shown_version
        assert shown > seen
        assert isinstance(world.do(Cancel(id, seen if id == "r1" else shown)), Done)


def test_an_older_submission_does_not_lead_to_the_registration(world: World) -> None:
    """The form that signed up with the earlier address tells nothing; without another address it still leads there."""
    world.do(correction(world.registrations["r1"]))
    assert why(world.do(sign_up(1))) is Refusal.LINK_REPLACED
    world.do(correction(world.registrations["r1"], 1))
    assert why(world.do(sign_up(1))) is Refusal.LINK_REPLACED, "nor once the earlier address is the present one again"
    assert isinstance(world.do(sign_up(2)), Done)


def test_the_earlier_address_can_sign_up_anew_and_gets_no_link(world: World) -> None:
    """The earlier address is as free as any other; asking for the link there mails nothing."""
    world.do(correction(world.registrations["r3"]))
    mails = len(world.mails)
    world.do(RequestLink(mailbox="m3", address="m3", submission="s"))
    assert len(world.mails) == mails
    assert isinstance(world.do(sign_up(3, submission="-b")), Done)
    assert world.state("r3-b") is State.WAITLISTED
    world.do(RequestLink(mailbox="m9", address="m9", submission="s"))
    assert world.kinds("r3")[-1] == "link"


def test_somebody_who_left_is_corrected_without_a_mailbox() -> None:
    world = World(workshop())
    world.do(sign_up(1))
    world.do(Cancel("r1"))
    world.do(correction(world.registrations["r1"]))
    assert "m9" not in world.mailboxes
    assert world.registrations["r1"].mailbox == "m9"
    assert isinstance(world.do(GiveSeat("r1")), Done)
    assert world.mailboxes["m9"].registrations == {"i9": "r1"}
