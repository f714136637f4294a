"""Signing in with a mailed link or its code, and signing out, in one browser or in all.

GET  /organisatie/inloggen           asks for the address to mail to
POST /organisatie/inloggen           mails it; answers the same whether the address is known or not
GET  /organisatie/inloggen/code      asks for the code of the mail, for people who read it on another device
POST /organisatie/inloggen/code      signs in with the code
GET  /organisatie/inloggen/{token}   the link: shows a button, because mail scanners open links
POST /organisatie/inloggen/{token}   signs in with the link
POST /organisatie/uitloggen          signs out in this browser, or with overal=ja in all browsers
"""

import re
from urllib.parse import urlencode

from flask import Request, Response

from werkplaats.domain.access import find_known
from werkplaats.domain.kept import SESSION_LONGEST
from werkplaats.domain.signing_in import GOOD_FOR, Presented, Session, SignInRequest
from werkplaats.runtime import Runtime
from werkplaats.security.links import SIGN_IN_PATH, SignInLink
from werkplaats.security.sessions import (
    COOKIE,
    AskingCookie,
    SessionCookie,
    address_hash,
    fingerprint,
    new_request_id,
    new_token,
    read_cookie,
)
from werkplaats.web.forms.forms import CodeForm, SignInForm, code_form, sign_in_form
from werkplaats.web.http.languages import desk_words
from werkplaats.web.http.requests import form_data
from werkplaats.web.http.responses import Problem, see_other
from werkplaats.web.organisers.access import check_same_site, session_of
from werkplaats.web.organisers.pages import desk_page
from werkplaats.wording.catalogues import Phrase
from werkplaats.workflows.sign_in import (
    Refusal,
    WrongCode,
    ask_to_sign_in,
    look_at_link,
    sign_in_by_code,
    sign_in_by_link,
    sign_out,
    sign_out_everywhere,
)

START = "/organisatie/"
_CODE_PATH = f"{SIGN_IN_PATH}/code"

_COOKIE_PATH = "/organisatie"
"""Browsers send the cookie to the desk only. Public pages do not depend on it."""

_ASKING_KEPT = 4 * GOOD_FOR
"""Longer than a link works, so that somebody who is late is told that it is over."""

_RETURN = re.compile(r"/organisatie/?|/organisatie/(?!inloggen|uitloggen)[A-Za-z0-9._~/?=&%+-]{1,400}")
"""The addresses to which signing in may lead: those of the desk, without its pages for signing in and out."""


def return_path(written: str | None) -> str:
    """`written` if signing in may lead to it, and the desk's first page otherwise."""
    return written if written and _RETURN.fullmatch(written) and "//" not in written else START


def address_of_sign_in(wanted: str) -> str:
    """The address of the page for signing in, which afterwards leads to `wanted`."""
    return _with_return(SIGN_IN_PATH, return_path(wanted))


def show(runtime: Runtime, request: Request) -> Response:
    return _form(
        request,
        sign_in_form(desk_words(request), None),
        return_path(request.args.get("naar")),
        session_of(runtime, request),
    )


def ask(runtime: Runtime, request: Request) -> Response:
    """Mail a link if the address may sign in. The answer is the same if it may not."""
    check_same_site(request)
    fields = form_data(request)
    naar = return_path(fields.get("naar"))
    form = sign_in_form(desk_words(request), fields)
    session = session_of(runtime, request)
    if not form.validate():
        return _form(request, form, naar, session, 422)
    email = form.email.normalised
    cookie = _asking_cookie(request, address_hash(email))
    known = find_known(email, runtime.store.workshops.all(), runtime.settings.organisers)
    asked = SignInRequest(
        id=new_request_id(),
        browser=fingerprint(cookie.token),
        at=runtime.now(),
        leads_to=naar.partition("?")[0],  # what was searched for may be a name, and is not stored
    )
    ask_to_sign_in(runtime.store, cookie.address, known, asked)
    if session is not None:
        sign_out(runtime.store, session.id)  # its cookie is replaced by that of the request
    return _with_cookie(runtime, see_other(_with_return(_CODE_PATH, naar)), cookie)


def show_code(runtime: Runtime, request: Request) -> Response:
    naar = return_path(request.args.get("naar"))
    if session_of(runtime, request) is not None:
        return see_other(naar)
    if not isinstance(_cookie(request), AskingCookie):
        return see_other(_with_return(SIGN_IN_PATH, naar))
    return _code_page(request, code_form(desk_words(request), None), naar)


def use_code(runtime: Runtime, request: Request) -> Response:
    """Sign in with the code from the mail, in the browser that asked for it."""
    check_same_site(request)
    fields = form_data(request)
    naar = return_path(fields.get("naar"))
    cookie, form = _cookie(request), code_form(desk_words(request), fields)
    if not isinstance(cookie, AskingCookie):
        return _refused(request, Refusal.OVER)
    if not form.validate():
        return _code_page(request, form, naar, 422)
    typed, session = form.code.data, SessionCookie(new_token())
    outcome = sign_in_by_code(
        runtime.store,
        cookie.address,
        fingerprint(cookie.token),
        lambda asked: runtime.links.is_sign_in_code(typed, asked),
        fingerprint(session.token),
        runtime.now(),
    )
    if not isinstance(outcome, WrongCode):
        return _with_cookie(runtime, see_other(naar), session)
    if outcome.why is not Refusal.WRONG_CODE:
        return _refused(request, outcome.why)
    form.code.errors = [
        desk_words(request).ngettext(
            "Deze code klopt niet. Kijk of je de nieuwste mail hebt. Je kunt het nog één keer proberen.",
            "Deze code klopt niet. Kijk of je de nieuwste mail hebt. Je kunt het nog %(num)d keer proberen.",
            outcome.left,
        )
    ]
    return _code_page(request, form, naar, 422)


def show_link(runtime: Runtime, request: Request, token: str) -> Response:
    """Show a button, so that a program that opens the link signs nobody in."""
    link, presented = _link(runtime, request, token)
    found = look_at_link(runtime.store, link.address, presented, runtime.now())
    if isinstance(found, Refusal):
        return _refused(request, found)
    return desk_page(desk_words(request), "sign_in_link", path=request.path, naar=return_path(found.leads_to))


def use_link(runtime: Runtime, request: Request, token: str) -> Response:
    check_same_site(request)
    link, presented = _link(runtime, request, token)
    naar = return_path(form_data(request).get("naar")) if request.content_length else START
    session = SessionCookie(new_token())
    outcome = sign_in_by_link(runtime.store, link.address, presented, fingerprint(session.token), runtime.now())
    if isinstance(outcome, Refusal):
        return _refused(request, outcome)
    return _with_cookie(runtime, see_other(naar), session)


def leave(runtime: Runtime, request: Request) -> Response:
    """Sign out in this browser. With `overal`, sign out in all browsers that are signed in with the same address."""
    check_same_site(request)
    session = session_of(runtime, request)
    if session is not None:
        if request.content_length and form_data(request).get("overal"):
            sign_out_everywhere(runtime.store, session.address)
        sign_out(runtime.store, session.id)
    response = see_other(SIGN_IN_PATH)
    response.delete_cookie(
        COOKIE, path=_COOKIE_PATH, secure=runtime.settings.cookies_are_secure, httponly=True, samesite="Lax"
    )
    return response


def _form(request: Request, form: SignInForm, naar: str, session: Session | None, status: int = 200) -> Response:
    return desk_page(
        desk_words(request), "sign_in", status, form=form, naar=naar, signed_in=session.email if session else None
    )


def _code_page(request: Request, form: CodeForm, naar: str, status: int = 200) -> Response:
    return desk_page(desk_words(request), "sign_in_code", status, form=form, naar=naar)


_STATUS = {Refusal.OTHER_BROWSER: 403}


def _refused(request: Request, why: Refusal) -> Response:
    return desk_page(desk_words(request), "sign_in_refused", _STATUS.get(why, 410), why=why.name)


def _link(runtime: Runtime, request: Request, token: str) -> tuple[SignInLink, Presented]:
    """The link `token`, and the link as this browser presents it.

    Raises Problem if it does not have the form of ours.
    """
    link = runtime.links.read_sign_in(token)
    if link is None:
        raise Problem(
            404,
            Phrase("Deze link klopt niet"),
            Phrase("Een stuk van de link ontbreekt, of er is iets aan veranderd."),
            Phrase("Open de link uit je mail opnieuw, of vraag een nieuwe mail."),
        )
    cookie = _cookie(request)
    return link, Presented(
        request=link.request,
        signed=link.signed,
        proof=fingerprint(link.secret),
        browser=fingerprint(cookie.token) if isinstance(cookie, AskingCookie) else "",
    )


def _cookie(request: Request) -> SessionCookie | AskingCookie | None:
    return read_cookie(request.cookies.get(COOKIE))


def _asking_cookie(request: Request, address: str) -> AskingCookie:
    """The cookie for this browser.

    It is the same if it asks for the same address again, so that earlier mails still work.
    """
    cookie = _cookie(request)
    if isinstance(cookie, AskingCookie) and cookie.address == address:
        return cookie
    return AskingCookie(address, new_token())


def _with_cookie(runtime: Runtime, response: Response, cookie: SessionCookie | AskingCookie) -> Response:
    response.set_cookie(
        COOKIE,
        cookie.value,
        max_age=SESSION_LONGEST if isinstance(cookie, SessionCookie) else _ASKING_KEPT,
        path=_COOKIE_PATH,
        secure=runtime.settings.cookies_are_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _with_return(path: str, naar: str) -> str:
    return path if naar == START else f"{path}?{urlencode({'naar': naar})}"
