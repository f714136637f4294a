"""Marking attendance: what is stored, and for whom it is refused."""

from contextlib import nullcontext

import pytest

from tests.samples import NOW, sign_up, workshop
from werkplaats.domain.attendance import Mark
from werkplaats.domain.journal import Happened
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import Cancel, ErasePerson
from werkplaats.store import ConflictError, Store, TakenError
from werkplaats.workflows.mark_attendance import MarkResult, mark_attendance
from werkplaats.workflows.seats.queue import SeatQueue

DAY = workshop().first_day


def read(store: Store, id: str) -> Registration:
    registration = store.seats.registration(id)
    assert registration is not None
    return registration


def tap(store: Store, id: str, mark: Mark | None) -> MarkResult:
    return mark_attendance(store, read(store, id), DAY, mark, NOW, by="een@example.org")


def test_a_tap_is_kept_and_may_be_repeated(store: Store, queue: SeatQueue) -> None:
    """The last mark is stored, marking can be repeated, and a mark can be removed."""
    queue.do("proef", sign_up(1))
    for mark in (Mark.PRESENT, Mark.PRESENT, Mark.ABSENT):
        assert tap(store, "r1", mark) is MarkResult.MARKED
        assert store.attendance.of_one("r1") == {DAY.isoformat(): mark}
    assert tap(store, "r1", None) is MarkResult.MARKED
    assert store.attendance.of_one("r1") == {}


def test_the_journal_says_who_marked_whom_and_each_change_once(store: Store, queue: SeatQueue) -> None:
    """Two taps that say the same are one entry. Organisers are mailed nothing about it."""
    queue.do("proef", sign_up(1))
    for mark in (Mark.PRESENT, Mark.PRESENT, Mark.ABSENT, None):
        tap(store, "r1", mark)
    told = [one for one in store.journal.about("proef", "r1") if one.kind is Happened.MARKED]
    day = DAY.isoformat()
    assert {one.detail for one in told} == {f"{day} present", f"{day} absent", f"{day} none"}
    assert len(told) == 3
    assert {(one.by, one.notified) for one in told} == {("een@example.org", True)}


@pytest.mark.parametrize("error", [ConflictError, TakenError])
def test_a_mark_is_never_lost_without_a_word(
    store: Store, queue: SeatQueue, monkeypatch: pytest.MonkeyPatch, error: type[ConflictError]
) -> None:
    """If the database gives way to another commit, whoever tapped hears it. The very same tap may be there already."""
    queue.do("proef", sign_up(1))

    def fails(*_: object) -> None:
        raise error("twice")

    monkeypatch.setattr(type(store.attendance), "mark", fails)
    heard = pytest.raises(ConflictError) if error is ConflictError else nullcontext()
    with heard:
        tap(store, "r1", Mark.PRESENT)


def test_whoever_is_not_on_the_list_is_not_marked(store: Store, queue: SeatQueue) -> None:
    """People on the waitlist, or whose data is erased, cannot be marked. Those marked before they cancelled can."""
    queue.do_all("proef", [sign_up(number) for number in (1, 2, 3)])
    assert tap(store, "r3", Mark.PRESENT) is MarkResult.NOT_ON_LIST
    assert tap(store, "r1", Mark.PRESENT) is MarkResult.MARKED
    queue.do("proef", Cancel("r1"))
    assert tap(store, "r1", Mark.ABSENT) is MarkResult.MARKED
    queue.do("proef", ErasePerson("r2"))
    assert tap(store, "r2", Mark.PRESENT) is MarkResult.NOT_ON_LIST
    assert set(store.attendance.of("proef")) == {"r1"}
