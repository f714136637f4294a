"""The questions of a form: which are refused, which are asked, and which answers are possible."""

from typing import Any

import msgspec
import pytest
from msgspec import Struct

from tests.questions import ENDS, OPTIONS, SAMPLES
from werkplaats.domain import questions
from werkplaats.domain.questions import (
    LONGEST_FORM,
    Questions,
    check_condition,
    check_distinct,
    check_length,
    is_asked,
    possible_answers,
)


def asked(*written: dict[str, Any]) -> Questions:
    """The questions as they are read from a workshop's file."""
    return msgspec.convert(written, Questions)


def short(id: str, **more: Any) -> dict[str, Any]:
    return {"kind": "short_text", "id": id, "label": "Kort", **more}


def only_if(question: str, *answers: str | int | bool) -> dict[str, Any]:
    return {"only_if": {"question": question, "is": answers}}


CHOICE = {"kind": "one_of", "id": "een", "label": "Een", "options": OPTIONS}
SEVERAL = {"kind": "any_of", "id": "meer", "label": "Meer", "options": OPTIONS}
SCALE = {"kind": "scale", "id": "cijfer", "label": "Cijfer", "lowest": 1, "highest": 3, **ENDS}
RECOMMENDATION = {"kind": "recommendation", "id": "aanraden", "label": "Aanraden", **ENDS}
CONSENT = {"kind": "consent", "id": "mag", "label": "Mag het?"}


def check(questions: Questions) -> None:
    """Raise ValueError for the first rule that `questions` break."""
    check_distinct(questions)
    check_length(questions)
    for number, question in enumerate(questions):
        check_condition(question, questions[:number])


def mistake(*written: dict[str, Any]) -> str:
    """The message about the questions `written`, which must break a rule."""
    with pytest.raises(ValueError, match="expected") as error:
        check(asked(*written))
    return str(error.value)


# What is refused


def test_questions_that_keep_the_rules_are_accepted() -> None:
    """A form with one question of every kind is accepted."""
    check(tuple(sample.question for sample in SAMPLES))


def test_two_questions_with_one_id_are_refused() -> None:
    """Two questions with one id are refused, and the message has the id."""
    assert mistake(short("a"), short("b"), short("b")) == "expected every question's id to be different, got 'b' twice"


def test_an_option_that_counts_the_same_twice_is_refused() -> None:
    """An option can count a thing once, and the message has the thing and the option."""
    twice = CHOICE | {"options": [OPTIONS[0] | {"counts": ["nacht-1", "nacht-1"]}, *OPTIONS[1:]]}
    assert mistake(twice) == "expected every count of option 'rust' to be different, got 'nacht-1' twice"


def test_two_options_with_one_value_are_refused() -> None:
    """Two options with one value are refused, and the message has the value."""
    twice = CHOICE | {"options": [*OPTIONS, OPTIONS[0]]}
    assert mistake(twice) == "expected every option's value to be different, got 'rust' twice"


def test_the_texts_of_a_form_have_a_limit_together() -> None:
    """All text answers of a form together may have 20,000 characters and not one more."""
    fits = [{"kind": "long_text", "id": f"q{number}", "label": "Lang", "max_length": 5000} for number in range(3)]
    fits += [{"kind": "long_text", "id": "q3", "label": "Lang", "max_length": 4800}, short("q4", max_length=200)]
    check(asked(*fits, CHOICE, SEVERAL, SCALE, RECOMMENDATION, CONSENT))
    assert LONGEST_FORM == 20_000
    assert mistake(*fits, short("over", max_length=1)) == (
        "expected texts of at most 20000 characters in one form together, got 20001"
    )


@pytest.mark.parametrize("order", [[short("b", **only_if("een", "rust")), CHOICE], [CHOICE | only_if("een", "rust")]])
def test_a_condition_is_about_an_earlier_question(order: list[dict[str, Any]]) -> None:
    """A condition on the question itself or on a later one is refused, because it is not answered yet."""
    asks = order[0]["id"]
    assert mistake(*order) == f"expected only_if of question '{asks}' to name an earlier question, got 'een'"


@pytest.mark.parametrize(
    ("about", "answer"),
    [(CHOICE, "ruimte"), (SEVERAL, "rust"), (SCALE, 3), (RECOMMENDATION, 0), (CONSENT, True)],
)
def test_a_condition_on_an_answer_that_can_be_given_is_accepted(about: dict[str, Any], answer: Any) -> None:
    """A condition on a possible answer is accepted, also if other questions come in between."""
    check(asked(short("a"), about, short("b"), short("c", **only_if(about["id"], answer))))


@pytest.mark.parametrize(
    ("about", "answer", "possible", "got"),
    [
        (CHOICE, "stilte", "'rust', 'ruimte'", "'stilte'"),
        (SCALE, 4, "1, 2, 3", "4"),
        (SCALE, True, "1, 2, 3", "True"),
        (CONSENT, 1, "true", "1"),
        (CONSENT, False, "true", "False"),
        (short("kort"), "ja", "none: it has no choices", "'ja'"),
    ],
)
def test_a_condition_on_an_answer_nobody_can_give_is_refused(
    about: dict[str, Any], answer: Any, possible: str, got: str
) -> None:
    """A condition on an impossible answer is refused with the possible ones; `true` and 1 are different."""
    assert mistake(about, short("b", **only_if(about["id"], answer))) == (
        f"expected only_if of question 'b' to be answers that '{about['id']}' can have ({possible}), got {got}"
    )


def test_each_answer_of_a_condition_is_looked_at() -> None:
    """One impossible answer in a condition is refused, even beside a possible one."""
    assert mistake(CHOICE, short("b", **only_if("een", "rust", "stilte"))).endswith("got 'stilte'")


# What is asked


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"een": "rust"}, True),
        ({"een": "ruimte"}, False),
        ({"een": ["ruimte", "rust"]}, True),
        ({"een": ["ruimte"]}, False),
        ({"een": []}, False),
        ({}, False),
        ({"ander": "rust"}, False),
    ],
)
def test_a_question_with_a_condition_is_asked_where_it_holds(answers: dict[str, object], expected: bool) -> None:
    """A question with a condition is asked if the other answer is, or contains, one of those named."""
    conditional = asked(CHOICE, short("b", **only_if("een", "rust")))[1]
    assert is_asked(conditional, answers) is expected


def test_a_question_without_a_condition_is_asked_of_everybody() -> None:
    """A question without a condition is asked whatever the other answers are."""
    assert all(is_asked(sample.question, {}) for sample in SAMPLES)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (CHOICE, ("rust", "ruimte")),
        (SEVERAL, ("rust", "ruimte")),
        (SCALE, (1, 2, 3)),
        (RECOMMENDATION, (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
        (CONSENT, (True,)),
        (short("kort"), ()),
        ({"kind": "long_text", "id": "lang", "label": "Lang"}, ()),
    ],
)
def test_the_answers_that_a_question_can_have(written: dict[str, Any], expected: tuple[object, ...]) -> None:
    """The possible answers include both ends of a scale; text questions have none that can be listed."""
    assert possible_answers(asked(written)[0]) == expected


# Kinds of question with something missing


class Base(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Used in place of Question, so that the kinds made here do not become kinds of question."""


class One(Base, frozen=True, kw_only=True, tag="one"):
    pass


class Narrower(One, frozen=True, kw_only=True, tag="narrower"):
    pass


def check_kinds(monkeypatch: pytest.MonkeyPatch, named: Any, base: type[Struct] = Base) -> None:
    """Run the check that the module runs when it is imported, with `base` as Question and `named` as AnyQuestion."""
    monkeypatch.setattr(questions, "Question", base)
    monkeypatch.setattr(questions, "AnyQuestion", named)
    questions._check_kinds()


def test_the_kinds_there_are_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check accepts the real kinds, and kinds that derive from one another."""
    questions._check_kinds()
    check_kinds(monkeypatch, One | Narrower)


def test_a_kind_that_was_not_named_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that AnyQuestion does not name is refused by name, even if it derives from one that is named."""
    with pytest.raises(TypeError, match="Narrower is a Question that AnyQuestion does not name"):
        check_kinds(monkeypatch, One | None)


def test_a_kind_without_a_word_for_it_in_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind without a tag, the word for it in files, is refused."""

    class Other(Struct, frozen=True, kw_only=True, tag_field="kind"):
        pass

    class Bare(Other, frozen=True, kw_only=True):
        pass

    with pytest.raises(TypeError, match="Bare has no tag"):
        check_kinds(monkeypatch, Bare | None, Other)


def test_two_kinds_with_one_word_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds with one tag are refused, because a file could mean either."""

    class Other(Struct, frozen=True, kw_only=True, tag_field="kind"):
        pass

    class Left(Other, frozen=True, kw_only=True, tag="same"):
        pass

    class Right(Other, frozen=True, kw_only=True, tag="same"):
        pass

    with pytest.raises(TypeError, match="unique `tag` values"):
        check_kinds(monkeypatch, Left | Right, Other)


def test_answers_that_could_be_of_two_types_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Types of answers that cannot be told apart when they are read are refused."""
    monkeypatch.setattr(questions, "Answer", list[str] | list[int])
    with pytest.raises(TypeError, match="array-like"):
        questions._check_kinds()
