"""My registration: where I stand, and what I can do about it."""

from collections.abc import Callable

from flask import Request, Response
from msgspec.structs import replace

from werkplaats.domain.registration import Registration, State, sent_before
from werkplaats.domain.seats import offers
from werkplaats.domain.seats.commands import Accept, Action, Cancel, Decline, Refusal, Refused, Rejoin
from werkplaats.domain.seats.signing_up import may_rejoin
from werkplaats.runtime import Runtime
from werkplaats.security.links import FORM_USED_BEFORE
from werkplaats.web.forms.forms import version_seen
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import Problem, not_found, page, see_other
from werkplaats.web.http.routing import Page, answer, get, post, routes

_ACTIONS: dict[str, type[Action]] = {"cancel": Cancel, "accept": Accept, "decline": Decline, "rejoin": Rejoin}

_CANCEL_PREVIOUS = "cancel_previous"

_EXPLANATIONS = {
    Refusal.CHANGED: "Er is intussen iets veranderd aan je aanmelding. Hieronder zie je hoe het er nu voor staat.",
    Refusal.REJOINED_TOO_OFTEN: (
        "Je hebt je al drie keer opnieuw aangemeld. Wil je toch nog meedoen, mail ons dan: {reply_to}."
    ),
    Refusal.SIGN_UP_NOT_OPEN: "De aanmelding is gesloten. Je kunt je niet opnieuw aanmelden.",
    Refusal.MAILBOX_FULL: "Met jouw e-mailadres zijn al vijf mensen aangemeld. Meld je aan met een ander adres.",
    Refusal.NO_OFFER: "Er is nu geen aanbod waar je op kunt antwoorden. Hieronder zie je hoe het ervoor staat.",
    Refusal.OFFER_OVER: "Het aanbod is voorbij: de tijd om te kiezen is om. De plek gaat naar de volgende in de rij.",
    Refusal.ENDED: "Je hebt geen plek meer en je staat niet op de wachtlijst. Er is dus niets om af te melden.",
    Refusal.BEGUN: "De werkplaats is al begonnen. Laat de organisatie zelf weten dat je niet (meer) komt.",
    Refusal.STILL_IN: "Je bent al aangemeld. Opnieuw aanmelden is niet nodig.",
    Refusal.CALLED_OFF: "De werkplaats gaat niet door. Je kunt hier niets meer veranderen, en je hoeft niets te doen.",
    Refusal.SIGNED_UP_ANEW: "Je hebt je intussen al opnieuw aangemeld. Gebruik de link uit je nieuwste mail.",
}

_NO_PREVIOUS = (
    "De eerdere aanmelding met dit formulier vinden we niet meer. "
    "Staat er iemand te veel op de lijst, mail ons dan: {reply_to}."
)


def handle(runtime: Runtime, request: Request) -> Response:
    """Show a registration, or act on it. Only POST changes anything: mail scanners follow links."""
    return answer(ROUTES, runtime, request)


def _of_registration(page: Callable[[Runtime, Request, Registration], Response]) -> Page:
    """`page` of the registration that the link's `token` is for, as long as its data has not been erased."""

    def show(runtime: Runtime, request: Request, token: str) -> Response:
        id = runtime.links.read_registration(token)
        registration = runtime.store.seats.registration(id) if id else None
        if registration is None:
            raise not_found()
        if registration.person is None:
            raise _erased()
        return page(runtime, request, registration)

    return show


def _look(runtime: Runtime, request: Request, registration: Registration) -> Response:
    return _show(runtime, registration, submission=request.args.get(FORM_USED_BEFORE))


def _act(runtime: Runtime, request: Request, registration: Registration) -> Response:
    """Do what the button says that was clicked; where that cannot be, the page as it is now, and why."""
    fields = form_data(request)
    name = fields.get("action", "")
    if name == _CANCEL_PREVIOUS:
        return _cancel_previous(runtime, registration, fields.get("submission", ""), request.path)
    action = _ACTIONS.get(name)
    if action is None:
        raise Problem(
            400,
            "Deze knop kennen we niet",
            "Er is niets veranderd aan je aanmelding.",
            "Open de link uit je mail opnieuw en gebruik een knop op de pagina.",
        )
    outcome = runtime.seat_queue.do(registration.workshop, action(registration.id, seen=version_seen(fields)))
    if not isinstance(outcome, Refused):
        return see_other(request.path)
    if outcome.why is Refusal.ERASED or outcome.registration is None:
        raise _erased()
    return _show(runtime, outcome.registration, 409, _EXPLANATIONS[outcome.why])


def _cancel_previous(runtime: Runtime, registration: Registration, submission: str, path: str) -> Response:
    """Cancel what was signed up just before with the same form, for the browser that still has that form's mark."""
    previous = _previous(runtime, registration, submission)
    if previous is None:
        return _show(runtime, registration, 409, _NO_PREVIOUS)
    outcome = runtime.seat_queue.do(registration.workshop, Cancel(previous.id))
    if isinstance(outcome, Refused) and outcome.why in (Refusal.BEGUN, Refusal.CALLED_OFF):
        return _show(runtime, registration, 409, _EXPLANATIONS[outcome.why])
    return see_other(path)


def _previous(runtime: Runtime, registration: Registration, submission: str) -> Registration | None:
    """Who was signed up just before `registration` with the form that carries `submission`, if it made both."""
    form = runtime.submissions.read(submission)
    if form is None or form != registration.form:
        return None
    return sent_before(registration, runtime.store.seats.of_forms(registration.workshop, [form]))


def _show(
    runtime: Runtime,
    registration: Registration,
    status: int = 200,
    problem: str | None = None,
    submission: str | None = None,
) -> Response:
    """The registration's page. `submission` is what the answer to a sign-up carries whose form was used before."""
    ledger = runtime.store.seats.ledger(registration.workshop)
    workshop = runtime.workshop_of(ledger) if ledger else None
    if workshop is None or ledger is None:
        raise not_found()
    now = runtime.now()
    if registration.state is State.OFFERED and offers.is_over(workshop, registration, now):
        # The schedule has not come by yet; a GET changes nothing, but it does not promise a seat either.
        registration = replace(registration, state=State.EXPIRED)
    waits = registration.state is State.WAITLISTED
    previous = _previous(runtime, registration, submission) if submission else None
    return page(
        "registration",
        status,
        workshop=workshop,
        registration=registration,
        place=runtime.store.seats.place(registration) if waits else None,
        waiting=ledger.waitlisted if waits else None,
        begun=workshop.has_begun(now),
        can_rejoin=not registration.state.live and may_rejoin(workshop, registration, now),
        sign_up_open=workshop.sign_up_phase(now) == "open",
        problem=problem.format(reply_to=workshop.sender.reply_to) if problem else None,
        used_form=submission if previous is not None else None,
    )


def _erased() -> Problem:
    return Problem(
        404,
        "Deze aanmelding is er niet meer",
        "We hebben je gegevens verwijderd, zoals in de privacyverklaring staat.",
        "Wil je meedoen aan een volgende werkplaats? Kijk op de voorpagina.",
    )


ROUTES = routes(
    get("/aanmelding/<token>", _of_registration(_look)),
    post("/aanmelding/<token>", _of_registration(_act)),
)
