"""Results of a survey as tables to take away."""

from collections.abc import Iterable
from typing import assert_never

from werkplaats.domain.questions import Questions
from werkplaats.domain.registration import Answers
from werkplaats.domain.survey.results import Choice, Day, Rating, Summary, Texts
from werkplaats.wording.answers import Cell, answer_cells, answer_text, column_titles
from werkplaats.wording.catalogues import Phrase, Words

Row = tuple[Cell, ...]

_SUMMARY_HEAD = (
    Phrase("Vraag"),
    Phrase("Antwoord"),
    Phrase("Aantal"),
    Phrase("Deel (%%)"),
    Phrase("Gemiddelde"),
    Phrase("Spreiding"),
    Phrase("n"),
    Phrase("Score"),
)
_RESPONSE_HEAD = (Phrase("Dag"), Phrase("Uitgenodigd"), Phrase("Geantwoord"), Phrase("Respons (%%)"))


def answer_table(words: Words, questions: Questions, answers: Iterable[Answers]) -> tuple[Row, ...]:
    """A head, and a row for each of `answers` in the order given. Each option of a multiple choice has its column."""
    head = tuple(title for question in questions for title in column_titles(question))
    rows = (
        tuple(cell for one in questions for cell in answer_cells(words, one, given.get(one.id))) for given in answers
    )
    return (head, *rows)


def summary_table(words: Words, summaries: Iterable[Summary]) -> tuple[Row, ...]:
    """For every question whose answers are counted: a row for each answer, and one for all answers together."""
    rows = (row for summary in summaries for row in _summary_rows(words, summary))
    return (tuple(map(words.show, _SUMMARY_HEAD)), *rows)


def response_table(words: Words, days: Iterable[Day]) -> tuple[Row, ...]:
    """A row for each day: how many people were invited by then, how many had answered, and their share in percent."""
    rows = ((day.day.isoformat(), day.invited, day.answered, 100 * day.rate) for day in days)
    return (tuple(map(words.show, _RESPONSE_HEAD)), *rows)


def _summary_rows(words: Words, summary: Summary) -> list[Row]:
    match summary:
        case Texts():
            return []
        case Choice():
            return [*_bar_rows(words, summary), _total_row(words, summary, mean=None, spread=None, score=None)]
        case Rating(mean=mean, spread=spread, score=score):
            value = None if score is None else score.value
            return [*_bar_rows(words, summary), _total_row(words, summary, mean=mean, spread=spread, score=value)]
        case _:
            assert_never(summary)


def _bar_rows(words: Words, summary: Choice | Rating) -> list[Row]:
    question = summary.question
    return [
        (question.label, answer_text(words, question, bar.answer), bar.count, 100 * bar.share, None, None, None, None)
        for bar in summary.bars
    ]


def _total_row(
    words: Words, summary: Choice | Rating, *, mean: float | None, spread: float | None, score: int | None
) -> Row:
    everything = words.gettext("alle antwoorden")
    return (summary.question.label, everything, summary.n, None, mean, spread, summary.n, score)
