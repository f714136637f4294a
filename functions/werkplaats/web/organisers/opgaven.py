"""What people wrote about their own work, for whoever prepares the days with them. It has no addresses."""

from flask import Response

from werkplaats.domain.people import sort_by_name
from werkplaats.domain.questions import LongText
from werkplaats.domain.registration import State
from werkplaats.domain.workshop import Workshop
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page
from werkplaats.wording.answers import answer_text, question_label


def show(visit: Visit, workshop: Workshop) -> Response:
    """Show the name, organisation and long answers of everybody with a confirmed seat.

    Short answers, such as dietary wishes, and answers that are erased early are not shown.
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
