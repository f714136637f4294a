"""The page on which people change what they filled in themselves: /aanmelding/{token}/wijzigen.

Its forms have buttons with `name="action"`:

    details        the fields of the sign-up form, without the address and what cannot be changed any more
    address        `email`: another address; own_address.py is where it is confirmed
    keep_address   withdraws that

All of them carry the version of everything that the page showed.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Request, Response

from werkplaats import log
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import (
    AskAddress,
    ChangeDetails,
    Done,
    DropWish,
    Outcome,
    Refusal,
    Refused,
    SamePerson,
)
from werkplaats.domain.seats.correcting import is_same_address
from werkplaats.domain.seats.moving import WISHES_A_DAY
from werkplaats.domain.seats.own_details import why_closed
from werkplaats.domain.workshop import Workshop
from werkplaats.runtime import Runtime
from werkplaats.web.forms.forms import version_shown
from werkplaats.web.forms.own_forms import (
    new_address_form,
    typed_though_fixed,
)
from werkplaats.web.http.languages import same_page, words_for
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import not_found, page, see_other, unknown_button
from werkplaats.web.public.details_view import Shown, details_form_of, details_shown, fixed_questions
from werkplaats.wording.catalogues import PARAMETER, Phrase, Words

SAVED = "bewaard"
"""The query parameter of the registration's page by which it says what was just changed."""

_SAVED = {
    "gegevens": Phrase("Je wijzigingen zijn bewaard."),
    "adres": Phrase(
        "Je e-mailadres is veranderd. Je nieuwe link staat ook in een mail. Oudere links werken niet meer."
    ),
}

_PROBLEMS = {
    Refusal.CHANGED: Phrase(
        "Er is intussen iets veranderd aan je aanmelding. Er is nog niets bewaard. Wat je invulde, staat er nog: "
        "kijk het na, en bewaar het dan opnieuw."
    ),
    Refusal.ANSWERS_FIXED: Phrase(
        "Een van je antwoorden kun je niet meer zelf veranderen. Er is nog niets bewaard. "
        "Wat je verder invulde, staat er nog: bewaar het opnieuw."
    ),
    Refusal.SENT_TOO_OFTEN: Phrase(
        "Je vroeg vandaag al %(most)s keer om een ander adres. Probeer het morgen opnieuw, of mail ons: %(address)s."
    ),
}

_SAME_PERSON = Phrase(
    "Er is al een aanmelding met jouw e-mailadres en deze naam. Er is niets bewaard. Klopt dat niet, mail ons dan: "
    "%(address)s."
)


def show(runtime: Runtime, request: Request, registration: Registration) -> Response:
    """GET: the forms, filled with what is known."""
    words = words_for(request, registration.language)
    return _page(runtime, request, words, registration, Shown())


def change(runtime: Runtime, request: Request, registration: Registration) -> Response:
    """POST: do what the form of the clicked button asks. If that fails, the page comes back with what was typed."""
    words, fields = words_for(request, registration.language), form_data(request)
    act = _ACTIONS.get(fields.get("action", ""))
    if act is None:
        raise unknown_button()
    outcome = act(runtime, request, words, registration, fields)
    if isinstance(outcome, Response):
        return outcome
    return _page(runtime, request, words, outcome[0], outcome[1])


def saved(words: Words, request: Request) -> str | None:
    """What the registration's page says was just changed, if its address says so."""
    said = _SAVED.get(request.args.get(SAVED, ""))
    return words.show(said) if said else None


def saved_page(request: Request, path: str, what: str) -> Response:
    """A redirect to the registration's page at `path`, which then says `what` was changed (a key of _SAVED)."""
    asked = request.args.get(PARAMETER)
    query = {SAVED: what} | ({PARAMETER: asked} if asked is not None else {})
    return see_other(f"{path}?{urlencode(query)}")


_Result = Response | tuple[Registration, Shown]


def _details(runtime: Runtime, request: Request, words: Words, registration: Registration, fields: Any) -> _Result:
    workshop, now = _workshop(runtime, registration), runtime.now()
    if why_closed(workshop, registration, now) is not None:
        return registration, Shown(status=409)
    form = details_form_of(words, workshop, registration, now, fields)
    valid = form.validate()
    fixed = fixed_questions(words, workshop, now)
    late = tuple(typed_though_fixed(words, registration, fixed, fields))
    if late or not valid:
        problem = words.show(_PROBLEMS[Refusal.ANSWERS_FIXED]) if late else ""
        return registration, Shown(status=409 if late else 422, problem=problem, details=form, late=late)
    person = form.changed_person()
    outcome = runtime.seat_queue.do(
        workshop.id,
        ChangeDetails(
            registration=registration.id,
            seen=version_shown(fields),
            person=person,
            answers=form.answers(),
            identity=runtime.identity.person(workshop.id, person),
        ),
    )
    if isinstance(outcome, Done):
        log.event("person.changed_details", workshop=workshop.id, registration=registration.id)
        return saved_page(request, _own_page(request), "gegevens")
    registration, problem = _refused(words, workshop, registration, outcome)
    again = details_form_of(words, workshop, registration, now, fields)
    again.validate()
    return registration, Shown(status=409, problem=problem, details=again, stale=True)


def _ask_address(runtime: Runtime, request: Request, words: Words, registration: Registration, fields: Any) -> _Result:
    workshop = _workshop(runtime, registration)
    if why_closed(workshop, registration, runtime.now()) is not None:
        return registration, Shown(status=409)
    form = new_address_form(words, fields)
    valid, person = form.validate(), registration.person
    if valid and person is not None and is_same_address(form.email.normalised, person.email):
        form.email.errors = (words.gettext("Dit is het adres dat we al van je hebben."),)
        valid = False
    if not valid:
        return registration, Shown(status=422, address=form)
    command = AskAddress(registration=registration.id, seen=version_shown(fields), email=form.email.normalised)
    outcome = runtime.seat_queue.do(workshop.id, command)
    if isinstance(outcome, Done):
        return see_other(same_page(request))
    registration, problem = _refused(words, workshop, registration, outcome)
    return registration, Shown(status=409, problem=problem, address=form)


def _keep_address(runtime: Runtime, request: Request, words: Words, registration: Registration, fields: Any) -> _Result:
    command = DropWish(registration=registration.id, seen=version_shown(fields))
    outcome = runtime.seat_queue.do(registration.workshop, command)
    if isinstance(outcome, Done):
        return see_other(same_page(request))
    registration, problem = _refused(words, _workshop(runtime, registration), registration, outcome)
    return registration, Shown(status=409, problem=problem)


_ACTIONS: Mapping[str, Callable[[Runtime, Request, Words, Registration, Any], _Result]] = {
    "details": _details,
    "address": _ask_address,
    "keep_address": _keep_address,
}


def _refused(
    words: Words, workshop: Workshop, registration: Registration, outcome: Outcome
) -> tuple[Registration, str]:
    """The registration as it is now, and why the page comes back."""
    told = {"address": workshop.sender.reply_to, "most": str(WISHES_A_DAY)}
    match outcome:
        case SamePerson():
            return registration, words.show(_SAME_PERSON, **told)
        case Refused(why, now):
            if now is None or now.person is None:
                raise not_found()
            return now, words.show(_PROBLEMS[why], **told) if why in _PROBLEMS else ""
        case _:
            return registration, ""


def _page(runtime: Runtime, request: Request, words: Words, registration: Registration, shown: Shown) -> Response:
    workshop, now = _workshop(runtime, registration), runtime.now()
    told = workshop.in_language(words.language)
    return page(
        words,
        "details",
        shown.status,
        scripted=True,
        **details_shown(words, told, registration, now, shown),
        path=_own_page(request),
    )


def _workshop(runtime: Runtime, registration: Registration) -> Workshop:
    """The workshop as it is published now, and not as this process has kept it: it can have been called off."""
    standing = runtime.standing(registration.workshop)
    if standing is None:
        raise not_found()
    return standing[0]


def _own_page(request: Request) -> str:
    """The path of the registration's page, which this page lies under."""
    return request.path.rpartition("/")[0]
