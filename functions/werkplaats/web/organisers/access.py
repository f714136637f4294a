"""Who may see a page of the desk: whoever is signed in and has a role in that workshop which permits it.

The session is read for every request, and so is the workshop with its people: somebody who was taken off the list, or
whose session was ended elsewhere, is out at the next click.
"""

import inspect
from collections.abc import Callable
from enum import Enum
from urllib.parse import urlsplit

from flask import Request, Response
from msgspec import Struct

from werkplaats import log
from werkplaats.domain.access import may_make_workshops, permits, role_of
from werkplaats.domain.roles import Permission
from werkplaats.domain.signing_in import Session
from werkplaats.domain.workshop import Workshop
from werkplaats.runtime import Runtime
from werkplaats.security.sessions import COOKIE, SessionCookie, fingerprint, read_cookie
from werkplaats.web.http.languages import words_for
from werkplaats.web.http.responses import Problem
from werkplaats.web.http.routing import Page
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.workflows.sign_in import current_session

_OUR_OWN = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site for a request from a page of ours, or from the address bar."""


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
        return words_for(self.request)

    @property
    def may_make_workshops(self) -> bool:
        return may_make_workshops(self.email, self.runtime.settings.organisers)

    def may(self, workshop: Workshop, permission: Permission) -> bool:
        return permits(workshop, self.email, permission)


class Open(Enum):
    """What a page needs that shows nothing of any workshop."""

    TO_ALL = "to all"
    """Nothing: it is there to sign in, or is a file without anything of anybody."""

    TO_WHOEVER_IS_SIGNED_IN = "to whoever is signed in"


Needs = Permission | Open


class DeskPage:
    """A page of the desk, which may only be put into the table of routes with what it `needs`."""

    def __init__(self, needs: Needs, page: Page) -> None:
        self.needs = needs
        self._page = page
        self.__signature__ = inspect.signature(page)

    def __call__(self, runtime: Runtime, request: Request, **found: str) -> Response:
        return self._page(runtime, request, **found)


class SignInFirstError(Exception):
    """Nobody is signed in: the answer is the page to sign in on, which then leads back."""


def visit(runtime: Runtime, request: Request) -> Visit:
    """Who asks, once they are signed in and what they send is known to come from our own page.

    Raises Problem, or SignInFirstError for a page that was only to be looked at.
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
    """The session of the browser that sends `request`; None if nobody is signed in."""
    cookie = read_cookie(request.cookies.get(COOKIE))
    if not isinstance(cookie, SessionCookie):
        return None
    return current_session(runtime.store, fingerprint(cookie.token), runtime.now())


def workshop_for(asks: Visit, id: str, permission: Permission) -> Workshop:
    """The published workshop `id`, read anew, if whoever asks may do `permission` there. Raises Problem."""
    workshop = asks.runtime.store.workshops.get(id)
    if workshop is None or role_of(workshop, asks.email) is None:
        raise not_yours()
    if not asks.may(workshop, permission):
        raise not_permitted()
    return workshop


def not_yours() -> Problem:
    """The answer to somebody without a role in what was asked for. It does not tell whether that exists."""
    return Problem(
        403,
        Phrase("Dit is niet van jou"),
        Phrase("Je bent ingelogd, maar met dit adres kun je deze pagina niet zien."),
        Phrase("Werk je mee aan een werkplaats? Vraag dan of je adres erbij staat, of log in met een ander."),
    )


def not_permitted() -> Problem:
    """The answer to somebody who works on the workshop, in a role that does not see this."""
    return Problem(
        403,
        Phrase("Dit hoort niet bij jouw rol"),
        Phrase("Je werkt mee aan deze werkplaats, maar deze pagina kun je niet zien."),
        Phrase("Heb je dit nodig? Vraag een organisator om je een andere rol te geven."),
    )


def check_same_site(request: Request) -> None:
    """Refuse a request that a page of another site made the browser send. Raises Problem.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones only in Origin, and no page can change that.
    A request with neither was not sent by a browser, so no other site can have caused it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        ours = site in _OUR_OWN
    else:
        # A proxy may pass on its own name beside ours. A page of another site can set neither header.
        hosts = {request.headers.get("Host"), request.headers.get("X-Forwarded-Host")}
        ours = origin is None or urlsplit(origin).netloc in hosts
    if not ours:
        log.event("access.cross_site", severity="WARNING")
        raise Problem(
            403,
            Phrase("Dit kwam niet van onze pagina"),
            Phrase("Een andere website probeerde hier iets te veranderen. Er is niets veranderd."),
            Phrase("Open de pagina zelf en gebruik de knop die daar staat."),
        )


def check_needs(pages: list[Callable[..., object]]) -> None:
    """Raise TypeError, when the program starts, for a page of the desk that does not say what it needs."""
    for page in pages:
        if not isinstance(page, DeskPage):
            raise TypeError(f"{getattr(page, '__name__', page)} does not say which permission it needs: use DeskPage")
