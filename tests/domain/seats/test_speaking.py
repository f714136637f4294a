"""Choosing the language of one's mails."""

from msgspec.structs import replace

from tests.samples import World, why
from werkplaats.domain.seats.commands import CallOff, ChooseLanguage, Done, Refusal
from werkplaats.domain.seats.rules import decide


def test_only_the_language_changes_and_nobody_is_told(world: World) -> None:
    """The state and its version stay, so that mails about it are still true. The desk's page has changed."""
    before = world.registrations["r3"]
    plan = decide(world.seating(), (ChooseLanguage("r3", language="en"),), world.now)
    [after] = plan.registrations
    assert after == replace(before, language="en", details_version=world.ledger.version + 1)
    assert plan.mails == plan.journal == plan.mailboxes == ()
    assert plan.ledger is not None
    assert plan.ledger == replace(world.ledger, version=world.ledger.version + 1)


def test_the_same_language_again_changes_nothing(world: World) -> None:
    version = world.ledger.version
    assert world.do(ChooseLanguage("r3", language="nl")) == Done(world.registrations["r3"])
    assert world.ledger.version == version


def test_once_called_off_nothing_is_chosen(world: World) -> None:
    world.do(CallOff("Ziek."))
    assert why(world.do(ChooseLanguage("r3", language="en"))) is Refusal.CALLED_OFF
