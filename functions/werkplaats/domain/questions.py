"""The questions of a form: of the sign-up, or of a round of the survey.

They are part of a workshop's file; mistakes in them are told as in workshop.py.
"""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct, field

ID_PATTERN = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
LINE_PATTERN = r"^[^\x00-\x1f\x7f]+$"

TICKED = "ja"
"""What a form sends for a box that is ticked."""

Id = Annotated[str, Meta(pattern=ID_PATTERN, max_length=60)]
Line = Annotated[str, Meta(min_length=1, max_length=300, pattern=LINE_PATTERN)]
Text = Annotated[str, Meta(min_length=1, max_length=20_000)]


class OnlyIf(Struct, frozen=True, kw_only=True):
    """A question is asked only if the answer to an earlier one `is` one of these (any of them, for several choices)."""

    question: Id
    is_: Annotated[tuple[str | int | bool, ...], Meta(min_length=1)] = field(name="is")

    @property
    def values(self) -> tuple[str, ...]:
        """What a form sends for these answers."""
        return tuple(TICKED if one is True else str(one) for one in self.is_)


class Question(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every question has. `erase_after` counts from the end of the workshop's last day."""

    id: Id
    label: Line
    help: str = ""
    required: bool = False
    erase_after: str | None = None
    only_if: OnlyIf | None = None


class ShortText(Question, frozen=True, kw_only=True, tag="short_text"):
    max_length: Annotated[int, Meta(ge=1, le=300)] = 200


class LongText(Question, frozen=True, kw_only=True, tag="long_text"):
    max_length: Annotated[int, Meta(ge=1, le=5_000)] = 2_000


class Option(Struct, frozen=True, kw_only=True):
    value: Id
    label: Line


Options = Annotated[tuple[Option, ...], Meta(min_length=2, max_length=30)]


def need_distinct(ids: list[str], what: str) -> None:
    for id in ids:
        if ids.count(id) > 1:
            raise ValueError(f"expected every {what} to be different, got {id!r} twice")


class OneOf(Question, frozen=True, kw_only=True, tag="one_of"):
    options: Options


class AnyOf(Question, frozen=True, kw_only=True, tag="any_of"):
    options: Options


class Scale(Question, frozen=True, kw_only=True, tag="scale"):
    """A whole number from `lowest` to `highest`, both with a label."""

    lowest: Annotated[int, Meta(ge=0, le=1)] = 1
    highest: Annotated[int, Meta(ge=3, le=10)] = 5
    lowest_label: Line
    highest_label: Line


class Recommendation(Question, frozen=True, kw_only=True, tag="recommendation"):
    """Would you recommend it, from 0 to 10: 9 and 10 promote, 0 to 6 detract (Reichheld, 2003)."""

    lowest_label: Line
    highest_label: Line


class Consent(Question, frozen=True, kw_only=True, tag="consent"):
    """A box to tick; a required one must be ticked. `{privacy}` in the label becomes a link to the statement."""


AnyQuestion = ShortText | LongText | OneOf | AnyOf | Scale | Recommendation | Consent
Questions = Annotated[tuple[AnyQuestion, ...], Meta(max_length=40)]


LONGEST_FORM = 20_000
"""Characters in all texts of one form together: they fit a form of 64 KiB also where some take several bytes."""


def check_questions(questions: tuple[AnyQuestion, ...]) -> None:
    """Raise ValueError for the first rule that `questions`, those of one form, break; it says what was expected."""
    need_distinct([question.id for question in questions], "question's id")
    for question in questions:
        if isinstance(question, OneOf | AnyOf):
            need_distinct([option.value for option in question.options], "option's value")
    length = sum(question.max_length for question in questions if isinstance(question, ShortText | LongText))
    if length > LONGEST_FORM:
        raise ValueError(f"expected texts of at most {LONGEST_FORM} characters in one form together, got {length}")
    for number, question in enumerate(questions):
        if (condition := question.only_if) is None:
            continue
        earlier = next((one for one in questions[:number] if one.id == condition.question), None)
        if earlier is None:
            raise ValueError(
                f"expected only_if of question {question.id!r} to name an earlier question, got {condition.question!r}"
            )
        possible = [(type(answer), answer) for answer in _possible(earlier)]
        for answer in condition.is_:
            if (type(answer), answer) not in possible:
                expected = ", ".join(str(one).lower() if one is True else repr(one) for _, one in possible)
                raise ValueError(
                    f"expected only_if of question {question.id!r} to be answers that {earlier.id!r} can have "
                    f"({expected or 'none: it has no choices'}), got {answer!r}"
                )


def _possible(question: AnyQuestion) -> tuple[str | int | bool, ...]:
    """The answers a later question can depend on."""
    match question:
        case OneOf(options=options) | AnyOf(options=options):
            return tuple(option.value for option in options)
        case Scale(lowest=lowest, highest=highest):
            return tuple(range(lowest, highest + 1))
        case Recommendation():
            return tuple(range(11))
        case Consent():
            return (True,)
        case ShortText() | LongText():
            return ()


def is_asked(question: AnyQuestion, answers: Mapping[str, object]) -> bool:
    """Whether `question` is asked of somebody who gave `answers` to those before it."""
    if question.only_if is None:
        return True
    given = answers.get(question.only_if.question)
    return any(one in question.only_if.is_ for one in (given if isinstance(given, list) else [given]))
