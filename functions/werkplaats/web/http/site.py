"""Files of the site as a whole: robots.txt, the icon, and security.txt, which says whom to tell of a weakness."""

from datetime import UTC, timedelta
from urllib.parse import quote

from flask import Flask, Request, Response, request
from werkzeug.routing import Map, Rule

from werkplaats.runtime import Runtime
from werkplaats.web.http.requests import public
from werkplaats.web.http.responses import file, not_found
from werkplaats.wording.templating import asset


def _robots() -> Response:
    return file(_ROBOTS, "text/plain; charset=utf-8", _A_DAY)


def _icon() -> Response:
    content, _ = asset("icoon.svg")
    return file(content, "image/svg+xml", _A_MONTH)


_ROUTES = Map(
    [
        Rule("/robots.txt", endpoint=_robots, methods=["GET"]),
        Rule("/favicon.ico", endpoint=_icon, methods=["GET"]),
    ],
    merge_slashes=False,
)

_ROBOTS = """\
User-agent: *
Disallow: /aanmelding/
Disallow: /enquete/
Disallow: /uitschrijven/
Disallow: /organisatie/
Disallow: /hooks/
Allow: /
"""
"""Search engines may index the pages of workshops, but no page of a person, of organisers, or for programs."""

_A_DAY = "public, max-age=86400"
_A_MONTH = "public, max-age=2592000"

_SECURITY_GOOD_FOR = timedelta(days=180)
"""How long the file is valid. RFC 9116 advises less than a year."""


def take_over(app: Flask) -> None:
    """Answer what functions-framework and Flask would answer themselves, in English and without our headers.

    The framework answers /robots.txt and /favicon.ico with a 404. Flask redirects an address with two slashes in a row
    or with none. Both would also read the body of such a request without a deadline.
    """
    app.register_error_handler(404, lambda _: _site(request))
    app.before_request(lambda: _site(request) if request.routing_exception else None)


def security_text(runtime: Runtime) -> Response:
    """Whom to tell of a weakness (RFC 9116): the contacts of the workshops' privacy statements, newest workshop first.

    Raises Problem if no workshop is published, because then no contact is known.
    """
    contacts = dict.fromkeys(
        workshop.privacy.contact for workshop in reversed(runtime.store.workshops.all()) if not workshop.practice
    )
    if not contacts:
        raise not_found()
    expires = (runtime.now() + _SECURITY_GOOD_FOR).astimezone(UTC)
    lines = [
        *(f"Contact: mailto:{quote(contact, safe='@+')}" for contact in contacts),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
    ]
    return file("\n".join(lines) + "\n", "text/plain; charset=utf-8", _A_DAY)


@public()
def _site(request: Request) -> Response:
    answer, _ = _ROUTES.bind("").match(request.path, method=request.method)
    response: Response = answer()
    return response
