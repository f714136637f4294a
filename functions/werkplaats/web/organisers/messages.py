"""Messages to participants: writing one, looking at it, trying it out, sending it, and what became of it.

GET  /organisatie/{workshop}/berichten              the messages so far, and a form for a new one
POST /organisatie/{workshop}/berichten              with the form and action=preview, test or send; or, for the message
                                                    under way, action=pause, resume or stop
GET  /organisatie/{workshop}/berichten/{message}    one message and how far it has got
POST /organisatie/{workshop}/berichten/{message}    action=pause, resume or stop, with the version that was shown
"""

import hashlib
import secrets

from flask import Response
from msgspec import Struct

from werkplaats import log
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.messages import (
    Counts,
    Deed,
    GroupMessage,
    Progress,
    audiences,
    make_message,
    may_hold_back,
    parse_audience,
    size_of,
)
from werkplaats.domain.registration import Person, Registration, State
from werkplaats.domain.workshop import Workshop
from werkplaats.mailing.rendering import MessageContext, Rendered, render
from werkplaats.web.forms.forms import Sent, version_seen
from werkplaats.web.forms.message_form import MessageForm, message_form
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, no_such_page, unknown_button
from werkplaats.wording.catalogues import Phrase, Words, in_language
from werkplaats.wording.placeholders import Values, fill_markdown
from werkplaats.wording.templating import markdown
from werkplaats.workflows.messages import (
    Size,
    Stale,
    ToNobody,
    change_message,
    count_recipients,
    queue_message,
    send_message,
    send_test,
)

PREVIEW, TEST, SEND = "preview", "test", "send"
_DEEDS = {one.value: one for one in Deed}

_NOBODY = Phrase("In deze groep zit nu niemand. Er is niets verstuurd.")
_NOT_LATER = Phrase("Bij deze groep kan een bericht niet ook naar wie er later bij komt. Haal dat vinkje weg.")
_CHANGED = Phrase(
    "Het bericht is intussen veranderd, misschien door iemand anders. Hieronder zie je hoe het nu is. "
    "Klik zo nodig opnieuw."
)


class Shown(Struct, frozen=True, kw_only=True):
    """How far a message has got, for a page. The numbers are None if nobody may know them."""

    message: GroupMessage
    deeds: tuple[Deed, ...]
    counts: Counts | None
    waiting: int | None


def show(visit: Visit, workshop: Workshop) -> Response:
    return _page(visit, workshop, _form(visit, workshop, None))


def act(visit: Visit, workshop: Workshop) -> Response:
    """Do what the button says. A mistake shows the form again, with everything that was typed."""
    fields = form_data(visit.request)
    action = fields.get("action", "")
    if action in _DEEDS:
        return _act_on_newest(visit, workshop, fields, _DEEDS[action])
    if action not in (PREVIEW, TEST, SEND):
        raise unknown_button()
    form = _form(visit, workshop, fields)
    if not form.validate():
        return _page(visit, workshop, form, 422)
    if form.later and not form.audience.may_grow:
        return _page(visit, workshop, form, 422, _NOT_LATER)
    if action == SEND:
        return _send(visit, workshop, form)
    message = _message(visit, workshop, form, action)
    if action == TEST:
        send_test(visit.runtime.store, workshop, message)
        log.event("desk.message_tested", workshop=workshop.id)
    mail = sample_message(visit.words, workshop, message, visit.runtime.settings.public_url)
    size = count_recipients(visit.runtime.store, workshop, form.audience)
    return _page(visit, workshop, form, preview=mail, message=message, size=size, tested=action == TEST)


def show_one(visit: Visit, workshop: Workshop, id: str) -> Response:
    guarded = visit.runtime.store.messages.get(id)
    if guarded is None or guarded.message.workshop != workshop.id or guarded.message.state is Progress.TEST:
        raise no_such_page()
    return _page_of_one(visit, workshop, guarded.message)


def act_on_one(visit: Visit, workshop: Workshop, id: str) -> Response:
    """Pause, go on or stop. If somebody else did since the page was shown, nothing changes and it shows how it is."""
    fields = form_data(visit.request)
    deed = _DEEDS.get(fields.get("action", ""))
    if deed is None:
        raise unknown_button()
    return _change(visit, workshop, id, deed, version_seen(fields))


def sample_message(words: Words, workshop: Workshop, message: GroupMessage, public_url: str) -> Rendered:
    """The mail of `message` to somebody made up."""
    person = Person(given_name="Sam", family_name="Bakker", email="sam@example.org")
    registration = Registration(
        id="voorbeeld",
        workshop=workshop.id,
        person=person,
        answers={},
        mailbox="",
        identity="",
        state=State.CONFIRMED,
        sequence=1,
        state_version=1,
        signed_up_at=message.at,
        state_since=message.at,
    )
    secret = message.audience.secret
    context = MessageContext(
        workshop=workshop,
        registration=registration,
        message=message,
        values=_sample_values(public_url),
        stop_link=_sample_values(public_url).link if secret else None,
    )
    return render(words, Kind.SURVEY_MESSAGE if secret else Kind.MESSAGE, context)


def _sample_values(public_url: str) -> Values:
    return Values("Sam", f"{public_url.rstrip('/')}/aanmelding/eigen-link")


def _form(visit: Visit, workshop: Workshop, data: Sent) -> MessageForm:
    return message_form(visit.words, data, visit.runtime.submissions, audiences(workshop))


def _message(visit: Visit, workshop: Workshop, form: MessageForm, action: str) -> GroupMessage:
    """The message that `form` describes. Its id follows from the form, so a form that is sent twice is one message.

    A test is also another one if the text is.
    """
    mark = f"{workshop.id} {form.submission.form_id or secrets.token_urlsafe(18)}"
    if action != SEND:
        mark = f"{mark} {visit.email} {form.subject.data}\n{form.text.data}"
    return make_message(
        id=hashlib.sha256(f"{action} {mark}".encode()).hexdigest()[:32],
        workshop=workshop,
        by=visit.email,
        to=form.to.data,
        subject=form.subject.data,
        text=form.text.data,
        later=form.later,
        now=visit.runtime.now(),
    )


def _send(visit: Visit, workshop: Workshop, form: MessageForm) -> Response:
    sent = send_message(visit.runtime.store, workshop, _message(visit, workshop, form, SEND))
    if isinstance(sent, ToNobody):
        return _page(visit, workshop, form, 422, _NOBODY)
    log.event("desk.message_sent", workshop=workshop.id, group_message=sent.message.id)
    return see_other(_path(visit.words, workshop, sent.message.id))


def _act_on_newest(visit: Visit, workshop: Workshop, fields: Sent, deed: Deed) -> Response:
    """`deed` for the message that the field `message` names, or else for the newest for which it can be done."""
    named = fields.get("message") if fields else None
    if not named:
        listed = visit.runtime.store.messages.of(workshop.id)
        possible = [one.id for one in listed if deed in _shown(visit, one).deeds]
        if not possible:
            return _page(visit, workshop, _form(visit, workshop, None), 409, _CHANGED)
        named = possible[0]
    return _change(visit, workshop, named, deed, version_seen(fields))


def _change(visit: Visit, workshop: Workshop, id: str, deed: Deed, seen: int | None) -> Response:
    runtime = visit.runtime
    changed = change_message(runtime.store, workshop, id, deed, by=visit.email, now=runtime.now(), seen=seen)
    if changed is None:
        raise no_such_page()
    if isinstance(changed, Stale):
        return _page_of_one(visit, workshop, changed.message, 409, _CHANGED)
    if deed is Deed.RESUME:
        queue_message(runtime.store, id, runtime.now(), pages=1)
    log.event("desk.message_changed", workshop=workshop.id, group_message=id, deed=deed.value)
    return see_other(_path(visit.words, workshop, id))


def _path(words: Words, workshop: Workshop, message: str) -> str:
    return in_language(f"/organisatie/{workshop.id}/berichten/{message}", words.language)


def _shown(visit: Visit, message: GroupMessage) -> Shown:
    counts = visit.runtime.store.messages.counts(message.id)
    waiting = max(0, message.queued - counts.sent - counts.failed - counts.skipped)
    if message.audience.secret:
        return Shown(message=message, deeds=may_hold_back(message, None), counts=None, waiting=None)
    deeds = may_hold_back(message, waiting)
    return Shown(message=message, deeds=deeds, counts=counts, waiting=waiting)


def _page_of_one(
    visit: Visit, workshop: Workshop, message: GroupMessage, status: int = 200, problem: Phrase | None = None
) -> Response:
    return desk_page(
        visit.words,
        "message",
        status,
        email=visit.email,
        workshop=workshop,
        shown=_shown(visit, message),
        content=markdown(message.text),
        problem=visit.words.show(problem) if problem else None,
    )


def _page(
    visit: Visit,
    workshop: Workshop,
    form: MessageForm,
    status: int = 200,
    problem: Phrase | None = None,
    *,
    preview: Rendered | None = None,
    message: GroupMessage | None = None,
    size: Size | None = None,
    tested: bool = False,
) -> Response:
    store = visit.runtime.store
    ledger = store.seats.ledger(workshop.id)
    if ledger is None:
        raise no_such_page()
    choices = [(to, size_of(audience, ledger)) for to in audiences(workshop) if (audience := parse_audience(to))]
    values = _sample_values(visit.runtime.settings.public_url)
    return desk_page(
        visit.words,
        "messages",
        status,
        email=visit.email,
        workshop=workshop,
        form=form,
        choices=choices,
        messages=store.messages.of(workshop.id),
        preview=preview,
        content=markdown(fill_markdown(message.text, values)) if message else None,
        size=size,
        secret=message is not None and message.audience.secret,
        tested=tested,
        over=workshop.ends_at <= visit.runtime.now(),
        problem=visit.words.show(problem) if problem else None,
    )
