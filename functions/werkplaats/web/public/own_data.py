"""What is held about the person whose page it is: to read, to take along, and to have erased (art. 15, 17, 20 GDPR)."""

import msgspec
from flask import Request, Response

from werkplaats import log
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import Outcome
from werkplaats.domain.workshop import Workshop
from werkplaats.runtime import Runtime
from werkplaats.web.http.languages import words_for
from werkplaats.web.http.responses import download, not_found, page
from werkplaats.wording.catalogues import Words
from werkplaats.wording.held import Named, held_by_name
from werkplaats.workflows.erase_at_once import erase_at_once
from werkplaats.workflows.history import gather_held

JSON_TYPE = "application/json; charset=utf-8"

SURE = "sure"
"""The name of the field that the form of the erasing page sends, and no other form does."""


def show(runtime: Runtime, request: Request, registration: Registration) -> Response:
    """GET /aanmelding/{token}/gegevens: all of it, to read."""
    words, workshop = words_for(request, registration.language), _workshop(runtime, registration)
    held = _held(runtime, words, workshop, registration)
    return page(words, "own_data", workshop=workshop, registration=registration, held=held, path=_own_page(request))


def take_along(runtime: Runtime, request: Request, registration: Registration) -> Response:
    """GET /aanmelding/{token}/gegevens.json: the same as a file."""
    words, workshop = words_for(request, registration.language), _workshop(runtime, registration)
    held = _held(runtime, words, workshop, registration)
    log.event("person.took_data", workshop=workshop.id, registration=registration.id)
    return download(msgspec.json.format(msgspec.json.encode(held), indent=2), JSON_TYPE, f"{workshop.id}.json")


def ask(runtime: Runtime, request: Request, registration: Registration) -> Response:
    """The question that is asked once before everything is erased. It says what that means for the seat."""
    words, workshop = words_for(request, registration.language), _workshop(runtime, registration)
    begun = workshop.has_begun(runtime.now())
    return page(words, "erase", workshop=workshop, registration=registration, sure=SURE, begun=begun)


def erase(runtime: Runtime, registration: Registration, seen: int | None) -> Outcome:
    """Erase the person and all traces of them, unless something has changed since the version `seen` that was shown.

    Somebody who has been erased already stays so, and what a crash may have left of them is erased too.
    """
    return erase_at_once(runtime.store, runtime.seat_queue, registration.workshop, registration.id, seen=seen, by="")


def _workshop(runtime: Runtime, registration: Registration) -> Workshop:
    standing = runtime.standing(registration.workshop)
    if standing is None:
        raise not_found()
    return standing[0]


def _held(runtime: Runtime, words: Words, workshop: Workshop, registration: Registration) -> Named:
    held = gather_held(runtime.store, registration, for_the_desk=False)
    return held_by_name(words, workshop.in_language(words.language), held, for_the_desk=False)


def _own_page(request: Request) -> str:
    """The path of the registration's page, which the pages about its data lie under."""
    return request.path.rpartition("/")[0]
