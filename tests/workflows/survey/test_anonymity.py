"""An attacker copies the whole database after every commit, and tries to find out who gave which answer.

They may learn who answered and when, and that each answer was given by one of the five or more people of its lot. They
must not learn more than that (README, "What it promises").
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from msgspec import Struct
from nacl.public import PrivateKey

from tests.database import database
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from werkplaats.domain.survey.waves import SMALLEST_LOT, invitation_id
from werkplaats.security.sealing import Opener, Seal
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire
from werkplaats.workflows.survey.answer import answer_survey, find
from werkplaats.workflows.survey.invite import send_surveys
from werkplaats.workflows.survey.open import open_answers

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("anonymity")]

WORKSHOP = workshop(capacity=40)
OPENS = WORKSHOP.wave_opens_at(WORKSHOP.waves[0])
CLOSES = WORKSHOP.wave_closes_at(WORKSHOP.waves[0])
KEY = PrivateKey.generate()
PEOPLE = 15
"""Enough for three lots: two while the wave is open, and the last when it closes."""


class Seen(Struct, frozen=True):
    """A document as an attacker sees it, including its metadata."""

    path: str
    content: dict[str, Any]
    created: datetime
    updated: datetime


Dump = dict[str, Seen]


def dump(store: Store) -> Dump:
    return {
        snapshot.reference.path: Seen(
            snapshot.reference.path, snapshot.to_dict(), snapshot.create_time, snapshot.update_time
        )
        for collection in database(store).collections()
        for snapshot in collection.stream()
    }


@pytest.fixture(scope="module")
def words() -> dict[str, str]:
    """What each person answers. All answers are different and have different lengths."""
    return {f"r{number}": f"geheim{number:02d} " * number * 3 for number in range(1, PEOPLE + 1)}


@pytest.fixture(scope="module")
def dumps(emulator: str, words: dict[str, str]) -> Iterator[tuple[list[Dump], str]]:
    """A dump after every commit of a wave, from its opening to its close, and everything that was logged.

    It is made once for all tests of this module, which only read it, because it takes much longer than they do.
    """
    wire = FirestoreWire(f"test-{uuid.uuid4().hex[:12]}", "(default)")
    with redirect_stdout(StringIO()) as logged:
        taken = course_of_a_wave(Store(wire), words)
    yield taken, logged.getvalue()
    wire.close()


def course_of_a_wave(store: Store, words: dict[str, str]) -> list[Dump]:
    """Let everybody in `words` answer, one a day, and open what may be opened each day. A dump after every commit."""
    taken: list[Dump] = []

    def then_dump(what: Callable[[], object]) -> None:
        what()
        taken.append(dump(store))

    publish_workshop(store, WORKSHOP, NOW)
    seat_queue(store, lambda: NOW).do_all("proef", [sign_up(number) for number in range(1, PEOPLE + 1)])
    then_dump(lambda: send_surveys(store, OPENS))
    seal, opener = Seal(bytes(KEY.public_key)), Opener((bytes(KEY),))
    for day, (registration, said) in enumerate(words.items()):
        now = OPENS + timedelta(days=day)
        asked = find(store, invitation_id("proef", "evaluatie", registration), now)
        assert asked is not None
        answers: dict[str, Any] = {"cijfer": 1 + day % 5, "beter": said}
        then_dump(lambda asked=asked, answers=answers, now=now: answer_survey(store, seal, asked, answers, now))  # type: ignore[misc]
        then_dump(lambda now=now: open_answers(store, opener, now))  # type: ignore[misc]
    then_dump(lambda: open_answers(store, opener, CLOSES))
    return taken


def of(dump: Dump, collection: str) -> dict[str, Seen]:
    return {path: seen for path, seen in dump.items() if path.startswith(f"{collection}/")}


def test_an_attacker_with_every_dump_learns_no_more_than_the_lot(
    dumps: tuple[list[Dump], str], words: dict[str, str]
) -> None:
    """No id, time or difference between two dumps narrows an answer down to fewer than five people."""
    taken, _ = dumps
    assert len(of(taken[-1], "answers")) == PEOPLE, "in the end all answers are opened"
    for before, after in pairwise(taken):
        opened = of(after, "answers").keys() - of(before, "answers").keys()
        gone = of(before, "sealed_answers").keys() - of(after, "sealed_answers").keys()
        assert len(opened) == len(gone)
        assert len(opened) == 0 or len(opened) >= SMALLEST_LOT
    for lot in {seen.content["lot"] for seen in of(taken[-1], "answers").values()}:
        members = [seen for seen in of(taken[-1], "answers").values() if seen.content["lot"] == lot]
        assert len(members) >= SMALLEST_LOT
        assert len({seen.created for seen in members}) == 1, "all were created at the same time"
        assert all(seen.created == seen.updated for seen in members)


def test_no_two_looks_at_the_results_differ_by_one_person(dumps: tuple[list[Dump], str]) -> None:
    """Between two dumps either no answers are opened, or at least five."""
    taken, _ = dumps
    counts = [len(of(dump, "answers")) for dump in taken]
    steps = {after - before for before, after in pairwise(counts)}
    assert all(step == 0 or step >= SMALLEST_LOT for step in steps)


def test_nothing_but_the_answers_themselves_is_in_an_opened_answer(dumps: tuple[list[Dump], str]) -> None:
    """An opened answer has no time, no sequence number and no id that occurs anywhere else in any dump."""
    taken, _ = dumps
    everywhere_else = " ".join(
        f"{path} {seen.content}" for dump in taken for path, seen in dump.items() if not path.startswith("answers/")
    )
    for path, seen in of(taken[-1], "answers").items():
        assert set(seen.content) == {"id", "workshop", "wave", "version", "lot", "answers"}
        assert path.removeprefix("answers/") not in everywhere_else
        assert seen.content["lot"] not in everywhere_else


def test_the_order_of_ids_is_not_the_order_of_answering(dumps: tuple[list[Dump], str], words: dict[str, str]) -> None:
    """Sorted by id, answers are not in the order in which they were given.

    Random ids of fifteen answers have one given order by chance once in 1.3e12 times.
    """
    taken, _ = dumps
    by_id = [seen.content["answers"]["beter"] for _, seen in sorted(of(taken[-1], "answers").items())]
    assert sorted(by_id) == sorted(words.values())
    assert by_id != list(words.values())
    assert by_id != list(reversed(words.values()))
    sealed_in_order = [
        next(iter(of(after, "sealed_answers").keys() - of(before, "sealed_answers").keys()))
        for before, after in pairwise(taken)
        if of(after, "sealed_answers").keys() - of(before, "sealed_answers").keys()
    ]
    assert sealed_in_order != sorted(sealed_in_order)


def test_a_sealed_answer_tells_neither_words_nor_length(dumps: tuple[list[Dump], str], words: dict[str, str]) -> None:
    """All sealed answers have the same length and do not show their words, however long they are."""
    taken, _ = dumps
    boxes = [seen.content["box"] for dump in taken for seen in of(dump, "sealed_answers").values()]
    assert len({len(box) for box in boxes}) == 1
    assert not any(b"geheim" in box for box in boxes)
    assert len(boxes) > len(set(boxes)) > PEOPLE - 1


def test_until_its_lot_is_opened_nobody_reads_an_answer(dumps: tuple[list[Dump], str], words: dict[str, str]) -> None:
    """Words of an answer occur in no dump outside `answers`, and never in the logs."""
    taken, logged = dumps
    for seen in taken:
        outside = " ".join(str(one.content) for path, one in seen.items() if not path.startswith("answers/"))
        assert "geheim" not in outside
    assert "geheim" not in logged
    answered = [line for line in logged.splitlines() if "survey.answered" in line]
    assert len(answered) == PEOPLE
    assert not any(re.search(r"\br\d+\b", line) for line in answered), "the log does not name who answered"
