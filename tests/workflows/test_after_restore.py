"""What is done to a restored backup, in memory. tests/store/test_restore.py follows the whole runbook."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from tests.samples import NOW, sign_up, workshop
from tests.simulation.database.firestore import SimulatedWire
from tests.surroundings import OwnTime
from werkplaats.cli import after_restore as cli
from werkplaats.cli.after_restore import WrongListError, _erased, main
from werkplaats.domain.attendance import Mark
from werkplaats.domain.delivery import Accepted, Delivery, Event, claim, record_event, settle_attempt
from werkplaats.domain.mail.about import AboutMessage
from werkplaats.domain.mail.decision import Skip, decide
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.messages import Progress, make_message
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Accept, CallOff, Cancel, EraseAnswers, ErasePerson, Promote
from werkplaats.store import Store
from werkplaats.store.wire import Put
from werkplaats.workflows import messages
from werkplaats.workflows.after_restore import LIFT, Erased, Returned, after_restore
from werkplaats.workflows.check import check_store
from werkplaats.workflows.mail.gather import gather
from werkplaats.workflows.publish import publish_workshop
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.sign_in import begin_session


@pytest.fixture
def wire() -> SimulatedWire:
    return SimulatedWire()


@pytest.fixture
def time() -> OwnTime:
    return OwnTime()


@pytest.fixture
def store(wire: SimulatedWire) -> Store:
    return Store(wire)


@pytest.fixture
def queue(store: Store, time: OwnTime) -> SeatQueue:
    """The seats of a workshop in which r2 has a seat, r3 an offer, and r4 and r5 wait. No mail is sent yet."""
    queue = SeatQueue(store, time.surroundings)
    publish_workshop(store, queue, workshop(), NOW, by="test")
    queue.do_all("proef", [sign_up(number) for number in range(1, 6)])
    queue.do_all("proef", [Cancel("r1"), Promote()])
    return queue


@pytest.fixture
def command(store: Store, time: OwnTime, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`make after-restore` with some arguments, on `store`. Returns its exit code."""
    runtime = SimpleNamespace(store=store)
    monkeypatch.setattr(cli, "Runtime", lambda settings: runtime)
    monkeypatch.setattr(cli, "settings_of", lambda environment: None)
    monkeypatch.setattr(cli, "surroundings", lambda now: time.surroundings)
    return lambda *arguments: main(list(arguments))


def waiting(store: Store) -> set[str]:
    return {mail.id for mail in store.outbox.unsettled() if not mail.kind.for_organisers}


def test_an_erasure_is_listed_by_ids_in_its_own_commit(store: Store, queue: SeatQueue) -> None:
    """Erasing a person or answers adds to the list, for a hundred days; what was erased in one commit is one line."""
    both = [EraseAnswers("r4", ("opgave",)), EraseAnswers("r4", ("dieetwensen",)), ErasePerson("r5")]
    queue.do_all("proef", [*both, EraseAnswers("r5", ("opgave",))])
    listed = {one.registration: one for one in store.erasures.all()}
    assert listed["r4"].questions == ("opgave",), "there was no answer to the other question"
    assert listed["r5"].questions == ()
    assert (listed["r5"].id, listed["r5"].workshop) == ("r5-3", "proef")
    assert listed["r5"].expire_at == NOW + timedelta(days=100)
    assert "Naam" not in repr(listed)
    assert "@" not in repr(listed)


def test_what_is_on_the_list_is_erased_again(
    store: Store, wire: SimulatedWire, queue: SeatQueue, time: OwnTime
) -> None:
    """People, answers and attendance on the list are erased; unknown ids and other workshops do no harm."""
    store.attendance.mark("proef", "r5", workshop().first_day, Mark.PRESENT, NOW)
    lines = [Erased("proef", "r5"), Erased("proef", "r4", ("opgave",)), Erased("proef", "weg"), Erased("weg", "r2")]
    done = after_restore(store, queue, time, erased=lines, sent=frozenset())
    assert done.erased == 2
    erased, answers, other = (store.seats.registration(id) for id in ("r5", "r4", "r2"))
    assert erased is not None
    assert answers is not None
    assert other is not None
    assert (erased.person, erased.state) == (None, State.CANCELLED)
    assert (answers.person is not None, answers.answers) == (True, {})
    assert other.person is not None
    assert store.attendance.of_one("r5") == {}
    assert after_restore(store, queue, time, erased=lines, sent=frozenset()).erased == 0, "again it changes nothing"
    assert check_store(store, NOW) == ()


def test_a_list_in_the_database_itself_is_used_too(
    store: Store, wire: SimulatedWire, queue: SeatQueue, time: OwnTime
) -> None:
    """If a person is there although the database's own list says erased, check-store finds it, and this mends it."""
    person = wire.get(["registrations/r5"])["registrations/r5"].fields
    mailbox = wire.get(["mailboxes/m5"])["mailboxes/m5"].fields
    queue.do("proef", ErasePerson("r5"))
    wire.commit([Put("registrations/r5", person), Put("mailboxes/m5", mailbox)])
    assert "registration.back" in {finding.kind for finding in check_store(store, NOW)}
    assert after_restore(store, queue, time, erased=[], sent=frozenset()).erased == 1
    assert "registration.back" not in {finding.kind for finding in check_store(store, NOW)}


def test_numbers_and_ids_are_new(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """Versions and numbers go up, so no mail gets the id of one that was sent and lost. Everybody signs in again."""
    before = store.seats.ledger("proef")
    begin_session(store, "address", "een@example.org", "s1", NOW)
    after_restore(store, queue, time, erased=[], sent=frozenset())
    after = store.seats.ledger("proef")
    assert before is not None
    assert after is not None
    assert after == replace(before, version=before.version + LIFT, next_sequence=before.next_sequence + LIFT)
    assert store.signing_in.session("s1") is None
    queue.do("proef", sign_up(9))
    assert check_store(store, NOW) == ()


def test_with_the_logs_exactly_what_was_sent_is_held_back(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """A mail that was sent after the backup is skipped with the reason; the others wait to be sent."""
    unsent = waiting(store)
    sent = {"r2-confirmed-1", "proef-form-f1-1"}
    done = after_restore(store, queue, time, erased=[], sent=sent)
    assert waiting(store) == unsent - sent
    time.passed += 600
    done = after_restore(store, queue, time, erased=[], sent=sent)
    assert done.held_back == ("proef-form-f1-1",), "the notice is queued first, so that it is not queued later"
    held = store.outbox.get("r2-confirmed-1")
    assert held is not None
    assert held.mail.state is Delivery.SKIPPED
    assert "backup" in held.mail.reason
    assert record_event(held.mail, Event.DELIVERED, NOW).state is Delivery.SENT, "the provider knows better"


@pytest.mark.parametrize("sent_known", [True, False], ids=["sent mails known", "not known"])
def test_a_message_under_way_is_stopped(
    store: Store, queue: SeatQueue, time: OwnTime, monkeypatch: pytest.MonkeyPatch, sent_known: bool
) -> None:
    """Who got it after the backup is not known, so nobody gets it any more: not those queued, and not the rest.

    One that had gone out whole is not touched, and organisers can see which was stopped.
    """
    monkeypatch.setattr(messages, "PAGE", 2)
    for id in ("heel", "half"):
        message = make_message(
            id=id, workshop=workshop(), by="een@example.org", to="all", subject="Hoi", text="Hoi.", now=NOW
        )
        messages.send_message(store, workshop(), message)
    queue.do_all("proef", [sign_up(number) for number in range(20, 26)])
    messages.queue_message(store, "heel", NOW)
    messages.queue_message(store, "half", NOW, pages=1)
    time.passed += 60
    queued = {mail.id for mail in store.outbox.unsettled() if mail.kind is Kind.MESSAGE}
    after_restore(store, queue, time, erased=[], sent=frozenset() if sent_known else None)
    states = {one.id: (one.state, one.revision, one.changed_by) for one in store.messages.of("proef")}
    assert states == {"heel": (Progress.DONE, 0, ""), "half": (Progress.STOPPED, 1, "")}
    assert messages.queue_messages(store, time.now(), lambda: True) == 0, "nothing carries it on"
    left = {mail.id: mail for mail in store.outbox.unsettled() if mail.kind is Kind.MESSAGE}
    assert left.keys() == (queued if sent_known else set())
    for mail in left.values():
        decision = decide(mail, gather(store, mail), time.now())
        of_half = isinstance(mail.about, AboutMessage) and mail.about.message == "half"
        assert (decision == Skip("message was stopped")) is of_half
    assert check_store(store, time.now()) == ()


def test_what_was_folded_is_told_once(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """Before the loss more may have been folded with it; the mail about it has the same id, by its first version."""
    folded = store.seats.ledger("proef")
    assert folded is not None
    assert folded.folding is not None
    time.passed = 3600
    done = after_restore(store, queue, time, erased=[], sent={"proef-organiser_folded-2-1"})
    assert done.held_back == ("proef-organiser_folded-2-1",)
    told = store.outbox.get("proef-organiser_folded-2-2")
    assert told is not None
    assert told.mail.state is Delivery.QUEUED
    assert check_store(store, time.now()) == ()


def test_without_the_logs_everything_that_was_due_is_held_back(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """Only what is new is sent: the next offer. Of the one that lapsed the person may have been told."""
    time.passed = 5 * 24 * 3600
    done = after_restore(store, queue, time, erased=[], sent=None)
    assert done.ended == 1
    assert {mail.kind for mail in store.outbox.unsettled()} == {Kind.OFFERED}
    assert waiting(store) == {f"r4-offered-{2 + LIFT + 3}"}, "telling of what was folded is a version too"
    assert f"r3-offer_expired-{2 + LIFT + 2}" in done.held_back


def test_who_was_told_before_the_loss_is_not_told_again(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """The end of an offer is told once, and a seat that was given directly too; a new offer has a new time."""
    time.passed = 5 * 24 * 3600
    sent = {"r3-offer_expired-9", "r4-offered-10"}
    done = after_restore(store, queue, time, erased=[], sent=sent)
    assert f"r3-offer_expired-{2 + LIFT + 2}" in done.held_back
    assert f"r4-offered-{2 + LIFT + 3}" in waiting(store)
    queue.do("proef", Accept("r4"))
    assert any(id.startswith("r4-confirmed") for id in waiting(store))


def test_lists_are_read_strictly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no list is refused before anything is done."""
    file = tmp_path / "list.csv"
    file.write_text("workshop,registration\nproef,r5\n\nproef,r4,opgave+dieetwensen\n")
    assert _erased(str(file)) == [Erased("proef", "r5"), Erased("proef", "r4", ("opgave", "dieetwensen"))]
    file.write_text("In database x:\n")
    with pytest.raises(WrongListError, match="workshop,registration"):
        _erased(str(file))
    file.write_text("")
    with pytest.raises(WrongListError, match="leave this file out"):
        _erased(str(file))
    assert main(["--erased", "/nowhere/list.csv"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(["--sent", str(file)]) == 2
    assert "Repeat the gcloud command" in capsys.readouterr().err
    file.write_text("r2-confirmed-1\nNo entries found.\n")
    assert main(["--sent", str(file)]) == 2
    assert "the id of one mail in each line" in capsys.readouterr().err


GIVEN = "r3-confirmed-90"
"""The mail with which r3 was told of a seat, after the backup in which r3 waits and a seat is free."""


@pytest.fixture
def direct(wire: SimulatedWire, time: OwnTime) -> Store:
    """The seats of a workshop that gives seats directly: one is free, and r3 waits. All mails were sent."""
    store = Store(wire)
    queue = SeatQueue(store, time.surroundings)
    publish_workshop(store, queue, workshop(promotion={"by": "direct"}), NOW, by="test")
    queue.do_all("proef", [sign_up(1), sign_up(2), sign_up(3), Cancel("r1")])
    for mail in list(store.outbox.unsettled()):
        guarded = store.outbox.get(mail.id)
        assert guarded is not None
        store.outbox.update(settle_attempt(claim(mail, NOW), Accepted("x"), NOW, 0.5), guarded.guard)
    return store


def run(store: Store, time: OwnTime, sent: set[str]) -> Returned:
    return after_restore(store, SeatQueue(store, time.surroundings), time, erased=[], sent=sent)


def test_it_can_be_given_again_after_it_broke_off(
    direct: Store, time: OwnTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A seat that the first attempt gave is told once, as before the loss, although its mail is not new any more."""
    with monkeypatch.context() as broken:

        def breaks_off(*_: object) -> bool:
            raise KeyboardInterrupt

        broken.setattr("werkplaats.workflows.after_restore._says_the_same", breaks_off)
        with pytest.raises(KeyboardInterrupt):
            run(direct, time, {GIVEN})
    assert len(waiting(direct)) == 1, "the first attempt queued it"
    time.passed += 60
    assert len(run(direct, time, {GIVEN}).held_back) == 1
    assert waiting(direct) == set()


def test_a_seat_is_told_again_if_something_else_was_told_since(direct: Store, time: OwnTime) -> None:
    """Who had a seat and cancelled has one again, and must hear of it; a link or another person's mail is no news."""
    done = run(direct, time, {GIVEN, "r3-cancelled-101", "r3-link-102", "r33-confirmed-103", "r3-confirmed-x"})
    assert {id.rpartition("-")[0] for id in waiting(direct)} == {"r3-confirmed"}
    assert [id for id in done.held_back if id.startswith("r3-")] == []


def test_a_seat_is_not_told_again_if_that_was_told_last(direct: Store, time: OwnTime) -> None:
    run(direct, time, {GIVEN, "r3-cancelled-89", "r3-link-102"})
    assert waiting(direct) == set()


def test_what_cannot_be_read_holds_up_nothing_else(
    store: Store,
    wire: SimulatedWire,
    queue: SeatQueue,
    time: OwnTime,
    command: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A registration, a ledger and a workshop that cannot be read are reported by id. All the rest is done."""
    for id in ("kapot", "onleesbaar"):
        publish_workshop(store, queue, workshop(id=id), NOW, by="test")
    wire.commit([Put("ledgers/kapot", {"version": "geheim"}, mask=(("version",),))])
    wire.commit([Put("workshops/onleesbaar", {"first_day": "geheim"}, mask=(("first_day",),))])
    wire.commit([Put("registrations/r4", {"state": "geheim"}, mask=(("state",),))])
    (tmp_path / "erased.csv").write_text("workshop,registration\nproef,r4\nproef,r5\n")
    (tmp_path / "sent.txt").write_text("r2-confirmed-1\nweg\n")
    lists = ("--erased", str(tmp_path / "erased.csv"), "--sent", str(tmp_path / "sent.txt"))
    assert command(*lists, "--yes") == 2
    said = capsys.readouterr()
    for what in ("registration r4", "workshop kapot", "workshop onleesbaar"):
        assert f"\n  {what}\n" in said.out
    assert "All the rest is done" in said.err
    assert "geheim" not in said.out + said.err
    erased = store.seats.registration("r5")
    assert erased is not None
    assert erased.person is None
    assert "r2-confirmed-1" not in waiting(store)
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    assert ledger.version > LIFT


def test_mails_are_held_back_if_erasing_fails_somewhere(
    store: Store, wire: SimulatedWire, queue: SeatQueue, time: OwnTime
) -> None:
    publish_workshop(store, queue, workshop(id="kapot"), NOW, by="test")
    wire.commit([Put("registrations/kapot", {"workshop": "kapot", "id": "kapot"})])
    time.passed = (workshop().erase_registrations_at() - NOW).total_seconds() + 86_400
    done = after_restore(store, queue, time, erased=[], sent=None)
    assert "workshop kapot" in done.undone
    assert "r2-confirmed-1" in done.held_back


def test_it_shows_what_the_backup_knows_and_asks(
    store: Store,
    queue: SeatQueue,
    time: OwnTime,
    command: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Dates, what is called off, what would be erased, and how many mails were sent. Without a yes nothing is done."""
    publish_workshop(store, queue, workshop(id="afgelast"), NOW, by="test")
    queue.do("afgelast", CallOff(reason="ziek", by="een@example.org"))
    time.passed = (workshop().erase_registrations_at() - NOW).total_seconds() + 86_400
    (tmp_path / "sent.txt").write_text("r2-confirmed-1\nweg\n")
    before = store.wire.name, store.seats.ledger("proef")
    assert command("--sent", str(tmp_path / "sent.txt")) == 2
    said = capsys.readouterr()
    assert "proef: 2027-08-29 to 2027-08-31, goes on\n    ERASES all that is known of 5 people now" in said.out
    assert "afgelast: 2027-08-29 to 2027-08-31, was called off on 2027-03-01\n" in said.out
    assert f"SENT: 2 ids; 1 of {len(list(store.outbox.unsettled()))} unsettled mails are among them" in said.out
    assert "no terminal" in said.err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert command("--sent", str(tmp_path / "sent.txt")) == 2
    assert (store.wire.name, store.seats.ledger("proef")) == before
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert command() == 0
    erased = store.seats.registration("r5")
    assert erased is not None
    assert erased.person is None


def test_nothing_is_late_in_an_old_backup(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """Mails that wait are due from now on, so check-store finds none that has long been due."""
    time.passed = 10 * 24 * 3600
    assert "mail.late" in {finding.kind for finding in check_store(store, time.now())}
    after_restore(store, queue, time, erased=[], sent={"weg"})
    assert "mail.late" not in {finding.kind for finding in check_store(store, time.now())}
    assert waiting(store) > {"r2-confirmed-1"}


def test_what_waits_is_not_sent_if_the_workshop_is_called_off_again(
    store: Store, queue: SeatQueue, time: OwnTime
) -> None:
    """As the runbook says: it is called off at the desk after this, and before the schedules send anything."""
    time.passed = 5 * 24 * 3600
    after_restore(store, queue, time, erased=[], sent={"weg"})
    queue.do("proef", CallOff(reason="ziek", by="een@example.org"))
    left = [mail for mail in store.outbox.unsettled() if not mail.kind.for_organisers]
    sent = {mail.kind for mail in left if not isinstance(decide(mail, gather(store, mail), time.now()), Skip)}
    assert {mail.kind for mail in left} >= {Kind.CONFIRMED, Kind.OFFERED, Kind.CANCELLED}
    assert sent == {Kind.CANCELLED}, "whoever cancelled may hear that"


def test_a_reminder_of_an_offer_is_not_sent_again(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """If it fell due before the loss and nobody knows what was sent, it is held back like all other reminders."""
    time.passed += timedelta(hours=30).total_seconds()
    done = after_restore(store, queue, time, erased=[], sent=None)
    [reminder] = [id for id in done.held_back if Kind.OFFER_REMINDER in id]
    assert reminder.startswith("r3-")
    assert reminder not in waiting(store)
