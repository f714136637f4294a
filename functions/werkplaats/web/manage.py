"""My registration: where I stand, and what I can do about it."""

from flask import Request, Response
from msgspec.structs import replace
from werkzeug.routing import Map, Rule

from werkplaats.domain import offers
from werkplaats.domain.commands import Accept, Action, Cancel, Decline, Refusal, Refused, Rejoin
from werkplaats.domain.registration import Registration, State
from werkplaats.runtime import Runtime
from werkplaats.web.requests import form_data
from werkplaats.web.responses import Problem, not_found, page, see_other

_ROUTES = Map(
    [
        Rule("/aanmelding/<token>", endpoint="show", methods=["GET"]),
        Rule("/aanmelding/<token>", endpoint="act", methods=["POST"]),
    ],
    merge_slashes=False,
)

_ACTIONS: dict[str, type[Action]] = {"cancel": Cancel, "accept": Accept, "decline": Decline, "rejoin": Rejoin}

_EXPLANATIONS = {
    Refusal.SIGN_UP_NOT_OPEN: "De aanmelding is gesloten. Je kunt je niet opnieuw aanmelden.",
    Refusal.MAILBOX_FULL: "Met jouw e-mailadres zijn al vijf mensen aangemeld. Meld je aan met een ander adres.",
    Refusal.NO_OFFER: "Er is nu geen aanbod waar je op kunt antwoorden. Hieronder zie je hoe het ervoor staat.",
    Refusal.OFFER_OVER: "Het aanbod is voorbij: de tijd om te kiezen is om. De plek gaat naar de volgende in de rij.",
    Refusal.ENDED: "Je hebt geen plek meer en je staat niet op de wachtlijst. Er is dus niets om af te melden.",
    Refusal.BEGUN: "De werkplaats is al begonnen. Laat de organisatie zelf weten dat je niet (meer) komt.",
    Refusal.STILL_IN: "Je bent al aangemeld. Opnieuw aanmelden is niet nodig.",
    Refusal.SIGNED_UP_ANEW: "Je hebt je intussen al opnieuw aangemeld. Gebruik de link uit je nieuwste mail.",
}


def handle(runtime: Runtime, request: Request) -> Response:
    """Show a registration, or act on it. Only POST changes anything: mail scanners follow links."""
    endpoint, values = _ROUTES.bind("").match(request.path, method=request.method)
    id = runtime.links.read_registration(values["token"])
    registration = runtime.store.seats.registration(id) if id else None
    if registration is None:
        raise not_found()
    if registration.person is None:
        raise _erased()
    if endpoint == "show":
        return _show(runtime, registration)
    return _act(runtime, registration, form_data(request).get("action", ""), request.path)


def _act(runtime: Runtime, registration: Registration, name: str, path: str) -> Response:
    action = _ACTIONS.get(name)
    if action is None:
        raise Problem(
            400,
            "Deze knop kennen we niet",
            "Er is niets veranderd aan je aanmelding.",
            "Open de link uit je mail opnieuw en gebruik een knop op de pagina.",
        )
    outcome = runtime.desk.do(registration.workshop, action(registration.id))
    if not isinstance(outcome, Refused):
        return see_other(path)
    if outcome.why is Refusal.ERASED or outcome.registration is None:
        raise _erased()
    return _show(runtime, outcome.registration, 409, _EXPLANATIONS[outcome.why])


def _show(runtime: Runtime, registration: Registration, status: int = 200, problem: str | None = None) -> Response:
    workshop = runtime.workshop(registration.workshop)
    ledger = runtime.store.seats.ledger(registration.workshop)
    if workshop is None or ledger is None:
        raise not_found()
    now = runtime.now()
    if registration.state is State.OFFERED and offers.is_over(workshop, registration, now):
        # The schedule has not come by yet; a GET changes nothing, but it does not promise a seat either.
        registration = replace(registration, state=State.EXPIRED)
    waits = registration.state is State.WAITLISTED
    return page(
        "registration",
        status,
        workshop=workshop,
        registration=registration,
        place=runtime.store.seats.place(registration) if waits else None,
        waiting=ledger.waitlisted if waits else None,
        begun=workshop.has_begun(now),
        can_rejoin=not registration.state.live and workshop.sign_up_phase(now) == "open",
        problem=problem,
    )


def _erased() -> Problem:
    return Problem(
        404,
        "Deze aanmelding is er niet meer",
        "We hebben je gegevens verwijderd, zoals in de privacyverklaring staat.",
        "Wil je meedoen aan een volgende werkplaats? Kijk op de voorpagina.",
    )
