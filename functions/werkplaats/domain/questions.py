"""The questions of a form: of the sign-up, or of a round of the survey; and what an answer to one can be.

They are part of a workshop's file; mistakes in them are told by workshop_rules.py. docs/adding.md says how to add a
kind of question. A kind that is only half made is refused when this module is imported, or by mypy.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, assert_never, get_args

import msgspec
from msgspec import Meta, Struct, field

ID_PATTERN = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
LINE_PATTERN = r"^[^\x00-\x1f\x7f]+$"

Id = Annotated[str, Meta(pattern=ID_PATTERN, max_length=60)]
Line = Annotated[str, Meta(min_length=1, max_length=300, pattern=LINE_PATTERN)]
Text = Annotated[str, Meta(min_length=1, max_length=20_000)]
Duration = Annotated[str, Meta(max_length=20)]
"""A length of time as it is written, such as '90 days'; `times` reads it."""

Answer = str | int | bool | list[str]
"""An answer to one question: text, the value of an option, a number, a ticked box, or the values of several options.

Forms give it, seals carry it and the store keeps it: this is the one place that says which types there are.
"""


class OnlyIf(Struct, frozen=True, kw_only=True):
    """A question is asked only if the answer to an earlier one `is` one of these (any of them, for several choices)."""

    question: Id
    is_: Annotated[tuple[Annotated[str, Meta(max_length=60)] | int | bool, ...], Meta(min_length=1, max_length=30)] = (
        field(name="is")
    )


class Question(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every question has. `erase_after` counts from the end of the workshop's last day."""

    id: Id
    label: Line
    help: Annotated[str, Meta(max_length=1_000)] = ""
    required: bool = False
    erase_after: Duration | None = None
    only_if: OnlyIf | None = None


class ShortText(Question, frozen=True, kw_only=True, tag="short_text"):
    max_length: Annotated[int, Meta(ge=1, le=300)] = 200


class LongText(Question, frozen=True, kw_only=True, tag="long_text"):
    max_length: Annotated[int, Meta(ge=1, le=5_000)] = 2_000


class Option(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`counts`: what whoever chooses it is counted for, such as nacht-1 and nacht-2 for both nights.

    What is left out is not written either: the version of a survey's questions follows from what is written, and must
    stay the same for options from before there was `counts`.
    """

    value: Id
    label: Line
    counts: Annotated[tuple[Id, ...], Meta(max_length=20)] = ()


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


def check_distinct(questions: tuple[AnyQuestion, ...]) -> None:
    """Raise ValueError if two of `questions` have one id, or two options of one question the same value."""
    need_distinct([question.id for question in questions], "question's id")
    for question in questions:
        need_distinct([str(answer) for answer in possible_answers(question)], "option's value")
        for option in question.options if isinstance(question, OneOf | AnyOf) else ():
            need_distinct(list(option.counts), f"count of option {option.value!r}")


def check_length(questions: tuple[AnyQuestion, ...]) -> None:
    """Raise ValueError if all texts that people can write in one form are too long together."""
    length = sum(_longest_text(question) for question in questions)
    if length > LONGEST_FORM:
        raise ValueError(f"expected texts of at most {LONGEST_FORM} characters in one form together, got {length}")


def check_condition(question: AnyQuestion, earlier: tuple[AnyQuestion, ...]) -> None:
    """Raise ValueError unless `question` depends on no answer, or on one that an `earlier` question can have."""
    id, condition = question.id, question.only_if
    if condition is None:
        return
    asked = next((one for one in earlier if one.id == condition.question), None)
    if asked is None:
        raise ValueError(f"expected only_if of question {id!r} to name an earlier question, got {condition.question!r}")
    possible = [(type(answer), answer) for answer in possible_answers(asked)]
    for answer in condition.is_:
        if (type(answer), answer) not in possible:
            expected = ", ".join(str(one).lower() if one is True else repr(one) for _, one in possible)
            raise ValueError(
                f"expected only_if of question {id!r} to be answers that {asked.id!r} can have "
                f"({expected or 'none: it has no choices'}), got {answer!r}"
            )


def is_asked(question: AnyQuestion, answers: Mapping[str, object]) -> bool:
    """Whether `question` is asked of somebody who gave `answers` to those before it."""
    if question.only_if is None:
        return True
    given = answers.get(question.only_if.question)
    return any(one in question.only_if.is_ for one in (given if isinstance(given, list) else [given]))


def possible_answers(question: AnyQuestion) -> tuple[str | int | bool, ...]:
    """The answers to `question` that a later one can depend on; none where people answer in their own words."""
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
        case _:
            assert_never(question)


def _longest_text(question: AnyQuestion) -> int:
    """How many characters of their own people can write in answer to `question`."""
    match question:
        case ShortText(max_length=at_most) | LongText(max_length=at_most):
            return at_most
        case OneOf() | AnyOf() | Scale() | Recommendation() | Consent():
            return 0
        case _:
            assert_never(question)


def _check_kinds() -> None:
    """Raise TypeError if a kind of question is only half made, so that no program starts with it.

    mypy cannot see that a class was left out of AnyQuestion, nor that two kinds have one name in files.
    """
    known = get_args(AnyQuestion)
    for kind in _kinds_of(Question):
        if kind not in known:
            raise TypeError(f"{kind.__name__} is a Question that AnyQuestion does not name")
        if kind.__struct_config__.tag == kind.__name__:
            raise TypeError(f"{kind.__name__} has no tag: the word for it in a workshop's file, such as 'short_text'")
    msgspec.json.Decoder(AnyQuestion)
    msgspec.json.Decoder(Answer)


def _kinds_of(kind: type[Question]) -> Iterator[type[Question]]:
    for narrower in kind.__subclasses__():
        yield narrower
        yield from _kinds_of(narrower)


_check_kinds()
