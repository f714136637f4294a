"""A message of organisers is queued once for each person, whatever crashes, and with bounded reads."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.counting import CountingWire
from tests.samples import NOW, person, sign_up, workshop
from tests.shipped import REGISTRATION
from tests.simulation.database.firestore import SimulatedFirestore, SimulatedWire
from tests.surroundings import STILL, OwnTime
from werkplaats.domain.attendance import Mark
from werkplaats.domain.delivery import Accepted, Delivery
from werkplaats.domain.mail.about import AboutMessage
from werkplaats.domain.mail.decision import Letter
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import Audience, Circle, Deed, GroupMessage, Progress, make_message, parse_audience
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Cancel, CompleteList, Confirm
from werkplaats.mailing.message import Message, Recipient
from werkplaats.security.links import Links
from werkplaats.store import Store, codec, paths
from werkplaats.store.wire import Found, Query, Revision, Write
from werkplaats.workflows import messages as messages_workflow
from werkplaats.workflows.mail.deliver import Postman, deliver_in_turn
from werkplaats.workflows.mail.retry import retry_mail
from werkplaats.workflows.messages import (
    MOST_COUNTED,
    PAGE,
    Sent,
    Size,
    ToNobody,
    change_message,
    count_recipients,
    queue_message,
    queue_messages,
    send_message,
)
from werkplaats.workflows.publish import publish_workshop
from werkplaats.workflows.seats.queue import SeatQueue

WORKSHOP = workshop(capacity=5)
PEOPLE = 8
SMALL = 3
"""How many people a page has in these tests, so that eight people are three pages."""

ALL = {f"r{number}" for number in range(1, PEOPLE + 1)}
LINKS = Links(("k" * 32,), "https://werkplaats.example.org")


class Crash(BaseException):
    """The process ends. Nothing catches it."""


class BreakingWire(SimulatedWire):
    """Crashes at call number `breaks_at` to the database, counted from 1; a commit before or `after` it is written."""

    def __init__(self, database: SimulatedFirestore, breaks_at: int, *, after: bool = False) -> None:
        super().__init__(database)
        self._left, self._after = breaks_at, after

    def get(self, paths: Iterable[str]) -> dict[str, Found]:
        self._call()
        return super().get(paths)

    def query(self, query: Query) -> list[Found]:
        self._call()
        return super().query(query)

    def count(self, query: Query) -> int:
        self._call()
        return super().count(query)

    def commit(self, writes: Sequence[Write]) -> list[Revision]:
        if not self._after:
            self._call()
            return super().commit(writes)
        revisions = super().commit(writes)
        self._call()
        return revisions

    def _call(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise Crash


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages_workflow, "PAGE", SMALL)


def eight_people() -> SimulatedFirestore:
    """Five with a seat, three on the waitlist."""
    database = SimulatedFirestore()
    store = Store(SimulatedWire(database))
    queue = seats(store)
    publish_workshop(store, queue, WORKSHOP, NOW, by="test")
    queue.do_all("proef", [sign_up(number) for number in range(1, PEOPLE + 1)])
    return database


def seats(store: Store) -> SeatQueue:
    return SeatQueue(store, STILL)


def written(to: str = "all", **changes: Any) -> GroupMessage:
    message = make_message(
        id="b1", workshop=WORKSHOP, by="een@example.org", to=to, subject="Laarzen", text="Neem laarzen mee.", now=NOW
    )
    return replace(message, **changes)


def mails(store: Store) -> Counter[str]:
    """How many mails of messages there are for each registration."""
    found = [codec.read(one, Mail) for one in store.wire.query(Query(collection=paths.MAILS))]
    return Counter(mail.about.registration for mail in found if isinstance(mail.about, AboutMessage))


def stored(store: Store) -> GroupMessage:
    guarded = store.messages.get("b1")
    assert guarded is not None
    return guarded.message


def carry_on(store: Store, now: datetime = NOW) -> None:
    """What the schedule does, so often that nothing is left to do."""
    for _ in range(9):
        queue_messages(store, now, lambda: True)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("after", [False, True], ids=["before a commit", "after a commit"])
@pytest.mark.parametrize("later", [False, True], ids=["once", "later too"])
def test_a_crash_anywhere_loses_and_repeats_nobody(after: bool, later: bool) -> None:
    """It crashes at every call to the database in turn, while sending and queueing. Then all is done again."""
    crashes, done = 0, False
    while not done:
        database = eight_people()
        store = Store(BreakingWire(database, crashes + 1, after=after))
        try:
            send_message(store, WORKSHOP, written(later=later))
            queue_message(store, "b1", NOW)
            done = True
        except Crash:
            crashes += 1
        left = Store(SimulatedWire(database))
        send_message(left, WORKSHOP, written(later=later))  # the organiser sends the form again
        carry_on(left)
        assert mails(left) == Counter(ALL), f"after a crash at call {crashes}"
        message = stored(left)
        assert (message.queued, message.complete, message.expected) == (PEOPLE, True, PEOPLE)
        assert message.state is (Progress.FOLLOWING if later else Progress.DONE)
    assert crashes >= 12, "there were three pages of several calls each"


@pytest.mark.usefixtures("small_pages")
def test_two_who_queue_at_the_same_time_repeat_nobody() -> None:
    """Before each commit of the one another process does a page. The first leaves it to the other, and all get it."""
    database = eight_people()
    wire = SimulatedWire(database)
    store, other = Store(wire), Store(SimulatedWire(database))
    send_message(store, WORKSHOP, written())

    def another_does_a_page(_: Sequence[Write]) -> None:
        queue_message(other, "b1", NOW, pages=1)

    wire.before_commit = another_does_a_page
    for _ in range(9):
        queue_message(store, "b1", NOW)
    assert mails(store) == Counter(ALL)
    assert (stored(store).queued, stored(store).state) == (PEOPLE, Progress.DONE)


@pytest.mark.usefixtures("small_pages")
def test_a_message_that_is_paused_while_it_is_queued_stops_there() -> None:
    """What was queued stays. When it goes on everybody is looked at again, and nobody gets a second mail."""
    store = Store(SimulatedWire(eight_people()))
    send_message(store, WORKSHOP, written())
    assert queue_message(store, "b1", NOW, pages=1) == SMALL
    by = "een@example.org"
    assert isinstance(change_message(store, WORKSHOP, "b1", Deed.PAUSE, by=by, now=NOW, seen=0), GroupMessage)
    carry_on(store)
    assert queue_message(store, "b1", NOW) == 0, "an event that comes late does nothing either"
    assert sum(mails(store).values()) == SMALL
    assert isinstance(change_message(store, WORKSHOP, "b1", Deed.RESUME, by=by, now=NOW, seen=1), GroupMessage)
    carry_on(store)
    assert mails(store) == Counter(ALL)
    assert stored(store).queued == PEOPLE


@pytest.mark.usefixtures("small_pages")
def test_a_pause_is_not_undone_by_a_page_that_is_being_queued() -> None:
    """It comes between the reading and the commit of a page. Then that page is not queued."""
    database = eight_people()
    wire, other = SimulatedWire(database), Store(SimulatedWire(database))
    store = Store(wire)
    send_message(store, WORKSHOP, written())

    def somebody_pauses(_: Sequence[Write]) -> None:
        change_message(other, WORKSHOP, "b1", Deed.PAUSE, by="een@example.org", now=NOW, seen=0)

    wire.before_commit = somebody_pauses
    assert queue_message(store, "b1", NOW) == 0
    assert (stored(store).state, stored(store).queued) == (Progress.PAUSED, 0)
    assert not mails(store)


@pytest.mark.usefixtures("small_pages")
def test_whoever_joins_later_gets_it_once() -> None:
    """More than a page of them, and also somebody who signs up while the others are being queued."""
    store = Store(SimulatedWire(eight_people()))
    queue = seats(store)
    send_message(store, WORKSHOP, written(later=True))
    queue_message(store, "b1", NOW, pages=2)
    queue.do("proef", replace(sign_up(9), registration="r0"))  # its id is one that the queueing has passed
    carry_on(store)
    later = NOW + timedelta(hours=1)
    SeatQueue(store, _at(later).surroundings).do_all("proef", [sign_up(number) for number in range(10, 18)])
    queue.do("proef", Cancel("r17"))
    carry_on(store, later + timedelta(minutes=1))
    carry_on(store, later + timedelta(minutes=2))
    assert mails(store) == Counter(ALL | {"r0"} | {f"r{number}" for number in range(10, 17)})
    carry_on(store, WORKSHOP.ends_at)
    assert stored(store).state is Progress.DONE


def _at(now: datetime) -> OwnTime:
    time = OwnTime()
    time.passed = (now - NOW).total_seconds()
    return time


@pytest.mark.parametrize(
    ("complete", "present", "people"),
    [(False, (), 5), (False, ("r1",), 4), (True, ("r1",), 1), (True, (), 4)],
    ids=["nobody marked", "half kept", "complete", "complete, and nobody present"],
)
def test_a_message_to_those_who_came_follows_the_attendance_list(
    complete: bool, present: tuple[str, ...], people: int
) -> None:
    """As a survey for those who came: unmarked people with a seat too, unless an organiser closed the list."""
    store = Store(SimulatedWire(eight_people()))
    for id in present:
        store.attendance.mark("proef", id, WORKSHOP.first_day, Mark.PRESENT, NOW)
    if complete or present:
        store.attendance.mark("proef", "r2", WORKSHOP.first_day, Mark.ABSENT, NOW)
    if complete:
        SeatQueue(store, _at(WORKSHOP.ends_at).surroundings).do("proef", CompleteList(complete=True, by=""))
    assert count_recipients(store, WORKSHOP, Audience(Circle.ATTENDED)) == Size(people)
    send_message(store, WORKSHOP, written("attended"))
    carry_on(store)
    assert len(mails(store)) == people


@pytest.mark.parametrize(("to", "people"), [("seat", 4), ("waitlist", 2), ("all", 6)])
def test_whoever_has_to_confirm_the_address_is_not_counted(to: str, people: int) -> None:
    """The button says how many people a message goes to, and it goes to so many."""
    store = Store(SimulatedWire(SimulatedFirestore()))
    publish_workshop(store, seats(store), replace(WORKSHOP, confirm_address="never"), NOW, by="test")
    seats(store).do_all("proef", [sign_up(number) for number in (1, 2, 3, 4)])
    publish_workshop(store, seats(store), replace(WORKSHOP, confirm_address="always"), NOW, by="test")
    seats(store).do("proef", sign_up(5))
    publish_workshop(store, seats(store), replace(WORKSHOP, confirm_address="never"), NOW, by="test")
    seats(store).do_all("proef", [sign_up(6), sign_up(7)])
    audience = parse_audience(to)
    assert audience is not None
    assert count_recipients(store, WORKSHOP, audience) == Size(people)
    send_message(store, WORKSHOP, written(to))
    carry_on(store)
    assert sum(mails(store).values()) == people
    assert stored(store).expected == people


def many_people(wire: SimulatedWire, number: int = 2_000) -> Store:
    """A workshop in which so many people have a seat. They are stored without signing up one by one."""
    store = Store(wire)
    publish_workshop(store, seats(store), replace(WORKSHOP, capacity=number), NOW, by="test")
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    wire.commit([codec.update(paths.of(paths.LEDGERS, "proef"), replace(ledger, confirmed=number))])
    for start in range(0, number, 400):
        people = [
            replace(
                REGISTRATION,
                id=f"p{one:05d}",
                workshop="proef",
                person=person(one),
                state=State.CONFIRMED,
                state_since=NOW - timedelta(days=1),
            )
            for one in range(start, min(number, start + 400))
        ]
        wire.commit([codec.create(paths.of(paths.REGISTRATIONS, one.id), one) for one in people])
    return store


def test_a_message_to_two_thousand_people_reads_bounded_pages() -> None:
    """Sending reads the same as for eight. A page reads its people and their mails, and nothing is read twice."""
    wire = CountingWire()
    store = many_people(wire)
    trips, reads = wire.since(lambda: send_message(store, WORKSHOP, written("seat")))
    assert trips <= 3
    assert reads <= 3
    pages = 0
    while stored(store).state is Progress.SENDING:
        trips, reads = wire.since(lambda: queue_message(store, "b1", NOW, pages=1))
        assert trips <= 4
        assert reads <= 2 * PAGE + 2
        pages += 1
    assert pages <= 2_000 // PAGE + 1
    assert stored(store).queued == len(mails(store)) == 2_000


def test_a_message_to_those_who_came_reads_no_list_of_all() -> None:
    """Before it is sent, some people and their marks are read, and how many they are is not known exactly."""
    wire = CountingWire()
    store = many_people(wire, 1_000)
    attended = Audience(Circle.ATTENDED)
    trips, reads = wire.since(lambda: count_recipients(store, WORKSHOP, attended))
    assert trips <= 4
    assert reads <= 2 * MOST_COUNTED + 2
    assert count_recipients(store, WORKSHOP, attended) == Size(MOST_COUNTED, exact=False)
    trips, reads = wire.since(lambda: send_message(store, WORKSHOP, written("attended")))
    assert reads <= 2 * MOST_COUNTED + 5
    assert stored(store).expected is None


def test_a_message_to_nobody_is_not_stored() -> None:
    """Neither it nor an entry in the journal."""
    store = Store(SimulatedWire(eight_people()))
    assert send_message(store, WORKSHOP, written("offered")) == ToNobody()
    assert store.messages.get("b1") is None
    assert isinstance(send_message(store, WORKSHOP, written("seat")), Sent)
    assert isinstance(send_message(store, WORKSHOP, written("offered")), Sent), "that form was sent already"


def test_whoever_still_has_to_confirm_is_not_counted_and_a_message_to_them_alone_is_to_nobody() -> None:
    """The page promises no more mails than there will be."""
    store = Store(SimulatedWire(SimulatedFirestore()))
    queue = seats(store)
    publish_workshop(store, queue, WORKSHOP, NOW, by="test")
    queue.do_all("proef", [replace(sign_up(number), suspicious=True) for number in range(1, PEOPLE + 1)])
    for to in ("seat", "waitlist", "all"):
        assert send_message(store, WORKSHOP, written(to)) == ToNobody(), to
    queue.do("proef", Confirm("r1"))
    assert count_recipients(store, WORKSHOP, Audience(Circle.SEAT)) == Size(1)
    assert isinstance(send_message(store, WORKSHOP, written("seat")), Sent)
    assert stored(store).expected == 1
    carry_on(store)
    assert mails(store) == {"r1": 1}


def test_the_log_names_what_happened_and_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    """The name of the event is not overwritten by the id. Nothing of what was written is in the log."""
    store = Store(SimulatedWire(eight_people()))
    capsys.readouterr()
    send_message(store, WORKSHOP, written())
    carry_on(store)
    change_message(store, WORKSHOP, "b1", Deed.STOP, by="een@example.org", now=NOW, seen=0)
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [(entry["message"], entry.get("group_message")) for entry in logged]
    assert told == [("message.begun", "b1"), ("message.queued", "b1"), ("message.changed", "b1")]
    assert "laarzen" not in str(logged).lower()
    assert "@" not in str(logged)


class _Provider:
    """Takes every mail, and notes which."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def send(self, message: Message) -> Accepted:
        self.taken.append(message.mail_id)
        return Accepted("x")


def _write_nothing(letter: Letter, links: Links, now: datetime) -> Message:
    return Message(
        mail_id=letter.mail.id,
        sender=WORKSHOP.sender,
        recipient=Recipient("p1@example.org", None),
        subject="",
        html="",
        text="",
        categories=(),
    )


@pytest.fixture
def crowd() -> tuple[Store, list[str]]:
    """A message to 500 people has been queued, and none of its mails is sent. Returns the ids of these too."""
    store = many_people(SimulatedWire(), 500)
    send_message(store, WORKSHOP, written("seat"))
    carry_on(store)
    ids = [mail.id for mail in store.outbox.unsettled() if mail.kind is Kind.MESSAGE]
    assert len(ids) == 500
    return store, ids


def _signs_up(store: Store, now: datetime) -> str:
    """Somebody joins the waitlist at `now` (UTC). Returns the id of the mail about it."""
    SeatQueue(store, _at(now).surroundings).do("proef", sign_up(1))
    [mail] = [mail for mail in store.outbox.of_registration("r1") if not mail.kind.for_organisers]
    return mail.id


def test_ones_own_mail_goes_before_five_hundred_of_a_message(crowd: tuple[Store, list[str]]) -> None:
    """The events of the 500 are waiting in line. Each that comes up looks whether somebody's own mail is waiting."""
    store, ids = crowd
    provider, time = _Provider(), OwnTime()
    postman = Postman(store, provider, LINKS, time.surroundings, _write_nothing)
    now = NOW + timedelta(minutes=1)
    for id in ids[:3]:
        deliver_in_turn(postman, id, now)
    own = _signs_up(store, now)
    time.passed = 2.0  # it is looked only once a second
    for id in ids[3:6]:
        deliver_in_turn(postman, id, now)
    assert provider.taken == [*ids[:3], own, *ids[3:6]]


def test_the_schedule_sends_ones_own_mail_before_five_hundred_that_are_due(crowd: tuple[Store, list[str]]) -> None:
    """All events were lost, and the mails of the message have long been due when somebody signs up."""
    store, ids = crowd
    provider = _Provider()
    now = NOW + timedelta(hours=1)
    own = _signs_up(store, now)
    retry_mail(Postman(store, provider, LINKS, STILL, _write_nothing), now)
    assert provider.taken[0] == own
    assert Counter(provider.taken) == Counter([own, *ids])
    guarded = store.outbox.get(own)
    assert guarded is not None
    assert guarded.mail.state is Delivery.SENT
