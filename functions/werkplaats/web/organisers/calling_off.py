"""Calling a workshop off: what that means, the reason, once more to be sure, and then it is so.

GET  /organisatie/{workshop}/afgelasten    what happens then, and a form for the reason
POST /organisatie/{workshop}/afgelasten    with action=check: the reason as people will read it, and a last question;
                                           without: calls the workshop off
"""

from flask import Response

from werkplaats import log
from werkplaats.domain.seats.commands import Refusal
from werkplaats.domain.workshop import Workshop
from werkplaats.web.forms.desk_forms import CallOffForm, call_off_form
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, no_such_page, overview_path
from werkplaats.wording.catalogues import Phrase
from werkplaats.workflows.call_off import call_off

CHECK = "check"
"""The button that shows what would be told, and changes nothing."""

_OVER = Phrase("De werkplaats is voorbij. Afgelasten kan niet meer.")
_EXPLANATIONS = {Refusal.OVER: _OVER}


def show(visit: Visit, workshop: Workshop) -> Response:
    return _page(visit, workshop, call_off_form(visit.words, None))


def act(visit: Visit, workshop: Workshop) -> Response:
    """Call the workshop off, or show the reason once more. Whoever does it twice is led to the same overview."""
    fields = form_data(visit.request)
    if workshop.called_off is not None:
        return see_other(overview_path(visit.words, workshop))
    form = call_off_form(visit.words, fields)
    if not form.validate():
        return _page(visit, workshop, form, 422)
    if workshop.ends_at <= visit.runtime.now():
        return _page(visit, workshop, form, 409, _OVER)
    if fields.get("action") == CHECK:
        return _page(visit, workshop, form, asks_again=True)
    refused = call_off(visit.runtime.seat_queue, workshop.id, form.reason.data, by=visit.email)
    if refused is not None:
        return _page(visit, workshop, form, 409, _EXPLANATIONS.get(refused, _OVER))
    log.event("desk.called_off", workshop=workshop.id)
    return see_other(overview_path(visit.words, workshop))


def _page(
    visit: Visit,
    workshop: Workshop,
    form: CallOffForm,
    status: int = 200,
    problem: Phrase | None = None,
    *,
    asks_again: bool = False,
) -> Response:
    ledger = visit.runtime.store.seats.ledger(workshop.id)
    if ledger is None:
        raise no_such_page()
    return desk_page(
        visit.words,
        "call_off",
        status,
        email=visit.email,
        workshop=workshop,
        form=form,
        mailed=ledger.held + ledger.waitlisted,
        over=workshop.ends_at <= visit.runtime.now(),
        asks_again=asks_again,
        problem=visit.words.show(problem) if problem else None,
    )
