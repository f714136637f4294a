"""What people wrote about their own work, for whoever prepares the days with them. It has no addresses."""

from flask import Response
from msgspec import Struct

from werkplaats.domain.people import sort_by_name
from werkplaats.domain.questions import LongText
from werkplaats.domain.registration import Person, State
from werkplaats.domain.workshop import Workshop
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page
from werkplaats.wording.answers import answer_text, question_label


class Opgaven(Struct, frozen=True):
    """Everybody with a confirmed seat, by given name, with the long answers: (label, text) for each question.

    `asked` is whether the workshop has such questions. Short answers, such as dietary wishes, and answers that are
    erased early are not there.
    """

    asked: bool
    lines: list[tuple[Person, list[tuple[str, str]]]]


def show(visit: Visit, workshop: Workshop) -> Response:
    """Show the name, organisation and long answers of everybody with a confirmed seat."""
    read = opgaven_of(visit, workshop)
    return desk_page(visit.words, "opgaven", email=visit.email, workshop=workshop, lines=read.lines, asked=read.asked)


def opgaven_of(visit: Visit, workshop: Workshop) -> Opgaven:
    """What the page and the booklet show. Those with a seat are read, and nobody else."""
    words = visit.words
    questions = [one for one in workshop.questions if isinstance(one, LongText) and one.erase_after is None]
    seated = sort_by_name(visit.runtime.store.people.everybody_in(workshop.id, State.CONFIRMED))
    lines = [
        (
            one.person,
            [
                (question_label(words, asked), answer_text(words, asked, one.answers.get(asked.id)))
                for asked in questions
            ],
        )
        for one in seated
        if one.person is not None
    ]
    return Opgaven(bool(questions), lines)
