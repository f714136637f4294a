"""The life of a workshop in which addresses have to be confirmed, at random: what docs/promises.md says of holds.

`test_promises.py` has the life of a workshop in which they do not.
"""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from tests.samples import World, sign_up, workshop
from werkplaats.domain.registration import Hold, Registration, State
from werkplaats.domain.seats.commands import (
    Accept,
    Cancel,
    Confirm,
    Decline,
    Done,
    ErasePerson,
    Expire,
    GivePriority,
    GiveSeat,
    OfferSeat,
    Promote,
    Publish,
    Refusal,
    Refused,
    Rejoin,
)
from werkplaats.domain.seats.ledger import Seating

HELD = (State.CONFIRMED, State.OFFERED)

clicks = st.sampled_from(
    [Confirm, Confirm, Confirm, Cancel, Accept, Decline, Rejoin, GiveSeat, OfferSeat, GivePriority, ErasePerson]
)


def is_passed_over(one: Registration) -> bool:
    """Written once more, in another way than at Registration."""
    return one.state is State.WAITLISTED and (one.held_for, one.held_until is None) == (Hold.CONFIRM, False)


class ShortSighted(World):
    """Reads only as many people of the waitlist as the store does, in the order in which the database has them."""

    commands = 1

    def do(self, *commands: Any) -> Any:
        self.commands = len(commands)
        return super().do(*commands)

    def seating(self) -> Seating:
        whole = super().seating()
        return replace(whole, waiting=whole.waiting[: max(0, self.ledger.free + 2 * (self.commands - 1))])


class LifeWithHolds(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.people = 0

    @initialize(setting=st.sampled_from(["busy", "always"]), by=st.sampled_from(["offer", "direct"]))
    def it_is_published(self, setting: str, by: str) -> None:
        promotion = {"by": by, "within": "48 hours"}
        self.world: World = ShortSighted(workshop(capacity=3, confirm_address=setting, promotion=promotion))

    def order(self) -> list[str]:
        """Those who really wait, by their numbers."""
        there = [one for one in self.world.registrations.values() if one.state is State.WAITLISTED]
        return [one.id for one in sorted(there, key=lambda one: one.number) if not is_passed_over(one)]

    @rule(many=st.integers(1, 4), hidden=st.booleans())
    def people_sign_up(self, many: int, hidden: bool) -> None:
        """They get a seat only if one is free that nobody waits for."""
        for _ in range(many):
            self.people += 1
            free, waiting = self.world.ledger.free, self.order()
            command = replace(sign_up(self.people), suspicious=hidden)
            if isinstance(self.world.do(command), Done):
                one = self.world.registrations[command.registration]
                assert (one.state is State.CONFIRMED) == (free > 0 and not waiting)
                assert one.is_unconfirmed or not (hidden or self.world.workshop.confirm_address == "always")

    @precondition(lambda self: self.people)
    @rule(data=st.data(), click=clicks, stale=st.booleans())
    def somebody_clicks(self, data: st.DataObject, click: Any, stale: bool) -> None:
        """A click on an older page is refused unless it has taken effect; repeating it is quiet."""
        id = data.draw(st.sampled_from(sorted(self.world.registrations)))
        before = self.world.registrations[id]
        numbers = {one.id: one.number for one in self.world.registrations.values()}
        seen = before.state_version - 1 if stale and click is not ErasePerson else None
        outcome = self.world.do(click(id) if seen is None else click(id, seen))
        if seen is not None:
            assert isinstance(outcome, Done) or outcome.why in (Refusal.CHANGED, Refusal.ERASED)
            assert self.world.registrations[id] == before
            return
        after = self.world.registrations[id]
        if isinstance(outcome, Done) and click is Confirm:
            assert after.state is before.state
            assert after.number == before.number
            assert not after.is_unconfirmed
        if isinstance(outcome, Refused) and outcome.why is Refusal.HOLD_OVER:
            assert after.state is State.EXPIRED
        if click not in (Rejoin, GiveSeat, GivePriority):
            assert {one.id: one.number for one in self.world.registrations.values()} == numbers
        if isinstance(outcome, Done) and click is not ErasePerson:
            version = self.world.ledger.version
            assert isinstance(self.world.do(click(id)), Done)
            assert self.world.ledger.version == version

    @rule(capacity=st.integers(1, 6))
    def capacity_changes(self, capacity: int) -> None:
        """What is held until an address is confirmed counts as held."""
        held = sum(one.state in HELD for one in self.world.registrations.values())
        outcome = self.world.do(Publish(replace(self.world.workshop, capacity=capacity)))
        assert getattr(outcome, "held", held) == held
        assert (self.world.ledger.capacity == capacity) or capacity < held

    @rule()
    def free_seats_are_given(self) -> None:
        """To the first of those who really wait, and to nobody who is passed over."""
        listed, waiting, free = self.world.waitlist(), self.order(), self.world.ledger.free
        gives = self.world.workshop.gives_seats(self.world.now)
        self.world.do(Promote())
        promoted = [id for id in listed if self.world.state(id) is not State.WAITLISTED]
        assert promoted == (waiting[:free] if gives else [])

    @precondition(lambda self: self.people > 3)
    @rule(data=st.data())
    def much_happens_in_one_commit(self, data: st.DataObject) -> None:
        """Whoever gets a seat in it is before all who go on waiting, but for those who began to wait only in it."""
        ids = sorted(self.world.registrations)
        new = data.draw(
            st.lists(st.tuples(st.sampled_from([Confirm, Cancel, Rejoin]), st.sampled_from(ids)), max_size=4)
        )
        waited = set(self.order())
        self.world.do(*[click(id) for click, id in new], Promote())
        given = [self.world.registrations[id] for id in waited if self.world.state(id) in HELD]
        left = [self.world.registrations[id] for id in self.order() if id in waited]
        left = [one for one in left if one.state_since < self.world.now or one.times_joined == 1]
        assert not given or not left or max(one.number for one in given) < min(one.number for one in left)

    @rule()
    def the_schedule_runs(self) -> None:
        """An ended hold frees what it held, and no seat stays free while somebody really waits."""
        world = self.world
        held = {id for id, one in world.registrations.items() if one.state.live and one.held_until is not None}
        held -= {id for id in held if world.state(id) is State.CONFIRMED and not world.registrations[id].is_unconfirmed}
        over = {id for id in held if min(world.registrations[id].held_until, world.workshop.begins_at) <= world.now}
        world.do(*(Expire(id) for id in sorted(world.registrations)))
        assert all(world.state(id) is State.EXPIRED for id in over if world.registrations[id].person)
        assert not any(world.state(id) is State.EXPIRED for id in held - over)
        for _ in range(self.people):
            world.do(Promote())
        if world.workshop.gives_seats(world.now):
            assert world.ledger.free <= 0 or not self.order()

    @rule(hours=st.sampled_from([0.1, 1, 6, 24, 24 * 30]))
    def time_passes(self, hours: float) -> None:
        self.world.now += timedelta(hours=hours)

    @invariant()
    def the_ledger_counts_right(self) -> None:
        there = list(self.world.registrations.values())
        ledger = self.world.ledger
        assert sum(one.state in HELD for one in there) == ledger.held <= ledger.capacity
        assert sum(map(is_passed_over, there)) == ledger.passed_over
        assert len(self.order()) == ledger.waiting
        assert sum(one.is_unconfirmed for one in there) == ledger.unconfirmed

    @invariant()
    def whoever_is_passed_over_comes_last_and_has_a_number_of_their_own(self) -> None:
        there = list(self.world.registrations.values())
        assert self.world.waitlist()[: self.world.ledger.waiting] == self.order()
        assert len({one.number for one in there}) == len(there)
        assert all((one.sequence == one.number) is not is_passed_over(one) for one in there)

    @invariant()
    def nothing_is_held_without_an_end(self) -> None:
        for one in self.world.registrations.values():
            assert one.state.live or one.held_for is not Hold.CONFIRM or one.held_until is None
            assert not one.is_unconfirmed or one.held_until <= self.world.workshop.begins_at


LifeWithHolds.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestLifeWithHolds = LifeWithHolds.TestCase
