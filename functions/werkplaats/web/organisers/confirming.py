"""Addresses that people still have to confirm: who these people are, and when the workshop asks for it.

GET  /organisatie/{workshop}/bevestigen    the people, each with a box to choose whom to cancel; with `alle=ja` all
                                           boxes are ticked. Cancelling itself is done by `cancelling_many`.
POST /organisatie/{workshop}/bevestigen    `confirm_address`: `always`, `busy` or `never`. That is published, and
                                           nothing else. With another `version` than that of what is published: 409.
"""

from flask import Response
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.roles import Permission
from werkplaats.domain.seats.confirming import is_busy
from werkplaats.domain.workshop import Workshop
from werkplaats.web.forms.forms import version_shown
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.fields import CONFIRM_ADDRESS
from werkplaats.web.organisers.pages import desk_page, no_such_page, unknown_button
from werkplaats.wording.catalogues import Phrase, in_language
from werkplaats.workflows.publish import Published, publish_workshop

MOST_SHOWN = 100
"""The most people on the page: so many can be cancelled at once."""

_CHANGED = Phrase(
    "Iemand anders heeft de werkplaats intussen veranderd. Hieronder zie je hoe het nu is. Klik zo nodig opnieuw."
)
_CALLED_OFF = Phrase("De werkplaats is afgelast. Er kan niemand meer bij.")


def show(visit: Visit, workshop: Workshop) -> Response:
    return _page(visit, workshop)


def act(visit: Visit, workshop: Workshop) -> Response:
    """Publish when the workshop asks people to confirm their address, and change nothing else about it."""
    fields = form_data(visit.request)
    chosen = fields.get("confirm_address", "")
    if chosen not in CONFIRM_ADDRESS:
        raise unknown_button()
    if workshop.called_off is not None:
        return _page(visit, workshop, 409, _CALLED_OFF)
    runtime = visit.runtime
    outcome = publish_workshop(
        runtime.store,
        runtime.seat_queue,
        replace(workshop, confirm_address=chosen),
        runtime.now(),
        seen=version_shown(fields),
        by=visit.email,
    )
    if isinstance(outcome, Published):
        log.event("desk.asks_to_confirm", workshop=workshop.id, asks=chosen)
        return see_other(in_language(f"/organisatie/{workshop.id}/bevestigen", visit.words.language))
    return _page(visit, runtime.store.workshops.get(workshop.id) or workshop, 409, _CHANGED)


def _page(visit: Visit, workshop: Workshop, status: int = 200, problem: Phrase | None = None) -> Response:
    """At most MOST_SHOWN people are read, however many there are."""
    runtime, now = visit.runtime, visit.runtime.now()
    ledger = runtime.store.seats.ledger(workshop.id)
    if ledger is None:
        raise no_such_page()
    found = runtime.store.people.unconfirmed(workshop.id, MOST_SHOWN + 1) if ledger.unconfirmed else ()
    goes_on = workshop.called_off is None and not workshop.has_begun(now)
    return desk_page(
        visit.words,
        "confirming",
        status,
        email=visit.email,
        workshop=workshop,
        ledger=ledger,
        people=found[:MOST_SHOWN],
        more=len(found) > MOST_SHOWN,
        all_chosen=visit.request.args.get("alle") == "ja",
        busy_until=ledger.busy_until if is_busy(ledger, now) else None,
        may_cancel=goes_on and visit.may(workshop, Permission.CHANGE_PEOPLE),
        may_edit=workshop.called_off is None and visit.may(workshop, Permission.EDIT_WORKSHOP),
        settings=[(one, visit.words.show(label)) for one, label in CONFIRM_ADDRESS.items()],
        problem=visit.words.show(problem) if problem else None,
    )
