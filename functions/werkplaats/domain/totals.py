"""What people answered when they signed up, counted: how many chose what, how many beds, and which wishes there are."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from werkplaats.domain.people import fold
from werkplaats.domain.questions import AnyOf, AnyQuestion, OneOf, ShortText, is_asked
from werkplaats.domain.registration import Answers, Registration, State
from werkplaats.domain.whence import by_code
from werkplaats.domain.workshop import Workshop


class Number(Struct, frozen=True):
    """How many people with a seat something is true of, and how many of those who still choose about an offer."""

    seats: int = 0
    offers: int = 0


class Chosen(Struct, frozen=True, kw_only=True):
    """A question with choices: how many people chose each of its options (by value), and how many gave no answer.

    `counts` has how many people count for what the options say they count for, such as beds in the first night.
    """

    question: OneOf | AnyOf
    options: dict[str, Number]
    unanswered: Number
    counts: dict[str, Number]


class Written(Struct, frozen=True, kw_only=True):
    """A question that is answered in a few words, such as about diet: every answer, the most frequent first.

    Answers that differ only in case, accents and spaces are one, as the first who gave it wrote it. The names are not
    there: whoever cooks needs none.
    """

    question: ShortText
    answers: tuple[tuple[str, Number], ...]


class Totals(Struct, frozen=True, kw_only=True):
    """The totals of one workshop. `people` is how many people they are of.

    `unconfirmed` is how many of those with a seat still have to confirm their address.

    `sources` are the codes by which they came (`domain/whence.py`), the most frequent first and "" last. It is empty if
    nobody came by a code.
    """

    people: Number
    unconfirmed: int = 0
    chosen: tuple[Chosen, ...]
    written: tuple[Written, ...]
    sources: tuple[tuple[str, Number], ...] = ()


def total(workshop: Workshop, registrations: Iterable[Registration]) -> Totals:
    """The totals of those of `registrations` who have a seat, or to whom one is offered."""
    held = [one for one in registrations if one.state in (State.CONFIRMED, State.OFFERED) and one.person is not None]
    return Totals(
        people=_number(held),
        unconfirmed=sum(one.is_unconfirmed for one in held),
        chosen=tuple(_chosen(one, held) for one in workshop.questions if isinstance(one, OneOf | AnyOf)),
        written=tuple(_written(one, held) for one in workshop.questions if isinstance(one, ShortText)),
        sources=_sources(held),
    )


def counted_for(question: AnyQuestion, answers: Answers) -> frozenset[str]:
    """What somebody who gave `answers` counts for by their answer to `question`, each once."""
    if not isinstance(question, OneOf | AnyOf):
        return frozenset()
    values = _values(question, answers)
    return frozenset(what for option in question.options if option.value in values for what in option.counts)


def all_counts(question: AnyQuestion) -> tuple[str, ...]:
    """Everything that an option of `question` counts for, in the order of the options."""
    options = question.options if isinstance(question, OneOf | AnyOf) else ()
    return tuple(dict.fromkeys(what for option in options for what in option.counts))


def _chosen(question: OneOf | AnyOf, people: list[Registration]) -> Chosen:
    known = [option.value for option in question.options]
    options = {value: _number(one for one in people if value in _values(question, one.answers)) for value in known}
    silent = [
        one for one in people if is_asked(question, one.answers) and not _values(question, one.answers) & {*known}
    ]
    counts = {
        what: _number(one for one in people if what in counted_for(question, one.answers))
        for what in all_counts(question)
    }
    return Chosen(question=question, options=options, unanswered=_number(silent), counts=counts)


def _written(question: ShortText, people: list[Registration]) -> Written:
    said = [(text, one) for one in people if (text := str(one.answers.get(question.id, "")).strip())]
    alike: dict[str, list[tuple[str, Registration]]] = {}
    for text, one in sorted(said, key=lambda each: each[1].sequence):
        alike.setdefault(" ".join(fold(text).split()), []).append((text, one))
    answers = [(group[0][0], _number(one for _, one in group)) for group in alike.values()]
    ordered = sorted(answers, key=lambda answer: (-answer[1].seats - answer[1].offers, fold(answer[0])))
    return Written(question=question, answers=tuple(ordered))


def _sources(people: list[Registration]) -> tuple[tuple[str, Number], ...]:
    codes = by_code(Counter(one.via for one in people).items())
    if not any(code for code, _ in codes):
        return ()
    return tuple((code, _number(one for one in people if one.via == code)) for code, _ in codes)


def _values(question: OneOf | AnyOf, answers: Answers) -> frozenset[str]:
    given = answers.get(question.id)
    if isinstance(given, list):
        return frozenset(given)
    return frozenset() if given is None else frozenset((str(given),))


def _number(people: Iterable[Registration]) -> Number:
    states = Counter(one.state for one in people)
    return Number(states[State.CONFIRMED], states[State.OFFERED])
