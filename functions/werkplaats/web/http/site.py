"""What belongs to the site as a whole: robots.txt, the icon, and whom to tell of a weakness (security.txt)."""

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
"""Search engines find the workshops' pages; nobody's own page, and nothing for organisers or machines."""

_A_DAY = "public, max-age=86400"
_A_MONTH = "public, max-age=2592000"

_SECURITY_GOOD_FOR = timedelta(days=180)
"""RFC 9116 advises less than a year."""


def take_over(app: Flask) -> None:
    """Answer in `app` what functions-framework and Flask answer by themselves, in English and without our headers.

    The framework refuses /robots.txt and /favicon.ico with a 404, and Flask redirects an address with two slashes in a
    row, or without any. Both would also read the body of such a request without a deadline.
    """
    app.register_error_handler(404, lambda _: _site(request))
    app.before_request(lambda: _site(request) if request.routing_exception else None)


def security_text(runtime: Runtime) -> Response:
    """RFC 9116: whom to tell of a weakness, from the newest workshop on those whom its privacy statement names.

    Raises Problem if no workshop is published: then nobody is known.
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
