"""Answers added up: which count, and the numbers that they give."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import fmean

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.words import DUTCH
from werkplaats.domain.questions import Questions
from werkplaats.domain.registration import Answers
from werkplaats.domain.survey.results import (
    Choice,
    Rating,
    Score,
    Texts,
    pairs,
    response,
    summarise,
)
from werkplaats.domain.survey.waves import Invitation
from werkplaats.wording.tables import answer_table, response_table, summary_table

OPTIONS = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
ENDS = {"lowest_label": "weinig", "highest_label": "veel"}
QUESTIONS = msgspec.convert(
    [
        {"kind": "scale", "id": "cijfer", "label": "Cijfer", **ENDS},
        {"kind": "recommendation", "id": "aanraden", "label": "Aanraden", **ENDS},
        {"kind": "one_of", "id": "een", "label": "Een", "options": OPTIONS},
        {"kind": "any_of", "id": "meer", "label": "Meer", "options": OPTIONS},
        {"kind": "short_text", "id": "kort", "label": "Kort"},
        {"kind": "long_text", "id": "lang", "label": "Lang"},
        {"kind": "consent", "id": "mag", "label": "Mag"},
    ],
    Questions,
)
SENT = datetime(2027, 9, 1, 7, tzinfo=UTC)


def of(id: str, *answers: object) -> Choice | Rating | Texts:
    """The summary of question `id` if these were its answers."""
    given: list[Answers] = [{id: answer} for answer in answers]  # type: ignore[dict-item]
    return next(one for one in summarise(QUESTIONS, given) if one.question.id == id)


def test_a_scale_has_bars_a_mean_and_a_spread() -> None:
    """A scale has a count for each number, the mean, and the sample's standard deviation as spread."""
    rating = of("cijfer", 2, 4, 4, 4, 5, 5)
    assert isinstance(rating, Rating)
    assert [bar.count for bar in rating.bars] == [0, 1, 0, 3, 2]
    assert rating.mean == 4
    assert rating.spread == pytest.approx(1.0954, abs=1e-4)
    assert rating.score is None


def test_one_answer_has_a_mean_and_no_spread_and_none_has_neither() -> None:
    """One answer has a mean but no spread, and no answers have neither."""
    single, none = of("cijfer", 3), of("cijfer")
    assert isinstance(single, Rating)
    assert isinstance(none, Rating)
    assert (single.mean, single.spread) == (3, None)
    assert (none.n, none.mean, none.spread, {bar.share for bar in none.bars}) == (0, None, None, {0.0})


@pytest.mark.parametrize(
    ("numbers", "parts", "value"),
    [
        ([0, 6, 7, 8, 9, 10], (2, 2, 2), 0),
        ([10, 9], (2, 0, 0), 100),
        ([6], (0, 0, 1), -100),
        ([9, 8, 7], (1, 2, 0), 33),
    ],
)
def test_the_recommendation_score(numbers: list[int], parts: tuple[int, int, int], value: int) -> None:
    """The score is the percentage that answered 9 or 10 minus the percentage that answered 6 or less."""
    rating = of("aanraden", *numbers)
    assert isinstance(rating, Rating)
    assert rating.score is not None
    assert (rating.score.promoters, rating.score.passives, rating.score.detractors) == parts
    assert rating.score.value == value


@pytest.mark.parametrize(
    ("id", "wrong"),
    [
        ("cijfer", [0, 6, "4", True, None, [3], 3.5]),
        ("aanraden", [-1, 11, "10", False]),
        ("een", ["c", "A", 1, ["a"], True, ""]),
        ("meer", ["a", ["c"], [], True, 1]),
        ("kort", ["", "  ", 3, True, ["x"]]),
        ("mag", [False, "ja", 1, "True"]),
    ],
)
def test_what_is_no_answer_does_not_count(id: str, wrong: list[object]) -> None:
    """Values outside the scale, unknown options and values of another type do not count as answers."""
    summary = of(id, *wrong)
    assert summary.n == 0


def test_of_several_choices_each_is_a_share_of_those_who_answered() -> None:
    """With several choices each option's share is of those who answered, and a repeated choice counts once."""
    choice = of("meer", ["a", "b"], ["a", "a"], [], ["b", "x"])
    assert isinstance(choice, Choice)
    assert choice.several
    assert (choice.n, [bar.count for bar in choice.bars]) == (3, [2, 2])
    assert choice.bars[0].share == pytest.approx(2 / 3)


def test_of_one_choice_each_is_counted_by_its_value() -> None:
    """Each option is counted by its value, in the order of the options."""
    choice = of("een", "b", "b", "a")
    assert isinstance(choice, Choice)
    assert not choice.several
    assert [(bar.answer, bar.count, bar.share) for bar in choice.bars] == [("a", 1, 1 / 3), ("b", 2, 2 / 3)]


def test_the_bars_of_several_choices_are_answers_too() -> None:
    """With several choices each bar's answer is a list of that option, by which a table finds its label."""
    choice = of("meer", ["b"])
    assert isinstance(choice, Choice)
    assert [bar.answer for bar in choice.bars] == [["a"], ["b"]]


def test_a_consent_counts_those_who_ticked_the_box() -> None:
    """A consent counts ticked boxes only, so all who answered said yes."""
    consent = of("mag", True, False, True)
    assert isinstance(consent, Choice)
    assert (consent.n, [(bar.answer, bar.count, bar.share) for bar in consent.bars]) == (2, [(True, 2, 1.0)])


def test_two_answers_have_a_spread() -> None:
    """Two answers are enough for a spread."""
    two = of("cijfer", 2, 4)
    assert isinstance(two, Rating)
    assert two.spread == pytest.approx(2**0.5)


def test_texts_come_in_alphabetical_order() -> None:
    """Texts are in alphabetical order, which hides who wrote first, and capitals make no difference."""
    texts = of("lang", "zo", "Anders", " ", "beter\nnog", "Zeker")
    assert isinstance(texts, Texts)
    assert texts.texts == ("Anders", "beter\nnog", "Zeker", "zo")


anything = (
    st.none()
    | st.booleans()
    | st.integers(-3, 13)
    | st.sampled_from(["", " ", "a", "tekst"])
    | st.lists(st.sampled_from("abc"))
)


@given(st.lists(st.dictionaries(st.sampled_from([one.id for one in QUESTIONS]), anything)))
def test_numbers_hold_together_whatever_was_sent(sent: list[Answers]) -> None:
    """Whatever was sent, counts add up to the answers, means lie within the scale, and nothing fails."""
    for one in summarise(QUESTIONS, sent):
        assert 0 <= one.n <= len(sent)
        if isinstance(one, Texts):
            assert len(one.texts) == one.n
            continue
        total = sum(bar.count for bar in one.bars)
        if isinstance(one, Choice) and one.several:
            assert one.n <= total <= one.n * len(one.bars)
        else:
            assert total == one.n
            assert sum(bar.share for bar in one.bars) == pytest.approx(1 if one.n else 0)
        if isinstance(one, Rating) and one.mean is not None:
            assert int(str(one.bars[0].answer)) <= one.mean <= int(str(one.bars[-1].answer))
            assert one.mean == pytest.approx(fmean(int(str(bar.answer)) for bar in one.bars for _ in range(bar.count)))
            assert one.spread is None or 0 <= one.spread <= 10
        if isinstance(one, Rating) and one.score is not None:
            assert one.score.n == one.n
            assert -100 <= one.score.value <= 100
    head, *rows = answer_table(DUTCH, QUESTIONS, sent)
    assert len(rows) == len(sent)
    assert {len(row) for row in rows} <= {len(head)}
    assert {len(row) for row in summary_table(DUTCH, summarise(QUESTIONS, sent))} == {8}


def invitation(number: int, answered_on: date | None, answered: bool = True) -> Invitation:
    return Invitation(
        id=f"i{number}",
        workshop="w",
        wave="e",
        registration=f"r{number}",
        invited_at=SENT + timedelta(days=number // 3),
        answered=answered,
        answered_on=answered_on,
    )


def test_the_response_is_cumulated_by_day() -> None:
    """The response has cumulated numbers for every day, also for days on which nothing happened."""
    lines = response(
        [
            invitation(0, date(2027, 9, 1)),
            invitation(1, date(2027, 9, 4)),
            invitation(2, None, answered=False),
            invitation(3, None),
        ]
    )
    assert [(line.day.day, line.invited, line.answered) for line in lines] == [
        (1, 3, 1),
        (2, 4, 2),
        (3, 4, 2),
        (4, 4, 3),
    ]
    assert lines[-1].rate == 0.75
    assert response_table(DUTCH, lines)[-1] == ("2027-09-04", 4, 3, 75.0)
    assert response([]) == ()


def test_an_invitation_counts_on_its_day_in_amsterdam() -> None:
    """An invitation counts on its day in Amsterdam, even if it is still the day before in UTC."""
    late = replace(invitation(0, None, answered=False), invited_at=datetime(2027, 8, 31, 22, 30, tzinfo=UTC))
    assert [line.day for line in response([late])] == [date(2027, 9, 1)]


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans(), st.none() | st.integers(0, 40))))
def test_the_response_never_falls_and_never_passes_all(asked: list[tuple[int, bool, int | None]]) -> None:
    """The response never falls, has no more answers than invitations, and ends with all of them."""
    invitations = [
        invitation(number, None if later is None else date(2027, 9, 1) + timedelta(days=later), answered)
        for number, answered, later in asked
    ]
    lines = response(invitations)
    for before, after in pairwise(lines):
        assert after.day - before.day == timedelta(days=1)
        assert before.invited <= after.invited
        assert before.answered <= after.answered
    assert all(line.answered <= line.invited for line in lines)
    if asked:
        assert lines[-1].invited == len(asked)
        assert lines[-1].answered == sum(answered for _, answered, _ in asked)


def test_a_question_stands_beside_itself() -> None:
    """Questions are paired by id and kind; one without a partner is paired with None."""
    left = summarise(QUESTIONS[:3], [])
    other = msgspec.convert([{"kind": "long_text", "id": "cijfer", "label": "Cijfer"}], Questions)
    right = summarise((QUESTIONS[2], *other), [])
    beside = [(one and one.question.id, two and two.question.id) for one, two in pairs(left, right)]
    assert beside == [("cijfer", None), ("aanraden", None), ("een", "een"), (None, "cijfer")]


def test_rows_say_what_was_chosen() -> None:
    """A table has labels instead of values, and a column for each option if several can be chosen."""
    head, row = answer_table(DUTCH, QUESTIONS, [{"cijfer": 4, "een": "b", "meer": ["a"], "mag": True, "kort": "x"}])
    assert head == ("Cijfer", "Aanraden", "Een", "Meer A", "Meer B", "Kort", "Lang", "Mag")
    assert row == (4, "", "B", "ja", "", "x", "", "ja")


def test_a_score_of_nobody_is_nought() -> None:
    """The score of no answers is 0."""
    assert Score(promoters=0, passives=0, detractors=0).value == 0
