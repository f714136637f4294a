"""What an organiser can change about one person besides the seat, and what the page shows of mails and history.

Each is a form on the person's page whose button has `name="action"`:

    correct   the fields of the sign-up form
    resend    `mail`: the id of a mail that did not arrive; without it the link is mailed
    note      `text`
    label     `labels`, separated by commas
    erase     nothing more: the page says what it means, and asks

All of them carry the version of everything that the page showed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from msgspec import Struct

from werkplaats import log
from werkplaats.domain.delivery import Delivery, was_returned
from werkplaats.domain.history import History, may_be_sent_again
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import Registration
from werkplaats.domain.seats.commands import (
    Correct,
    Done,
    Outcome,
    Refusal,
    Refused,
    SamePerson,
    SetLabels,
    WriteNote,
)
from werkplaats.domain.workshop import Workshop
from werkplaats.web.forms.forms import OurForm, Sent, version_shown
from werkplaats.web.forms.person_forms import correct_form, labels_form, note_form, split_labels
from werkplaats.web.http.languages import same_page
from werkplaats.web.http.responses import see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.journal import delivery_label, entry_by, entry_detail, entry_name
from werkplaats.wording.labels import mail_name
from werkplaats.workflows.erase_at_once import erase_at_once
from werkplaats.workflows.history import send_again

_EXPLANATIONS = {
    Refusal.CHANGED: Phrase(
        "Er is intussen iets veranderd. Hieronder zie je hoe het er nu voor staat. "
        "Er is niets gedaan. Wat je invulde, staat er nog."
    ),
    Refusal.ERASED: Phrase("De gegevens van deze persoon zijn gewist. Er is niets meer te veranderen."),
    Refusal.SENT_TOO_OFTEN: Phrase(
        "Deze persoon kreeg al een paar keer een mail op verzoek. Wacht een uur, of tot morgen, en doe het dan opnieuw."
    ),
    Refusal.NOT_TRUE: Phrase("Wat in die mail staat, klopt niet meer. Daarom is hij niet opnieuw verstuurd."),
    Refusal.UNKNOWN: Phrase("Die mail is er niet, of is wel aangekomen. Er is niets verstuurd."),
    Refusal.UNFIT: Phrase("Dit past er niet bij. Er staan al te veel notities, of de tekst is te lang."),
}

_SAME_PERSON = Phrase("Er is al een aanmelding van precies deze persoon, met dit e-mailadres en deze naam.")


class Again(Struct, frozen=True, kw_only=True):
    """The page has to be shown again, with `status`: `registration` as it is now, and why (`problem`, "" for nothing).

    `typed` are the fields that were sent to the form of `action`, and `mistaken` is that form if it has mistakes.
    `other` is the id of the registration that is in the way, if one is.
    """

    registration: Registration
    status: int
    problem: Phrase | None
    action: str
    typed: Sent
    mistaken: OurForm | None = None
    other: str = ""


def change(visit: Visit, workshop: Workshop, registration: Registration, action: str, fields: Any) -> Response | Again:
    """Do what the form of `action` (one of CHANGES) asks."""
    if registration.person is None:
        outcome: Outcome | OurForm = Done() if action == "erase" else Refused(Refusal.ERASED, registration)
        if action == "erase":  # what may be left after a crash
            erase_at_once(
                visit.runtime.store, visit.runtime.seat_queue, workshop.id, registration.id, seen=-1, by=visit.email
            )
    else:
        outcome = CHANGES[action](visit, workshop, registration, fields)
    match outcome:
        case Refused(why, now):
            problem = _EXPLANATIONS.get(why)
            return Again(registration=now or registration, status=409, problem=problem, action=action, typed=fields)
        case SamePerson(other):
            return Again(
                registration=registration, status=409, problem=_SAME_PERSON, action=action, typed=fields, other=other
            )
        case OurForm() if version_shown(fields) != registration.shown_version:
            problem = _EXPLANATIONS[Refusal.CHANGED]
            return Again(registration=registration, status=409, problem=problem, action=action, typed=fields)
        case OurForm():
            return Again(
                registration=registration, status=422, problem=None, action=action, typed=fields, mistaken=outcome
            )
        case _:
            log.event("desk.changed", workshop=workshop.id, registration=registration.id, action=action)
            return see_other(same_page(visit.request))


def _correct(visit: Visit, workshop: Workshop, registration: Registration, fields: Any) -> Outcome | OurForm:
    form = correct_form(visit.words, workshop, registration, fields)
    if not form.validate():
        return form
    person, identity = form.person(), visit.runtime.identity
    return visit.runtime.seat_queue.do(
        workshop.id,
        Correct(
            registration=registration.id,
            seen=version_shown(fields),
            by=visit.email,
            person=person,
            answers=form.answers(),
            mailbox=identity.mailbox(workshop.id, person.email),
            address=identity.address(workshop.id, person.email),
            identity=identity.person(workshop.id, person),
        ),
    )


def _resend(visit: Visit, workshop: Workshop, registration: Registration, fields: Any) -> Outcome | OurForm:
    runtime, seen = visit.runtime, version_shown(fields)
    mail = fields.get("mail", "")
    return send_again(runtime.store, runtime.seat_queue, registration, mail, seen=seen, by=visit.email)


def _note(visit: Visit, workshop: Workshop, registration: Registration, fields: Any) -> Outcome | OurForm:
    form = note_form(visit.words, fields)
    if not form.validate():
        return form
    seen = version_shown(fields)
    command = WriteNote(registration=registration.id, seen=seen, by=visit.email, text=form.text.data)
    return visit.runtime.seat_queue.do(workshop.id, command)


def _label(visit: Visit, workshop: Workshop, registration: Registration, fields: Any) -> Outcome | OurForm:
    form = labels_form(visit.words, registration, fields)
    if not form.validate():
        return form
    labels, seen = split_labels(form.labels.data), version_shown(fields)
    command = SetLabels(registration=registration.id, seen=seen, by=visit.email, labels=labels)
    return visit.runtime.seat_queue.do(workshop.id, command)


def _erase(visit: Visit, workshop: Workshop, registration: Registration, fields: Any) -> Outcome | OurForm:
    runtime, seen = visit.runtime, version_shown(fields)
    return erase_at_once(runtime.store, runtime.seat_queue, workshop.id, registration.id, seen=seen, by=visit.email)


CHANGES: Mapping[str, Callable[[Visit, Workshop, Registration, Any], Outcome | OurForm]] = {
    "correct": _correct,
    "resend": _resend,
    "note": _note,
    "label": _label,
    "erase": _erase,
}
"""By the value of the button in templates/pages/organiser/_person_changes.html."""


# What the page shows


class MailRow(Struct, frozen=True, kw_only=True):
    """A mail as the page lists it. `state` is "" if that would tell who answered a survey."""

    id: str
    name: str
    at: object
    state: str
    subject: str
    text: str
    again: bool


class EntryRow(Struct, frozen=True, kw_only=True):
    """An entry of the journal as the page lists it, with the remark that explains it."""

    at: object
    what: str
    detail: str
    by: str
    remark: str


def changes_shown(
    words: Words, workshop: Workshop, registration: Registration, history: History, again: Again | None
) -> dict[str, Any]:
    """What templates/pages/organiser/_person_changes.html is given."""
    action = again.action if again else ""

    def form_of(name: str, make: Callable[[Sent], OurForm]) -> OurForm:
        if again is None or action != name:
            return make(None)
        return again.mistaken or make(again.typed)

    return {
        "open": action,
        "form": form_of("correct", lambda data: correct_form(words, workshop, registration, data)),
        "note": form_of("note", lambda data: note_form(words, data)),
        "labels": form_of("label", lambda data: labels_form(words, registration, data)),
        "mistakes": again.mistaken.mistakes() if again and again.mistaken else [],
        "other": again.other if again else "",
        "mails": [_mail_row(words, one) for one in reversed(history.mails)],
        "entries": [_entry_row(words, workshop, registration, one) for one in reversed(history.entries)],
    }


def _mail_row(words: Words, mail: Mail) -> MailRow:
    told = mail.has_text and mail.state is not Delivery.SKIPPED
    hidden = mail.kind.of_survey and not was_returned(mail)
    return MailRow(
        id=mail.id,
        name=mail_name(words, mail.kind.value),
        at=mail.created_at if mail.kind.of_survey else mail.settled_at or mail.created_at,
        state="" if hidden else delivery_label(words, mail),
        subject=mail.subject if told else "",
        text=mail.text if told else "",
        again=may_be_sent_again(mail),
    )


def _entry_row(words: Words, workshop: Workshop, registration: Registration, entry: Entry) -> EntryRow:
    about = "" if entry.kind is Happened.NOTED else entry.kind.value
    remarks = [one.text for one in registration.remarks if (one.at, one.about, one.by) == (entry.at, about, entry.by)]
    return EntryRow(
        at=entry.at,
        what=entry_name(words, entry.kind.value),
        detail=entry_detail(words, entry),
        by=entry_by(words, workshop, entry),
        remark="\n".join(remarks),
    )
