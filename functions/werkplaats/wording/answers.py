"""What was answered, in Dutch: as people read it, and as cells of a table."""

from typing import assert_never

from werkplaats.domain.questions import (
    Answer,
    AnyOf,
    AnyQuestion,
    Consent,
    LongText,
    OneOf,
    Recommendation,
    Scale,
    ShortText,
)

Cell = str | int | float | None
"""What a cell of a table can hold; None is an empty one."""

_YES, _NO = "ja", "nee"


def question_label(question: AnyQuestion) -> str:
    """The label of `question` where it cannot hold a link."""
    return question.label.replace("{privacy}", "privacyverklaring")


def answer_text(question: AnyQuestion, answer: Answer | None) -> str:
    """`answer` to `question` as people read it; "" for no answer.

    Options are told by their labels. An answer that the question does not know (any more) is told as it is.
    """
    if answer is None:
        return ""
    match question:
        case OneOf(options=options) | AnyOf(options=options):
            labels = {option.value: option.label for option in options}
            values = answer if isinstance(answer, list) else [str(answer)]
            return ", ".join(labels.get(value, value) for value in values)
        case Consent():
            return _YES if answer is True else _NO
        case ShortText() | LongText() | Scale() | Recommendation():
            return ", ".join(answer) if isinstance(answer, list) else str(answer)
        case _:
            assert_never(question)


def column_titles(question: AnyQuestion) -> list[str]:
    """The heads of the columns that answers to `question` have in a table: one for each cell of `answer_cells`."""
    match question:
        case AnyOf(options=options):
            return [f"{question.label} {option.label}" for option in options]
        case ShortText() | LongText() | OneOf() | Scale() | Recommendation() | Consent():
            return [question.label]
        case _:
            assert_never(question)


def answer_cells(question: AnyQuestion, answer: Answer | None) -> list[Cell]:
    """`answer` to `question` as cells to count and sort by: empty where it is no answer that the question knows."""
    match question:
        case OneOf(options=options):
            return [next((option.label for option in options if option.value == answer), "")]
        case AnyOf(options=options):
            chosen = answer if isinstance(answer, list) else []
            return [_YES if option.value in chosen else "" for option in options]
        case Consent():
            return [_YES if answer is True else ""]
        case ShortText() | LongText() | Scale() | Recommendation():
            return [answer if isinstance(answer, str | int) else ""]
        case _:
            assert_never(question)
