"""The page of a registration, for the person who signed up: where they stand, and what they can do."""

from collections.abc import Callable
from datetime import datetime

from flask import Request, Response
from markupsafe import Markup
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from werkplaats.domain.attendance import Days, Mark
from werkplaats.domain.registration import LONGEST_REMARK, Registration, State, sent_before
from werkplaats.domain.seats import holds
from werkplaats.domain.seats.absence import days_left, is_said_absent
from werkplaats.domain.seats.commands import (
    Accept,
    Action,
    Cancel,
    ChooseLanguage,
    Click,
    Confirm,
    Decline,
    LeavingReason,
    Refusal,
    Refused,
    Rejoin,
    SayAbsent,
    SayReachable,
)
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.seats.own_details import why_closed
from werkplaats.domain.seats.signing_up import may_rejoin
from werkplaats.domain.stages import Stage, stage_of
from werkplaats.domain.survey.waves import Phase, phase
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.runtime import Runtime
from werkplaats.security.links import FORM_USED_BEFORE, stored_form
from werkplaats.web.forms.forms import version_seen
from werkplaats.web.http.languages import same_page, words_for
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import (
    Problem,
    about,
    no_such_link,
    not_found,
    page,
    plain,
    see_other,
    unknown_button,
)
from werkplaats.web.http.routing import Page, answer, get, post, routes
from werkplaats.web.public import own_address, own_calendar, own_data, own_details
from werkplaats.web.public.details_view import standing_wish
from werkplaats.web.qr import door_code
from werkplaats.wording import catalogues
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.labels import leaving_reason
from werkplaats.wording.text import clean_text
from werkplaats.wording.ticket import filled_in, steps, ticket_links

_ACTIONS: dict[str, type[Action]] = {
    "cancel": Cancel,
    "accept": Accept,
    "decline": Decline,
    "rejoin": Rejoin,
    "absent": SayAbsent,
    "confirm": Confirm,
    "reachable": SayReachable,
}

_CANCEL_PREVIOUS = "cancel_previous"
_ERASE = "erase"
_LANGUAGE = "language"

_EXPLANATIONS = {
    Refusal.CHANGED: Phrase(
        "Er is intussen iets veranderd aan je aanmelding. Hieronder zie je hoe het er nu voor staat."
    ),
    Refusal.REJOINED_TOO_OFTEN: Phrase(
        "Je hebt je al drie keer opnieuw aangemeld. Wil je toch nog meedoen, mail ons dan: %(address)s."
    ),
    Refusal.SIGN_UP_NOT_OPEN: Phrase("De aanmelding is gesloten. Je kunt je niet opnieuw aanmelden."),
    Refusal.MAILBOX_FULL: Phrase(
        "Met jouw e-mailadres zijn al vijf mensen aangemeld. Meld je aan met een ander adres."
    ),
    Refusal.HOLD_OVER: Phrase(
        "De tijd om je e-mailadres te bevestigen is om. We houden geen plek meer voor je vast. "
        "Hieronder zie je wat er nu kan."
    ),
    Refusal.NOT_PAUSED: Phrase("Er is niets om te melden: je staat nu niet op de wachtlijst."),
    Refusal.NO_OFFER: Phrase("Er is nu geen aanbod waar je op kunt antwoorden. Hieronder zie je hoe het ervoor staat."),
    Refusal.OFFER_OVER: Phrase("Het aanbod is voorbij: de tijd om te kiezen is om. De plek is niet meer voor jou."),
    Refusal.ENDED: Phrase("Je hebt geen plek meer en je staat niet op de wachtlijst. Er is dus niets om af te melden."),
    Refusal.BEGUN: Phrase("De werkplaats is al begonnen. Afmelden kan niet meer. Hieronder zie je wat er wel kan."),
    Refusal.NO_SEAT: Phrase("Je hebt geen plek bij deze werkplaats. Je hoeft dus niet te zeggen dat je niet komt."),
    Refusal.NOT_BEGUN: Phrase("De werkplaats is nog niet begonnen. Kun je niet komen, meld je dan af."),
    Refusal.OVER: Phrase("De werkplaats is voorbij. Je hoeft niet meer te zeggen dat je niet kon komen."),
    Refusal.STILL_IN: Phrase("Je bent al aangemeld. Opnieuw aanmelden is niet nodig."),
    Refusal.CALLED_OFF: Phrase(
        "De werkplaats gaat niet door. Je kunt hier niets meer veranderen, en je hoeft niets te doen."
    ),
    Refusal.SIGNED_UP_ANEW: Phrase("Je hebt je intussen al opnieuw aangemeld. Gebruik de link uit je nieuwste mail."),
}

_TOO_LONG = Phrase(
    "Je uitleg is te lang, dus je bent nog niet afgemeld. Maak hem korter dan duizend tekens, of laat hem weg."
)

_NO_PREVIOUS = Phrase(
    "De eerdere aanmelding met dit formulier vinden we niet meer. "
    "Staat er iemand te veel op de lijst, mail ons dan: %(address)s."
)


def handle(runtime: Runtime, request: Request) -> Response:
    """Show a registration, or act on it. Only a POST changes anything, because mail scanners follow links."""
    return answer(ROUTES, runtime, request)


def _of_registration(page: Callable[[Runtime, Request, Registration], Response], *, even_erased: bool = False) -> Page:
    """`page` for the registration that the `token` in the address is for, unless its data has been erased."""

    def show(runtime: Runtime, request: Request, token: str) -> Response:
        link = runtime.links.read_registration(token)
        registration = runtime.store.seats.registration(link.id) if link else None
        if link is None or registration is None:
            raise no_such_link()
        with about(lambda: runtime.workshop(registration.workshop)):
            if registration.link_generation != link.generation:
                raise no_such_link()
            if registration.person is None and not even_erased:
                raise _erased()
            return page(runtime, request, registration)

    return show


def _look(runtime: Runtime, request: Request, registration: Registration) -> Response:
    words = _words(request, registration)
    saved = own_details.saved(words, request)
    return _show(runtime, words, registration, submission=request.args.get(FORM_USED_BEFORE), saved=saved)


def _act(runtime: Runtime, request: Request, registration: Registration) -> Response:
    """Do what the clicked button says. If that is refused, show the page as it is now, with the reason."""
    fields = form_data(request)
    name = fields.get("action", "")
    if name == _ERASE:
        return _erase(runtime, request, registration, fields)
    if registration.person is None:
        raise _erased()
    if name == _CANCEL_PREVIOUS:
        return _cancel_previous(runtime, request, registration, fields.get("submission", ""))
    language = fields.get("language", "")
    if name == _LANGUAGE and language in catalogues.OFFERED:
        chosen = ChooseLanguage(registration.id, version_seen(fields), language)
        return _do(runtime, request, registration, chosen)
    action = _ACTIONS.get(name)
    if action is None:
        raise unknown_button()
    seen = version_seen(fields)
    command = _explained(action(registration.id, seen=seen), fields)
    if isinstance(command, Phrase):
        if not registration.is_still_meant(seen):
            return _show(runtime, _words(request, registration), registration, 409, _EXPLANATIONS[Refusal.CHANGED])
        return _show(runtime, _words(request, registration), registration, 422, command)
    return _do(runtime, request, registration, command)


def _do(runtime: Runtime, request: Request, registration: Registration, command: Click) -> Response:
    outcome = runtime.seat_queue.do(registration.workshop, command)
    if not isinstance(outcome, Refused):
        return see_other(same_page(request))
    if outcome.why is Refusal.ERASED or outcome.registration is None:
        raise _erased()
    return _show(runtime, _words(request, registration), outcome.registration, 409, _EXPLANATIONS[outcome.why])


def _explained(command: Action, fields: MultiDict[str, str]) -> Action | Phrase:
    """`command`, if it cancels with what the person says about it to the organisers, or what is wrong with that."""
    if not isinstance(command, Cancel):
        return command
    reason = fields.get("reason", "")
    text, _ = clean_text(fields.get("text", ""))
    if len(text) > LONGEST_REMARK:
        return _TOO_LONG
    return replace(command, reason=LeavingReason(reason) if reason in set(LeavingReason) else None, text=text)


def _erase(runtime: Runtime, request: Request, registration: Registration, fields: MultiDict[str, str]) -> Response:
    """Erase everything about the person, once they have answered that they are sure."""
    if own_data.SURE not in fields and registration.person is not None:
        return own_data.ask(runtime, request, registration)
    outcome = own_data.erase(runtime, registration, version_seen(fields))
    if isinstance(outcome, Refused) and outcome.registration is not None:
        problem = _EXPLANATIONS.get(outcome.why, _EXPLANATIONS[Refusal.CHANGED])
        return _show(runtime, _words(request, registration), outcome.registration, 409, problem)
    return see_other(same_page(request))


def _cancel_previous(runtime: Runtime, request: Request, registration: Registration, submission: str) -> Response:
    """Cancel the registration made just before with the same form, for a browser that still has that form's mark."""
    words = _words(request, registration)
    previous = _previous(runtime, registration, submission)
    if previous is None:
        return _show(runtime, words, registration, 409, _NO_PREVIOUS)
    outcome = runtime.seat_queue.do(registration.workshop, Cancel(previous.id))
    if isinstance(outcome, Refused) and outcome.why in (Refusal.BEGUN, Refusal.CALLED_OFF):
        return _show(runtime, words, registration, 409, _EXPLANATIONS[outcome.why])
    return see_other(same_page(request))


def _previous(runtime: Runtime, registration: Registration, submission: str) -> Registration | None:
    """The registration made just before `registration` with the form that carries `submission`, if that made both."""
    form = runtime.submissions.read(submission)
    if form is None or registration.form not in (stored_form(form), form):  # until November 2026 it was stored itself
        return None
    found = sent_before(registration, runtime.store.seats.of_forms(registration.workshop, [registration.form]))
    return None if found is not None and found.link_generation else found


def _words(request: Request, registration: Registration) -> Words:
    """The language that the address asks for, or else the one in which the person signed up."""
    return words_for(request, registration.language)


def _show(
    runtime: Runtime,
    words: Words,
    registration: Registration,
    status: int = 200,
    problem: Phrase | None = None,
    submission: str | None = None,
    saved: str | None = None,
) -> Response:
    """The registration's page. `submission` is in the address if the sign-up's form had been used before.

    `saved` says what was changed just now.
    """
    standing = runtime.standing(registration.workshop)
    if standing is None:
        raise not_found()
    workshop, ledger = standing
    told, now = workshop.in_language(words.language), runtime.now()
    if holds.has_lapsed(workshop, registration, now):
        # The schedule that ends holds has not run yet. A GET changes nothing, but must not promise a seat either.
        registration = replace(registration, state=State.EXPIRED)
    waits = registration.state is State.WAITLISTED
    previous = _previous(runtime, registration, submission) if submission else None
    stage = stage_of(workshop, registration, now)
    own_path = runtime.links.registration_path(registration.id, registration.link_generation)
    marks = runtime.store.attendance.of_one(registration.id) if stage in (Stage.DURING, Stage.AFTER) else {}
    return page(
        words,
        "registration",
        status,
        scripted=True,
        workshop=workshop,
        registration=registration,
        now=now,
        stage=stage.value,
        place=runtime.store.seats.place(registration) if waits else None,
        waiting=ledger.waitlisted if waits else None,
        priorities=ledger.told_priorities if waits else 0,
        others_wait=_others_wait(workshop, registration, ledger, now),
        full=ledger.is_full,
        begun=workshop.has_begun(now),
        own_path=own_path,
        leaving_reasons=[(one.value, leaving_reason(words, one.value)) for one in LeavingReason],
        can_rejoin=not registration.state.live and may_rejoin(workshop, registration, now),
        sign_up_open=workshop.sign_up_phase(now) == "open",
        is_absent=is_absent(workshop, registration, marks, now),
        can_say_absent=not is_said_absent(workshop, registration),
        surveys=_surveys(workshop, registration, marks, stage, now),
        problem=words.show(problem, address=workshop.sender.reply_to) if problem else None,
        used_form=submission if previous is not None else None,
        code=_code(runtime, words, workshop, registration),
        steps=steps(words, told, registration, now) if stage is Stage.COMING else [],
        filled_in=filled_in(words, told, registration),
        saved=saved,
        wish=standing_wish(registration, now),
        can_change=why_closed(workshop, registration, now) is None,
        links=ticket_links(words, told, runtime.settings.public_url, own_path),
    )


def is_absent(workshop: Workshop, registration: Registration, marks: Days, now: datetime) -> bool:
    """Whether the person has said that they cannot come, and nobody has seen them since.

    If they come all the same, they are marked present at the door. Once it is over, it counts whether they ever were.
    """
    left = {day.isoformat() for day in days_left(workshop, now)}
    seen = Mark.PRESENT in (mark for day, mark in marks.items() if not left or day in left)
    return is_said_absent(workshop, registration) and not seen


def _others_wait(workshop: Workshop, registration: Registration, ledger: Ledger, now: datetime) -> bool:
    """Whether a seat that this person does not take goes to somebody else who waits for one."""
    waits = registration.state is State.WAITLISTED and not registration.is_passed_over
    others = ledger.waiting - waits
    return others > 0 and workshop.gives_seats(now)


def _surveys(
    workshop: Workshop, registration: Registration, marks: Days, stage: Stage, now: datetime
) -> list[tuple[Wave, datetime, bool]]:
    """The waves that this person will still be asked, each with its opening (UTC) and whether it is open now.

    Whoever was marked, but never as present, is not asked as somebody who came.
    """
    if registration.unsubscribed or stage not in (Stage.DURING, Stage.AFTER, Stage.NOT_PLACED):
        return []
    came = not marks or Mark.PRESENT in marks.values()
    asked = {"waitlisted"} if stage is Stage.NOT_PLACED else {"seat", "attended"} if came else {"seat"}
    return [
        (wave, workshop.wave_opens_at(wave), phase(workshop, wave, now) is Phase.OPEN)
        for wave in workshop.waves
        if wave.to in asked and phase(workshop, wave, now) is not Phase.CLOSED
    ]


def _code(runtime: Runtime, words: Words, workshop: Workshop, registration: Registration) -> Markup | None:
    """The code to show at the door, until the workshop is over, for somebody who has a seat."""
    has_seat = registration.state is State.CONFIRMED and not registration.is_unconfirmed
    if not has_seat or workshop.called_off or runtime.now() >= workshop.ends_at:
        return None
    name = words.gettext("QR-code waarmee je aanwezig wordt gemeld")
    return door_code(runtime.settings.public_url, workshop.id, registration.id, name)


def _erased() -> Problem:
    return Problem(
        404,
        Phrase("Deze aanmelding is er niet meer"),
        Phrase("We hebben je gegevens verwijderd, zoals in de privacyverklaring staat."),
        Phrase("Wil je meedoen aan een volgende werkplaats? Kijk op de voorpagina."),
    )


def _awake(runtime: Runtime, request: Request) -> Response:
    """Nothing: the sign-up form asks for it when somebody begins to fill it in, and page and store are then ready.

    They are sent to their registration's page next, and a lone visitor would wait for this function to start.
    Whoever comes here as a reader has a link that was cut off.
    """
    if not request.path.endswith("/") or request.headers.get("Sec-Fetch-Dest") == "document":
        raise no_such_link()
    runtime.wake()
    return plain("", 204)


ROUTES = routes(
    get("/aanmelding/", _awake),
    get("/aanmelding/<token>", _of_registration(_look)),
    post("/aanmelding/<token>", _of_registration(_act, even_erased=True)),
    get("/aanmelding/<token>/werkplaats.ics", _of_registration(own_calendar.download)),
    get("/aanmelding/<token>/gegevens", _of_registration(own_data.show)),
    get("/aanmelding/<token>/gegevens.json", _of_registration(own_data.take_along)),
    get("/aanmelding/<token>/wijzigen", _of_registration(own_details.show)),
    post("/aanmelding/<token>/wijzigen", _of_registration(own_details.change)),
    get("/aanmelding/<token>/adres", own_address.look),
    post("/aanmelding/<token>/adres", own_address.confirm),
    strict_slashes=False,
)
