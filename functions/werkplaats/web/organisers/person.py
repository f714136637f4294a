"""One person: what they filled in, where they stand, and what an organiser can do for them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Response
from msgspec import Struct

from werkplaats import log
from werkplaats.domain.attendance import Days, days_of
from werkplaats.domain.registration import Registration, State, sent_before
from werkplaats.domain.seats.commands import Cancel, Command, GiveSeat, OfferSeat, PriorityReason, Refusal, Refused
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.security.links import FORM_USED_BEFORE
from werkplaats.web.forms.forms import version_shown
from werkplaats.web.http.languages import same_page
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import see_other
from werkplaats.web.organisers import seat_actions
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.changing import CHANGES, Again, change, changes_shown
from werkplaats.web.organisers.pages import desk_page, no_such_page, unknown_button
from werkplaats.wording.answers import answer_text, question_label
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.labels import priority_reason
from werkplaats.workflows.history import history_of


def _as_it_is(command: Command, fields: Mapping[str, str]) -> Command:
    return command


class DeskAction(Struct, frozen=True, kw_only=True):
    """A button on a person's page.

    `command` makes the command about seats, from the registration's id, the version of it that the page showed, and
    the address of the organiser.
    `shown` says whether the page has the button, for a registration at a moment (UTC). It only spares people a button
    that would be refused: the decision is made when the command is carried out.
    `filled` completes the command with what else the form sent, or returns what is wrong with that.
    """

    command: Callable[[str, int, str], Command]
    shown: Callable[[Workshop, Registration, datetime], bool]
    filled: Callable[[Command, Mapping[str, str]], Command | Phrase] = _as_it_is


def _cancel(registration: str, seen: int, by: str) -> Cancel:
    return Cancel(registration, seen, by_organiser=True, by=by)


def _can_cancel(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    return registration.person is not None and registration.state.live and not workshop.has_begun(now)


def _can_give_seat(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    has_one = registration.state is State.CONFIRMED and not registration.is_unconfirmed
    return registration.person is not None and not has_one


ACTIONS: Mapping[str, DeskAction] = {
    "give_seat": DeskAction(command=GiveSeat, shown=_can_give_seat),
    "offer": DeskAction(command=OfferSeat, shown=seat_actions.can_offer),
    "priority": DeskAction(
        command=seat_actions.give_priority,
        shown=seat_actions.can_give_priority,
        filled=seat_actions.with_reason,
    ),
    "cancel": DeskAction(command=_cancel, shown=_can_cancel, filled=seat_actions.mailed_or_not),
}
"""By the value of the button in templates/pages/organiser/person.html; docs/adding.md says how to add one."""

_EXPLANATIONS = {
    Refusal.CHANGED: Phrase(
        "Er is intussen iets veranderd. Hieronder zie je hoe het er nu voor staat. Er is niets gedaan."
    ),
    Refusal.FULL: Phrase("Er is geen plek vrij. Meld eerst iemand af, of vergroot het aantal plekken."),
    Refusal.ENDED: Phrase("Deze aanmelding is al voorbij. Er is niets om af te melden."),
    Refusal.BEGUN: Phrase(
        "De werkplaats is begonnen, dus afmelden kan niet meer. Noteer bij aanwezigheid wie er niet is."
    ),
    Refusal.CALLED_OFF: Phrase("De werkplaats is afgelast. Aan aanmeldingen is niets meer te veranderen."),
    Refusal.SIGNED_UP_ANEW: Phrase(
        "Deze persoon heeft zich intussen opnieuw aangemeld. Kijk bij de nieuwe aanmelding."
    ),
    Refusal.ERASED: Phrase("De gegevens van deze persoon zijn gewist. Er is niets meer te veranderen."),
}

_EXPLANATIONS |= {
    Refusal.PASSED_OVER: Phrase(
        "Deze persoon wordt nu overgeslagen, omdat het e-mailadres nog niet klopt of niet is bevestigd. "
        "Geef een plek als je de persoon kent."
    ),
    Refusal.NOT_WAITING: Phrase("Deze persoon staat niet op de wachtlijst. Er is niets gedaan."),
}

_NOT_NOW = Phrase("Het kan nu niet. Hieronder zie je hoe het ervoor staat.")


def show(visit: Visit, workshop: Workshop, registration: Registration) -> Response:
    used_before = bool(visit.request.args.get(FORM_USED_BEFORE))
    return _page(visit, workshop, registration, earlier=_added_before(visit, registration) if used_before else None)


def act(visit: Visit, workshop: Workshop, registration: Registration) -> Response:
    """Do what the clicked button says. If that is refused, show the page as it is now, with the reason."""
    fields = form_data(visit.request)
    name = fields.get("action", "")
    if name in CHANGES:
        answer = change(visit, workshop, registration, name, fields)
        if isinstance(answer, Response):
            return answer
        why = visit.words.show(answer.problem or _NOT_NOW) if answer.status == 409 else None
        return _page(visit, workshop, answer.registration, answer.status, why, answer)
    action = ACTIONS.get(name)
    if action is None:
        raise unknown_button()
    seen = version_shown(fields)
    command = action.filled(action.command(registration.id, seen, visit.email), fields)
    if isinstance(command, Phrase):
        if not registration.is_still_meant(seen):
            return _page(visit, workshop, registration, 409, visit.words.show(explanation(Refusal.CHANGED)))
        return _page(visit, workshop, registration, 422, visit.words.show(command))
    outcome = visit.runtime.seat_queue.do(workshop.id, command)
    if not isinstance(outcome, Refused):
        log.event("desk.acted", workshop=workshop.id, registration=registration.id, action=name)
        return see_other(same_page(visit.request))
    problem = visit.words.show(explanation(outcome.why))
    return _page(visit, workshop, outcome.registration or registration, 409, problem)


def explanation(why: Refusal) -> Phrase:
    """Why a button did nothing, for organisers."""
    return _EXPLANATIONS.get(why, _NOT_NOW)


def _added_before(visit: Visit, registration: Registration) -> Registration | None:
    """Who was added just before `registration` with the same form and still takes part, or None."""
    form = registration.form
    same_form = visit.runtime.store.seats.of_forms(registration.workshop, [form]) if form else ()
    found = sent_before(registration, same_form)
    return found if found is not None and found.state.live and found.person is not None else None


def _page(
    visit: Visit,
    workshop: Workshop,
    registration: Registration,
    status: int = 200,
    problem: str | None = None,
    again: Again | None = None,
    earlier: Registration | None = None,
) -> Response:
    store = visit.runtime.store
    ledger = store.seats.ledger(workshop.id)
    if ledger is None:
        raise no_such_page()
    waits = registration.state is State.WAITLISTED
    place = store.seats.place(registration) if waits else None
    marks = store.attendance.of_one(registration.id)
    shown = page_of(visit.words, workshop, registration, ledger, place, marks, visit.runtime.now())
    changes = changes_shown(visit.words, workshop, registration, history_of(store, registration), again)
    shown |= {"problem": problem, "changes": changes, "earlier": earlier}
    return desk_page(visit.words, "person", status, email=visit.email, **shown)


def page_of(
    words: Words,
    workshop: Workshop,
    registration: Registration,
    ledger: Ledger,
    place: int | None,
    marks: Days,
    now: datetime,
) -> dict[str, Any]:
    """What the page shows of `registration` at `now` (UTC), with `place` on the waitlist and `marks` of attendance."""
    answers = registration.answers
    return {
        "workshop": workshop,
        "registration": registration,
        "earlier": None,
        "place": place,
        "answers": [
            (question_label(words, one), answer_text(words, one, answers.get(one.id))) for one in workshop.questions
        ],
        "days": [(day, marks.get(day.isoformat())) for day in days_of(workshop)] if marks else [],
        "actions": {name for name, action in ACTIONS.items() if action.shown(workshop, registration, now)},
        "free": ledger.free,
        "waiting": ledger.waitlisted,
        "in_line": ledger.waiting if workshop.gives_seats(now) else 0,
        "begun": workshop.has_begun(now),
        "priorities": ledger.told_priorities,
        "priority_reasons": [(reason.value, priority_reason(words, reason.value)) for reason in PriorityReason],
    }
