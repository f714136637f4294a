"""The end of practising: what it erases, asked once, and then the workshop is real.

GET  /organisatie/{workshop}/echt-maken    what it does
POST /organisatie/{workshop}/echt-maken    does it
"""

from flask import Response

from werkplaats import log
from werkplaats.domain.workshop import Workshop
from werkplaats.web.http.responses import see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, overview_path
from werkplaats.wording.catalogues import Phrase
from werkplaats.workflows.make_real import make_real

_PEOPLE_LEFT = Phrase(
    "Er melden zich nu nog mensen aan, en daarom is de werkplaats nog niet echt. Sluit eerst het aanmelden, en probeer "
    "het dan opnieuw."
)


def show(visit: Visit, workshop: Workshop) -> Response:
    if not workshop.practice:
        return see_other(overview_path(visit.words, workshop))
    return _page(visit, workshop)


def act(visit: Visit, workshop: Workshop) -> Response:
    """Erase whoever tried it out, and make the workshop real. If it is real already, nothing changes."""
    refused = make_real(visit.runtime.store, visit.runtime.seat_queue, workshop.id, by=visit.email)
    if refused is not None:
        return _page(visit, workshop, 409, _PEOPLE_LEFT)
    log.event("desk.made_real", workshop=workshop.id)
    return see_other(overview_path(visit.words, workshop))


def _page(visit: Visit, workshop: Workshop, status: int = 200, problem: Phrase | None = None) -> Response:
    everybody = visit.runtime.store.seats.all_of(workshop.id)
    return desk_page(
        visit.words,
        "make_real",
        status,
        email=visit.email,
        workshop=workshop,
        people=sum(one.person is not None for one in everybody),
        problem=visit.words.show(problem) if problem else None,
    )
