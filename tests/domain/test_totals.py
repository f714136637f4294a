"""Totals of answers: who is counted, for what, and what is one answer."""

from typing import Any

from msgspec.structs import replace

from tests.samples import workshop
from tests.shipped import REGISTRATION
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.totals import Number, total

QUESTIONS: list[dict[str, Any]] = [
    {
        "kind": "one_of",
        "id": "slapen",
        "label": "Slapen?",
        "options": [
            {"value": "beide", "label": "Beide", "counts": ["nacht-1", "nacht-2"]},
            {"value": "eerste", "label": "Eerste", "counts": ["nacht-1"]},
            {"value": "geen", "label": "Geen"},
        ],
    },
    {
        "kind": "any_of",
        "id": "eten",
        "label": "Eten?",
        "options": [
            {"value": "lunch", "label": "Lunch", "counts": ["maaltijd"]},
            {"value": "diner", "label": "Diner", "counts": ["maaltijd"]},
        ],
        "only_if": {"question": "slapen", "is": ["beide", "eerste"]},
    },
    {"kind": "short_text", "id": "dieet", "label": "Dieet?"},
    {"kind": "long_text", "id": "opgave", "label": "Opgave?"},
]
ASKING = workshop(questions=QUESTIONS)


def one(number: int, state: State = State.CONFIRMED, **answers: Any) -> Registration:
    return replace(REGISTRATION, id=f"r{number}", sequence=number, state=state, answers=answers)


PEOPLE = [
    one(1, slapen="beide", eten=["lunch", "diner"], dieet="Véganistisch", opgave="x"),
    one(2, slapen="eerste", eten=["lunch"], dieet=" veganistisch "),
    one(3, slapen="geen", dieet="Noten"),
    one(4, State.OFFERED, slapen="beide", eten=[], dieet="veganistisch"),
    one(5, State.WAITLISTED, slapen="beide", eten=["lunch"], dieet="Zout"),
    one(6, State.CANCELLED, slapen="beide", dieet="Zoet"),
    replace(one(7, slapen="beide"), person=None),
    one(8, slapen="vroeger", dieet=""),
]


def test_people_with_a_seat_are_counted_and_those_with_an_offer_apart() -> None:
    """Nobody else is: not whoever waits, has left, or was erased."""
    assert total(ASKING, PEOPLE).people == Number(4, 1)


def test_options_count_for_what_they_say() -> None:
    """Both nights count for each of them; two options for the same thing count one person once."""
    sleeping, eating = total(ASKING, PEOPLE).chosen
    assert sleeping.options == {"beide": Number(1, 1), "eerste": Number(1), "geen": Number(1)}
    assert sleeping.counts == {"nacht-1": Number(2, 1), "nacht-2": Number(1, 1)}
    assert eating.options == {"lunch": Number(2), "diner": Number(1)}
    assert eating.counts == {"maaltijd": Number(2)}


def test_no_answer_counts_for_whoever_was_asked() -> None:
    """That includes an answer that is no option any more; whoever was not asked the question is not there."""
    sleeping, eating = total(ASKING, PEOPLE).chosen
    assert sleeping.unanswered == Number(1)
    assert eating.unanswered == Number(0, 1)


def test_what_people_wrote_in_a_few_words_is_listed() -> None:
    """The most frequent comes first, spelled as by whoever signed up first. Long texts are not there."""
    [diet] = total(ASKING, PEOPLE).written
    assert diet.question.id == "dieet"
    assert diet.answers == (("Véganistisch", Number(2, 1)), ("Noten", Number(1)))


def test_a_workshop_without_anybody_has_zeros() -> None:
    """Every option is there also if nobody chose it."""
    empty = total(ASKING, [])
    assert empty.people == Number()
    assert set(empty.chosen[0].options) == {"beide", "eerste", "geen"}
    assert empty.written[0].answers == ()
