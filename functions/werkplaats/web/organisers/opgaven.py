"""What people wrote about their own work, for whoever prepares the days with them. It holds no addresses."""

from flask import Response

from werkplaats.domain.people import sort_by_name
from werkplaats.domain.questions import LongText
from werkplaats.domain.registration import State
from werkplaats.domain.workshop import Workshop
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page
from werkplaats.wording.answers import answer_text, question_label


def show(visit: Visit, workshop: Workshop) -> Response:
    """Of everybody who has a seat: name, organisation, and the answers to questions that ask for some lines of text.

    Short answers, such as what somebody does not eat, are not shown, nor those that are erased early.
    """
    words = visit.words
    questions = [one for one in workshop.questions if isinstance(one, LongText) and one.erase_after is None]
    everybody = sort_by_name(visit.runtime.store.seats.all_of(workshop.id))
    seated = [one for one in everybody if one.state is State.CONFIRMED and one.person is not None]
    lines = [
        (
            one.person,
            [
                (question_label(words, asked), answer_text(words, asked, one.answers.get(asked.id)))
                for asked in questions
            ],
        )
        for one in seated
    ]
    return desk_page(words, "opgaven", email=visit.email, workshop=workshop, lines=lines, asked=bool(questions))
