"""Adding somebody by hand, also at the door while the workshop runs.

GET, POST /organisatie/{workshop}/mensen/nieuw    the sign-up form's fields, and:
    plaats    "seat", "waitlist" or "extra_seat" (Placing)
    reden     why, for colleagues; needed for an extra seat
    mail      "no": the person gets no mail about it
    terug     "aanwezig": whoever was added is then shown on the attendance list, not on the person's page
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response

from werkplaats import log
from werkplaats.domain.registration import Registration
from werkplaats.domain.roles import Permission
from werkplaats.domain.seats.commands import AddPerson, Done, Placing, Refusal, Refused
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.workshop import Workshop
from werkplaats.security.identity import Identity
from werkplaats.security.links import FORM_USED_BEFORE, stored_form
from werkplaats.web.forms.desk_forms import AddPersonForm, add_person_form
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import see_other
from werkplaats.web.organisers.access import Visit, not_permitted
from werkplaats.web.organisers.pages import desk_page, no_such_page
from werkplaats.web.organisers.seat_actions import NO_MAIL
from werkplaats.wording.catalogues import Phrase, in_language
from werkplaats.workflows.add_person import add_person

TO_ATTENDANCE = "aanwezig"

_EXPLANATIONS = {
    Refusal.ALREADY_IN: Phrase("Deze persoon is al aangemeld met deze naam en dit adres. Er is niemand toegevoegd."),
    Refusal.FULL: Phrase("Er is geen plek meer vrij. Kies hieronder iets anders. Wat je invulde, staat er nog."),
    Refusal.BEGUN: Phrase("De werkplaats is begonnen, dus er is geen wachtlijst meer. Kies hieronder iets anders."),
    Refusal.OVER: Phrase("De werkplaats is voorbij. Je kunt niemand meer toevoegen."),
    Refusal.CALLED_OFF: Phrase("De werkplaats is afgelast. Je kunt niemand meer toevoegen."),
    Refusal.ERASED: Phrase("Met dit formulier is al iemand toegevoegd, en die gegevens zijn gewist."),
    Refusal.MOST_SEATS: Phrase("Meer plekken kan een werkplaats niet hebben."),
}
_NO_REASON = Phrase("Vul in waarom deze persoon een extra plek krijgt.")
_NO_PLACE = Phrase("Kies wat deze persoon krijgt: een plek, een plaats op de wachtlijst, of een extra plek.")
_NOT_NOW = Phrase("Het kan nu niet. Er is niemand toegevoegd.")


def show(visit: Visit, workshop: Workshop) -> Response:
    form = add_person_form(visit.words, workshop, None, visit.runtime.submissions)
    return _page(visit, workshop, form, visit.request.args)


def act(visit: Visit, workshop: Workshop) -> Response:
    """Add the person, and lead to them. Two clicks on the button add them once.

    Whoever goes back, mends a name and sends the form again adds a second person. Their page then leads to the first.
    """
    fields, runtime = form_data(visit.request), visit.runtime
    form = add_person_form(visit.words, workshop, fields, runtime.submissions)
    form_id, placing = form.submission.form_id, _placing(fields)
    if placing is Placing.EXTRA_SEAT and not visit.may(workshop, Permission.EDIT_WORKSHOP):
        raise not_permitted()
    valid = form.validate()
    if placing is Placing.EXTRA_SEAT and not form.reason.data:
        form.reason.errors, valid = [visit.words.show(_NO_REASON)], False
    if not valid or form_id is None or placing is None:
        return _page(visit, workshop, form, fields, 422, problem=None if placing else _NO_PLACE)
    command = _command(runtime.identity, workshop, form, form_id, placing, fields, visit.email)
    outcome = add_person(runtime.store, runtime.seat_queue, workshop.id, command, runtime.now())
    match outcome:
        case Done(registration, used_before) if registration is not None:
            log.event("desk.added", workshop=workshop.id, registration=registration.id, placing=placing.value)
            return see_other(_next(visit, workshop, registration, fields, used_before=used_before))
        case Refused(why, registration):
            known = registration if why is Refusal.ALREADY_IN else None
            problem = _EXPLANATIONS.get(why, _NOT_NOW)
            return _page(visit, workshop, form, fields, 409, problem=problem, known=known)
        case _:
            raise AssertionError(f"unexpected outcome of adding somebody: {outcome}")


def page_of(workshop: Workshop, ledger: Ledger, now: datetime, *, may_add_seats: bool) -> dict[str, Any]:
    """What the page shows of the seats at `now` (UTC): the places that can be chosen, and the one chosen at first."""
    begun, possible = workshop.has_begun(now), workshop.called_off is None and now < workshop.ends_at
    places = {
        Placing.SEAT: ledger.free > 0,
        Placing.WAITLIST: not begun,
        Placing.EXTRA_SEAT: may_add_seats,
    }
    there = [placing for placing, can in places.items() if can]
    prefers_waitlist = ledger.waitlisted > 0 and Placing.WAITLIST in there
    first = Placing.WAITLIST if prefers_waitlist else there[0] if there else None
    return {
        "workshop": workshop,
        "possible": possible,
        "placings": [placing.value for placing in there],
        "chosen": first.value if first else "",
        "free": ledger.free,
        "waiting": ledger.waitlisted,
        "capacity": ledger.capacity,
        "begun": begun,
    }


def _page(
    visit: Visit,
    workshop: Workshop,
    form: AddPersonForm,
    fields: Mapping[str, str],
    status: int = 200,
    *,
    problem: Phrase | None = None,
    known: Registration | None = None,
) -> Response:
    ledger = visit.runtime.store.seats.ledger(workshop.id)
    if ledger is None:
        raise no_such_page()
    may_add_seats = visit.may(workshop, Permission.EDIT_WORKSHOP)
    shown = page_of(workshop, ledger, visit.runtime.now(), may_add_seats=may_add_seats)
    chosen = _placing(fields)
    return desk_page(
        visit.words,
        "add_person",
        status,
        email=visit.email,
        form=form,
        problem=visit.words.show(problem) if problem else None,
        known=known,
        back=TO_ATTENDANCE if fields.get("terug") == TO_ATTENDANCE else "",
        unmailed=fields.get("mail") == NO_MAIL,
        **(shown | ({"chosen": chosen.value} if chosen else {})),
    )


def _placing(fields: Mapping[str, str]) -> Placing | None:
    sent = fields.get("plaats", "")
    return Placing(sent) if sent in set(Placing) else None


def _command(
    identity: Identity,
    workshop: Workshop,
    form: AddPersonForm,
    form_id: str,
    placing: Placing,
    fields: Mapping[str, str],
    by: str,
) -> AddPerson:
    person = form.person()
    return AddPerson(
        registration=identity.registration(workshop.id, form_id, person),
        person=person,
        answers=form.answers(),
        mailbox=identity.mailbox(workshop.id, person.email),
        address=identity.address(workshop.id, person.email),
        identity=identity.person(workshop.id, person),
        form=stored_form(form_id),
        placing=placing,
        reason=form.reason.data,
        mailed=fields.get("mail") != NO_MAIL,
        by=by,
    )


def _next(
    visit: Visit, workshop: Workshop, added: Registration, fields: Mapping[str, str], *, used_before: bool
) -> str:
    """The address of the page that shows whom was added. If the form was `used_before`, that page says so."""
    base = f"/organisatie/{workshop.id}"
    if used_before:
        return in_language(f"{base}/mensen/{added.id}?{FORM_USED_BEFORE}=ja", visit.words.language)
    if fields.get("terug") == TO_ATTENDANCE:
        return in_language(f"{base}/aanwezig#p-{added.id}", visit.words.language)
    return in_language(f"{base}/mensen/{added.id}", visit.words.language)
