"""Who may see the organisers' pages: signed in by Identity-Aware Proxy, and an organiser of the workshop."""

from urllib.parse import urlsplit

from flask import Request
from msgspec import Struct

from werkplaats import log
from werkplaats.domain.workshop import Workshop
from werkplaats.runtime import Runtime
from werkplaats.security.iap import HEADER, KeysUnavailableError, NotSignedInError
from werkplaats.web.http.languages import words_for
from werkplaats.web.http.responses import Problem, busy
from werkplaats.wording.catalogues import Phrase, Words

_OUR_OWN = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site for a request from a page of ours, or from the address bar."""


class Visit(Struct, frozen=True):
    """A request from somebody who is signed in with the address `email`."""

    runtime: Runtime
    request: Request
    email: str

    @property
    def words(self) -> Words:
        return words_for(self.request)


def visit(runtime: Runtime, request: Request) -> Visit:
    """Who asks, once they are signed in and what they send is known to come from our own page. Raises Problem."""
    asks = Visit(runtime, request, signed_in(runtime, request))
    if request.method == "POST":
        check_same_site(request)
    return asks


def signed_in(runtime: Runtime, request: Request) -> str:
    """The address of the person who asks, as the proxy confirms it. Raises Problem if nobody is signed in."""
    try:
        return runtime.assertions.email(request.headers.get(HEADER))
    except NotSignedInError as error:
        log.event("access.not_signed_in", severity="WARNING", reason=str(error))
        raise Problem(
            401,
            Phrase("Log eerst in"),
            Phrase("Deze pagina is alleen voor organisatoren."),
            Phrase("Laad de pagina opnieuw. Dan kun je inloggen."),
        ) from None
    except KeysUnavailableError as error:
        log.event("access.keys_unavailable", severity="ERROR", reason=str(error))
        raise busy() from error


def organises(email: str, workshop: Workshop) -> bool:
    """Whether `email` is the address of an organiser of `workshop`, in upper or lower case."""
    return email.casefold() in {organiser.email.casefold() for organiser in workshop.organisers}


def not_yours() -> Problem:
    """The answer to somebody who is not an organiser of what was asked for. It does not tell whether that exists."""
    return Problem(
        403,
        Phrase("Dit is niet van jou"),
        Phrase("Je bent ingelogd, maar met dit adres kun je deze pagina niet zien."),
        Phrase(
            "Ben je wel organisator van een werkplaats? Vraag dan of je adres erbij staat, of log in met een ander."
        ),
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
