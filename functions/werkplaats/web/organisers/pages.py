"""What the organisers' pages have in common: their headers, and files to take away."""

from typing import Any
from urllib.parse import quote

from flask import Response

from werkplaats.web.http.responses import NO_STORE, SECURITY_HEADERS, Problem, page


def desk_page(name: str, status: int = 200, *, scripted: bool = False, **context: Any) -> Response:
    """The page templates/pages/organiser/<name>.html; only a `scripted` one may run scripts."""
    response = page(f"organiser/{name}", status, scripted=scripted, **context)
    # Without a referrer older browsers do not say whose page a form was on. It stays within the site, whose logs hold
    # no address of the desk, and a link to sign in by is of use only to the browser that asked for it.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def problem_page(problem: Problem) -> Response:
    """`problem` as a page of the desk."""
    response = desk_page(
        "problem",
        problem.status,
        number=problem.status,
        title=problem.title,
        explanation=problem.explanation,
        next_step=problem.next_step,
    )
    response.headers.update({name.replace("_", "-"): value for name, value in problem.headers.items()})
    return response


def no_such_page() -> Problem:
    return Problem(
        404,
        "Deze pagina is er niet",
        "Het adres klopt niet, of wat er stond is er niet meer.",
        "Ga terug naar het overzicht van de werkplaats.",
    )


def download(content: bytes, content_type: str, filename: str) -> Response:
    """A file to keep, under `filename`."""
    response = Response(content, 200, content_type=content_type)
    response.headers.update(SECURITY_HEADERS)
    response.headers["Cache-Control"] = NO_STORE
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    return response
