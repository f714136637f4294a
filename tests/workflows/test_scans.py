"""What the schedules read when there is nothing to do: a few round trips, however many workshops there are.

The simulated Firestore counts. Nothing here depends on how fast the machine is.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace
from nacl.public import PrivateKey

from tests.counting import CountingWire
from tests.samples import NOW, sign_up, workshop
from tests.seats import seat_queue
from tests.surroundings import OwnTime
from werkplaats.domain.attendance import Mark
from werkplaats.domain.kept import COMES_IN_LATE
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Cancel, SignUp
from werkplaats.domain.times import end_of
from werkplaats.domain.workshop import LONGEST_FOLLOW_UP, Workshop
from werkplaats.security.links import Links
from werkplaats.security.sealing import Opener
from werkplaats.store import Store
from werkplaats.store.wire import Put
from werkplaats.workflows.backlog import backlog
from werkplaats.workflows.call_off import call_off
from werkplaats.workflows.erase import erase_personal_data
from werkplaats.workflows.failures import SomeFailedError
from werkplaats.workflows.mail.deliver import Postman
from werkplaats.workflows.mail.retry import look_after_mail
from werkplaats.workflows.publish import create_workshop, publish_workshop
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.expire import expire_offers
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.survey.invite import send_surveys
from werkplaats.workflows.survey.open import open_answers

MANY = 200
OPENER = Opener((bytes(PrivateKey.generate()),))
WAVES = workshop().waves


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


def beginning(id: str, first_day: date, **changes: object) -> Workshop:
    """A workshop of two days. People can sign up until the day before."""
    closes = first_day - timedelta(days=1)
    days = {"first_day": first_day, "last_day": first_day + timedelta(days=1)}
    return workshop(id=id, sign_up={"opens": date(2020, 1, 1), "closes": closes}, **days, **changes)


@pytest.fixture
def many(store: Store) -> None:
    """Two hundred workshops to come, of which reminders are due and sent, and two hundred that ended years ago."""
    for number in range(MANY):
        first_day = (NOW + timedelta(days=2 + number % 5)).date()
        create_workshop(store, beginning(f"komt-{number}", first_day, reminders=["7 days"]), NOW, "test")
        create_workshop(store, beginning(f"voorbij-{number}", date(2019, 1, 1 + number % 28)), NOW, "test")
    send_reminders(store, NOW)
    erase_personal_data(store, SeatQueue(store, OwnTime().surroundings), NOW)


def postman(store: Store) -> Postman:
    """One that has no provider to send with."""
    return Postman(store, None, Links(("k" * 32,), "https://werkplaats.example.org"), OwnTime().surroundings)  # type: ignore[arg-type]


Run = Callable[[Store, SeatQueue, datetime], object]

QUIET: dict[str, tuple[Run, int, int]] = {
    "expire_offers": (expire_offers, 3, 2 * MANY + 1),
    "send_reminders": (lambda store, _, now: send_reminders(store, now), 3, 2 * MANY + 1),
    "send_surveys": (lambda store, _, now: send_surveys(store, now), 1, MANY),
    "open_answers": (lambda store, _, now: open_answers(store, OPENER, now), 1, 1),
    "erase_personal_data": (erase_personal_data, 4, 2 * MANY + 3 * MANY + 2),
    "retry_mail": (lambda store, queue, now: look_after_mail(postman(store), queue, now), 5, 5),
    "backlog": (lambda store, _, now: backlog(store, now), 8, 2 * MANY + 6),
}
"""A run, its round trips, and the documents that it reads: only `erase_personal_data` reads what has long ended."""


@pytest.mark.parametrize("name", QUIET)
def test_a_run_with_nothing_to_do_reads_all_workshops_together(
    many: None, wire: CountingWire, store: Store, queue: SeatQueue, name: str
) -> None:
    """Two hundred workshops to come and two hundred of years ago take a few round trips at most."""
    run, trips, reads = QUIET[name]
    with wire.at_most(trips=trips, reads=reads):
        run(store, queue, NOW)


@pytest.fixture
def asked(store: Store, queue: SeatQueue) -> datetime:
    """Forty workshops with a wave that has been open for some hours, to which everybody was invited. Returns when."""
    for number in range(40):
        create_workshop(store, beginning(f"w{number}", date(2027, 3, 3)), NOW, "test")
        queue.do(f"w{number}", somebody(f"w{number}", 1))
    opened = datetime(2027, 3, 5, 9, tzinfo=NOW.tzinfo)
    assert send_surveys(store, opened) == 40
    return opened + timedelta(hours=1)


def test_open_waves_are_looked_at_together(wire: CountingWire, store: Store, asked: datetime) -> None:
    """If nobody came in and no attendance was marked since, three round trips show it for all waves."""
    with wire.at_most(trips=3, reads=3 * 40 + 1):
        assert send_surveys(store, asked) == 0


def test_a_late_mark_of_attendance_is_found_among_many(wire: CountingWire, store: Store, asked: datetime) -> None:
    """Who is marked after the others were invited is invited too, and only that workshop is looked into."""
    store.attendance.mark("w9", "w9-1", date(2027, 3, 3), Mark.PRESENT, asked + timedelta(minutes=1))
    before = wire.trips
    assert send_surveys(store, asked + timedelta(hours=1)) == 0
    assert wire.trips - before < 20
    with wire.at_most(trips=5, reads=3 * 40 + 5):
        send_surveys(store, asked + timedelta(hours=2))


def test_offers_of_all_workshops_end_together(wire: CountingWire, store: Store, time: OwnTime) -> None:
    """Expired offers are found by one query, also of workshops that are over; those of a called off one stay."""
    queue = queue_at(store, NOW)
    for id in ("aan", "af", "voorbij"):
        create_workshop(store, beginning(id, date(2027, 3, 20), capacity=1), NOW, "test")
        queue.do_all(id, [somebody(id, number) for number in (1, 2)])
        queue.do(id, Cancel(f"{id}-1"))
    expire_offers(store, queue, NOW)
    assert states(store, "aan-2", "af-2", "voorbij-2") == [State.OFFERED] * 3
    call_off(queue, "af", "Te weinig mensen.", by="een@example.org")
    publish_workshop(store, queue, beginning("voorbij", date(2027, 2, 20), capacity=1), NOW, by="een@example.org")
    later = NOW + timedelta(days=3)
    assert expire_offers(store, queue_at(store, later), later) == 2
    assert states(store, "aan-2", "af-2", "voorbij-2") == [State.EXPIRED, State.OFFERED, State.EXPIRED]


def test_offers_are_reminded_of_in_the_same_round_trips(wire: CountingWire, store: Store) -> None:
    """By day the standing offers are read by the query for those that have expired; at night they are not read."""
    for number in range(20):
        id = f"w{number}"
        create_workshop(store, beginning(id, date(2027, 3, 20), capacity=1), NOW, "test")
        queue_at(store, NOW).do_all(id, [somebody(id, 1), somebody(id, 2), Cancel(f"{id}-1")])
        expire_offers(store, queue_at(store, NOW), NOW)
    morning, night = NOW + timedelta(hours=3), NOW + timedelta(hours=14)
    for at, reads in ((morning, 20), (night, 0)):
        with wire.at_most(trips=3, reads=2 * 20 + reads + 1):
            expire_offers(store, queue_at(store, at), at)
    half_way = NOW + timedelta(hours=25)
    expire_offers(store, queue_at(store, half_way), half_way)
    mails = [mail for mail in store.outbox.due(NOW + timedelta(days=9), 1000) if mail.kind is Kind.OFFER_REMINDER]
    assert {mail.registration for mail in mails} == {f"w{number}-2" for number in range(20)}


def test_what_cannot_be_read_stops_nobody_else(wire: CountingWire, store: Store) -> None:
    """A ledger and a registration that cannot be read make the run fail in the end, after all others were done."""
    queue = queue_at(store, NOW)
    for id in ("a", "b", "c"):
        create_workshop(store, beginning(id, date(2027, 3, 20), capacity=1), NOW, "test")
        queue.do_all(id, [somebody(id, number) for number in (1, 2)])
        queue.do(id, Cancel(f"{id}-1"))
    expire_offers(store, queue, NOW)
    wire.commit([Put("ledgers/a", {"capacity": "veel"}, mask=(("capacity",),))])
    wire.commit([Put("registrations/b-2", {"sequence": "laatste"}, mask=(("sequence",),))])
    later = NOW + timedelta(days=3)
    with pytest.raises(SomeFailedError) as failed:
        expire_offers(store, queue_at(store, later), later)
    assert sorted(failed.value.things) == ["workshop a", "workshop b"]
    assert states(store, "c-2") == [State.EXPIRED]


def test_every_seat_comes_free_when_a_workshop_begins_earlier(store: Store) -> None:
    """An offer ends when the workshop begins, also if it was moved to an earlier day after the offer was made."""
    queue = queue_at(store, NOW)
    create_workshop(store, beginning("aan", date(2027, 3, 20), capacity=1), NOW, "test")
    queue.do_all("aan", [sign_up(1), sign_up(2)])
    queue.do("aan", Cancel("r1"))
    expire_offers(store, queue, NOW)
    publish_workshop(store, queue, beginning("aan", NOW.date(), capacity=1), NOW, by="een@example.org")
    assert expire_offers(store, queue, NOW) == 1


def test_a_wave_opens_as_long_as_a_wave_can_be_open(store: Store) -> None:
    """A workshop is looked at until the last day on which one of its waves could close, and not after that."""
    create_workshop(store, beginning("oud", date(2024, 3, 3)), NOW, "test")
    [old] = store.workshops.all()
    last = end_of(old.last_day + LONGEST_FOLLOW_UP) - timedelta(seconds=1)
    assert store.workshops.followed_up(last) == (old,)
    assert store.workshops.followed_up(last + timedelta(seconds=1)) == ()


def test_erasing_goes_on_for_a_month_and_then_costs_nothing(wire: CountingWire, store: Store) -> None:
    """What comes in late goes the next night. When nothing more comes in, an old workshop costs five reads a night."""
    old = beginning("oud", date(2027, 3, 3))
    create_workshop(store, old, NOW, "test")
    queue_at(store, NOW).do("oud", sign_up(1))
    night = old.erase_registrations_at()
    while night < old.erase_registrations_at() + COMES_IN_LATE:
        store.attendance.mark("oud", "r1", old.first_day, Mark.PRESENT, night)
        erase_personal_data(store, queue_at(store, night), night)
        assert store.attendance.of("oud") == {}
        night += timedelta(days=7)
    erase_personal_data(store, queue_at(store, night), night)
    with wire.at_most(trips=4, reads=5):
        erase_personal_data(store, queue_at(store, night), night + timedelta(days=1))


def test_a_question_may_be_called_all(store: Store) -> None:
    """That its answers were erased in time does not mean that all is erased when the time of that comes."""
    question = {"kind": "short_text", "id": "all", "label": "Alles?", "erase_after": "14 days"}
    asking = beginning("proef", date(2027, 3, 3), questions=[question])
    create_workshop(store, asking, NOW, "test")
    queue_at(store, NOW).do("proef", replace(sign_up(1), answers={"all": "Ja."}))
    for night in (asking.ends_at + timedelta(days=15), asking.erase_registrations_at()):
        for _ in range(2):
            erase_personal_data(store, queue_at(store, night), night)
    registration = store.seats.registration("r1")
    assert registration is not None
    assert registration.person is None


def somebody(workshop: str, number: int) -> SignUp:
    """Somebody who signs up for `workshop`, as another person than those of other workshops."""
    who = f"{workshop}-{number}"
    return replace(sign_up(number), registration=who, mailbox=who, address=who, identity=who, form=who)


def queue_at(store: Store, now: datetime) -> SeatQueue:
    return seat_queue(store, lambda: now)


def states(store: Store, *registrations: str) -> list[State]:
    return [one.state for id in registrations if (one := store.seats.registration(id))]
