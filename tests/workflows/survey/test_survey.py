"""Inviting people to a wave, storing their answers and opening them, on the real emulator."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import DELETE_FIELD
from msgspec.structs import replace
from nacl.public import PrivateKey

from tests.database import database
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.workflows.conftest import Traffic
from werkplaats.domain.seats.commands import Cancel, ErasePerson
from werkplaats.domain.survey.waves import LARGEST_LOT, SMALLEST_LOT, invitation_id, version_of
from werkplaats.security.sealing import Opener, Seal
from werkplaats.store import OutcomeUnknownError, Store
from werkplaats.store.codec import to_fields
from werkplaats.workflows.erase import erase_personal_data
from werkplaats.workflows.seats.queue import SeatQueue
from werkplaats.workflows.survey.answer import Asked, Standing, answer_survey, find
from werkplaats.workflows.survey.invite import send_surveys
from werkplaats.workflows.survey.open import open_answers

WORKSHOP = workshop(capacity=40)
WAVE = WORKSHOP.waves[0]
OPENS = WORKSHOP.wave_opens_at(WAVE)
CLOSES = WORKSHOP.wave_closes_at(WAVE)
KEY = PrivateKey.generate()
SEAL = Seal(bytes(KEY.public_key))
OPENER = Opener((bytes(PrivateKey.generate()), bytes(KEY)))


@pytest.fixture
def seated(store: Store) -> SeatQueue:
    """A queue after twelve people got seats."""
    publish_workshop(store, WORKSHOP, NOW)
    queue = seat_queue(store, lambda: NOW)
    queue.do_all("proef", [sign_up(number) for number in range(1, 13)])
    return queue


def asked(store: Store, number: int, now: datetime) -> Asked:
    found = find(store, invitation_id("proef", "evaluatie", f"r{number}"), now)
    assert found is not None
    return found


def answer(store: Store, *numbers: int) -> None:
    for number in numbers:
        answers = {"cijfer": number % 5 + 1, "beter": f"antwoord {number}" * number}
        assert answer_survey(store, SEAL, asked(store, number, OPENS), answers, OPENS) is Standing.ANSWERED


def opened(store: Store) -> list[str]:
    return [str(one.answers["beter"]) for one in store.surveys.opened("proef", "evaluatie")]


def test_those_with_a_seat_are_invited_once_when_the_wave_falls_due(store: Store, seated: SeatQueue) -> None:
    """When a wave opens, everybody with a seat is invited once, and people who cancelled are not."""
    seated.do("proef", Cancel("r12"))
    assert send_surveys(store, OPENS - timedelta(seconds=1)) == 0
    assert send_surveys(store, OPENS) == 11
    assert send_surveys(store, OPENS) == 0
    seated.do("proef", ErasePerson("r1"))
    assert send_surveys(store, OPENS) == 0
    assert find(store, invitation_id("proef", "evaluatie", "r12"), OPENS) is None


def test_nobody_is_invited_to_a_closed_wave(store: Store, seated: SeatQueue) -> None:
    """If the system was down until after the close of a wave, nobody is invited."""
    assert send_surveys(store, CLOSES) == 0


def test_an_answer_sent_twice_counts_once(store: Store, seated: SeatQueue) -> None:
    """If a person answers in two windows, one answer is stored."""
    send_surveys(store, OPENS)
    first, second = asked(store, 1, OPENS), asked(store, 1, OPENS)
    assert answer_survey(store, SEAL, first, {"cijfer": 1}, OPENS) is Standing.ANSWERED
    assert answer_survey(store, SEAL, second, {"cijfer": 5}, OPENS) is Standing.ANSWERED
    assert store.surveys.count_sealed("proef", "evaluatie") == 1


def test_a_lot_of_which_some_was_tampered_with_stays_sealed(
    store: Store, seated: SeatQueue, capsys: pytest.CaptureFixture[str]
) -> None:
    """If fewer than five answers of a lot can be read, none of them is opened."""
    send_surveys(store, OPENS)
    answer(store, 1, 2, 3, 4, 5)
    for sealed in list(database(store).collection("sealed_answers").stream())[:4]:
        sealed.reference.update({"box": b"x" * 50})
    assert open_answers(store, OPENER, CLOSES) == 0
    assert opened(store) == []
    assert "survey.lot_spoilt" in capsys.readouterr().out


def test_what_cannot_be_read_stays_sealed_and_is_told(
    store: Store, seated: SeatQueue, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers that cannot be read stay sealed and are logged, and the rest of the lot is opened if large enough."""
    send_surveys(store, OPENS)
    answer(store, *range(1, 8))
    first, second, *_ = database(store).collection("sealed_answers").stream()
    first.reference.update({"box": b"x" * 50})
    with monkeypatch.context() as later:
        later.setattr("werkplaats.security.sealing._answers_in", lambda content: None)
        of_a_newer_one = SEAL.close(version_of(WORKSHOP, WAVE, OPENS), {"beter": 1.5})  # type: ignore[dict-item]
    second.reference.update({"box": of_a_newer_one.box})
    assert open_answers(store, OPENER, CLOSES) == 5
    assert len(opened(store)) == 5
    assert store.surveys.count_sealed("proef", "evaluatie") == 2
    assert {one.id for one in store.surveys.envelopes("proef", "evaluatie")} == {first.id, second.id}
    [logged] = [line for line in capsys.readouterr().out.splitlines() if "survey.answers_unreadable" in line]
    event = json.loads(logged)
    assert (event["severity"], event["damaged"], event["unknown"]) == ("ERROR", 1, 1)


def test_a_repeated_commit_keeps_the_questions_that_were_seen(store: Store, seated: SeatQueue) -> None:
    """An answer belongs to the questions it was given to, even if they are changed before it is stored."""
    send_surveys(store, OPENS)
    before = asked(store, 1, OPENS)
    retitled = replace(WAVE.questions[0], label="Heel iets anders?")
    other = replace(WORKSHOP, waves=(replace(WAVE, questions=(retitled, *WAVE.questions[1:])),))
    keep, calls = store.surveys.answer, iter([True])

    def meanwhile(*arguments: Any) -> None:
        if next(calls, False):
            publish_workshop(store, other, OPENS)
            raise OutcomeUnknownError
        keep(*arguments)

    store.surveys.answer = meanwhile  # type: ignore[method-assign]
    assert answer_survey(store, SEAL, before, {"cijfer": 1}, OPENS) is Standing.ANSWERED
    [version] = store.surveys.versions("proef", "evaluatie")
    assert version.questions == WAVE.questions


def test_a_closed_wave_takes_no_answers(store: Store, seated: SeatQueue) -> None:
    """An answer after the close of the wave is not stored."""
    send_surveys(store, OPENS)
    late = asked(store, 1, CLOSES)
    assert late.standing is Standing.CLOSED
    assert answer_survey(store, SEAL, late, {"cijfer": 1}, CLOSES) is Standing.CLOSED
    assert store.surveys.count_sealed("proef", "evaluatie") == 0


def test_sealed_answers_tell_nothing(store: Store, seated: SeatQueue) -> None:
    """Neither the text nor the length of a sealed answer can be seen without the private key."""
    send_surveys(store, OPENS)
    answer(store, 1, 9)
    short, long = store.surveys.sealed(one.id for one in store.surveys.envelopes("proef", "evaluatie"))
    assert len(short.box) == len(long.box)
    assert b"antwoord" not in short.box + long.box
    assert not Opener((bytes(PrivateKey.generate()),)).opens(short)


def test_answers_open_in_lots_of_five_and_a_rest_is_held_back(store: Store, seated: SeatQueue) -> None:
    """While a wave is open five answers are held back, and at its close the rest is opened as one lot."""
    send_surveys(store, OPENS)
    answer(store, *range(1, 10))
    assert open_answers(store, OPENER, OPENS) == 0
    answer(store, 10)
    assert open_answers(store, OPENER, OPENS) == SMALLEST_LOT
    assert open_answers(store, OPENER, OPENS) == 0
    answer(store, 11)
    assert open_answers(store, OPENER, CLOSES) == 6
    assert sorted(opened(store)) == sorted(f"antwoord {number}" * number for number in range(1, 12))
    assert store.surveys.count_sealed("proef", "evaluatie") == 0
    lots = [one.lot for one in store.surveys.opened("proef", "evaluatie")]
    assert sorted(lots.count(lot) for lot in set(lots)) == [5, 6]


def sealed_in_order(store: Store, count: int, keys: tuple[Seal, ...] = (SEAL,)) -> None:
    """Store `count` sealed answers whose ids, unlike real ones, are in the order in which they were given."""
    version = version_of(WORKSHOP, WAVE, OPENS)
    for number in range(count):
        box = keys[number % len(keys)].close(version, {"beter": f"{number:04d}"})
        document = to_fields(replace(box, id=f"{number:04d}"))
        database(store).collection("sealed_answers").document(f"{number:04d}").set(document)


def test_many_answers_are_read_lot_by_lot(store: Store, traffic: Traffic) -> None:
    """Answers are read one lot at a time, and lots are drawn at random."""
    publish_workshop(store, WORKSHOP, NOW)
    sealed_in_order(store, 230)
    traffic.forget()
    assert open_answers(store, OPENER, CLOSES) == 230
    largest_lot = (LARGEST_LOT + SMALLEST_LOT) * 97 * 1024
    assert traffic.largest_answer < largest_lot
    assert traffic.requests == {
        "run_query": 1,  # which answers there are
        "get_document": 1,  # their workshop
        "batch_get_documents": 3,
        "commit": 3,
    }
    lots: dict[str, list[str]] = {}
    for answer in store.surveys.opened("proef", "evaluatie"):
        lots.setdefault(answer.lot, []).append(str(answer.answers["beter"]))
    assert sorted(len(lot) for lot in lots.values()) == [30, 100, 100]
    numbers = [f"{number:04d}" for number in range(230)]
    assert sorted(one for lot in lots.values() for one in lot) == numbers
    for lot in lots.values():
        first = numbers.index(min(lot))
        assert sorted(lot) != numbers[first : first + len(lot)], "fails by chance once in 10^37, for the lot of 30"


def test_answers_whose_key_is_gone_stay_sealed_and_count_for_no_lot(store: Store) -> None:
    """Answers that cannot be opened do not count towards the five that a lot needs."""
    publish_workshop(store, WORKSHOP, NOW)
    gone = Seal(bytes(PrivateKey.generate().public_key))
    sealed_in_order(store, 8, keys=(SEAL, gone))
    assert open_answers(store, OPENER, CLOSES) == 0
    assert store.surveys.count_sealed("proef", "evaluatie") == 8


def test_a_sealed_answer_that_cannot_be_read_keeps_no_other_sealed(store: Store) -> None:
    """A sealed answer that cannot be read is left as it is, and the others are opened."""
    publish_workshop(store, WORKSHOP, NOW)
    sealed_in_order(store, 8)
    database(store).document("sealed_answers/0000").update({"version": DELETE_FIELD})
    database(store).document("sealed_answers/0001").update({"box": "van morgen"})
    assert open_answers(store, OPENER, CLOSES) == 6
    assert store.surveys.count_sealed("proef", "evaluatie") == 2


def test_of_two_runs_at_once_one_opens_a_lot(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """If another run opens the answers first, a run opens nothing."""
    publish_workshop(store, WORKSHOP, NOW)
    sealed_in_order(store, 12)
    read, other = store.surveys.sealed, iter([True])

    def meanwhile(ids: Any) -> Any:
        if next(other, False):
            assert open_answers(store, OPENER, CLOSES) == 12
        return read(ids)

    monkeypatch.setattr(store.surveys, "sealed", meanwhile)
    assert open_answers(store, OPENER, CLOSES) == 0
    assert len(opened(store)) == 12


def test_fewer_than_five_answers_are_never_opened(store: Store, seated: SeatQueue) -> None:
    """Fewer than five answers are not opened at the close, and are erased with the registrations."""
    send_surveys(store, OPENS)
    answer(store, 1, 2, 3, 4)
    assert open_answers(store, OPENER, CLOSES) == 0
    assert opened(store) == []
    erase_personal_data(store, seated, WORKSHOP.erase_registrations_at())
    assert store.surveys.count_sealed("proef", "evaluatie") == 0


def test_personal_data_goes_when_its_time_is_over(store: Store, seated: SeatQueue) -> None:
    """Answers are erased after the term of their question, and the rest after the workshop's term, without mails."""
    soon = WORKSHOP.ends_at + timedelta(days=14)
    assert erase_personal_data(store, seated, soon - timedelta(seconds=1)) == 0
    queue = seat_queue(store, lambda: NOW)
    queue.do("proef", replace(sign_up(20), answers={"opgave": "iets", "dieetwensen": "geen noten"}))
    assert erase_personal_data(store, seated, soon) == 1
    twentieth = store.seats.registration("r20")
    assert twentieth is not None
    assert twentieth.answers == {"opgave": "iets"}
    assert erase_personal_data(store, seated, WORKSHOP.erase_registrations_at()) == 13
    assert erase_personal_data(store, seated, WORKSHOP.erase_registrations_at()) == 0
    assert all(one.person is None and not one.answers for one in store.seats.all_of("proef"))
    ledger = store.seats.ledger("proef")
    assert ledger is not None
    assert (ledger.confirmed, ledger.next_sequence) == (0, 14)
    queued = [mail.id for mail in store.outbox.due(WORKSHOP.erase_registrations_at() + timedelta(days=9), 100)]
    assert not [id for id in queued if "cancelled" in id], "erasing mails nobody"
