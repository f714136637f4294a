"""The organisers' desk: their workshops, the numbers, and the people, for whom a seat can be given or given up."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import Request, Response
from msgspec import Struct
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from werkplaats import log
from werkplaats.domain.attendance import days_of
from werkplaats.domain.people import Group, Listed, found, listed
from werkplaats.domain.questions import AnyOf, AnyQuestion, Consent, OneOf
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.commands import Cancel, GiveSeat, Refusal, Refused
from werkplaats.domain.survey.waves import phase
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.runtime import Runtime
from werkplaats.web.forms.forms import version_seen
from werkplaats.web.http.downloads import CSV_TYPE, Cell, csv_file
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import Problem, asset_file, see_other
from werkplaats.web.organisers import attendance, results
from werkplaats.web.organisers.access import check_same_site, not_yours, organises, signed_in
from werkplaats.web.organisers.pages import desk_page, download, no_such_page, problem_page
from werkplaats.wording import dutch

_ROUTES = Map(
    [
        Rule("/", endpoint="start", methods=["GET"]),
        Rule("/werkplaats/_/<file>", endpoint="stylesheet", methods=["GET"]),
        Rule("/organisatie/_/<file>", endpoint="script", methods=["GET"]),
        Rule("/organisatie", endpoint="home", methods=["GET"]),
        Rule("/organisatie/<id>", endpoint="workshop", methods=["GET"]),
        Rule("/organisatie/<id>/mensen", endpoint="people", methods=["GET"]),
        Rule("/organisatie/<id>/mensen.csv", endpoint="people_file", methods=["GET"]),
        Rule("/organisatie/<id>/mensen/<registration>", endpoint="person", methods=["GET"]),
        Rule("/organisatie/<id>/mensen/<registration>", endpoint="act", methods=["POST"]),
        Rule("/organisatie/<id>/aanwezig", endpoint="attendance", methods=["GET"]),
        Rule("/organisatie/<id>/aanwezig/<registration>", endpoint="mark", methods=["POST"]),
        Rule("/organisatie/<id>/resultaten/<wave>", endpoint="results", methods=["GET"]),
        Rule("/organisatie/<id>/resultaten/<wave>.csv", endpoint="results_csv", methods=["GET"]),
        Rule("/organisatie/<id>/resultaten/<wave>.xlsx", endpoint="results_xlsx", methods=["GET"]),
    ],
    strict_slashes=False,
    merge_slashes=False,
)

_ACTIONS: dict[str, Callable[[str, int], Cancel | GiveSeat]] = {
    "cancel": lambda registration, seen: Cancel(registration, seen, by_organiser=True),
    "give_seat": GiveSeat,
}

_NOTHING_SEEN = -1
"""A version that nothing has: what is sent without a version is refused, unless it has already taken effect."""

_EXPLANATIONS = {
    Refusal.CHANGED: "Er is intussen iets veranderd. Hieronder zie je hoe het er nu voor staat. Er is niets gedaan.",
    Refusal.FULL: "Er is geen plek vrij. Meld eerst iemand af, of vergroot het aantal plekken.",
    Refusal.ENDED: "Deze aanmelding is al voorbij. Er is niets om af te melden.",
    Refusal.BEGUN: "De werkplaats is begonnen, dus afmelden kan niet meer. Noteer bij aanwezigheid wie er niet is.",
    Refusal.SIGNED_UP_ANEW: "Deze persoon heeft zich intussen opnieuw aangemeld. Kijk bij de nieuwe aanmelding.",
    Refusal.ERASED: "De gegevens van deze persoon zijn gewist. Er is niets meer te veranderen.",
}


class RoundStanding(Struct, frozen=True, kw_only=True):
    """A round of the survey with how many were asked and have answered."""

    wave: Wave
    phase: str
    invited: int
    answered: int


def handle(runtime: Runtime, request: Request) -> Response:
    """Answer a request for one of these pages. Only POST changes anything."""
    try:
        return _handle(runtime, request)
    except Problem as problem:
        return problem_page(problem)
    except NotFound:
        return problem_page(no_such_page())


def _handle(runtime: Runtime, request: Request) -> Response:
    endpoint, values = _ROUTES.bind("").match(request.path, method=request.method)
    match endpoint:
        case "start":
            return see_other("/organisatie/")
        case "stylesheet":
            return asset_file("stijl.css", values["file"])
        case "script":
            return asset_file("aanwezig.js", values["file"])
    email = signed_in(runtime, request)
    if request.method == "POST":
        check_same_site(request)
    if endpoint == "home":
        return _home(runtime, email)
    workshop = runtime.workshop(values["id"])
    if workshop is None or not organises(email, workshop):
        raise not_yours()
    match endpoint:
        case "workshop":
            return _workshop(runtime, email, workshop)
        case "people":
            return _people(runtime, email, workshop, request)
        case "people_file":
            return _people_file(runtime, workshop, request)
        case "person":
            return _person(runtime, email, workshop, _registration(runtime, workshop, values))
        case "act":
            return _act(runtime, email, workshop, _registration(runtime, workshop, values), request)
        case "attendance":
            return attendance.show(runtime, email, workshop, request)
        case "mark":
            return attendance.mark(runtime, workshop, _registration(runtime, workshop, values), request)
    wave = workshop.wave(values["wave"])
    if wave is None:
        raise no_such_page()
    match endpoint:
        case "results":
            return results.show(runtime, email, workshop, wave, request)
        case "results_csv":
            return results.csv(runtime, workshop, wave, request)
        case _:
            return results.xlsx(runtime, workshop, wave)


def _registration(runtime: Runtime, workshop: Workshop, values: Any) -> Registration:
    registration = runtime.store.seats.registration(values["registration"])
    if registration is None or registration.workshop != workshop.id:
        raise no_such_page()
    return registration


# The workshops, and one of them


def _home(runtime: Runtime, email: str) -> Response:
    mine = [workshop for workshop in runtime.store.workshops.all() if organises(email, workshop)]
    if not mine:
        raise not_yours()
    now = runtime.now()
    ledgers = {workshop.id: runtime.store.seats.ledger(workshop.id) for workshop in mine}
    lines = [(workshop, ledgers[workshop.id], now >= workshop.ends_at) for workshop in reversed(mine)]
    return desk_page("home", email=email, lines=lines)


def _workshop(runtime: Runtime, email: str, workshop: Workshop) -> Response:
    ledger = runtime.store.seats.ledger(workshop.id)
    if ledger is None:
        raise no_such_page()
    now = runtime.now()
    return desk_page(
        "workshop",
        email=email,
        workshop=workshop,
        ledger=ledger,
        rounds=[_standing(runtime, workshop, wave) for wave in workshop.waves],
        sign_up=workshop.sign_up_phase(now),
        begun=workshop.has_begun(now),
    )


def _standing(runtime: Runtime, workshop: Workshop, wave: Wave) -> RoundStanding:
    surveys = runtime.store.surveys
    return RoundStanding(
        wave=wave,
        phase=phase(workshop, wave, runtime.now()).value,
        invited=surveys.count_invitations(workshop.id, wave.id),
        answered=surveys.count_invitations(workshop.id, wave.id, answered=True),
    )


# People


def _people(runtime: Runtime, email: str, workshop: Workshop, request: Request) -> Response:
    everybody = listed(runtime.store.seats.all_of(workshop.id))
    query, group = _asked(request)
    return desk_page(
        "people",
        email=email,
        workshop=workshop,
        lines=_filtered(everybody, query, group),
        totals=Counter(line.group.value for line in everybody if found(line.registration, query)),
        query=query,
        group=group,
        groups=[one.value for one in Group],
    )


def _asked(request: Request) -> tuple[str, str | None]:
    """What is searched for, and the group that is asked for; a group that does not exist is none."""
    group = request.args.get("stand")
    return request.args.get("q", "")[:200].strip(), group if group in set(Group) else None


def _filtered(lines: tuple[Listed, ...], query: str, group: str | None) -> list[Listed]:
    return [line for line in lines if found(line.registration, query) and group in (None, line.group.value)]


def _people_file(runtime: Runtime, workshop: Workshop, request: Request) -> Response:
    """The list as it is shown, with everything people filled in. Those whose data is erased are left out."""
    query, group = _asked(request)
    lines = _filtered(listed(runtime.store.seats.all_of(workshop.id)), query, group)
    head = ["Voornaam", "Achternaam", "E-mailadres", "Organisatie", "Functie", "Telefoonnummer", "Stand", "Plaats"]
    head += ["Aangemeld op", *(_label(question) for question in workshop.questions)]
    rows = [row for line in lines if (row := _row(workshop, line))]
    log.event("people.exported", workshop=workshop.id, people=len(rows))
    return download(csv_file([head, *rows]), CSV_TYPE, f"{workshop.id}-mensen.csv")


def _row(workshop: Workshop, line: Listed) -> list[Cell]:
    one, person = line.registration, line.registration.person
    if person is None:
        return []
    return [
        person.given_name,
        person.family_name,
        person.email,
        person.organisation,
        person.job_title,
        person.phone,
        dutch.state_label(one.state.value),
        line.place,
        dutch.short_moment(one.signed_up_at),
        *(said for _, said in _answers(workshop, one)),
    ]


def _person(
    runtime: Runtime,
    email: str,
    workshop: Workshop,
    registration: Registration,
    status: int = 200,
    problem: str | None = None,
) -> Response:
    ledger = runtime.store.seats.ledger(workshop.id)
    if ledger is None:
        raise no_such_page()
    now = runtime.now()
    waits = registration.state is State.WAITLISTED
    marks = runtime.store.attendance.of_one(registration.id)
    return desk_page(
        "person",
        status,
        email=email,
        workshop=workshop,
        registration=registration,
        place=runtime.store.seats.place(registration) if waits else None,
        answers=_answers(workshop, registration),
        days=[(day, marks.get(day.isoformat())) for day in days_of(workshop)] if marks else [],
        can_cancel=registration.person is not None and registration.state.live and not workshop.has_begun(now),
        can_give=registration.person is not None and registration.state is not State.CONFIRMED,
        free=ledger.free,
        waiting=ledger.waitlisted,
        begun=workshop.has_begun(now),
        problem=problem,
    )


def _act(runtime: Runtime, email: str, workshop: Workshop, registration: Registration, request: Request) -> Response:
    fields = form_data(request)
    name = fields.get("action", "")
    action = _ACTIONS.get(name)
    if action is None:
        raise Problem(
            400,
            "Deze knop kennen we niet",
            "Er is niets veranderd.",
            "Ga terug, laad de pagina opnieuw en gebruik een knop die daar staat.",
        )
    seen = version_seen(fields)
    outcome = runtime.seat_queue.do(workshop.id, action(registration.id, _NOTHING_SEEN if seen is None else seen))
    if not isinstance(outcome, Refused):
        log.event("desk.acted", workshop=workshop.id, registration=registration.id, action=name)
        return see_other(request.path)
    explanation = _EXPLANATIONS.get(outcome.why, "Het kan nu niet. Hieronder zie je hoe het ervoor staat.")
    return _person(runtime, email, workshop, outcome.registration or registration, 409, explanation)


def _answers(workshop: Workshop, registration: Registration) -> list[tuple[str, str]]:
    """Each of the workshop's questions with what was said."""
    given = registration.answers
    return [(_label(question), _said(question, given.get(question.id))) for question in workshop.questions]


def _label(question: AnyQuestion) -> str:
    return question.label.replace("{privacy}", "privacyverklaring")


def _said(question: AnyQuestion, answer: object) -> str:
    """An answer as people read it: the label of what was chosen, and not the value behind it."""
    if answer is None:
        return ""
    if isinstance(question, Consent):
        return "ja" if answer is True else "nee"
    if isinstance(question, OneOf):
        return next((option.label for option in question.options if option.value == answer), str(answer))
    if isinstance(answer, list):
        labels = {option.value: option.label for option in question.options} if isinstance(question, AnyOf) else {}
        return ", ".join(labels.get(str(value), str(value)) for value in answer)
    return str(answer)
