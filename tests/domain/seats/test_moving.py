"""Another address, which the person asks for and somebody there confirms."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace

from tests.samples import World, person, sign_up, why, workshop
from werkplaats.domain.kept import WISHES_KEPT
from werkplaats.domain.mail.about import AboutOldAddress, AboutWish
from werkplaats.domain.registration import Person, Registration
from werkplaats.domain.seats.commands import (
    AskAddress,
    CallOff,
    Cancel,
    ChangeDetails,
    Correct,
    Done,
    DropWish,
    ErasePerson,
    GrantWish,
    Refusal,
    SamePerson,
)
from werkplaats.domain.seats.moving import WISHES_A_DAY


def ask(one: Registration, number: int = 9, **changes: Any) -> AskAddress:
    """The address of person `number`, as the page that shows the registration `one` now asks for it."""
    command = AskAddress(registration=one.id, seen=one.shown_version, email=person(number).email)
    return replace(command, **changes)


def grant(one: Registration, number: int = 9, **changes: Any) -> GrantWish:
    """What the page behind the link sends that was mailed to the address of person `number`."""
    assert one.person is not None
    wish = one.address_wish
    command = GrantWish(
        registration=one.id,
        wish=wish.version if wish else 1_000,
        person=replace(one.person, email=person(number).email),
        mailbox=f"m{number}",
        address=f"m{number}",
        identity=f"i-{one.id}-{number}",
    )
    return replace(command, **changes)


def of(world: World, id: str = "r1") -> Registration:
    return world.registrations[id]


def new_mails(world: World) -> list[str]:
    return [mail.kind.value for mail in world.mails.values() if mail.version == world.ledger.version]


def test_asking_changes_nothing_but_the_wish_and_mails_both(world: World) -> None:
    before = of(world)
    assert isinstance(world.do(ask(before)), Done)
    after = of(world)
    assert after.address_wish is not None
    assert (after.address_wish.email, after.address_wish.at) == ("p9@example.org", world.now)
    wish = {"address_wish": after.address_wish, "address_wishes": (world.now,)}
    assert after == replace(before, details_version=world.ledger.version, **wish)
    mails = [mail for mail in world.mails.values() if mail.version == world.ledger.version]
    assert [mail.kind.value for mail in mails] == ["address_wish", "address_asked"]
    assert mails[0].about == AboutWish("r1", world.ledger.version)
    assert "p9" not in repr(mails), "the address stands nowhere but in the registration"
    [entry] = [one for one in world.journal.values() if one.version == world.ledger.version]
    assert (entry.kind.value, entry.detail, entry.by, entry.notified) == ("address_asked", "", "", True)


def test_asking_tells_nothing_of_who_has_that_address(world: World) -> None:
    """The outcome is the same whether it has signed up or not, also with the same name."""
    outcomes = [world.do(ask(of(world), number)) for number in (2, 8)]
    assert [type(one) for one in outcomes] == [Done, Done]


def test_confirming_moves_the_registration(world: World) -> None:
    """Links are of another generation, both addresses hear of it, the mailboxes follow. The seat stays."""
    world.do(ask(of(world)))
    before = of(world)
    command = grant(before)
    assert isinstance(world.do(command), Done)
    after = of(world)
    assert after.person == replace(person(1), email="p9@example.org")
    assert (after.address_wish, after.wish_granted) == (None, command.wish)
    assert after.link_generation == before.link_generation + 1
    assert (after.state, after.sequence, after.state_version) == (before.state, before.sequence, before.state_version)
    assert world.mailboxes["m1"].registrations == {}
    assert world.mailboxes["m9"].registrations == {"i-r1-9": "r1"}
    mails = [mail for mail in world.mails.values() if mail.version == world.ledger.version]
    assert [mail.kind.value for mail in mails] == ["new_address", "old_address"]
    assert mails[1].about == AboutOldAddress("r1", world.ledger.version, "p1@example.org")
    version = world.ledger.version
    assert world.do(command) == Done(after), "a second click succeeds"
    assert world.ledger.version == version


def test_a_wish_is_good_for_a_day(world: World) -> None:
    world.do(ask(of(world)))
    command = grant(of(world))
    world.now += WISHES_KEPT - timedelta(seconds=1)
    assert isinstance(world.do(DropWish(registration="r1", only_if_over=True)), Done)
    assert of(world).address_wish is not None
    world.now += timedelta(seconds=1)
    assert why(world.do(command)) is Refusal.WISH_OVER
    world.do(DropWish(registration="r1", only_if_over=True))
    assert (of(world).address_wish, of(world).address_wishes) == (None, ())
    assert why(world.do(command)) is Refusal.WISH_OVER


def test_only_the_latest_wish_counts(world: World) -> None:
    """Asking for another address, or withdrawing, ends the earlier link; so does a correction at the desk."""
    world.do(ask(of(world), 9))
    first = grant(of(world), 9)
    world.do(ask(of(world), 8))
    assert why(world.do(first)) is Refusal.WISH_OVER
    second = grant(of(world), 8)
    world.do(DropWish(registration="r1", seen=of(world).shown_version))
    assert why(world.do(second)) is Refusal.WISH_OVER
    world.do(ask(of(world), 8))
    third = grant(of(world), 8)
    world.do(Correct(registration="r1", person=person(7), answers={}, mailbox="m7", address="m7", identity="i7"))
    assert of(world).address_wish is None
    assert why(world.do(third)) is Refusal.WISH_OVER
    assert of(world).person == person(7)


def test_a_link_that_was_used_does_not_take_the_address_back(world: World) -> None:
    """Once the desk has corrected the address again, a second click on the link is not taken for done."""
    world.do(ask(of(world)))
    used = grant(of(world))
    world.do(used)
    world.do(Correct(registration="r1", person=person(7), answers={}, mailbox="m7", address="m7", identity="i7"))
    assert why(world.do(used)) is Refusal.WISH_OVER
    assert of(world).person == person(7)


def test_a_name_that_changed_meanwhile_is_not_put_back(world: World) -> None:
    world.do(ask(of(world)))
    old = grant(of(world))
    one = of(world)
    assert one.person is not None
    named = replace(one.person, given_name="Ander")
    world.do(
        ChangeDetails(registration="r1", seen=one.shown_version, person=named, answers=one.answers, identity="i1-b")
    )
    assert why(world.do(old)) is Refusal.CHANGED
    assert isinstance(world.do(grant(of(world))), Done)
    assert of(world).person == replace(named, email="p9@example.org")


def test_nobody_becomes_somebody_who_signed_up_there(world: World) -> None:
    world.do(ask(of(world), 2))
    assert world.do(grant(of(world), 2, identity="i2")) == SamePerson("r2")
    assert of(world).person == person(1)


def test_an_address_has_no_more_registrations_than_others_can_have() -> None:
    world = World(workshop(capacity=9))
    world.do(*(sign_up(number, mailbox="m") for number in range(1, 6)), sign_up(7))
    world.do(ask(of(world, "r7"), 1))
    full = grant(of(world, "r7"), 1, mailbox="m", address="m")
    assert why(world.do(full)) is Refusal.MAILBOX_FULL
    world.do(Cancel("r3"))
    assert isinstance(world.do(full), Done)


def test_asking_is_limited(world: World) -> None:
    """Three times a day, whether they are withdrawn or not. The same address asked for again by a stale form is one."""
    for number in range(WISHES_A_DAY):
        assert isinstance(world.do(ask(of(world), 5 + number)), Done)
        version = world.ledger.version
        assert isinstance(world.do(ask(of(world), 5 + number, seen=-1)), Done)
        assert world.ledger.version == version
        world.do(DropWish(registration="r1", seen=of(world).shown_version))
        world.now += timedelta(hours=1)
    assert why(world.do(ask(of(world)))) is Refusal.SENT_TOO_OFTEN
    world.now += timedelta(hours=21)
    assert isinstance(world.do(ask(of(world))), Done)
    assert len(of(world).address_wishes) == WISHES_A_DAY


def test_the_present_address_is_not_asked_for(world: World) -> None:
    version = world.ledger.version
    assert isinstance(world.do(ask(of(world), 1, email="P1@Example.org")), Done)
    assert world.ledger.version == version


@pytest.mark.parametrize("seen", [-1, 1, 99])
def test_what_was_not_seen_is_not_asked_or_withdrawn(world: World, seen: int) -> None:
    world.do(ask(of(world)))
    assert why(world.do(ask(of(world), 8, seen=seen))) is Refusal.CHANGED
    assert why(world.do(DropWish(registration="r1", seen=seen))) is Refusal.CHANGED


def test_nothing_is_asked_or_confirmed_once_it_is_over(world: World) -> None:
    world.do(ask(of(world, "r1")), ask(of(world, "r2")), ask(of(world, "r3")))
    one, two, three = (grant(of(world, id)) for id in ("r1", "r2", "r3"))
    world.do(Cancel("r1"))
    assert why(world.do(one)) is Refusal.ENDED
    assert why(world.do(ask(of(world), 8))) is Refusal.ENDED
    world.do(ErasePerson("r2"))
    assert (of(world, "r2").address_wish, of(world, "r2").address_wishes) == (None, ())
    assert why(world.do(two)) is Refusal.ERASED
    world.do(CallOff("De begeleider is ziek."))
    assert why(world.do(three)) is Refusal.CALLED_OFF


class Wishes(RuleBasedStateMachine):
    """People ask, withdraw, confirm with any link that was ever mailed, change their names, leave and are corrected."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(workshop(capacity=3))
        self.world.do(*(sign_up(number) for number in (1, 2, 3)))
        self.links: list[GrantWish] = []
        self.addresses = {id: self._email(id) for id in self.world.registrations}

    def _email(self, id: str) -> str:
        holder: Person | None = self.world.registrations[id].person
        return holder.email if holder else ""

    @rule(id=st.sampled_from(["r1", "r2", "r3"]), number=st.integers(1, 6))
    def asks(self, id: str, number: int) -> None:
        one = self.world.registrations[id]
        self.world.do(ask(one, number))
        if self.world.registrations[id].address_wish != one.address_wish:
            self.links.append(grant(self.world.registrations[id], number))

    @rule(id=st.sampled_from(["r1", "r2", "r3"]))
    def withdraws(self, id: str) -> None:
        self.world.do(DropWish(registration=id))

    @precondition(lambda self: self.links)
    @rule(data=st.data())
    def confirms(self, data: Any) -> None:
        link = data.draw(st.sampled_from(self.links))
        before = self.world.registrations[link.registration]
        wish, at = before.address_wish, self.world.now
        self.world.do(link)
        after = self.world.registrations[link.registration]
        if after.person != before.person:
            assert wish is not None
            assert (wish.version, wish.email) == (link.wish, self._email(after.id))
            assert at < wish.at + WISHES_KEPT
            self.addresses[after.id] = self._email(after.id)

    @rule(id=st.sampled_from(["r1", "r2", "r3"]))
    def is_corrected(self, id: str) -> None:
        one = self.world.registrations[id]
        command = Correct(
            registration=id, person=person(7), answers={}, mailbox="m7", address="m7", identity=f"i-{id}-7"
        )
        self.world.do(replace(command, identity=one.identity if one.person == person(7) else command.identity))
        self.addresses[id] = self._email(id)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.world.now += timedelta(hours=hours)

    @invariant()
    def only_a_confirmed_wish_moves(self) -> None:
        assert {id: self._email(id) for id in self.world.registrations} == self.addresses

    @invariant()
    def nobody_is_asked_too_often(self) -> None:
        for one in self.world.registrations.values():
            assert len([at for at in one.address_wishes if at > self.world.now - timedelta(days=1)]) <= WISHES_A_DAY

    @invariant()
    def mailboxes_know_the_live_ones(self) -> None:
        known = {(box.id, *pair) for box in self.world.mailboxes.values() for pair in box.registrations.items()}
        assert known == {(one.mailbox, one.identity, one.id) for one in self.world.registrations.values()}


TestWishes = Wishes.TestCase
TestWishes.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
