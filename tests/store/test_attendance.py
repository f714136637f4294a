"""Attendance on the real emulator: marking can be repeated, and marks do not overwrite each other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from tests.samples import NOW
from werkplaats.domain.attendance import Mark
from werkplaats.store import Store

FIRST, SECOND = date(2027, 8, 29), date(2027, 8, 30)


def test_marks_are_read_back_by_registration_and_day(store: Store) -> None:
    """Marks of one workshop are read back, and a mark can be removed, even one that did not exist."""
    store.attendance.mark("proef", "r1", FIRST, Mark.PRESENT, NOW)
    store.attendance.mark("proef", "r1", SECOND, Mark.ABSENT, NOW)
    store.attendance.mark("proef", "r2", FIRST, Mark.ABSENT, NOW)
    store.attendance.mark("ander", "r3", FIRST, Mark.PRESENT, NOW)
    store.attendance.mark("proef", "r2", FIRST, None, NOW)
    store.attendance.mark("proef", "r4", FIRST, None, NOW)
    marks = {FIRST.isoformat(): Mark.PRESENT, SECOND.isoformat(): Mark.ABSENT}
    assert store.attendance.of("proef") == {"r1": marks}
    assert store.attendance.of_one("r1") == marks
    assert store.attendance.of_one("r2") == store.attendance.of_one("onbekend") == {}


def test_two_doors_at_once_undo_nothing(connect: Callable[[], Store]) -> None:
    """Two organisers who mark two days of the same people at the same time lose no mark."""
    doors = [(connect(), FIRST), (connect(), SECOND)]

    def mark(turn: int) -> None:
        store, day = doors[turn % 2]
        store.attendance.mark("proef", f"r{turn // 2 % 5}", day, Mark.PRESENT, NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(mark, range(40)))
    both = {FIRST.isoformat(): Mark.PRESENT, SECOND.isoformat(): Mark.PRESENT}
    assert connect().attendance.of("proef") == {f"r{number}": both for number in range(5)}


def test_what_changed_since_is_counted(store: Store) -> None:
    """People whose marks changed at or after a moment are counted, including those whose mark was removed."""
    store.attendance.mark("proef", "r1", FIRST, Mark.PRESENT, NOW)
    store.attendance.mark("proef", "r2", FIRST, None, NOW + timedelta(minutes=5))
    store.attendance.mark("ander", "r3", FIRST, Mark.PRESENT, NOW + timedelta(minutes=5))
    since = [store.attendance.count_marked_since("proef", NOW + timedelta(minutes=later)) for later in (0, 1, 5, 6)]
    assert since == [2, 1, 1, 0]


def test_marks_are_erased_in_parts(store: Store) -> None:
    """Marks of one workshop are erased in parts until none is left, and those of other workshops are kept."""
    for number in range(5):
        store.attendance.mark("proef", f"r{number}", FIRST, Mark.PRESENT, NOW)
    store.attendance.mark("ander", "r9", FIRST, Mark.PRESENT, NOW)
    assert [store.attendance.erase("proef", most=3) for _ in range(3)] == [3, 2, 0]
    assert store.attendance.of("proef") == {}
    assert len(store.attendance.of("ander")) == 1
