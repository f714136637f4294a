"""What people answered, added up. Only opened answers come here: whole lots, which tell of nobody alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import fmean, stdev

from msgspec import Struct

from werkplaats.domain.questions import (
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

Cell = str | int | float | None


class Bar(Struct, frozen=True, kw_only=True):
    """How often one answer was given, and its share (0 to 1) of those who answered the question."""

    label: str
    count: int
    share: float


class Choice(Struct, frozen=True, kw_only=True):
    """Answers out of a list. Where people may choose `several`, the shares add up to more than one."""

    question: AnyQuestion
    n: int
    bars: tuple[Bar, ...]
    several: bool = False


class Score(Struct, frozen=True, kw_only=True):
    """Of a recommendation: how many gave 9 or 10, 7 or 8, and 0 to 6.

    `value`, from -100 to 100, is the share of promoters less that of detractors (Reichheld, 2003).
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
    """Numbers. `mean` of the `n` given; `spread` is the sample's standard deviation, of two and more."""

    question: Scale | Recommendation
    n: int
    bars: tuple[Bar, ...]
    mean: float | None
    spread: float | None
    score: Score | None = None


class Texts(Struct, frozen=True, kw_only=True):
    """What people wrote, in alphabetical order: no order of arrival, and no line from one question to the next."""

    question: AnyQuestion
    n: int
    texts: tuple[str, ...]


Summary = Choice | Rating | Texts


def summarise(questions: Questions, answers: Sequence[Answers]) -> tuple[Summary, ...]:
    """Each of `questions` with what was answered to it. What cannot be an answer to it does not count."""
    return tuple(_summary(question, [one.get(question.id) for one in answers]) for question in questions)


def pairs(left: Iterable[Summary], right: Iterable[Summary]) -> tuple[tuple[Summary | None, Summary | None], ...]:
    """Both sides of a comparison: the same question (id and kind) beside itself, then those only the right one has."""
    others = {(one.question.id, type(one.question)): one for one in right}
    both = [(one, others.pop((one.question.id, type(one.question)), None)) for one in left]
    return (*both, *((None, one) for one in others.values()))


def _summary(question: AnyQuestion, given: list[object]) -> Summary:
    match question:
        case OneOf():
            chosen = [[value] for value in given if isinstance(value, str)]
            return _choice(question, [(one.value, one.label) for one in question.options], chosen)
        case AnyOf():
            chosen = [list({str(value) for value in values}) for values in given if isinstance(values, list)]
            return _choice(question, [(one.value, one.label) for one in question.options], chosen, several=True)
        case Consent():
            return _choice(question, [("True", "ja")], [["True"] for value in given if value is True])
        case Scale():
            return _rating(question, question.lowest, question.highest, given)
        case Recommendation():
            return _rating(question, 0, 10, given)
        case ShortText() | LongText():
            texts = [value.strip() for value in given if isinstance(value, str) and value.strip()]
            return Texts(question=question, n=len(texts), texts=tuple(sorted(texts, key=lambda text: text.casefold())))


def _choice(
    question: AnyQuestion, options: list[tuple[str, str]], chosen: list[list[str]], several: bool = False
) -> Choice:
    known = {value for value, _ in options}
    answered = [kept for values in chosen if (kept := [value for value in values if value in known])]
    counts = Counter(value for values in answered for value in values)
    bars = tuple(_bar(label, counts[value], len(answered)) for value, label in options)
    return Choice(question=question, n=len(answered), bars=bars, several=several)


def _rating(question: Scale | Recommendation, lowest: int, highest: int, given: list[object]) -> Rating:
    numbers = [value for value in given if type(value) is int and lowest <= value <= highest]
    counts = Counter(numbers)
    recommends = isinstance(question, Recommendation)
    return Rating(
        question=question,
        n=len(numbers),
        bars=tuple(_bar(str(value), counts[value], len(numbers)) for value in range(lowest, highest + 1)),
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


def _bar(label: str, count: int, of: int) -> Bar:
    return Bar(label=label, count=count, share=count / of if of else 0.0)


# Response


class Day(Struct, frozen=True, kw_only=True):
    """How many had been invited and how many had answered by the end of `day`, in Amsterdam."""

    day: date
    invited: int
    answered: int

    @property
    def rate(self) -> float:
        return self.answered / self.invited if self.invited else 0.0


def response(invitations: Iterable[Invitation]) -> tuple[Day, ...]:
    """The response, cumulated: a line for every day from the first invitation to the last thing that happened."""
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


# As tables


def answer_table(questions: Questions, answers: Iterable[Answers]) -> tuple[tuple[Cell, ...], ...]:
    """A head and a row for each of `answers`, in the order given; of several choices each option has its column."""
    rows = [tuple(cell for question in questions for cell in _cells(question, one.get(question.id))) for one in answers]
    return (tuple(title for question in questions for title in _titles(question)), *rows)


def summary_table(summaries: Iterable[Summary]) -> tuple[tuple[Cell, ...], ...]:
    """Every question that has bars, with a row for each of them."""
    head = ("Vraag", "Antwoord", "Aantal", "Deel (%)", "Gemiddelde", "Spreiding", "n", "Score")
    rows: list[tuple[Cell, ...]] = [head]
    for one in summaries:
        if isinstance(one, Texts):
            continue
        mean, spread, score = (one.mean, one.spread, one.score) if isinstance(one, Rating) else (None, None, None)
        value = score.value if score else None
        rows += [
            (one.question.label, bar.label, bar.count, 100 * bar.share, None, None, None, None) for bar in one.bars
        ]
        rows.append((one.question.label, "alle antwoorden", one.n, None, mean, spread, one.n, value))
    return tuple(rows)


def response_table(days: Iterable[Day]) -> tuple[tuple[Cell, ...], ...]:
    rows = [(day.day.isoformat(), day.invited, day.answered, 100 * day.rate) for day in days]
    return (("Dag", "Uitgenodigd", "Geantwoord", "Respons (%)"), *rows)


def _titles(question: AnyQuestion) -> list[str]:
    if isinstance(question, AnyOf):
        return [f"{question.label} {option.label}" for option in question.options]
    return [question.label]


def _cells(question: AnyQuestion, given: object) -> list[Cell]:
    if isinstance(question, AnyOf):
        chosen = given if isinstance(given, list) else []
        return ["ja" if option.value in chosen else "" for option in question.options]
    if isinstance(question, OneOf):
        return [next((option.label for option in question.options if option.value == given), "")]
    if isinstance(question, Consent):
        return ["ja" if given is True else ""]
    return [given if isinstance(given, str | int) else ""]
