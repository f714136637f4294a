"""Statistics of survey answers.

Only opened answers are counted. These come in whole lots, so that no number can be traced to one person.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import fmean, stdev
from typing import ClassVar, Literal, assert_never

from msgspec import Struct

from werkplaats.domain.questions import (
    Answer,
    AnyOf,
    AnyQuestion,
    Consent,
    LongText,
    OneOf,
    Questions,
    Recommendation,
    Scale,
    ShortText,
)
from werkplaats.domain.registration import Answers
from werkplaats.domain.survey.waves import Invitation
from werkplaats.domain.times import AMSTERDAM


class Bar(Struct, frozen=True, kw_only=True):
    """How often one answer was given. `share` (0–1) is of the people who answered the question."""

    answer: Answer
    count: int
    share: float


class Choice(Struct, frozen=True, kw_only=True):
    """The answers to a question with options. If people may choose `several`, the shares can add up to more than 1."""

    kind: ClassVar[Literal["choice"]] = "choice"

    question: AnyQuestion
    n: int
    bars: tuple[Bar, ...]
    several: bool = False


class Score(Struct, frozen=True, kw_only=True):
    """The net promoter score: how many people gave 9 or 10 (promoters), 7 or 8 (passives), and 0 to 6 (detractors).

    `value` (-100 to 100) is the percentage of promoters less the percentage of detractors (Reichheld, 2003).
    """

    promoters: int
    passives: int
    detractors: int

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def value(self) -> int:
        return round(100 * (self.promoters - self.detractors) / self.n) if self.n else 0


class Rating(Struct, frozen=True, kw_only=True):
    """The answers to a question with numbers. `mean` and `spread` are of the `n` answers.

    `spread` is the sample standard deviation, None for fewer than two answers.
    """

    kind: ClassVar[Literal["rating"]] = "rating"

    question: Scale | Recommendation
    n: int
    bars: tuple[Bar, ...]
    mean: float | None
    spread: float | None
    score: Score | None = None


class Texts(Struct, frozen=True, kw_only=True):
    """What people wrote, in alphabetical order.

    So nobody can tell who answered first, or connect answers to two questions.
    """

    kind: ClassVar[Literal["texts"]] = "texts"

    question: AnyQuestion
    n: int
    texts: tuple[str, ...]


Summary = Choice | Rating | Texts
"""Templates use `kind` to choose how to show one."""


def summarise(questions: Questions, answers: Sequence[Answers]) -> tuple[Summary, ...]:
    """A summary of the answers to each of `questions`. A value that is not a possible answer is not counted."""
    return tuple(_summary(question, [one.get(question.id) for one in answers]) for question in questions)


def pairs(left: Iterable[Summary], right: Iterable[Summary]) -> tuple[tuple[Summary | None, Summary | None], ...]:
    """The rows of a comparison: each question of `left` with the same question of `right`, then the rest of `right`.

    Questions are the same if their id and kind are. None stands for a question that one side does not have.
    """
    others = {(one.question.id, type(one.question)): one for one in right}
    both = [(one, others.pop((one.question.id, type(one.question)), None)) for one in left]
    return (*both, *((None, one) for one in others.values()))


def _summary(question: AnyQuestion, given: list[object]) -> Summary:
    match question:
        case OneOf(options=options):
            return _choice(question, [one.value for one in options], [[value] for value in given])
        case AnyOf(options=options):
            chosen = [list({str(value) for value in values}) for values in given if isinstance(values, list)]
            return _choice(question, [one.value for one in options], chosen, several=True)
        case Consent():
            return _choice(question, [True], [[value] for value in given if value is True])
        case Scale():
            return _rating(question, question.lowest, question.highest, given)
        case Recommendation():
            return _rating(question, 0, 10, given)
        case ShortText() | LongText():
            texts = [value.strip() for value in given if isinstance(value, str) and value.strip()]
            return Texts(question=question, n=len(texts), texts=tuple(sorted(texts, key=lambda text: text.casefold())))
        case _:
            assert_never(question)


def _choice(
    question: AnyQuestion, possible: Sequence[str | bool], chosen: Sequence[Sequence[object]], several: bool = False
) -> Choice:
    answered = [kept for values in chosen if (kept := [value for value in values if value in possible])]
    counts = Counter(value for values in answered for value in values)
    bars = tuple(_bar([str(one)] if several else one, counts[one], len(answered)) for one in possible)
    return Choice(question=question, n=len(answered), bars=bars, several=several)


def _rating(question: Scale | Recommendation, lowest: int, highest: int, given: list[object]) -> Rating:
    numbers = [value for value in given if type(value) is int and lowest <= value <= highest]
    counts = Counter(numbers)
    recommends = isinstance(question, Recommendation)
    return Rating(
        question=question,
        n=len(numbers),
        bars=tuple(_bar(value, counts[value], len(numbers)) for value in range(lowest, highest + 1)),
        mean=fmean(numbers) if numbers else None,
        spread=stdev(numbers) if len(numbers) > 1 else None,
        score=_score(numbers) if recommends and numbers else None,
    )


def _score(numbers: list[int]) -> Score:
    return Score(
        promoters=sum(number >= 9 for number in numbers),
        passives=sum(number in (7, 8) for number in numbers),
        detractors=sum(number <= 6 for number in numbers),
    )


def _bar(answer: Answer, count: int, of: int) -> Bar:
    return Bar(answer=answer, count=count, share=count / of if of else 0.0)


# Response


class Day(Struct, frozen=True, kw_only=True):
    """How many people had been invited and how many had answered by the end of `day` in Amsterdam."""

    day: date
    invited: int
    answered: int

    @property
    def rate(self) -> float:
        return self.answered / self.invited if self.invited else 0.0


def response(invitations: Iterable[Invitation]) -> tuple[Day, ...]:
    """The cumulative response: one line for every day from the first invitation to the last invitation or answer."""
    invited: Counter[date] = Counter()
    answered: Counter[date] = Counter()
    for invitation in invitations:
        day = invitation.invited_at.astimezone(AMSTERDAM).date()
        invited[day] += 1
        if invitation.answered:
            answered[max(day, invitation.answered_on or day)] += 1
    if not invited:
        return ()
    first, last = min(invited), max(invited | answered)
    lines: list[Day] = []
    before = Day(day=first, invited=0, answered=0)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        before = Day(day=day, invited=before.invited + invited[day], answered=before.answered + answered[day])
        lines.append(before)
    return tuple(lines)
