"""The life of a workshop at random: promises 1 to 3 of docs/promises.md hold after every step."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.samples import World, added, sign_up, workshop
from werkplaats.domain.registration import Paused, State
from werkplaats.domain.seats.commands import (
    Accept,
    BelowHeld,
    CallOff,
    Cancel,
    Confirm,
    Decline,
    Done,
    ErasePerson,
    Expire,
    GivePriority,
    GiveSeat,
    KnownPerson,
    MakeReal,
    OfferSeat,
    Placing,
    Promote,
    Publish,
    Refused,
    Rejoin,
    SayReachable,
    Undelivered,
    Unsubscribe,
)

people = st.integers(1, 12)
actions = st.sampled_from(
    [
        Cancel,
        Confirm,
        SayReachable,
        Accept,
        Decline,
        Rejoin,
        Expire,
        ErasePerson,
        GiveSeat,
        Unsubscribe,
        OfferSeat,
        GivePriority,
    ]
)


class LifeOfAWorkshop(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World(workshop(capacity=3, practice=True))
        self.answered: set[str] = set()
        self.forms = 0
        self.sequences: set[int] = set()
        self.given: list[int] = []
        self.off = False
        self.real = False
        self.setting = "never"

    @initialize(setting=st.sampled_from(["never", "busy", "always"]))
    def it_confirms_addresses(self, setting: str) -> None:
        self.setting = setting
        self.world.workshop = workshop(capacity=3, practice=True, confirm_address=setting)

    @rule(numbers=st.lists(people, min_size=1, max_size=4), again=st.booleans())
    def people_sign_up(self, numbers: list[int], again: bool) -> None:
        """A group signs up in one commit, each person with a new submission or a repeated one."""
        self.forms += not again
        commands = [sign_up(number, mailbox=f"m{number % 4}", submission=f"-{self.forms}") for number in numbers]
        outcomes = self.world.do(*commands, sign_up(99, mailbox="m99", submission="-x"))
        for command, outcome in zip(commands, outcomes[:-1], strict=True):
            match outcome:
                case Done(registration):
                    assert registration is not None
                    assert registration.id == command.registration
                    self.answered.add(registration.id)
                case KnownPerson() | Refused():
                    pass
                case _:
                    raise AssertionError(outcome)

    @precondition(lambda self: self.answered)
    @rule(data=st.data(), action=actions)
    def somebody_acts(self, data: st.DataObject, action: type) -> None:
        id = data.draw(st.sampled_from(sorted(self.answered)))
        before = self.world.registrations[id]
        outcome = self.world.do(action(id))
        if isinstance(outcome, Done) and action is Rejoin:
            assert self.world.registrations[id].times_joined <= 4
        if isinstance(outcome, Done) and action not in (Expire, ErasePerson):
            version = self.world.ledger.version
            assert isinstance(self.world.do(action(id)), Done), "repeating what took effect is a quiet success"
            assert self.world.ledger.version == version
        if isinstance(outcome, Done) and self.off and action not in (ErasePerson, Unsubscribe):
            assert self.world.registrations[id] == before, "what was called off stays as it was"
        if isinstance(outcome, Refused) and self.world.registrations[id].state is before.state:
            assert self.world.registrations[id] == before, "what is refused changes nothing"

    @rule(number=people, placing=st.sampled_from(Placing))
    def an_organiser_adds_somebody(self, number: int, placing: Placing) -> None:
        """A person at one mailbox who is not in, or who is, or who was added before; a double click is quiet."""
        capacity = self.world.ledger.capacity
        command = added(number, placing, mailbox=f"m{number % 4}", address=f"m{number % 4}", reason="Groter.")
        new = command.registration not in self.world.registrations
        outcome = self.world.do(command)
        if isinstance(outcome, Done):
            self.answered.add(command.registration)
            version = self.world.ledger.version
            assert isinstance(self.world.do(command), Done)
            assert self.world.ledger.version == version
        more = isinstance(outcome, Done) and new and placing is Placing.EXTRA_SEAT
        assert self.world.ledger.capacity == self.world.workshop.capacity == capacity + more

    @rule()
    def free_seats_are_given(self) -> None:
        """Exactly the first on the waitlist who are not passed over are promoted, in order, one for each free seat."""
        people, free = self.world.registrations, self.world.ledger.free
        waiting = [id for id in self.world.waitlist() if not people[id].is_passed_over]
        ended = self.off or self.world.workshop.has_begun(self.world.now)
        self.world.do(Promote())
        promoted = [id for id in waiting if self.world.state(id) is not State.WAITLISTED]
        assert promoted == ([] if ended else waiting[: max(free, 0)])

    @precondition(lambda self: self.answered)
    @rule(data=st.data(), older=st.booleans())
    def an_offer_is_not_delivered(self, data: st.DataObject, older: bool) -> None:
        """Only the very offer that the mail told of ends, and its person keeps the number."""
        id = data.draw(st.sampled_from(sorted(self.answered)))
        before = self.world.registrations[id]
        self.world.do(Undelivered(id, before.state_version - older))
        after = self.world.registrations[id]
        if before.state is State.OFFERED and not older and not self.off:
            assert (after.state, after.paused, after.number) == (State.WAITLISTED, Paused.ADDRESS, before.number)
            assert after.is_passed_over
        else:
            assert after == before

    @rule(capacity=st.integers(1, 8))
    def capacity_changes(self, capacity: int) -> None:
        held = self.world.ledger.held
        changed = workshop(capacity=capacity, practice=not self.real, confirm_address=self.setting)
        outcome = self.world.do(Publish(changed))
        assert isinstance(outcome, BelowHeld) == (capacity < held)

    @precondition(lambda self: len(self.answered) > 4)
    @rule()
    def it_is_called_off(self) -> None:
        """The workshop is called off, unless it is over, and all registrations keep their states."""
        states = {id: one.state for id, one in self.world.registrations.items()}
        outcome = self.world.do(CallOff("De begeleider is ziek."))
        self.off = self.off or isinstance(outcome, Done)
        assert isinstance(outcome, Done) or self.world.now >= self.world.workshop.ends_at
        assert {id: one.state for id, one in self.world.registrations.items()} == states

    @precondition(lambda self: self.answered and not self.real)
    @rule(erase=st.booleans())
    def practice_ends(self, erase: bool) -> None:
        """The workshop becomes real exactly if nobody is left who takes part in the practice."""
        if erase:
            self.world.do(*(ErasePerson(id, who_practised=True) for id in sorted(self.answered)), Promote())
        left = any(one.state.live for one in self.world.registrations.values())
        outcome = self.world.do(MakeReal())
        assert isinstance(outcome, Refused) is left
        self.real = not left
        if self.real:
            assert (self.world.ledger.held, self.world.ledger.waitlisted) == (0, 0)

    @precondition(lambda self: self.real and self.answered)
    @rule(data=st.data())
    def who_is_real_is_not_erased_as_practice(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.answered)))
        before = self.world.registrations[id]
        self.world.do(ErasePerson(id, who_practised=True))
        assert self.world.registrations[id] == before

    @rule(hours=st.integers(1, 400))
    def time_passes(self, hours: int) -> None:
        self.world.now += timedelta(hours=hours)

    @invariant()
    def never_more_seats_held_than_capacity(self) -> None:
        states = [one.state for one in self.world.registrations.values()]
        held = states.count(State.CONFIRMED) + states.count(State.OFFERED)
        assert held == self.world.ledger.held <= self.world.ledger.capacity
        assert states.count(State.WAITLISTED) == self.world.ledger.waitlisted

    @invariant()
    def the_ledger_counts_who_is_unconfirmed_and_who_is_passed_over(self) -> None:
        people, ledger = self.world.registrations.values(), self.world.ledger
        assert ledger.unconfirmed == sum(one.is_unconfirmed for one in people)
        assert ledger.passed_over == sum(one.is_passed_over for one in people)
        assert all((one.sequence != one.number) is one.is_passed_over for one in people if one.state.live)

    @invariant()
    def sequence_numbers_are_never_reused(self) -> None:
        sequences = [one.number for one in self.world.registrations.values()]
        assert len(set(sequences)) == len(sequences)
        assert all(sequence < self.world.ledger.next_sequence for sequence in sequences)

    @invariant()
    def what_was_called_off_stays_so(self) -> None:
        assert (self.world.workshop.called_off is not None) == self.off

    @invariant()
    def it_practises_until_it_is_made_real(self) -> None:
        assert self.world.workshop.practice is not self.real

    @invariant()
    def what_was_answered_is_stored(self) -> None:
        assert self.answered <= set(self.world.registrations)

    @invariant()
    def nobody_who_was_erased_holds_or_waits_for_a_seat(self) -> None:
        assert not any(one.state.live for one in self.world.registrations.values() if one.person is None)

    @invariant()
    def one_person_has_one_live_registration_and_a_mailbox_at_most_five(self) -> None:
        live = [one for one in self.world.registrations.values() if one.state.live and one.person is not None]
        assert len({one.identity for one in live}) == len(live)
        for mailbox in self.world.mailboxes.values():
            behind = {one.identity: one.id for one in live if one.mailbox == mailbox.id}
            assert mailbox.registrations == behind
            assert len([id for id in behind.values() if not id.startswith("added")]) <= 5


LifeOfAWorkshop.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestLifeOfAWorkshop = LifeOfAWorkshop.TestCase
