"""The organisers' desk: which page is at which address, and who may see it.

A page is given the visit of somebody who is signed in, and what its address names, once that has been found and they
may see it.
"""

from collections.abc import Callable

from flask import Request, Response
from werkzeug.exceptions import NotFound

from werkplaats.domain.registration import Registration
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.runtime import Runtime
from werkplaats.web.http.languages import words_for
from werkplaats.web.http.responses import Problem, asset_file, see_other
from werkplaats.web.http.routing import Page, answer, get, post, routes
from werkplaats.web.organisers import attendance, overview, people, person, results
from werkplaats.web.organisers.access import Visit, not_yours, organises, visit
from werkplaats.web.organisers.pages import no_such_page, problem_page


def handle(runtime: Runtime, request: Request) -> Response:
    """Answer a request for one of these pages. Only POST changes anything."""
    try:
        return answer(ROUTES, runtime, request)
    except Problem as problem:
        return problem_page(words_for(request), problem)
    except NotFound:
        return problem_page(words_for(request), no_such_page())


def _start(runtime: Runtime, request: Request) -> Response:
    return see_other("/organisatie/")


def _stylesheet(runtime: Runtime, request: Request, file: str) -> Response:
    return asset_file("stijl.css", file)


def _script(runtime: Runtime, request: Request, file: str) -> Response:
    return asset_file("aanwezig.js", file)


def _signed_in(page: Callable[[Visit], Response]) -> Page:
    """`page` for anybody who is signed in."""

    def show(runtime: Runtime, request: Request) -> Response:
        return page(visit(runtime, request))

    return show


def _of_workshop(page: Callable[[Visit, Workshop], Response]) -> Page:
    """`page` for the workshop `id`, shown to its organisers."""

    def show(runtime: Runtime, request: Request, id: str) -> Response:
        asks = visit(runtime, request)
        return page(asks, _workshop(asks, id))

    return show


def _of_person(page: Callable[[Visit, Workshop, Registration], Response]) -> Page:
    """`page` for one registration of the workshop `id`, shown to its organisers."""

    def show(runtime: Runtime, request: Request, id: str, registration: str) -> Response:
        asks = visit(runtime, request)
        workshop = _workshop(asks, id)
        found = runtime.store.seats.registration(registration)
        if found is None or found.workshop != workshop.id:
            raise no_such_page()
        return page(asks, workshop, found)

    return show


def _of_round(page: Callable[[Visit, Workshop, Wave], Response]) -> Page:
    """`page` for one wave of the survey of the workshop `id`, shown to its organisers."""

    def show(runtime: Runtime, request: Request, id: str, wave: str) -> Response:
        asks = visit(runtime, request)
        workshop = _workshop(asks, id)
        found = workshop.wave(wave)
        if found is None:
            raise no_such_page()
        return page(asks, workshop, found)

    return show


def _workshop(asks: Visit, id: str) -> Workshop:
    workshop = asks.runtime.workshop(id)
    if workshop is None or not organises(asks.email, workshop):
        raise not_yours()
    return workshop


ROUTES = routes(
    get("/", _start),
    get("/werkplaats/_/<file>", _stylesheet),
    get("/organisatie/_/<file>", _script),
    get("/organisatie", _signed_in(overview.home)),
    get("/organisatie/<id>", _of_workshop(overview.show)),
    get("/organisatie/<id>/mensen", _of_workshop(people.show)),
    get("/organisatie/<id>/mensen.csv", _of_workshop(people.csv)),
    get("/organisatie/<id>/mensen/<registration>", _of_person(person.show)),
    post("/organisatie/<id>/mensen/<registration>", _of_person(person.act)),
    get("/organisatie/<id>/aanwezig", _of_workshop(attendance.show)),
    post("/organisatie/<id>/aanwezig/<registration>", _of_person(attendance.mark)),
    get("/organisatie/<id>/resultaten/<wave>", _of_round(results.show)),
    get("/organisatie/<id>/resultaten/<wave>.csv", _of_round(results.csv)),
    get("/organisatie/<id>/resultaten/<wave>.xlsx", _of_round(results.xlsx)),
    strict_slashes=False,
)
