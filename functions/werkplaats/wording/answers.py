"""What was answered: as people read it, and as cells of a table."""

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
from werkplaats.wording.catalogues import Phrase, Words

Cell = str | int | float | None
"""What a cell of a table can hold. None is an empty cell."""

KIND_NAMES = {
    "short_text": Phrase("korte tekst"),
    "long_text": Phrase("lange tekst"),
    "one_of": Phrase("één keuze"),
    "any_of": Phrase("meer keuzes"),
    "scale": Phrase("schaal"),
    "recommendation": Phrase("aanbeveling van 0 tot 10"),
    "consent": Phrase("toestemming"),
}
"""What kinds of questions are called where somebody makes one, by the word for it in a workshop's file."""


def question_label(words: Words, question: AnyQuestion) -> str:
    """The label of `question` in a place that cannot hold a link."""
    return question.label.replace("{privacy}", privacy_statement(words))


def privacy_statement(words: Words) -> str:
    """What takes the place of `{privacy}` in a label: the name of the page with the privacy statement."""
    return words.gettext("privacyverklaring")


def answer_text(words: Words, question: AnyQuestion, answer: Answer | None) -> str:
    """`answer` to `question` as people read it; "" for no answer.

    An option is shown by its label. An answer that is none of the options, because the question has changed since, is
    shown as it was stored.
    """
    if answer is None:
        return ""
    match question:
        case OneOf(options=options) | AnyOf(options=options):
            labels = {option.value: option.label for option in options}
            values = answer if isinstance(answer, list) else [str(answer)]
            return ", ".join(labels.get(value, value) for value in values)
        case Consent():
            return _yes(words) if answer is True else words.gettext("nee")
        case ShortText() | LongText() | Scale() | Recommendation():
            return ", ".join(answer) if isinstance(answer, list) else str(answer)
        case _:
            assert_never(question)


def column_titles(question: AnyQuestion) -> list[str]:
    """The heads of the columns for `question` in a table of answers, one for each cell of `answer_cells`."""
    match question:
        case AnyOf(options=options):
            return [f"{question.label} {option.label}" for option in options]
        case ShortText() | LongText() | OneOf() | Scale() | Recommendation() | Consent():
            return [question.label]
        case _:
            assert_never(question)


def answer_cells(words: Words, question: AnyQuestion, answer: Answer | None) -> list[Cell]:
    """`answer` to `question` as cells to count and sort by. A cell is empty if the answer is not one of the options."""
    match question:
        case OneOf(options=options):
            return [next((option.label for option in options if option.value == answer), "")]
        case AnyOf(options=options):
            chosen = answer if isinstance(answer, list) else []
            return [_yes(words) if option.value in chosen else "" for option in options]
        case Consent():
            return [_yes(words) if answer is True else ""]
        case ShortText() | LongText() | Scale() | Recommendation():
            return [answer if isinstance(answer, str | int) else ""]
        case _:
            assert_never(question)


def _yes(words: Words) -> str:
    return words.gettext("ja")
