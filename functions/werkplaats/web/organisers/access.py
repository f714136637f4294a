"""Checks who may see a page of the desk: people who are signed in and whose role in that workshop permits it.

Session and workshop are read again for every request. So if somebody loses their role, or their session is ended
elsewhere, this takes effect with their next request.
"""

import inspect
from collections.abc import Callable
from enum import Enum

from flask import Request, Response
from msgspec import Struct

from werkplaats import log
from werkplaats.domain.access import may_make_workshops, permits, role_of
from werkplaats.domain.roles import Permission
from werkplaats.domain.signing_in import Session
from werkplaats.domain.workshop import Workshop
from werkplaats.runtime import Runtime
from werkplaats.security.sessions import COOKIE, SessionCookie, fingerprint, read_cookie
from werkplaats.web.http.languages import desk_words
from werkplaats.web.http.responses import Problem
from werkplaats.web.http.routing import Page
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.workflows.sign_in import current_session

_OUR_OWN = frozenset({"same-origin", "none"})
"""The values of Sec-Fetch-Site for a request from one of our pages or from the address bar."""


class Visit(Struct, frozen=True):
    """A request from somebody who is signed in."""

    runtime: Runtime
    request: Request
    session: Session

    @property
    def email(self) -> str:
        return self.session.email

    @property
    def words(self) -> Words:
        return desk_words(self.request)

    @property
    def may_make_workshops(self) -> bool:
        return may_make_workshops(self.email, self.runtime.settings.organisers)

    def may(self, workshop: Workshop, permission: Permission) -> bool:
        return permits(workshop, self.email, permission)


class Open(Enum):
    """What a page needs that shows nothing of any workshop."""

    TO_ALL = "to all"
    """Nothing. It is a page for signing in, or a file without personal data."""

    TO_WHOEVER_IS_SIGNED_IN = "to whoever is signed in"


Needs = Permission | Open


class DeskPage:
    """A page of the desk with what it `needs`. The table of routes accepts no other pages."""

    def __init__(self, needs: Needs, page: Page) -> None:
        self.needs = needs
        self._page = page
        self.__signature__ = inspect.signature(page)

    def __call__(self, runtime: Runtime, request: Request, **found: str) -> Response:
        return self._page(runtime, request, **found)


class SignInFirstError(Exception):
    """Nobody is signed in. The answer is a redirect to the page for signing in, which leads back."""


def visit(runtime: Runtime, request: Request) -> Visit:
    """The visit of the person who sends `request`, if they are signed in.

    Raises SignInFirstError for a GET of somebody who is not signed in. Raises Problem for their POST, and for a POST
    that does not come from one of our pages.
    """
    if request.method == "POST":
        check_same_site(request)
    session = session_of(runtime, request)
    if session is not None:
        return Visit(runtime, request, session)
    if request.method != "POST":
        raise SignInFirstError
    raise Problem(
        401,
        Phrase("Log eerst in"),
        Phrase("Je bent niet (meer) ingelogd. Er is niets veranderd."),
        Phrase("Log in, ga dan terug naar de vorige pagina en doe het opnieuw."),
    )


def session_of(runtime: Runtime, request: Request) -> Session | None:
    """The session of the browser that sends `request`, or None if nobody is signed in."""
    cookie = read_cookie(request.cookies.get(COOKIE))
    if not isinstance(cookie, SessionCookie):
        return None
    return current_session(runtime.store, fingerprint(cookie.token), runtime.now())


def workshop_for(asks: Visit, id: str, permission: Permission) -> Workshop:
    """The published workshop `id`, read again, if the visitor has `permission` there. Raises Problem otherwise."""
    workshop = asks.runtime.store.workshops.get(id)
    if workshop is None or role_of(workshop, asks.email) is None:
        raise not_yours()
    if not asks.may(workshop, permission):
        raise not_permitted()
    return workshop


def not_yours() -> Problem:
    """The answer to somebody without a role in the workshop. It does not show whether the workshop exists."""
    return Problem(
        403,
        Phrase("Dit is niet van jou"),
        Phrase("Je bent ingelogd, maar met dit adres kun je deze pagina niet zien."),
        Phrase("Werk je mee aan een werkplaats? Vraag dan of je adres erbij staat, of log in met een ander."),
    )


def not_permitted() -> Problem:
    """The answer to somebody whose role in the workshop does not permit this."""
    return Problem(
        403,
        Phrase("Dit hoort niet bij jouw rol"),
        Phrase("Je werkt mee aan deze werkplaats, maar deze pagina kun je niet zien."),
        Phrase("Heb je dit nodig? Vraag een organisator om je een andere rol te geven."),
    )


def check_same_site(request: Request) -> None:
    """Raise Problem if a page of another site made the browser send `request`.

    Browsers say in Sec-Fetch-Site where a request comes from, older ones only in Origin, and no page can change either.
    A request with neither was not sent by a browser, so no other site can have caused it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        ours = site in _OUR_OWN
    else:
        # A proxy may pass on its own name beside ours. A page of another site can set neither header.
        hosts = {request.headers.get("Host"), request.headers.get("X-Forwarded-Host")}
        ours = origin is None or origin.partition("://")[2] in hosts
    if not ours:
        log.event("access.cross_site", severity="WARNING")
        raise Problem(
            403,
            Phrase("Dit kwam niet van onze pagina"),
            Phrase("Een andere website probeerde hier iets te veranderen. Er is niets veranderd."),
            Phrase("Open de pagina zelf en gebruik de knop die daar staat."),
        )


def check_needs(pages: list[Callable[..., object]]) -> None:
    """Raise TypeError, when the program starts, if a page of the desk does not say what it needs."""
    for page in pages:
        if not isinstance(page, DeskPage):
            raise TypeError(f"{getattr(page, '__name__', page)} does not say which permission it needs: use DeskPage")
