"""Making a practice workshop real, and beginning a new workshop from an earlier one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.database import database
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from werkplaats.domain.attendance import Mark
from werkplaats.domain.fields import fields_of
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Command, Refusal
from werkplaats.domain.workshop import Organiser
from werkplaats.store import ConflictError, Store
from werkplaats.workflows.begin import Begun, IdTaken, begin_workshop
from werkplaats.workflows.edit import DraftPublished, Saved, publish_draft, save_draft
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


def test_what_is_done_with_people_until_they_are_erased_is_gone_too(
    store: Store, queue: SeatQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody is marked, and reminded, just before they are erased: the mark goes, and real people are reminded."""
    do_all = queue.do_all

    def meanwhile(id: str, commands: Sequence[Command]) -> object:
        store.attendance.mark("proef", "r1", PRACTISING.first_day, Mark.ABSENT, NOW)
        send_reminders(store, SOON)
        return do_all(id, commands)

    monkeypatch.setattr(queue, "do_all", meanwhile)
    assert make_real(store, queue, "proef", by="een@example.org") is None
    monkeypatch.undo()
    assert store.attendance.of("proef") == {}
    queue.do("proef", sign_up(1, submission="-real"))
    assert send_reminders(store, SOON) == 1


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
