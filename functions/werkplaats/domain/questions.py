"""The questions of a form (the sign-up, or a wave of the survey), and the types that an answer can have.

Questions are part of a workshop's file. workshop_rules.py reports mistakes in them. docs/adding.md explains how to add
a kind of question. If a kind is incomplete, either importing this module or mypy fails.
"""

from collections.abc import Iterator, Mapping
from datetime import date
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

Forms, sealed answers and stored documents all hold answers of these types. They are listed only here.
"""


class OnlyIf(Struct, frozen=True, kw_only=True):
    """A condition: the question is asked only if the answer to an earlier `question` is one of the values in `is`.

    If several options can be chosen there, one of them is enough.
    """

    question: Id
    is_: Annotated[tuple[Annotated[str, Meta(max_length=60)] | int | bool, ...], Meta(min_length=1, max_length=30)] = (
        field(name="is")
    )


class Question(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What all kinds of questions have.

    - `erase_after`, such as '90 days', counts from the end of the workshop's last day.
    - `changeable_until`: the last day (in Amsterdam) on which somebody who signed up can change the answer on their
      own page; None if they can until the workshop begins.
    - `tell`: whether organisers are told that somebody has changed the answer.
    The last two are only for questions of the sign-up form.
    """

    id: Id
    label: Line
    help: Annotated[str, Meta(max_length=1_000)] = ""
    required: bool = False
    erase_after: Duration | None = None
    only_if: OnlyIf | None = None
    changeable_until: date | None = None
    tell: bool = False


OF_SIGN_UP_ONLY = ("changeable_until", "tell")
"""The fields of a question that make no difference to a survey, and that a survey's question must not have."""


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
    """Raise ValueError if `ids` has the same id twice. `what` is the name of such an id in the message."""
    for id in ids:
        if ids.count(id) > 1:
            raise ValueError(f"expected every {what} to be different, got {id!r} twice")


class OneOf(Question, frozen=True, kw_only=True, tag="one_of"):
    options: Options


class AnyOf(Question, frozen=True, kw_only=True, tag="any_of"):
    options: Options


class Scale(Question, frozen=True, kw_only=True, tag="scale"):
    """A whole number from `lowest` to `highest`. Both ends have a label."""

    lowest: Annotated[int, Meta(ge=0, le=1)] = 1
    highest: Annotated[int, Meta(ge=3, le=10)] = 5
    lowest_label: Line
    highest_label: Line


class Recommendation(Question, frozen=True, kw_only=True, tag="recommendation"):
    """How likely people are to recommend it, 0 to 10: 9 and 10 are promoters, 0 to 6 detractors (Reichheld, 2003)."""

    lowest_label: Line
    highest_label: Line


class Consent(Question, frozen=True, kw_only=True, tag="consent"):
    """A box to tick; if it is required, it must be ticked.

    `{privacy}` in the label becomes a link to the privacy page.
    """


AnyQuestion = ShortText | LongText | OneOf | AnyOf | Scale | Recommendation | Consent
Questions = Annotated[tuple[AnyQuestion, ...], Meta(max_length=40)]


LONGEST_FORM = 20_000
"""The most characters that all texts of one form may have together.

A form of 64 KiB, the most that is accepted, then has room for them even if some characters take several bytes.
"""


def check_distinct(questions: tuple[AnyQuestion, ...]) -> None:
    """Raise ValueError if two of `questions` have the same id, or two options of one question the same value."""
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
    """Whether `question` is asked of somebody who gave `answers` to the questions before it."""
    if question.only_if is None:
        return True
    given = answers.get(question.only_if.question)
    return any(one in question.only_if.is_ for one in (given if isinstance(given, list) else [given]))


def possible_answers(question: AnyQuestion) -> tuple[str | int | bool, ...]:
    """The answers to `question` on which a later one can depend; empty if people answer it in their own words."""
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
    """The most characters that people can type in answer to `question`; 0 if they only choose."""
    match question:
        case ShortText(max_length=at_most) | LongText(max_length=at_most):
            return at_most
        case OneOf() | AnyOf() | Scale() | Recommendation() | Consent():
            return 0
        case _:
            assert_never(question)


def _check_kinds() -> None:
    """Raise TypeError if a kind of question is incomplete, so that the program does not start.

    mypy does not notice if a class is missing from AnyQuestion, or if two kinds have the same tag.
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
