"""How whoever is signed in hears of what happens in a workshop: their own setting, changed from the overview."""

from flask import Response
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.access import folded, role_of
from werkplaats.domain.notices import Notices
from werkplaats.domain.roles import Role
from werkplaats.domain.workshop import Organiser, Workshop
from werkplaats.web.forms.forms import version_shown
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import Problem, see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import overview_path, unknown_button
from werkplaats.wording.catalogues import Phrase
from werkplaats.workflows.publish import Published, publish_workshop


def mine(visit: Visit, workshop: Workshop) -> Organiser | None:
    """The entry of whoever is signed in, if they get notices: their role is organiser."""
    if role_of(workshop, visit.email) is not Role.ORGANISER:
        return None
    return next(one for one in workshop.organisers if folded(one.email) == folded(visit.email))


def choose(visit: Visit, workshop: Workshop) -> Response:
    """Publish the workshop with another setting of whoever is signed in, and with nothing else changed.

    If somebody else has published since the page was opened, nothing is changed.
    """
    fields, me = form_data(visit.request), mine(visit, workshop)
    way = next((way for way in Notices if way.value == fields.get("notices")), None)
    if way is None or me is None:
        raise unknown_button()
    changed = tuple(replace(one, notices=way) if one is me else one for one in workshop.organisers)
    runtime = visit.runtime
    outcome = publish_workshop(
        runtime.store,
        runtime.seat_queue,
        replace(workshop, organisers=changed),
        runtime.now(),
        seen=version_shown(fields),
        by=visit.email,
    )
    if not isinstance(outcome, Published):
        raise Problem(
            409,
            Phrase("De werkplaats is intussen veranderd"),
            Phrase("Iemand anders heeft iets gepubliceerd. Je keuze is niet bewaard."),
            Phrase("Ga terug naar het overzicht, laad de pagina opnieuw en kies opnieuw."),
        )
    log.event("desk.notices", workshop=workshop.id, notices=way.value)
    return see_other(overview_path(visit.words, workshop))
