"""The organisers' desk: which page is at which address, and who may see it.

Every page says which permission it needs; one that does not cannot be put into the table. It is given the visit of
somebody who is signed in, and what its address names, once that has been found and they may see it.
"""

from collections.abc import Callable

from flask import Request, Response
from werkzeug.exceptions import MethodNotAllowed, NotFound

from werkplaats.domain.registration import Registration
from werkplaats.domain.roles import Permission
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.runtime import Runtime
from werkplaats.web.http.languages import desk_words
from werkplaats.web.http.responses import Problem, asset_file, see_other
from werkplaats.web.http.routing import Page, answer, get, post, routes
from werkplaats.web.organisers import (
    adding,
    attendance,
    calling_off,
    cancelling_many,
    confirming,
    door,
    downloading,
    editing,
    files,
    journal,
    lists,
    making,
    messages,
    my_notices,
    opgaven,
    overview,
    people,
    person,
    practice,
    previewing,
    results,
    share,
    signing_in,
    totals,
    versions,
)
from werkplaats.web.organisers.access import (
    DeskPage,
    Open,
    SignInFirstError,
    Visit,
    check_needs,
    visit,
    workshop_for,
)
from werkplaats.web.organisers.pages import no_such_page, problem_page
from werkplaats.web.organisers.signing_in import address_of_sign_in


def handle(runtime: Runtime, request: Request) -> Response:
    """Answer a request for one of these pages. Only POST changes anything about a workshop or a person."""
    try:
        return _answer(runtime, request)
    except SignInFirstError:
        return see_other(address_of_sign_in(request.full_path.rstrip("?")))
    except Problem as problem:
        return problem_page(desk_words(request), problem)
    except NotFound:
        return problem_page(desk_words(request), no_such_page())


def _answer(runtime: Runtime, request: Request) -> Response:
    try:
        return answer(ROUTES, runtime, request)
    except MethodNotAllowed:
        if request.method == "POST":
            visit(runtime, request)  # whoever is not signed in hears that, also where there is nothing to POST
        raise


def _script(runtime: Runtime, request: Request, file: str) -> Response:
    return asset_file(file, "aanwezig.js")


def _open(page: Page) -> DeskPage:
    """`page` for everybody, signed in or not."""
    return DeskPage(Open.TO_ALL, page)


def _signed_in(page: Callable[[Visit], Response]) -> DeskPage:
    """`page` for anybody who is signed in."""

    def show(runtime: Runtime, request: Request) -> Response:
        return page(visit(runtime, request))

    return DeskPage(Open.TO_WHOEVER_IS_SIGNED_IN, show)


def _of_workshop(needs: Permission, page: Callable[[Visit, Workshop], Response]) -> DeskPage:
    """`page` for the workshop `id`, shown to those whose role there permits what it `needs`."""

    def show(runtime: Runtime, request: Request, id: str) -> Response:
        asks = visit(runtime, request)
        return page(asks, workshop_for(asks, id, needs))

    return DeskPage(needs, show)


def _of_revision(needs: Permission, page: Callable[[Visit, Workshop, str], Response]) -> DeskPage:
    """`page` for one `number` of the published versions of the workshop `id`."""

    def show(runtime: Runtime, request: Request, id: str, number: str) -> Response:
        asks = visit(runtime, request)
        return page(asks, workshop_for(asks, id, needs), number)

    return DeskPage(needs, show)


def _of_person(needs: Permission, page: Callable[[Visit, Workshop, Registration], Response]) -> DeskPage:
    """`page` for one registration of the workshop `id`."""

    def show(runtime: Runtime, request: Request, id: str, registration: str) -> Response:
        asks = visit(runtime, request)
        workshop = workshop_for(asks, id, needs)
        found = runtime.store.seats.registration(registration)
        if found is None or found.workshop != workshop.id:
            raise no_such_page()
        return page(asks, workshop, found)

    return DeskPage(needs, show)


def _of_named(needs: Permission, page: Callable[[Visit, Workshop, str], Response]) -> DeskPage:
    """`page` for something of the workshop `id` that has a `name` in the address."""

    def show(runtime: Runtime, request: Request, id: str, name: str) -> Response:
        asks = visit(runtime, request)
        return page(asks, workshop_for(asks, id, needs), name)

    return DeskPage(needs, show)


def _of_wave(needs: Permission, page: Callable[[Visit, Workshop, Wave], Response]) -> DeskPage:
    """`page` for one wave of the survey of the workshop `id`."""

    def show(runtime: Runtime, request: Request, id: str, wave: str) -> Response:
        asks = visit(runtime, request)
        workshop = workshop_for(asks, id, needs)
        found = workshop.wave(wave)
        if found is None:
            raise no_such_page()
        return page(asks, workshop, found)

    return DeskPage(needs, show)


ROUTES = routes(
    get("/organisatie/_/<file>", _open(_script)),
    get("/organisatie/inloggen", _open(signing_in.show)),
    post("/organisatie/inloggen", _open(signing_in.ask)),
    get("/organisatie/inloggen/code", _open(signing_in.show_code)),
    post("/organisatie/inloggen/code", _open(signing_in.use_code)),
    get("/organisatie/inloggen/<token>", _open(signing_in.show_link)),
    post("/organisatie/inloggen/<token>", _open(signing_in.use_link)),
    post("/organisatie/uitloggen", _open(signing_in.leave)),
    get("/organisatie", _signed_in(overview.home)),
    get("/organisatie/nieuw", _signed_in(making.show)),
    post("/organisatie/nieuw", _signed_in(making.act)),
    get("/organisatie/<id>/echt-maken", _of_workshop(Permission.EDIT_WORKSHOP, practice.show)),
    post("/organisatie/<id>/echt-maken", _of_workshop(Permission.EDIT_WORKSHOP, practice.act)),
    get("/organisatie/<id>/afgelasten", _of_workshop(Permission.EDIT_WORKSHOP, calling_off.show)),
    post("/organisatie/<id>/afgelasten", _of_workshop(Permission.EDIT_WORKSHOP, calling_off.act)),
    post(
        "/organisatie/<id>/aanmelden-openen-of-sluiten", _of_workshop(Permission.EDIT_WORKSHOP, overview.open_or_close)
    ),
    get("/organisatie/<id>", _of_workshop(Permission.READ_NUMBERS, overview.show)),
    post("/organisatie/<id>/mijn-berichten", _of_workshop(Permission.EDIT_WORKSHOP, my_notices.choose)),
    get("/organisatie/<id>/bestand", _of_workshop(Permission.EDIT_WORKSHOP, files.show)),
    get("/organisatie/<id>/werkplaats.yaml", _of_workshop(Permission.EDIT_WORKSHOP, files.take_along)),
    post("/organisatie/<id>/werkplaats.yaml", _of_workshop(Permission.EDIT_WORKSHOP, files.bring_in)),
    get("/organisatie/<id>/versies", _of_workshop(Permission.EDIT_WORKSHOP, versions.show_all)),
    get("/organisatie/<id>/versies/<number>", _of_revision(Permission.EDIT_WORKSHOP, versions.show)),
    post("/organisatie/<id>/versies/<number>", _of_revision(Permission.EDIT_WORKSHOP, versions.go_back)),
    get("/organisatie/<id>/bewerken", _of_workshop(Permission.EDIT_WORKSHOP, editing.show)),
    post("/organisatie/<id>/bewerken", _of_workshop(Permission.EDIT_WORKSHOP, editing.act)),
    get("/organisatie/<id>/bewerken/logo/<name>", _of_named(Permission.EDIT_WORKSHOP, editing.show_logo)),
    get("/organisatie/<id>/voorbeeld", _of_workshop(Permission.EDIT_WORKSHOP, previewing.show_page)),
    get("/organisatie/<id>/voorbeeld/formulier", _of_workshop(Permission.EDIT_WORKSHOP, previewing.show_form)),
    get("/organisatie/<id>/voorbeeld/mail/<name>", _of_named(Permission.EDIT_WORKSHOP, previewing.show_mail)),
    get("/organisatie/<id>/opgaven", _of_workshop(Permission.READ_OPGAVE, opgaven.show)),
    get("/organisatie/<id>/mensen", _of_workshop(Permission.READ_PEOPLE, people.show)),
    get("/organisatie/<id>/mensen.csv", _of_workshop(Permission.READ_PEOPLE, people.csv)),
    get("/organisatie/<id>/mensen.xlsx", _of_workshop(Permission.READ_PEOPLE, people.xlsx)),
    get("/organisatie/<id>/mensen/nieuw", _of_workshop(Permission.CHANGE_PEOPLE, adding.show)),
    post("/organisatie/<id>/mensen/nieuw", _of_workshop(Permission.CHANGE_PEOPLE, adding.act)),
    get("/organisatie/<id>/mensen/afmelden", _of_workshop(Permission.CHANGE_PEOPLE, cancelling_many.show)),
    post("/organisatie/<id>/mensen/afmelden", _of_workshop(Permission.CHANGE_PEOPLE, cancelling_many.act)),
    get("/organisatie/<id>/bevestigen", _of_workshop(Permission.READ_PEOPLE, confirming.show)),
    post("/organisatie/<id>/bevestigen", _of_workshop(Permission.EDIT_WORKSHOP, confirming.act)),
    get("/organisatie/<id>/mensen/<registration>", _of_person(Permission.READ_PEOPLE, person.show)),
    post("/organisatie/<id>/mensen/<registration>", _of_person(Permission.CHANGE_PEOPLE, person.act)),
    get(
        "/organisatie/<id>/mensen/<registration>/gegevens.json", _of_person(Permission.CHANGE_PEOPLE, downloading.show)
    ),
    get("/organisatie/<id>/logboek", _of_workshop(Permission.READ_PEOPLE, journal.show)),
    get("/organisatie/<id>/logboek.csv", _of_workshop(Permission.READ_PEOPLE, journal.csv)),
    get("/organisatie/<id>/totalen", _of_workshop(Permission.READ_PEOPLE, totals.show)),
    get("/organisatie/<id>/delen", _of_workshop(Permission.READ_NUMBERS, share.show)),
    get("/organisatie/<id>/delen/poster", _of_workshop(Permission.READ_NUMBERS, share.poster)),
    get("/organisatie/<id>/lijsten", _of_workshop(Permission.READ_OPGAVE, lists.show)),
    get("/organisatie/<id>/lijsten/boekje", _of_workshop(Permission.READ_OPGAVE, lists.booklet)),
    get("/organisatie/<id>/lijsten/tekenlijst", _of_workshop(Permission.READ_PEOPLE, lists.to_sign)),
    get("/organisatie/<id>/lijsten/badges", _of_workshop(Permission.READ_PEOPLE, lists.badges)),
    get("/organisatie/<id>/lijsten/kamers", _of_workshop(Permission.READ_PEOPLE, lists.rooms)),
    get("/organisatie/<id>/lijsten/keuken", _of_workshop(Permission.READ_PEOPLE, lists.kitchen)),
    get("/organisatie/<id>/lijsten/locatie", _of_workshop(Permission.READ_PEOPLE, lists.venue)),
    get("/organisatie/<id>/aanwezig", _of_workshop(Permission.ATTENDANCE, attendance.show)),
    post("/organisatie/<id>/aanwezig", _of_workshop(Permission.ATTENDANCE, attendance.complete)),
    get("/organisatie/<id>/aanwezig/<registration>", _of_person(Permission.ATTENDANCE, door.show)),
    post("/organisatie/<id>/aanwezig/<registration>", _of_person(Permission.ATTENDANCE, attendance.mark)),
    get("/organisatie/<id>/berichten", _of_workshop(Permission.SEND_MESSAGES, messages.show)),
    post("/organisatie/<id>/berichten", _of_workshop(Permission.SEND_MESSAGES, messages.act)),
    get("/organisatie/<id>/berichten/<name>", _of_named(Permission.SEND_MESSAGES, messages.show_one)),
    post("/organisatie/<id>/berichten/<name>", _of_named(Permission.SEND_MESSAGES, messages.act_on_one)),
    get("/organisatie/<id>/resultaten/<wave>", _of_wave(Permission.READ_RESULTS, results.show)),
    get("/organisatie/<id>/resultaten/<wave>.csv", _of_wave(Permission.READ_RESULTS, results.csv)),
    get("/organisatie/<id>/resultaten/<wave>.xlsx", _of_wave(Permission.READ_RESULTS, results.xlsx)),
    strict_slashes=False,
)
check_needs([rule.endpoint for rule in ROUTES.iter_rules()])
