"""Organisers are told of many entries in one mail: when, in which words, and after the mails to participants."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW, person, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.simulation.database.firestore import SimulatedWire
from tests.surroundings import STILL, OwnTime
from werkplaats.domain.delivery import Accepted, Delivery
from werkplaats.domain.journal import first_entry_of
from werkplaats.domain.mail.about import AboutFold
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.notices import MOST_NAMED
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.seats.commands import Cancel, ErasePerson, Promote, SignUp, TellFolded
from werkplaats.mailing.message import Message
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.store.wire import Delete, Found, Put, Query
from werkplaats.workflows.backlog import backlog
from werkplaats.workflows.check import check_store
from werkplaats.workflows.failures import SomeFailedError
from werkplaats.workflows.mail.deliver import Postman, deliver_mail
from werkplaats.workflows.mail.notify import notify_of_lost_entries, notify_organisers
from werkplaats.workflows.mail.retry import BUDGET, look_after_mail
from werkplaats.workflows.mail.tell import tell_what_is_folded
from werkplaats.workflows.seats.queue import SeatQueue

QUARTER = timedelta(minutes=15)


class CountingWire(SimulatedWire):
    """Counts the round trips of reads, and the documents that are read."""

    trips = 0
    documents = 0

    def get(self, paths: object) -> dict[str, Found]:
        found = super().get(paths)  # type: ignore[arg-type]
        self.trips += 1
        self.documents += len(found)
        return found

    def query(self, query: Query) -> list[Found]:
        found = super().query(query)
        self.trips += 1
        self.documents += len(found)
        return found


class TakesAll:
    """A provider that takes every mail, each in `seconds` of `time`. `taken` are all messages, in order."""

    def __init__(self, time: OwnTime) -> None:
        self.time = time
        self.seconds = 0.0
        self.taken: list[Message] = []

    def send(self, message: Message) -> Accepted:
        self.taken.append(message)
        self.time.passed += self.seconds
        return Accepted(f"message-{len(self.taken)}")


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
    """The seats of a workshop with eight places for which six people have signed up: five are told of one by one."""
    queue = SeatQueue(store, time.surroundings)
    publish_workshop(store, workshop(capacity=8), NOW)
    for number in range(1, 7):
        queue.do("proef", sign_up(number))
    return queue


@pytest.fixture
def provider(time: OwnTime) -> TakesAll:
    return TakesAll(time)


@pytest.fixture
def postman(store: Store, queue: SeatQueue, time: OwnTime, provider: TakesAll) -> Postman:
    return Postman(store, provider, Links(("k" * 32,), "https://werkplaats.example.org"), time.surroundings)


def folds(store: Store) -> list[Mail]:
    """The mails about folded entries, by their numbers."""
    mails = (mail for mail in store.outbox.unsettled() if mail.kind is Kind.ORGANISER_FOLDED)
    return sorted(mails, key=lambda mail: mail.id)


def test_the_event_of_a_folded_entry_costs_one_read_and_makes_no_mail(queue: SeatQueue, wire: CountingWire) -> None:
    """Also when it comes twice; and the schedule that looks for lost events does not find the entry."""
    store, wire.trips = Store(wire), 0
    for _ in range(2):
        assert notify_organisers(store, SeatQueue(store, STILL), "proef", first_entry_of("f6"), NOW) == 0
    assert wire.trips == 2
    assert notify_of_lost_entries(store, SeatQueue(store, STILL), NOW + timedelta(days=1), OwnTime()) == 5 * 2
    assert folds(store) == []


def test_the_schedule_tells_organisers_once_it_is_due(
    postman: Postman, queue: SeatQueue, store: Store, time: OwnTime, provider: TakesAll
) -> None:
    """One mail for each, in the first run a quarter of an hour after the first folded entry. Then never again."""
    time.passed = QUARTER.total_seconds() - 1
    look_after_mail(postman, queue, time.now())
    assert folds(store) == []
    assert backlog(store, time.now()).folded == 0, "what is due later is not left to do now"
    time.passed += 1
    assert backlog(store, time.now()).folded == 1
    assert not replace(backlog(store, time.now()), under_way=0, due=0, unnotified=0, promotable=()).empty
    look_after_mail(postman, queue, time.now())
    assert [mail.about for mail in folds(store)] == [
        AboutFold(f"{name}@example.org", number, 6, 7, {"signed_up": 1}) for number, name in ((1, "een"), (2, "twee"))
    ]
    assert backlog(store, time.now()).folded == 0
    time.passed += 3600
    look_after_mail(postman, queue, time.now())
    told = [one.subject for one in provider.taken if one.recipient.email == "een@example.org"]
    assert sorted(told)[0] == "1 aanmelding: Proefwerkplaats"
    assert len(told) == 6
    assert check_store(store, time.now()) == ()


def test_several_runs_at_once_and_a_lost_answer_make_no_second_mail(
    queue: SeatQueue, store: Store, time: OwnTime
) -> None:
    """The ledger guards it, whoever tells and how often."""
    time.passed = 3600
    other = SeatQueue(store, time.surroundings)
    tell_what_is_folded(store, queue, time.now())
    other.do("proef", TellFolded())
    queue.do_all("proef", [TellFolded(), TellFolded()])
    assert len(folds(store)) == 2


def test_a_mail_names_each_person_and_what_happened_in_order(
    postman: Postman, queue: SeatQueue, store: Store, time: OwnTime, provider: TakesAll
) -> None:
    """Whoever came in one commit is in the order of the waitlist. A name that looks like none is no link either."""

    def named(number: int, given: str) -> SignUp:
        return replace(sign_up(number), person=replace(person(number), given_name=given))

    time.passed = 60
    queue.do("proef", named(7, "Anna"))
    queue.do("proef", named(8, "www.example.org"))
    time.passed = 120
    queue.do_all("proef", [named(9, "Zoë"), named(10, "Bert")])
    queue.do("proef", Cancel("r3"))
    queue.do("proef", Promote())
    time.passed = 900
    tell_what_is_folded(store, queue, time.now())
    deliver_mail(postman, folds(store)[0].id, time.now())
    [message] = provider.taken
    assert message.subject == "5 aanmeldingen, 1 afmelding, 1 plek aangeboden: Proefwerkplaats"
    lines = [line for line in message.text.splitlines() if line.startswith("- ")]
    assert lines == [
        "- 10.00 uur: Naam6 Achter heeft zich aangemeld en heeft een plek.",
        "- 10.01 uur: Anna Achter heeft zich aangemeld en heeft een plek.",
        "- 10.01 uur: www[.]example[.]org Achter heeft zich aangemeld en heeft een plek.",
        "- 10.02 uur: Zoë Achter heeft zich aangemeld en staat op de wachtlijst.",
        "- 10.02 uur: Bert Achter heeft zich aangemeld en staat op de wachtlijst.",
        "- 10.02 uur: Naam3 Achter heeft zich afgemeld.",
        "- 10.02 uur: Zoë Achter was aan de beurt en kreeg een plek aangeboden.",
    ]
    assert "https://werkplaats.example.org/organisatie/proef/mensen" in message.text
    assert "En nog" not in message.text


def test_what_is_folded_in_the_commit_that_tells_is_named_too(
    postman: Postman, queue: SeatQueue, store: Store, time: OwnTime, provider: TakesAll
) -> None:
    """The mail tells of all versions up to that of its own commit."""
    time.passed = 900
    queue.do_all("proef", [TellFolded(), Cancel("r1")])
    deliver_mail(postman, folds(store)[0].id, time.now())
    [message] = provider.taken
    assert message.subject == "1 aanmelding, 1 afmelding: Proefwerkplaats"
    assert "Naam1 Achter heeft zich afgemeld." in message.text


def test_names_go_with_the_people(
    postman: Postman, queue: SeatQueue, store: Store, time: OwnTime, provider: TakesAll
) -> None:
    """Names are looked up when the mail is sent, so nobody is named who has been erased by then."""
    time.passed = 900
    tell_what_is_folded(store, queue, time.now())
    queue.do("proef", ErasePerson("r6"))
    deliver_mail(postman, folds(store)[0].id, time.now())
    [message] = provider.taken
    assert "Naam6" not in message.text
    assert "Iemand van wie de gegevens al zijn gewist heeft zich aangemeld" in message.text


def test_a_mail_of_which_all_is_gone_is_skipped(
    postman: Postman, queue: SeatQueue, store: Store, time: OwnTime, wire: CountingWire
) -> None:
    time.passed = 900
    tell_what_is_folded(store, queue, time.now())
    mail = folds(store)[0]
    wire.commit([Delete(f"workshops/proef/journal/{first_entry_of('f6')}")])
    assert deliver_mail(postman, mail.id, time.now()) is Delivery.SKIPPED
    skipped = store.outbox.get(mail.id)
    assert skipped is not None
    assert skipped.mail.reason == "the journal entries that it tells of are gone"


def test_a_mail_of_which_nothing_can_be_read_is_tried_again(
    postman: Postman, queue: SeatQueue, store: Store, time: OwnTime, wire: CountingWire
) -> None:
    """A newer version may have written the entries, and will be able to read them."""
    time.passed = 900
    tell_what_is_folded(store, queue, time.now())
    mail = folds(store)[0]
    wire.commit([Put(f"workshops/proef/journal/{first_entry_of('f6')}", {"kind": "newer"}, mask=(("kind",),))])
    assert deliver_mail(postman, mail.id, time.now()) is Delivery.RETRY


def test_what_happened_on_several_days_has_the_day(
    postman: Postman, queue: SeatQueue, store: Store, time: OwnTime, provider: TakesAll
) -> None:
    """Schedules can stand still, as before a restore. Usually the time of day is enough."""
    time.passed = 26 * 3600
    queue.do("proef", sign_up(7))
    tell_what_is_folded(store, queue, time.now())
    deliver_mail(postman, folds(store)[0].id, time.now())
    lines = [line for line in provider.taken[0].text.splitlines() if line.startswith("- ")]
    assert [" om " in line for line in lines] == [True, True]


def test_very_many_are_counted_and_the_first_are_named(
    postman: Postman, queue: SeatQueue, store: Store, time: OwnTime, provider: TakesAll, wire: CountingWire
) -> None:
    """The mail stays below 102 KB also with long names, and what is read for it does not grow with the rush."""
    long = [
        replace(sign_up(n), person=replace(person(n), given_name="A" * 38, family_name="B" * 38))
        for n in range(7, 2_006)
    ]
    queue.do_all("proef", long)
    time.passed = 900
    tell_what_is_folded(store, queue, time.now())
    mail = folds(store)[0]
    wire.trips = wire.documents = 0
    deliver_mail(postman, mail.id, time.now())
    [message] = provider.taken
    assert message.subject.startswith("2000 aanmeldingen: ")
    assert len([line for line in message.text.splitlines() if line.startswith("- ")]) == MOST_NAMED
    assert f"En nog {2_000 - MOST_NAMED} andere gebeurtenissen." in message.text
    assert len(message.html.encode()) < 102_000
    assert wire.documents <= 2 * MOST_NAMED + 3
    assert wire.trips <= 5


def test_participants_come_first(
    postman: Postman, queue: SeatQueue, store: Store, time: OwnTime, provider: TakesAll
) -> None:
    """What is folded makes no mail as long as a run has no time for all the mails that are due."""
    time.passed = 1000
    provider.seconds = BUDGET / 3
    look_after_mail(postman, queue, time.now())
    assert folds(store) == []
    provider.seconds = 0
    look_after_mail(postman, queue, time.now())
    assert len(folds(store)) == 2
    assert store.outbox.count_due(time.now()) == 0, "every other mail went out before"


def test_a_run_tells_no_longer_than_it_has_time(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """What is left is told by a later run."""
    publish_workshop(store, workshop(id="tweede"), NOW)
    queue.do_all("tweede", [sign_up(number) for number in range(11, 18)])
    time.passed = 900
    left = iter((True, False))
    assert tell_what_is_folded(store, queue, time.now(), lambda: next(left)) == 1
    assert tell_what_is_folded(store, queue, time.now()) == 1


def test_a_workshop_whose_ledger_cannot_be_read_holds_up_no_other(
    queue: SeatQueue, store: Store, time: OwnTime, wire: CountingWire
) -> None:
    publish_workshop(store, workshop(id="andere"), NOW)
    others = [
        replace(sign_up(number), registration=f"a{number}", form=f"g{number}", mailbox=f"n{number}")
        for number in range(1, 7)
    ]
    queue.do_all("andere", others)
    wire.commit([Put("ledgers/andere", {"confirmed": "veel"}, mask=(("confirmed",),))])
    time.passed = 3600
    with pytest.raises(SomeFailedError, match="1 failed"):
        tell_what_is_folded(store, queue, time.now())
    assert len(folds(store)) == 2


def test_what_an_earlier_version_stored_is_told_as_before(store: Store, time: OwnTime, wire: CountingWire) -> None:
    """Ledgers and entries without the fields of folding: nothing has been told, and each entry is told by itself."""
    queue = seat_queue(store, time.now)
    publish_workshop(store, workshop(), NOW)
    for _ in range(2):
        ledger = wire.get(["ledgers/proef"])["ledgers/proef"].fields
        wire.commit(
            [Put("ledgers/proef", {name: ledger[name] for name in ledger if name not in ("told_at", "folding")})]
        )
        number = int(str(ledger["version"])) + 1
        queue.do("proef", sign_up(number))
        path = f"workshops/proef/journal/{first_entry_of(f'f{number}')}"
        entry = wire.get([path])[path].fields
        wire.commit([Put(path, {name: entry[name] for name in entry if name != "folded"})])
        assert notify_organisers(store, SeatQueue(store, STILL), "proef", first_entry_of(f"f{number}"), NOW) == 2
    assert check_store(store, NOW) == ()
