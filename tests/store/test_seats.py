"""Seats on the real emulator: what is read, how commits are guarded, and what happens when processes race."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.database import database
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.surroundings import OwnTime
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import (
    Accept,
    Cancel,
    Command,
    Done,
    KnownPerson,
    Outcome,
    Promote,
    Refusal,
    Refused,
    Rejoin,
)
from werkplaats.domain.seats.ledger import Plan
from werkplaats.domain.seats.rules import decide
from werkplaats.domain.times import end_of
from werkplaats.store import ConflictError, OutcomeUnknownError, RefusedError, Store, TakenError
from werkplaats.store.seats import Guard
from werkplaats.store.wire import Revision
from werkplaats.workflows.failures import SomeFailedError
from werkplaats.workflows.publish import CapacityBelowHeld, Effect, Published
from werkplaats.workflows.seats.commit import LOST_IN_A_ROW, SeatsBusyError, UnknownWorkshopError
from werkplaats.workflows.seats.expire import expire_offers
from werkplaats.workflows.seats.promote import promote_waitlist
from werkplaats.workflows.seats.queue import SeatQueue


def held(store: Store) -> int:
    """The number of seats held, counted from the registrations instead of the ledger."""
    states = [one.state for one in store.seats.all_of("proef")]
    return states.count(State.CONFIRMED) + states.count(State.OFFERED)


def test_what_is_written_is_read_back(store: Store, queue: SeatQueue) -> None:
    """A registration, its ledger and its mail are stored as they were decided."""
    outcome = queue.do("proef", sign_up(1))
    assert isinstance(outcome, Done)
    assert store.seats.registration("r1") == outcome.registration
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    assert (ledger.confirmed, ledger.version, ledger.next_sequence) == (1, 2 - 1, 2)
    assert store.outbox.get("r1-confirmed-1") is not None


def test_sixteen_threads_race_for_five_seats(connect: Callable[[], Store]) -> None:
    """If forty people sign up through four processes, the first five get seats and all get different numbers."""
    stores = [connect() for _ in range(4)]
    publish_workshop(stores[0], workshop(capacity=5), NOW)
    queues = [seat_queue(store, lambda: NOW) for store in stores]
    start = threading.Barrier(16)

    def run(thread: int) -> list[Outcome]:
        start.wait()
        return [queues[thread % 4].do("proef", sign_up(number)) for number in range(thread, 40, 16)]

    with ThreadPoolExecutor(16) as pool:
        outcomes = [outcome for some in pool.map(run, range(16)) for outcome in some]
    assert all(isinstance(outcome, Done) for outcome in outcomes)
    registrations = stores[0].seats.all_of("proef")
    assert len(registrations) == 40
    assert held(stores[0]) == 5
    assert sorted(one.sequence for one in registrations) == list(range(1, 41))
    first_five = {one.id for one in registrations if one.sequence <= 5}
    assert first_five == {one.id for one in registrations if one.state is State.CONFIRMED}


def test_a_double_click_at_once_is_one_registration(connect: Callable[[], Store], queue: SeatQueue) -> None:
    """One person who signs up four times at once, through two processes, gets one registration."""
    other = seat_queue(connect(), lambda: NOW)
    commands = [sign_up(1), sign_up(1), sign_up(1, submission="-b"), sign_up(1, submission="-b")]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(
            pool.map(lambda pair: pair[0].do("proef", pair[1]), zip([queue, other] * 2, commands, strict=True))
        )
    registrations = connect().seats.all_of("proef")
    assert len(registrations) == 1
    assert all(isinstance(outcome, Done | KnownPerson) for outcome in outcomes)


def test_presuming_people_new_reads_nothing_of_them(store: Store, queue: SeatQueue) -> None:
    """People presumed to be new are not read, and the commit fails if one of them exists."""
    queue.do("proef", sign_up(1))
    commands = (sign_up(2), sign_up(1, submission="-b"))
    guarded = store.seats.read("proef", commands, presume_new=True)
    assert guarded is not None
    assert (guarded.seating.registrations, guarded.seating.mailboxes) == ({}, {})
    with pytest.raises(TakenError):
        store.seats.commit(decide(guarded.seating, commands, NOW), guarded.guard)
    assert store.seats.registration("r2") is None
    mixed = store.seats.read("proef", (sign_up(2), Cancel("r1")), presume_new=True)
    assert mixed is not None
    assert not mixed.guard.unseen


def test_who_is_here_already_is_found_though_presumed_new(store: Store, queue: SeatQueue) -> None:
    """People who have signed up before get the right outcome even if they were presumed to be new."""
    first = queue.do("proef", sign_up(1))
    colleague = replace(sign_up(2), mailbox=sign_up(1).mailbox)
    again, known, beside, new = queue.do_all("proef", (sign_up(1), sign_up(1, submission="-b"), colleague, sign_up(3)))
    assert again == first
    assert isinstance(known, KnownPerson)
    assert isinstance(beside, Done)
    assert isinstance(new, Done)
    assert {one.id for one in store.seats.all_of("proef")} == {"r1", "r2", "r3"}


def test_joining_again_looks_at_who_else_has_that_address(store: Store, queue: SeatQueue) -> None:
    """Somebody can rejoin while colleagues with the same address are signed up, also after an expired offer."""
    for number in (1, 2, 3, 4):
        queue.do("proef", replace(sign_up(number, mailbox="office"), identity=f"i{number}"))
    queue.do("proef", Cancel("r1"))
    assert isinstance(queue.do("proef", Rejoin("r1")), Done)
    assert store.seats.ledger("proef").waitlisted == 3  # type: ignore[union-attr]
    queue.do("proef", Promote())
    offered = store.seats.in_state("proef", State.OFFERED)
    later = seat_queue(store, lambda: NOW + timedelta(days=3))
    assert isinstance(later.do("proef", Rejoin(offered[0].id)), Done)


def test_a_form_sent_again_after_closing_is_still_answered(connect: Callable[[], Store], queue: SeatQueue) -> None:
    """A form that is sent again after sign-up has closed gets the same outcome as the first time."""
    first = queue.do("proef", sign_up(1))
    late = seat_queue(connect(), lambda: end_of(workshop().sign_up.closes))
    assert late.do("proef", sign_up(1)) == first
    assert late.do("proef", sign_up(2)) == Refused(Refusal.SIGN_UP_NOT_OPEN)


def test_a_commit_on_an_old_ledger_is_refused(store: Store, queue: SeatQueue) -> None:
    """A commit fails and writes nothing if the ledger has changed since it was read."""
    commands = (sign_up(1),)
    guarded = store.seats.read("proef", commands)
    assert guarded is not None
    queue.do("proef", sign_up(2))
    with pytest.raises(ConflictError):
        store.seats.commit(decide(guarded.seating, commands, NOW), guarded.guard)
    assert store.seats.registration("r1") is None


class LosesAnswers:
    """The store's seats with a bad connection: the answers to the first `lost` commits are lost.

    `taken` says whether these commits take effect.
    """

    def __init__(self, store: Store, lost: int, *, taken: bool) -> None:
        self._seats = store.seats
        self._lost = lost
        self._taken = taken
        self.commits = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._seats, name)

    def commit(self, plan: Plan, guard: Guard) -> Revision:
        self.commits += 1
        if self.commits > self._lost:
            return self._seats.commit(plan, guard)
        if self._taken:
            self._seats.commit(plan, guard)
        raise OutcomeUnknownError


@pytest.mark.parametrize("taken", [True, False], ids=["it took effect", "it did not"])
def test_a_commit_whose_answer_was_lost_is_not_decided_twice(store: Store, queue: SeatQueue, taken: bool) -> None:
    """If the answer to a commit is lost, there is one sign-up and one cancellation, whether or not it took effect."""
    seats = LosesAnswers(store, 1, taken=taken)
    store.seats = seats  # type: ignore[assignment]
    assert isinstance(queue.do("proef", sign_up(1)), Done)
    assert isinstance(queue.do("proef", Cancel("r1")), Done)
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    assert (ledger.version, ledger.next_sequence, ledger.confirmed) == (2, 2, 0)


def test_a_group_that_keeps_losing_sends_one_ahead(store: Store, queue: SeatQueue) -> None:
    """A large group that keeps losing commits its first command alone, and then the rest."""
    commit, sizes = store.seats.commit, list[int]()

    def losing_while_large(plan: Plan, guard: Guard) -> Revision:
        sizes.append(len(plan.registrations))
        if len(sizes) <= LOST_IN_A_ROW:
            raise ConflictError
        return commit(plan, guard)

    store.seats.commit = losing_while_large  # type: ignore[method-assign,assignment]
    outcomes = queue.do_all("proef", tuple(sign_up(number) for number in range(1, 6)))
    assert sizes == [5] * LOST_IN_A_ROW + [1, 4]
    assert [one.registration.id for one in outcomes if isinstance(one, Done) and one.registration] == [
        f"r{number}" for number in range(1, 6)
    ]


@pytest.mark.usefixtures("queue")
def test_one_bad_member_of_a_group_harms_nobody(store: Store) -> None:
    """A command that Firestore refuses fails alone, and the others of its group are committed."""
    time = OwnTime()
    queue = SeatQueue(store, time.surroundings)
    bad = replace(sign_up(9), registration="bad", answers={"opgave": "x" * 1_100_000})
    blocker, release = threading.Event(), threading.Event()
    read = store.seats.read

    def slow_first(workshop: str, commands: tuple[Command, ...], **options: Any) -> object:
        if not blocker.is_set():
            blocker.set()
            release.wait(10)
        return read(workshop, commands, **options)

    store.seats.read = slow_first  # type: ignore[method-assign,assignment]
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(queue.do, "proef", sign_up(1))
        blocker.wait(10)
        others = [pool.submit(queue.do, "proef", command) for command in (sign_up(2), bad, sign_up(3))]
        for _ in others:
            assert time.arrivals.acquire(timeout=10)
        release.set()
        assert isinstance(first.result(), Done)
        assert isinstance(others[0].result(), Done)
        with pytest.raises(RefusedError):
            others[1].result()
        assert isinstance(others[2].result(), Done)
    assert {one.id for one in store.seats.all_of("proef")} == {"r1", "r2", "r3"}


def test_an_unknown_workshop_is_said(queue: SeatQueue) -> None:
    """A command for a workshop that does not exist raises UnknownWorkshopError."""
    with pytest.raises(UnknownWorkshopError):
        queue.do("nergens", sign_up(1))


def test_promotion_takes_the_head_of_a_long_waitlist(store: Store, queue: SeatQueue) -> None:
    """Free seats are offered to the first on the waitlist, and places are counted from there."""
    queue.do_all("proef", [sign_up(number) for number in range(1, 31)])
    queue.do("proef", Cancel("r1"))
    queue.do("proef", Cancel("r2"))
    assert promote_waitlist(store, queue, "proef", NOW) == 2
    assert [store.seats.registration(id).state.value for id in ("r3", "r4", "r5")] == [
        "offered",
        "offered",
        "waitlisted",
    ]  # type: ignore[union-attr]
    fifth = store.seats.registration("r5")
    assert fifth is not None
    assert store.seats.place(fifth) == 1
    assert promote_waitlist(store, queue, "proef", NOW) == 0


def test_a_cancelled_head_is_passed_over_in_the_same_commit(store: Store, queue: SeatQueue) -> None:
    """Promotion skips people who cancel in the same commit."""
    queue.do_all("proef", [sign_up(number) for number in range(1, 9)])
    queue.do_all("proef", (Cancel("r1"), Cancel("r3"), Cancel("r8"), Promote()))
    assert {one.id for one in store.seats.in_state("proef", State.OFFERED)} == {"r4"}


def test_offers_expire_and_pass_on(store: Store) -> None:
    """`expire_offers` ends an expired offer and offers the seat to the next person."""
    clock = [NOW]
    publish_workshop(store, workshop(capacity=1), NOW)
    queue = seat_queue(store, lambda: clock[0])
    queue.do_all("proef", [sign_up(number) for number in (1, 2, 3)])
    queue.do("proef", Cancel("r1"))
    promote_waitlist(store, queue, "proef", clock[0])
    clock[0] += timedelta(hours=48)
    assert expire_offers(store, queue, clock[0]) == 1
    states = [store.seats.registration(id).state.value for id in ("r2", "r3")]  # type: ignore[union-attr]
    assert states == ["expired", "offered"]


def test_capacity_reaches_the_ledger_and_never_below_what_is_held(store: Store, queue: SeatQueue) -> None:
    """Publishing changes the ledger's capacity, and is refused if that is less than the seats held."""
    queue.do_all("proef", [sign_up(number) for number in (1, 2, 3)])
    refused = publish_workshop(store, workshop(capacity=1, title="Anders"), NOW)
    assert refused == CapacityBelowHeld(capacity=1, held=2)
    assert refused.excess == 1
    assert store.workshops.get("proef") == workshop()
    assert publish_workshop(store, workshop(capacity=3), NOW) == Published(Effect.UPDATED)
    assert promote_waitlist(store, queue, "proef", NOW) == 1
    assert publish_workshop(store, workshop(capacity=3), NOW) == Published(Effect.UNCHANGED)


def test_publishing_races_with_sign_ups(store: Store, connect: Callable[[], Store], queue: SeatQueue) -> None:
    """Seats held never exceed the capacity, even if publishing and sign-ups run at the same time."""

    def publish(capacity: int) -> object:
        return publish_workshop(connect(), workshop(capacity=capacity), NOW)

    with ThreadPoolExecutor(6) as pool:
        sign_ups = [pool.submit(queue.do, "proef", sign_up(number)) for number in range(1, 13)]
        published = [pool.submit(publish, capacity) for capacity in (6, 3, 8)]
        assert all(isinstance(one.result(), Done) for one in sign_ups)
        assert all(isinstance(one.result(), Published | CapacityBelowHeld) for one in published)
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    assert held(store) == ledger.held <= ledger.capacity


def test_accepting_from_two_windows_is_one_acceptance(store: Store, queue: SeatQueue) -> None:
    """Two clicks at the same moment accept an offer once."""
    queue.do_all("proef", [sign_up(number) for number in (1, 2, 3)])
    queue.do("proef", Cancel("r1"))
    promote_waitlist(store, queue, "proef", NOW)
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda _: queue.do("proef", Accept("r3")), range(2)))
    assert all(isinstance(outcome, Done) for outcome in outcomes)
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    assert (ledger.confirmed, ledger.offered) == (2, 0)


@pytest.mark.parametrize("id", [".", "..", "__x__", "____", "x" * 1501, "\n"])
def test_an_id_that_cannot_be_is_not_there(store: Store, id: str) -> None:
    """An id that Firestore does not allow is treated as an id that does not exist."""
    assert store.workshops.get(id) is None
    assert store.seats.registration(id) is None
    assert store.outbox.get(id) is None


def test_an_unreadable_workshop_keeps_no_other_waiting(
    store: Store, queue: SeatQueue, capsys: pytest.CaptureFixture[str]
) -> None:
    """A workshop that cannot be read is logged, and schedules go on with the others."""
    queue.do_all("proef", [sign_up(number) for number in range(1, 5)])
    queue.do("proef", Cancel("r1"))
    database(store).collection("workshops").document("aaa").set({"id": "aaa", "title": "van morgen"})
    assert [one.id for one in store.workshops.all()] == ["proef"]
    assert '"message": "document.unreadable"' in capsys.readouterr().out
    expire_offers(store, queue, NOW)
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    assert ledger.offered == 1


def test_an_unreadable_workshop_is_mended_by_publishing(store: Store, queue: SeatQueue) -> None:
    """A workshop that cannot be read can be replaced by publishing, and capacity is checked all the same."""
    queue.do_all("proef", [sign_up(number) for number in (1, 2, 3)])
    database(store).collection("workshops").document("proef").update({"waves": "ooit anders"})
    assert publish_workshop(store, workshop(capacity=1), NOW) == CapacityBelowHeld(capacity=1, held=2)
    assert publish_workshop(store, workshop(capacity=3), NOW) == Published(Effect.UPDATED)
    assert store.workshops.get("proef") == workshop(capacity=3)
    assert queue.do("proef", Cancel("r3")) is not None


def test_one_busy_workshop_stops_no_schedule(store: Store, queue: SeatQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """If one workshop fails, a schedule handles the others and raises SomeFailedError at the end."""
    publish_workshop(store, workshop(id="anders"), NOW)
    queue.do_all("proef", [sign_up(number) for number in range(1, 5)])
    queue.do("proef", Cancel("r1"))
    do_all = queue.do_all

    def busy(id: str, commands: Sequence[Command]) -> object:
        if id == "anders":
            raise SeatsBusyError
        return do_all(id, commands)

    monkeypatch.setattr(queue, "do_all", busy)
    with pytest.raises(SomeFailedError):
        expire_offers(store, queue, NOW)
    assert [one.id for one in store.seats.in_state("proef", State.OFFERED)] == ["r3"]
