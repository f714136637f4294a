"""Places on the waitlist that follow from the ledger are the places that counting gives."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.simulation.database.firestore import SimulatedWire
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import Cancel, Confirm, GivePriority, GiveSeat, Promote, Rejoin
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.store import Store
from werkplaats.store.places import Places, Tail
from werkplaats.store.wire import Put
from werkplaats.workflows.check import plan_rebuild, rebuild

steps = st.lists(
    st.tuples(
        st.sampled_from(["join", "join", "cancel", "rejoin", "give", "priority", "promote", "look", "look"]),
        st.integers(0),
    ),
    min_size=5,
    max_size=30,
)


@settings(max_examples=40)
@given(steps)
def test_a_place_is_always_that_which_counting_gives(steps: list[tuple[str, int]]) -> None:
    """Whoever joins, leaves, comes back or gets a seat: a process that looks now and then tells the right places."""
    store = Store(SimulatedWire())
    publish_workshop(store, workshop(), NOW)
    seats = seat_queue(store, lambda: NOW)
    seats.do_all("proef", [sign_up(number) for number in range(4)])
    people = 4
    for step, number in steps:
        someone = f"r{number % people}"
        match step:
            case "join":
                seats.do("proef", sign_up(people))
                people += 1
            case "cancel":
                seats.do("proef", Cancel(someone))
            case "rejoin":
                seats.do("proef", Rejoin(someone))
            case "give":
                seats.do("proef", GiveSeat(someone))
            case "priority":
                seats.do("proef", GivePriority(someone))
            case "promote":
                seats.do("proef", Promote())
            case "look":
                _look(store, someone)
    for number in range(people):
        _look(store, f"r{number}")


def test_nobody_is_told_a_place_that_is_kept_for_somebody_else() -> None:
    """Of those who are passed over each keeps another place. Whoever waits is next after those who wait before them."""
    store = Store(SimulatedWire())
    publish_workshop(store, workshop(capacity=1, confirm_address="always"), NOW)
    seats = seat_queue(store, lambda: NOW)
    seats.do_all("proef", [sign_up(number) for number in range(6)])
    assert [_place(store, f"r{number}") for number in range(1, 6)] == [1, 2, 3, 4, 5]
    seats.do_all("proef", [Confirm("r3"), Confirm("r5")])
    assert [_place(store, f"r{number}") for number in range(1, 6)] == [1, 2, 1, 4, 2]
    seats.do("proef", GivePriority("r4"))
    assert [_place(store, f"r{number}") for number in range(1, 6)] == [2, 3, 1, 1, 2]


def _place(store: Store, id: str) -> int:
    registration = store.seats.registration(id)
    assert registration is not None
    return store.seats.place(registration)


def _look(store: Store, id: str, *, right: bool = True) -> None:
    tail = store.seats.places.tail("proef")
    registration, ledger = store.seats.registration(id), store.seats.ledger("proef")
    assert registration is not None
    assert ledger is not None
    if registration.state is State.WAITLISTED:
        place = store.seats.places.of(registration, ledger, tail)
        assert not right or place == store.seats.place(registration)


class OneCount(SimulatedWire):
    """A wire that finds two people ahead of everybody."""

    def count(self, *_: object) -> int:
        return 2


def _numbered(number: int) -> Registration:
    return Registration(
        id="r", workshop="proef", person=None, answers={}, mailbox="", identity="", state=State.WAITLISTED,
        sequence=number, state_version=1, signed_up_at=NOW, state_since=NOW,
    )  # fmt: skip


def test_a_tail_that_was_found_after_the_ledger_was_read_is_not_used() -> None:
    """What is known is asked for before the ledger is read: another thread may find more after that."""
    places = Places(OneCount())
    ledger = Ledger(id="proef", capacity=2, waitlisted=7, next_sequence=11)
    assert places.tail("proef") is None
    assert places.of(_numbered(6), ledger, None) == 3, "the other thread counts, and finds nobody absent behind 6"
    assert places.tail("proef") == Tail(absent=3, first=6)
    assert places.of(_numbered(8), ledger, None) == 3, "this one had read the ledger before, so it counts too"


def test_a_ledger_from_before_somebody_joined_tells_nothing_of_them() -> None:
    """Then, and if the numbers of a ledger cannot be right, the place is counted."""
    places = Places(OneCount())
    ledger = Ledger(id="proef", capacity=2, waitlisted=7, next_sequence=11)
    assert [places.of(_numbered(number), ledger, Tail(3, 1)) for number in (11, 3)] == [3, 3]
    assert places.of(_numbered(10), ledger, None) == 7


def test_a_tail_is_not_used_after_a_ledger_was_made_anew() -> None:
    """A process may remember a tail that it found by a ledger which counted wrong."""
    wire = SimulatedWire()
    store = Store(wire)
    publish_workshop(store, workshop(capacity=2), NOW)
    queue = seat_queue(store, lambda: NOW)
    queue.do_all("proef", [sign_up(number) for number in range(1, 8)])
    wire.commit([Put("ledgers/proef", {"waitlisted": 4}, mask=(("waitlisted",),))])
    for id in ("r6", "r7"):
        _look(store, id, right=False)
    plan = plan_rebuild(store, "proef")
    assert plan is not None
    rebuild(store, plan)
    queue.do("proef", sign_up(8))
    queue.do("proef", Cancel("r8"))
    for id in ("r7", "r6", "r3"):
        _look(store, id)
