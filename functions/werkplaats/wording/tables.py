"""Results of a survey as tables to take away, in Dutch."""

from collections.abc import Iterable
from typing import assert_never

from werkplaats.domain.questions import Questions
from werkplaats.domain.registration import Answers
from werkplaats.domain.survey.results import Choice, Day, Rating, Summary, Texts
from werkplaats.wording.answers import Cell, answer_cells, answer_text, column_titles

Row = tuple[Cell, ...]


def answer_table(questions: Questions, answers: Iterable[Answers]) -> tuple[Row, ...]:
    """A head and a row for each of `answers`, in the order given; of several choices each option has its column."""
    head = tuple(title for question in questions for title in column_titles(question))
    rows = (tuple(cell for one in questions for cell in answer_cells(one, given.get(one.id))) for given in answers)
    return (head, *rows)


def summary_table(summaries: Iterable[Summary]) -> tuple[Row, ...]:
    """Every question whose answers are counted, with a row for each of them and one for all together."""
    head = ("Vraag", "Antwoord", "Aantal", "Deel (%)", "Gemiddelde", "Spreiding", "n", "Score")
    return (head, *(row for summary in summaries for row in _summary_rows(summary)))


def response_table(days: Iterable[Day]) -> tuple[Row, ...]:
    rows = ((day.day.isoformat(), day.invited, day.answered, 100 * day.rate) for day in days)
    return (("Dag", "Uitgenodigd", "Geantwoord", "Respons (%)"), *rows)


def _summary_rows(summary: Summary) -> list[Row]:
    match summary:
        case Texts():
            return []
        case Choice():
            return [*_bar_rows(summary), _total_row(summary, mean=None, spread=None, score=None)]
        case Rating(mean=mean, spread=spread, score=score):
            value = None if score is None else score.value
            return [*_bar_rows(summary), _total_row(summary, mean=mean, spread=spread, score=value)]
        case _:
            assert_never(summary)


def _bar_rows(summary: Choice | Rating) -> list[Row]:
    question = summary.question
    return [
        (question.label, answer_text(question, bar.answer), bar.count, 100 * bar.share, None, None, None, None)
        for bar in summary.bars
    ]


def _total_row(summary: Choice | Rating, *, mean: float | None, spread: float | None, score: int | None) -> Row:
    return (summary.question.label, "alle antwoorden", summary.n, None, mean, spread, summary.n, score)
