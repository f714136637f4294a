"""What is done to a restored backup, in memory. tests/store/test_restore.py follows the whole runbook."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.samples import NOW, sign_up, workshop
from tests.simulation.database.firestore import SimulatedWire
from tests.surroundings import OwnTime
from werkplaats.cli.after_restore import WrongListError, _erased, main
from werkplaats.domain.attendance import Mark
from werkplaats.domain.delivery import Delivery, Event, record_event
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Accept, Cancel, EraseAnswers, ErasePerson, Promote
from werkplaats.store import Store
from werkplaats.store.wire import Put
from werkplaats.workflows.after_restore import LIFT, Erased, after_restore
from werkplaats.workflows.check import check_store
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


def test_without_the_logs_everything_that_was_due_is_held_back(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """Only what is new is sent: the next offer. Of the one that lapsed the person may have been told."""
    time.passed = 5 * 24 * 3600
    done = after_restore(store, queue, time, erased=[], sent=None)
    assert done.ended == 1
    assert {mail.kind for mail in store.outbox.unsettled()} == {Kind.OFFERED}
    assert waiting(store) == {f"r4-offered-{2 + LIFT + 2}"}
    assert f"r3-offer_expired-{2 + LIFT + 1}" in done.held_back


def test_who_was_told_before_the_loss_is_not_told_again(store: Store, queue: SeatQueue, time: OwnTime) -> None:
    """The end of an offer is told once, and a seat that was given directly too; a new offer has a new time."""
    time.passed = 5 * 24 * 3600
    sent = {"r3-offer_expired-9", "r4-offered-10"}
    done = after_restore(store, queue, time, erased=[], sent=sent)
    assert f"r3-offer_expired-{2 + LIFT + 1}" in done.held_back
    assert f"r4-offered-{2 + LIFT + 2}" in waiting(store)
    queue.do("proef", Accept("r4"))
    assert any(id.startswith("r4-confirmed") for id in waiting(store))


def test_lists_are_read_strictly(tmp_path: object, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no list is refused before anything is done."""
    file = tmp_path / "list.csv"  # type: ignore[operator]
    file.write_text("workshop,registration\nproef,r5\n\nproef,r4,opgave+dieetwensen\n")
    assert _erased(str(file)) == [Erased("proef", "r5"), Erased("proef", "r4", ("opgave", "dieetwensen"))]
    file.write_text("In database x:\n")
    with pytest.raises(WrongListError, match="workshop,registration"):
        _erased(str(file))
    assert main(["--erased", "/nowhere/list.csv"]) == 2
    assert "cannot be read" in capsys.readouterr().err
