"""What the overview says that there is to do, and what it costs to find that out."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from tests.counting import CountingWire
from tests.samples import NOW, sign_up, workshop
from tests.surroundings import OwnTime
from werkplaats.domain.attendance import Keeping, Mark
from werkplaats.domain.delivery import Delivery, Event
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import mail_id
from werkplaats.domain.mail.trouble import entry_if_failed, entry_of_return
from werkplaats.domain.seats.commands import Cancel, CompleteList, Done, ErasePerson, Promote, SendAgain
from werkplaats.domain.times import day_of
from werkplaats.mailing.provider import MailEvent
from werkplaats.store import Store
from werkplaats.workflows.mail.events import record_mail_events
from werkplaats.workflows.make_real import make_real
from werkplaats.workflows.publish import create_workshop
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.today import (
    DAYS,
    MOST_OFFERS,
    MOST_TROUBLE,
    Counted,
    list_kept,
    mails_in_trouble,
    sign_ups_per_day,
)
from werkplaats.workflows.today import offers_running_out as running_out


@pytest.fixture
def wire() -> CountingWire:
    return CountingWire()


@pytest.fixture
def store(wire: CountingWire) -> Store:
    return Store(wire)


@pytest.fixture
def time() -> OwnTime:
    return OwnTime()


@pytest.fixture
def queue(store: Store, time: OwnTime) -> SeatQueue:
    return SeatQueue(store, time.surroundings)


def fails(store: Store, number: int, version: int, *, returned: bool = False) -> None:
    """The confirmation of the person `number`, made in the ledger's `version`, does not arrive."""
    guarded = store.outbox.get(mail_id(Kind.CONFIRMED, AboutSeat(f"r{number}", version), "proef"))
    assert guarded is not None
    state = Delivery.SENT if returned else Delivery.FAILED
    mail = replace(guarded.mail, state=state, due_at=None, settled_at=NOW + timedelta(minutes=number), reason="550")
    store.outbox.update(mail, guarded.guard, entry_of_return(mail, "550", NOW) if returned else entry_if_failed(mail))


def shown(store: Store, people: int) -> None:
    """Everything that the overview looks up."""
    workshop, ledger = store.workshops.get("proef"), store.seats.ledger("proef")
    assert workshop is not None
    assert ledger is not None
    assert len(running_out(store, workshop, ledger, NOW)) == min(people // 4, MOST_OFFERS)
    assert len(mails_in_trouble(store, workshop, NOW)) == MOST_TROUBLE
    assert sum(one.number for one in Counted().of(store, "proef", NOW)) == people
    assert list_kept(store, workshop, ledger, workshop.begins_at) is Keeping.HALF


def crowd(store: Store, queue: SeatQueue, people: int) -> None:
    """So many people: half have a seat, a quarter an offer, and the mails of most did not arrive."""
    create_workshop(store, workshop(capacity=people * 3 // 4), NOW, "test")
    for start in range(0, people, 50):
        queue.do_all("proef", [sign_up(number) for number in range(start, start + 50)])
    versions = {one.id: one.state_version for one in store.seats.all_of("proef")}
    for number in range(40):
        fails(store, number, versions[f"r{number}"])
    store.attendance.mark("proef", "r1", date(2027, 8, 29), Mark.PRESENT, NOW)
    leave = range(people // 2, people * 3 // 4)
    for start in range(leave.start, leave.stop, 5):
        queue.do_all("proef", [Cancel(f"r{number}") for number in range(start, min(start + 5, leave.stop))])
    while queue.do("proef", Promote()).count:  # type: ignore[union-attr]
        pass


def test_it_costs_the_same_with_a_hundred_and_with_two_thousand_people() -> None:
    """The offers and the mails in trouble are read up to a number; all else is counted."""
    reads = []
    for people in (100, 2_000):
        wire = CountingWire()
        store = Store(wire)
        crowd(store, SeatQueue(store, OwnTime().surroundings), people)
        wire.trips = wire.reads = 0
        shown(store, people)
        reads.append((wire.trips, wire.reads))
    one_each = DAYS + 3 + MOST_OFFERS + 3 * MOST_TROUBLE
    assert reads == [(DAYS + 7, one_each), (DAYS + 7, one_each + 1)], "a count of 2,000 is charged as two reads"


def test_what_was_mended_or_is_true_no_longer_is_not_shown(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """Sent after all, sent once more, of somebody who has left or was erased since, and of weeks ago."""
    create_workshop(store, workshop(capacity=9), NOW, "test")
    queue.do_all("proef", [sign_up(number) for number in range(1, 8)])
    for number in range(1, 8):
        fails(store, number, 1, returned=number == 6)
    queue.do("proef", Cancel("r2"))
    queue.do("proef", ErasePerson("r3"))
    time.passed += 600
    once_more = SendAgain(registration="r7", by="een@example.org", kind=Kind.CONFIRMED, about=AboutSeat("r7", 1))
    assert isinstance(queue.do("proef", once_more), Done)
    again = store.outbox.get("r4-confirmed-1")
    assert again is not None
    store.outbox.update(replace(again.mail, state=Delivery.SENT), again.guard)
    proef = store.workshops.get("proef")
    assert proef is not None
    assert [one.registration.id for one in mails_in_trouble(store, proef, NOW)] == ["r5", "r1", "r6"]
    assert mails_in_trouble(store, proef, NOW + timedelta(days=15)) == ()


def test_a_mail_that_came_back_twice_is_shown_once(store: Store, queue: SeatQueue) -> None:
    """With what was said of it last."""
    create_workshop(store, workshop(capacity=9), NOW, "test")
    queue.do("proef", sign_up(1))
    mail = mail_id(Kind.CONFIRMED, AboutSeat("r1", 1), "proef")
    record_mail_events(store, [MailEvent(mail, Event.BLOCKED, "452 mailbox full")], NOW)
    record_mail_events(store, [MailEvent(mail, Event.BOUNCE, "550 no such user")], NOW + timedelta(minutes=1))
    proef = store.workshops.get("proef")
    assert proef is not None
    assert [one.entry.detail for one in mails_in_trouble(store, proef, NOW)] == ["550 no such user"]


def test_sign_ups_of_past_days_are_counted_once(wire: CountingWire, store: Store, queue: SeatQueue) -> None:
    """Every day is in it, the last one today; only today and yesterday are counted again the next time."""
    create_workshop(store, workshop(capacity=9), NOW, "test")
    queue.do_all("proef", [sign_up(1), sign_up(2)])
    queue.do("proef", Cancel("r1"))
    counted = Counted()
    days = counted.of(store, "proef", NOW)
    assert [one.number for one in days] == [0] * (DAYS - 1) + [2]
    assert days[-1].day == day_of(NOW)
    wire.reads = 0
    assert counted.of(store, "proef", NOW) == days
    assert wire.reads == 2
    assert [one.number for one in counted.of(store, "proef", NOW + timedelta(days=1))][-2:] == [2, 0]


def test_those_who_practised_are_not_counted(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """Only sign-ups from the moment on at which the workshop was made real."""
    create_workshop(store, workshop(capacity=9, practice=True), NOW, "test")
    queue.do_all("proef", [sign_up(1), sign_up(2)])
    time.passed += 60
    assert make_real(store, queue, "proef", by="een@example.org") is None
    time.passed += 60
    queue.do("proef", sign_up(3))
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    tomorrow = NOW + timedelta(days=1)
    assert [one.number for one in sign_ups_per_day(store, ledger, tomorrow)] == [0] * (DAYS - 2) + [1, 0]


def test_how_far_the_list_is_kept(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """From the first day on: nobody marked, some, and complete when an organiser says so."""
    create_workshop(store, workshop(capacity=9), NOW, "test")
    queue.do_all("proef", [sign_up(1), sign_up(2)])
    proef = store.workshops.get("proef")
    assert proef is not None

    def kept() -> Keeping | None:
        ledger = store.seats.ledger("proef")
        assert ledger is not None
        return list_kept(store, proef, ledger, proef.begins_at)

    ledger = store.seats.ledger("proef")
    assert ledger is not None
    assert list_kept(store, proef, ledger, NOW) is None
    assert kept() is Keeping.EMPTY
    store.attendance.mark("proef", "r1", proef.first_day, Mark.PRESENT, NOW)
    assert kept() is Keeping.HALF
    store.attendance.mark("proef", "r2", proef.first_day, Mark.ABSENT, NOW)
    assert kept() is Keeping.FULL
    time.passed = (proef.begins_at - NOW).total_seconds()
    queue.do("proef", CompleteList(complete=True))
    assert kept() is Keeping.COMPLETE
