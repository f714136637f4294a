"""The public pages: the workshops that are open, one workshop, signing up, and asking for one's link again."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import Request, Response

from werkplaats.domain.seats.commands import Done, KnownPerson, Refusal, Refused, RequestLink, SignUp
from werkplaats.domain.seats.confirming import is_busy
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.whence import PARAMETER as VIA
from werkplaats.domain.whence import read_code
from werkplaats.domain.workshop import Workshop
from werkplaats.runtime import Runtime
from werkplaats.security.links import FORM_USED_BEFORE, stored_form
from werkplaats.store.errors import StoreUnavailableError
from werkplaats.web.forms.forms import SignUpForm, link_form, sign_up_form
from werkplaats.web.http.languages import words_for
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import REVALIDATE, about, asset_file, no_such_link, not_found, page, see_other
from werkplaats.web.http.routing import Page, answer, get, post, routes
from werkplaats.web.http.site import security_text
from werkplaats.web.public import brand, sharing
from werkplaats.wording.catalogues import Words, address_in
from werkplaats.wording.sharing import sharing as sharing_of
from werkplaats.wording.templating import FONTS, MORE_FONTS
from werkplaats.workflows.seats.commit import SeatsBusyError


def handle(runtime: Runtime, request: Request) -> Response:
    """Answer a request for one of these pages."""
    return answer(ROUTES, runtime, request)


def _of_workshop(page: Callable[[Runtime, Request, Workshop], Response]) -> Page:
    """`page` for the workshop whose `id` is in the address."""

    def show(runtime: Runtime, request: Request, id: str) -> Response:
        workshop = runtime.workshop(id)
        if workshop is None:
            raise not_found()
        with about(lambda: workshop):
            return page(runtime, request, workshop)

    return show


def _asset(runtime: Runtime, request: Request, file: str) -> Response:
    return asset_file(file, "stijl.css", "formulier.js", *FONTS, *MORE_FONTS)


def _security(runtime: Runtime, request: Request) -> Response:
    return security_text(runtime)


PAST_SHOWN = timedelta(days=30)
"""How long after its last day a workshop stays on the front page."""


def _front(runtime: Runtime, request: Request) -> Response:
    """The workshops that are to come, those that run, and those that ended a short while ago.

    Those that practise or were called off are on no list.
    """
    now = runtime.now()
    words = words_for(request)
    shown = [
        one
        for one in runtime.store.workshops.not_ended(now - PAST_SHOWN)
        if not one.practice and one.called_off is None
    ]
    past = [one for one in shown if now >= one.ends_at]
    phases = [(one, one.sign_up_phase(now)) for one in shown if now < one.ends_at]
    open = [one for one, phase in phases if phase == "open"]
    ledgers = runtime.store.seats.ledgers(one.id for one in open) if open else {}

    def told(some: Iterable[Workshop]) -> list[Workshop]:
        return [one.in_language(words.language) for one in some]

    return page(
        words,
        "workshops",
        cache=REVALIDATE,
        open=told(open),
        full={id for id, ledger in ledgers.items() if ledger.is_full},
        no_room={one.id for one in open if _has_no_room(one, ledgers.get(one.id))},
        early=told(one for one, phase in phases if phase == "early"),
        closed=told(one for one, phase in phases if phase == "closed"),
        past=told(past),
        now=now,
    )


def _workshop(runtime: Runtime, request: Request, id: str) -> Response:
    code = read_code(request.args.get(VIA))
    via = f"?{VIA}={code}" if code else ""
    words, standing = words_for(request), _standing(runtime, id)
    told = sharing_of(
        words, standing["workshop"], runtime.settings.public_url, standing["phase"], full=standing["full"]
    )
    return page(words, "workshop", cache=REVALIDATE, via=via, sharing=told, **standing)


def _received(runtime: Runtime, request: Request, workshop: Workshop) -> Response:
    return page(words_for(request), "received", scripted=True, workshop=workshop)


def _privacy(runtime: Runtime, request: Request, workshop: Workshop) -> Response:
    return page(words_for(request), "privacy", workshop=workshop)


def _standing(runtime: Runtime, id: str) -> dict[str, Any]:
    """The workshop `id`, whether people can sign up now, its ledger, and whether they would be waitlisted.

    If the store cannot be reached, there is no ledger: they are told that there are seats, but not how many, and see
    the workshop as it was last read. Raises Problem if there is no such workshop.
    """
    ledger = None
    try:
        standing = runtime.standing(id)
        if standing is None:
            raise not_found()
        workshop, ledger = standing
    except StoreUnavailableError:
        kept = runtime.store.workshops.last_kept(id)
        if kept is None:
            raise
        workshop = kept
    now = runtime.now()
    return {
        "workshop": workshop,
        "phase": workshop.sign_up_phase(now),
        "seats": ledger,
        "full": ledger is not None and ledger.is_full,
        "waitlist_full": _has_no_room(workshop, ledger),
        "confirms": _confirms(workshop, ledger, now),
        "begun": workshop.has_begun(now),
        "ended": now >= workshop.ends_at,
    }


def _has_no_room(workshop: Workshop, ledger: Ledger | None) -> bool:
    """Whether nobody can sign up, because all seats are taken and the waitlist is full."""
    most = workshop.waitlist.at_most
    return ledger is not None and most is not None and ledger.is_full and ledger.waitlisted >= most


def _confirms(workshop: Workshop, ledger: Ledger | None, now: datetime) -> bool:
    """Whether somebody who signs up at `now` (UTC) has to confirm the address. It may become so while they type."""
    if workshop.confirm_address == "busy":
        return ledger is not None and is_busy(ledger, now)
    return workshop.confirm_address == "always"


def _empty_form(runtime: Runtime, request: Request, id: str) -> Response:
    words, standing = words_for(request), _standing(runtime, id)
    if standing["phase"] != "open" or standing["waitlist_full"]:
        return page(words, "closed", **standing)
    form = sign_up_form(words, standing["workshop"], None, runtime.submissions, request.args.get(VIA))
    return page(words, "sign_up", scripted=True, form=form, notice=None, **standing)


def _sign_up(runtime: Runtime, request: Request, workshop: Workshop) -> Response:
    words = words_for(request)
    form = sign_up_form(words, workshop, form_data(request), runtime.submissions)
    phase = workshop.sign_up_phase(runtime.now())
    form_id = form.submission.form_id
    if not form.validate() or form_id is None:
        if phase == "open":
            return _form_again(runtime, words, workshop, form, 422)
        return _closed(runtime, words, workshop)
    try:
        outcome = runtime.seat_queue.do(workshop.id, _command(runtime, words, workshop, form_id, form))
    except SeatsBusyError:
        notice = words.gettext(
            "Het is nu erg druk, en je aanmelding is nog niet gelukt. Wacht een halve minuut en klik opnieuw."
        )
        return _form_again(runtime, words, workshop, form, 503, notice)
    match outcome:
        case Done(registration) if registration is not None and registration.had_to_confirm:
            # Only whoever reads the mail may get to the page, also if the form is sent again later.
            return _received_by_mail(words, workshop)
        case Done(registration, form_used_before) if registration is not None:
            path = runtime.links.registration_path(registration.id, registration.link_generation)
            return see_other(f"{path}?{FORM_USED_BEFORE}={form.submission.data}" if form_used_before else path)
        case KnownPerson():
            return _received_by_mail(words, workshop)
        case Refused(Refusal.LINK_REPLACED):
            raise no_such_link()
        case Refused(Refusal.WAITLIST_FULL):
            notice = words.gettext(
                "Alle plekken zijn bezet, en de wachtlijst is vol. Probeer het later opnieuw: "
                "als iemand zich afmeldt, is er weer plaats."
            )
            return _form_again(runtime, words, workshop, form, 409, notice)
        case Refused(Refusal.MAILBOX_FULL):
            form.email.errors = [
                words.gettext("Met dit adres zijn al vijf mensen aangemeld. Gebruik een ander e-mailadres.")
            ]
            return _form_again(runtime, words, workshop, form, 422)
        case Refused(Refusal.TOO_MANY_TODAY):
            form.email.errors = [
                words.gettext(
                    "Met dit adres zijn vandaag al vijf mensen aangemeld. Gebruik een ander e-mailadres, "
                    "probeer het morgen opnieuw, of mail %(address)s.",
                    address=workshop.sender.reply_to,
                )
            ]
            return _form_again(runtime, words, workshop, form, 422)
        case _:
            return _closed(runtime, words, workshop)


def _received_by_mail(words: Words, workshop: Workshop) -> Response:
    """The same answer to people who are known and to those who are not but have to confirm their address."""
    return see_other(address_in(words, f"/werkplaats/{workshop.id}/ontvangen"))


def _command(runtime: Runtime, words: Words, workshop: Workshop, form_id: str, form: SignUpForm) -> SignUp:
    person, identity = form.person(), runtime.identity
    return SignUp(
        registration=identity.registration(workshop.id, form_id, person),
        person=person,
        answers=form.answers(),
        mailbox=identity.mailbox(workshop.id, person.email),
        address=identity.address(workshop.id, person.email),
        identity=identity.person(workshop.id, person),
        form=stored_form(form_id),
        language=words.language,
        via=read_code(form.via.data),
        suspicious=form.decoy.filled,
    )


def _form_again(
    runtime: Runtime, words: Words, workshop: Workshop, form: SignUpForm, status: int, notice: str | None = None
) -> Response:
    """The form with what was typed, and what is wrong with it."""
    response = page(
        words, "sign_up", status, scripted=True, form=form, notice=notice, **_standing(runtime, workshop.id)
    )
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def _closed(runtime: Runtime, words: Words, workshop: Workshop) -> Response:
    return page(words, "closed", 409, **_standing(runtime, workshop.id))


def _link_form(runtime: Runtime, request: Request, workshop: Workshop) -> Response:
    words = words_for(request)
    return page(words, "link", workshop=workshop, form=link_form(words, None, runtime.submissions))


def _link_sent(runtime: Runtime, request: Request, workshop: Workshop) -> Response:
    return page(words_for(request), "link_sent", workshop=workshop)


def _mail_link(runtime: Runtime, request: Request, workshop: Workshop) -> Response:
    """Mail the link, if there is anything to mail. The answer is always the same, so as not to tell who signed up."""
    words = words_for(request)
    form = link_form(words, form_data(request), runtime.submissions)
    if not form.validate():
        return page(words, "link", 422, workshop=workshop, form=form)
    command = RequestLink(
        mailbox=runtime.identity.mailbox(workshop.id, form.email.normalised),
        address=runtime.identity.address(workshop.id, form.email.normalised),
        submission=stored_form(form.submission.form_id or secrets.token_urlsafe(18)),
    )
    runtime.seat_queue.do(workshop.id, command)
    return see_other(address_in(words, f"/werkplaats/{workshop.id}/link/verstuurd"))


ROUTES = routes(
    get("/", _front),
    get("/.well-known/security.txt", _security),
    get("/werkplaats", _front),
    get("/werkplaats/_/<file>", _asset),
    get("/werkplaats/merk-<name>.css", brand.stylesheet),
    get("/werkplaats/logo-<digest>.png", brand.logo),
    get("/werkplaats/beeld-<name>.png", sharing.picture),
    get(sharing.AGENDA, sharing.agenda),
    get("/werkplaats/<id>", _workshop),
    get("/werkplaats/<id>/aanmelden", _empty_form),
    post("/werkplaats/<id>/aanmelden", _of_workshop(_sign_up)),
    get("/werkplaats/<id>/ontvangen", _of_workshop(_received)),
    get("/werkplaats/<id>/link", _of_workshop(_link_form)),
    post("/werkplaats/<id>/link", _of_workshop(_mail_link)),
    get("/werkplaats/<id>/link/verstuurd", _of_workshop(_link_sent)),
    get("/werkplaats/<id>/privacy", _of_workshop(_privacy)),
    strict_slashes=False,
)
