"""Making a practice workshop real, and beginning a new workshop from an earlier one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.database import database
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.simulation.database.firestore import SimulatedWire
from werkplaats.domain.attendance import Mark
from werkplaats.domain.fields import fields_of
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Refusal
from werkplaats.domain.workshop import Organiser
from werkplaats.store import ConflictError, Store
from werkplaats.store.wire import Write
from werkplaats.workflows.begin import Begun, IdTaken, begin_workshop
from werkplaats.workflows.edit import DraftPublished, Saved, publish_draft, save_draft
from werkplaats.workflows.erase import erase_personal_data
from werkplaats.workflows.make_real import make_real
from werkplaats.workflows.publish import PracticeDiffers
from werkplaats.workflows.remind import send_reminders
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workshop_files import example

PRACTISING = workshop(practice=True, reminders=["7 days"])
SOON = PRACTISING.begins_at - timedelta(days=6, hours=12)
ME = Organiser(name="Ik", email="ik@example.org")


@pytest.fixture
def clock() -> list[datetime]:
    return [NOW]


@pytest.fixture
def queue(store: Store, clock: list[datetime]) -> SeatQueue:
    """Seats of a practice workshop in which r1 and r2 have a seat and r3 waits."""
    publish_workshop(store, PRACTISING, NOW)
    queue = seat_queue(store, lambda: clock[0])
    queue.do_all("proef", [sign_up(number) for number in range(1, 4)])
    return queue


def test_nothing_of_the_practice_is_left_in_the_way(store: Store, queue: SeatQueue) -> None:
    """Making real erases people and attendance, and reminders that were sent during practice are sent again."""
    assert send_reminders(store, SOON) == 2
    store.attendance.mark("proef", "r1", PRACTISING.first_day, Mark.PRESENT, NOW)
    assert make_real(store, queue, "proef", by="een@example.org") is None
    now, ledger = store.workshops.get("proef"), store.seats.ledger("proef")
    assert now == replace(PRACTISING, practice=False)
    assert ledger is not None
    assert (ledger.held, ledger.waitlisted) == (0, 0)
    assert all(one.person is None for one in store.seats.all_of("proef"))
    assert store.attendance.of("proef") == {}
    assert store.workshops.revisions("proef")[0].by == "een@example.org"
    outcome = queue.do("proef", sign_up(1, submission="-real"))
    assert store.seats.registration("r1-real").state is State.CONFIRMED, outcome  # type: ignore[union-attr]
    assert send_reminders(store, SOON) == 1
    assert make_real(store, queue, "proef", by="een@example.org") is None
    assert store.seats.registration("r1-real").person is not None  # type: ignore[union-attr]


def test_whoever_is_marked_meanwhile_is_forgotten_too() -> None:
    """A mark that is written just before the people are erased goes with them (found by `make simulate`)."""
    wire = SimulatedWire()
    store = Store(wire)
    publish_workshop(store, PRACTISING, NOW)
    queue = seat_queue(store, lambda: NOW)
    queue.do("proef", sign_up(1))

    def mark_once(_: Sequence[Write]) -> None:
        wire.before_commit = lambda writes: None
        store.attendance.mark("proef", "r1", PRACTISING.first_day, Mark.PRESENT, NOW)

    store.chores.forget = lambda chores: None  # type: ignore[method-assign] — so that erasing is the first commit
    wire.before_commit = mark_once
    assert make_real(store, queue, "proef", by="een@example.org") is None
    assert store.attendance.of("proef") == {}


def test_a_mark_that_comes_in_afterwards_is_erased_in_the_night() -> None:
    """A mark whose commit takes effect after everything was forgotten is gone the next morning.

    Found by `make simulate SEED=352548`.
    """
    store = Store(SimulatedWire())
    publish_workshop(store, PRACTISING, NOW)
    queue = seat_queue(store, lambda: NOW)
    queue.do("proef", sign_up(1))
    assert make_real(store, queue, "proef", by="een@example.org") is None
    store.attendance.mark("proef", "r1", PRACTISING.first_day, Mark.PRESENT, NOW)
    erase_personal_data(store, queue, NOW + timedelta(hours=12))
    assert store.attendance.of("proef") == {}


def test_survey_answers_of_the_practice_are_gone(store: Store, queue: SeatQueue) -> None:
    """Making real deletes all survey answers of the practice, and none of other workshops."""
    for collection in ("answers", "survey_versions", "sealed_answers", "invitations"):
        database(store).collection(collection).add({"workshop": "proef"})
        database(store).collection(collection).document("other").set({"workshop": "anders"})
    make_real(store, queue, "proef", by="een@example.org")
    for collection in ("answers", "survey_versions", "sealed_answers", "invitations"):
        assert [one.id for one in database(store).collection(collection).stream()] == ["other"]


def test_of_what_is_not_there_nothing_is_made_real(store: Store, queue: SeatQueue) -> None:
    """Making an unknown workshop real is refused."""
    assert make_real(store, queue, "anders", by="een@example.org") is Refusal.UNKNOWN


def test_practice_is_neither_typed_nor_published(store: Store, queue: SeatQueue) -> None:
    """A draft keeps `practice` as it is, and publishing a file that differs in it is refused."""
    assert "practice" not in fields_of(PRACTISING)
    fields = fields_of(PRACTISING) | {"title": "Anders"}
    assert isinstance(save_draft(store, "proef", fields, seen=0, by=ME.email, now=NOW), Saved)
    assert isinstance(publish_draft(store, queue, "proef", seen=1, by=ME.email, now=NOW), DraftPublished)
    assert store.workshops.get("proef") == replace(PRACTISING, title="Anders")
    assert publish_workshop(store, workshop(), NOW) == PracticeDiffers()


def test_a_new_workshop_begins_as_practice_of_whoever_makes_it(store: Store, queue: SeatQueue) -> None:
    """A new workshop is practice, has its maker as organiser and a first revision, and gets a free id."""
    begun = begin_workshop(store, PRACTISING, title="Tweede", first_day=date(2028, 8, 27), organiser=ME, now=NOW)
    assert isinstance(begun, Begun)
    assert (begun.workshop.id, begun.workshop.practice, begun.workshop.in_charge) == ("tweede-2028", True, (ME,))
    assert store.workshops.get("tweede-2028") == begun.workshop
    assert store.workshops.get("proef") == PRACTISING
    assert [head.by for head in store.workshops.revisions("tweede-2028")] == [ME.email]
    again = begin_workshop(store, PRACTISING, title="Tweede", first_day=date(2028, 8, 27), organiser=ME, now=NOW)
    assert isinstance(again, Begun)
    assert again.workshop.id == "tweede-2028-2"


def test_an_id_that_is_taken_is_refused_with_one_that_is_free(store: Store, queue: SeatQueue) -> None:
    """An id that is taken is refused with a free one, and the other workshop is kept."""
    asked = begin_workshop(
        store, PRACTISING, title="Proef", first_day=date(2028, 8, 27), organiser=ME, now=NOW, id="proef"
    )
    assert asked == IdTaken("proef-2028")
    assert store.workshops.get("proef") == PRACTISING


def test_of_two_who_begin_at_once_each_gets_an_id_of_their_own(
    store: Store, queue: SeatQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If an id is taken while a workshop is made, the next free one is used."""
    create, first = store.workshops.create, iter([True])

    def beaten(*arguments: object) -> None:
        create(*arguments)  # type: ignore[arg-type]
        if next(first, False):
            raise ConflictError

    monkeypatch.setattr(store.workshops, "create", beaten)
    begun = begin_workshop(store, PRACTISING, title="Tweede", first_day=date(2028, 8, 27), organiser=ME, now=NOW)
    assert isinstance(begun, Begun)
    assert begun.workshop.id == "tweede-2028-2"


def test_the_shipped_workshop_is_an_example_to_begin_from(store: Store) -> None:
    """A new workshop can begin from the shipped one, if there is no earlier one."""
    begun = begin_workshop(store, example(), title="Eerste", first_day=date(2028, 8, 27), organiser=ME, now=NOW)
    assert isinstance(begun, Begun)
    assert begun.workshop.description == example().description
