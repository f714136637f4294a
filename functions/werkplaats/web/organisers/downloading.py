"""Everything that is held about one person, as a file to give to them (art. 15 GDPR)."""

import msgspec
from flask import Response

from werkplaats import log
from werkplaats.domain.registration import Registration
from werkplaats.domain.workshop import Workshop
from werkplaats.web.http.responses import download
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import no_such_page
from werkplaats.wording.held import held_by_name
from werkplaats.workflows.history import gather_held

JSON_TYPE = "application/json; charset=utf-8"


def show(visit: Visit, workshop: Workshop, registration: Registration) -> Response:
    """GET /organisatie/{workshop}/mensen/{registration}/gegevens.json. Nothing is held about somebody erased."""
    if registration.person is None:
        raise no_such_page()
    held = gather_held(visit.runtime.store, registration, for_the_desk=True)
    log.event("person.downloaded", workshop=workshop.id, registration=registration.id)
    named = held_by_name(visit.words, workshop, held, for_the_desk=True)
    content = msgspec.json.format(msgspec.json.encode(named), indent=2)
    return download(content, JSON_TYPE, f"{workshop.id}-{registration.id}.json")
