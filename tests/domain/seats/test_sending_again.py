"""Sending somebody the link or a mail once more."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.samples import World, why
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.seats.commands import Cancel, Done, Refusal, RequestLink, SendAgain


def again(world: World, id: str, kind: Kind = Kind.LINK, **more: object) -> SendAgain:
    one = world.registrations[id]
    about = None if kind is Kind.LINK else AboutSeat(id, one.state_version)
    command = SendAgain(registration=id, seen=one.shown_version, by="een@example.org", kind=kind, about=about)
    return replace(command, **more)


def test_the_link_is_mailed_again(world: World) -> None:
    """Each click from a new page mails it; a double click mails it once."""
    click = again(world, "r1")
    assert isinstance(world.do(click), Done)
    assert isinstance(world.do(click), Done)
    assert world.kinds("r1") == ["confirmed", "link"]
    world.do(again(world, "r1"))
    assert world.kinds("r1") == ["confirmed", "link", "link"]
    assert [one.detail for one in world.journal.values() if one.kind.value == "sent_again"] == ["link", "link"]


def test_a_mail_is_sent_again_as_a_mail_of_its_own(world: World) -> None:
    """It has an id of its own, is about the same, and is refused once it is no longer true."""
    world.do(again(world, "r1", Kind.CONFIRMED))
    first, second = (mail for mail in world.mails.values() if mail.registration == "r1")
    assert second.id == f"{first.id}-again-{world.ledger.version}"
    assert second.about == replace(first.about, again=world.ledger.version)
    assert second.version == first.version, "what the mail says is of that version"
    late = again(world, "r1", Kind.CONFIRMED)
    world.do(Cancel("r1"))
    assert why(world.do(late)) is Refusal.CHANGED
    assert why(world.do(replace(late, seen=None))) is Refusal.NOT_TRUE


def test_a_mail_about_somebody_else_is_not_sent(world: World) -> None:
    assert why(world.do(again(world, "r1", Kind.CONFIRMED, about=AboutSeat("r2", 2)))) is Refusal.UNKNOWN


@pytest.mark.parametrize("asked", [False, True], ids=["by organisers", "by the person too"])
def test_nobody_is_flooded(world: World, asked: bool) -> None:
    """Three an hour and six a day, together with what the person asks for."""
    if asked:
        world.do(RequestLink(mailbox="m1", address="m1", submission="s"))
    for _ in range(2 if asked else 3):
        assert isinstance(world.do(again(world, "r1")), Done)
    assert why(world.do(again(world, "r1"))) is Refusal.SENT_TOO_OFTEN
    assert isinstance(world.do(again(world, "r2")), Done), "others can still be mailed"
    world.now += timedelta(hours=1)
    assert isinstance(world.do(again(world, "r1")), Done)
