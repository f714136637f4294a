"""The draft as people would see it once it is published: its page, its form, and mails to a made-up participant.

They are the public templates with the draft's workshop, inside the desk. Nothing on them does anything.
"""

import re
from datetime import datetime

from flask import Response
from msgspec.structs import replace

from werkplaats.domain.drafts import check
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import Hold, Person, Registration, State
from werkplaats.domain.seats.holds import deadline
from werkplaats.domain.workshop import Workshop
from werkplaats.mailing.rendering import ParticipantContext, Rendered, render
from werkplaats.web.forms.forms import sign_up_form
from werkplaats.web.http.responses import NO_STORE, file, see_other
from werkplaats.web.organisers.access import Visit
from werkplaats.web.organisers.pages import desk_page, editor_path, no_such_page
from werkplaats.wording.catalogues import PARAMETER, Words, words_in
from werkplaats.wording.templating import render_page
from werkplaats.workflows.edit import draft_of

MAILS = {
    Kind.CONFIRM_ADDRESS: State.CONFIRMED,
    Kind.CONFIRMED: State.CONFIRMED,
    Kind.WAITLISTED: State.WAITLISTED,
    Kind.OFFERED: State.OFFERED,
    Kind.REMINDER: State.CONFIRMED,
}
"""The mails that can be looked at, with the state of whoever gets them."""


def kinds_of(workshop: Workshop) -> list[Kind]:
    """The mails about `workshop` that can be looked at: all, but that to confirm an address only if it asks that.

    Whoever fills in a field that people do not see has to confirm it in any case; that is no reason to show the mail.
    """
    return [kind for kind in MAILS if kind is not Kind.CONFIRM_ADDRESS or workshop.confirm_address != "never"]


_LINK = re.compile(r'(<a\b[^>]*?) href="(?:/|https?:|mailto:)[^"]*"')
_FORM = re.compile(r"<form\b[^>]*>")
_SCRIPT = re.compile(r"<script\b[^>]*></script>\n?")


def show_page(visit: Visit, workshop: Workshop) -> Response:
    drafted = _drafted(visit, workshop)
    if drafted is None:
        return _not_yet(visit, workshop)
    phase = drafted.sign_up_phase(visit.runtime.now())
    html = render_page(
        _words(visit),
        "workshop",
        workshop=drafted,
        phase=phase,
        seats=None,
        full=False,
        begun=False,
        ended=False,
        waitlist_full=False,
        confirms=drafted.confirm_address == "always",
    )
    return _marked(visit, drafted, "", html)


def show_form(visit: Visit, workshop: Workshop) -> Response:
    """The form to sign up, also while nobody can."""
    drafted = _drafted(visit, workshop)
    if drafted is None:
        return _not_yet(visit, workshop)
    form = sign_up_form(_words(visit), drafted, None, visit.runtime.submissions)
    html = render_page(
        _words(visit), "sign_up", workshop=drafted, form=form, phase="open", seats=None, full=False, notice=None,
        confirms=drafted.confirm_address == "always"
    )  # fmt: skip
    return _marked(visit, drafted, "/formulier", html)


def show_mail(visit: Visit, workshop: Workshop, kind: str) -> Response:
    """The subject and the text of a mail of `kind` to a participant who does not exist."""
    drafted = _drafted(visit, workshop)
    if drafted is None:
        return _not_yet(visit, workshop)
    if kind not in {one.value for one in kinds_of(drafted)}:
        raise no_such_page()
    words = _words(visit)
    mail = sample_mail(words, drafted.in_language(words.language), Kind(kind), visit.runtime.now())
    return desk_page(
        visit.words,
        "preview_mail",
        email=visit.email,
        workshop=workshop,
        kind=kind,
        kinds=kinds_of(drafted),
        mail=mail,
        reads=words.language,
    )


def sample_mail(words: Words, workshop: Workshop, kind: Kind, now: datetime) -> Rendered:
    """The mail of `kind` about `workshop` to somebody made up."""
    confirms = kind is Kind.CONFIRM_ADDRESS
    registration = Registration(
        id="voorbeeld",
        workshop=workshop.id,
        person=Person(given_name="Sam", family_name="Bakker", email="sam@example.org"),
        answers={},
        mailbox="",
        identity="",
        state=MAILS[kind],
        sequence=1,
        state_version=1,
        signed_up_at=now,
        state_since=now,
        held_for=Hold.CONFIRM if confirms else None,
        held_until=deadline(workshop, Hold.CONFIRM, now) if confirms else now + workshop.offer_window,
    )
    context = ParticipantContext(
        workshop=workshop,
        registration=registration,
        link=words.gettext("(hier staat de eigen link van de deelnemer)"),
        place=3 if kind is Kind.WAITLISTED else None,
        waiting=7,
        can_rejoin=True,
        change=None,
        now=_sent_at(workshop, kind, now),
    )
    return render(words, kind, context)


def _words(visit: Visit) -> Words:
    """The words of the participant who would read this: of the language that the address asks for."""
    return words_in(visit.request.args.get(PARAMETER))


def _sent_at(workshop: Workshop, kind: Kind, now: datetime) -> datetime:
    """When a mail of `kind` would be sent (UTC): the last reminder on its day, every other mail `now`."""
    return workshop.reminders_at()[-1] if kind is Kind.REMINDER and workshop.reminders else now


def inert(html: str) -> str:
    """`html`, a page of ours, without scripts and links that lead away, and with buttons that do nothing.

    All markup in it is ours, since values are escaped; so a tag that is found here is a tag.
    """
    html = _LINK.sub(r'\1 role="link" aria-disabled="true"', html)
    html = _SCRIPT.sub("", _FORM.sub("<form>", html))
    return html.replace("<button ", "<button disabled ")


def _drafted(visit: Visit, workshop: Workshop) -> Workshop | None:
    """The workshop that the draft describes; None if it has mistakes."""
    draft = draft_of(visit.runtime.store, workshop.id, visit.runtime.now())
    if draft is None:
        raise no_such_page()
    found = check(draft)
    if not isinstance(found, Workshop):
        return None
    return replace(found, practice=workshop.practice, called_off=workshop.called_off)


def _not_yet(visit: Visit, workshop: Workshop) -> Response:
    """To the editor, which shows the mistakes."""
    path = editor_path(visit.words, workshop)
    return see_other(f"{path}{'&' if '?' in path else '?'}melding=geen-voorbeeld")


def _marked(visit: Visit, drafted: Workshop, here: str, html: str) -> Response:
    """`html` as a page of the desk that says above its header that it is an example of the workshop `drafted`."""
    reads = _words(visit).language
    note = render_page(
        visit.words, "organiser/_preview_note", workshop=drafted, here=here, kinds=kinds_of(drafted), reads=reads
    )
    marked = inert(html).replace('<header class="top">', f'{note}<header class="top">', 1)
    return file(marked, "text/html; charset=utf-8", NO_STORE)
