"""Responses: pages, redirects, files and problems, each with the headers that it needs."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Response

from werkplaats.domain.workshop import Workshop
from werkplaats.web.http.languages import switches
from werkplaats.wording.catalogues import Phrase, Words
from werkplaats.wording.templating import asset, render_page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NO_STORE = "no-store"
"""For pages about a person, for errors and for forms: neither a browser nor Hosting may keep them."""

REVALIDATE = "no-cache"

SECURITY_HEADERS = {
    # connect-src: what measures our pages asks for robots.txt from within them. Without a script nothing else can ask.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # links carry tokens
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Problem(Exception):  # noqa: N818 — it is the answer to the visitor, and no failure of the program
    """Ends a request with a page that says what is wrong and what to do next."""

    def __init__(
        self,
        status: int,
        title: Phrase,
        explanation: Phrase,
        next_step: Phrase,
        *,
        close: bool = False,
        **headers: str,
    ) -> None:
        super().__init__(title.text)
        self.status = status
        self.title = title
        self.explanation = explanation
        self.next_step = next_step
        self.close = close
        """Whether the connection is closed after this answer."""
        self.workshop: Workshop | None = None
        """The workshop that the request was about, if that is known: the page then says whom to ask."""
        self.headers = headers

    def response(self, words: Words) -> Response:
        response = page(words, "problem", self.status, workshop=self.workshop, **self.texts(words))
        if self.close:
            response.headers["Connection"] = "close"
        response.headers.update({name.replace("_", "-"): value for name, value in self.headers.items()})
        return response

    def texts(self, words: Words) -> dict[str, Any]:
        """What the page about it says, by the names that its template knows."""
        return {
            "title": words.show(self.title),
            "explanation": words.show(self.explanation),
            "next_step": words.show(self.next_step),
        }


@contextmanager
def about(find: Callable[[], Workshop | None]) -> Iterator[None]:
    """A Problem that is raised within is about the workshop that `find` gives. It is asked for only then."""
    try:
        yield
    except Problem as problem:
        problem.workshop = find()
        raise


def page(
    words: Words, name: str, /, status: int = 200, *, cache: str = NO_STORE, scripted: bool = False, **context: Any
) -> Response:
    """The page templates/pages/<name>.html in the language of `words`.

    Only a `scripted` page may run scripts, and only those that we serve ourselves.
    """
    context = {"switches": switches(words)} | context
    response = _answer(render_page(words, name, **context), status, "text/html; charset=utf-8", cache)
    response.headers["Content-Language"] = words.language
    response.headers["Vary"] = "Accept-Language"  # what the address does not say, the browser's language decides
    if scripted:
        response.headers["Content-Security-Policy"] += "; script-src 'self'"
    return response


def see_other(path: str) -> Response:
    """A 303 to `path` on this site. It is relative, so that it is right behind any proxy."""
    response = _answer("", 303, "text/plain; charset=utf-8", NO_STORE)
    response.headers["Location"] = path
    response.autocorrect_location_header = False
    return response


_ASSET_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "woff2": "font/woff2"}


def asset_file(asked_for: str, *names: str) -> Response:
    """Which of the assets `names` of templates/pages is called `asked_for` now. Raises Problem if none is."""
    for name in names:
        content, current = asset(name)
        if asked_for == current:
            return _answer(content, 200, _ASSET_TYPES[name.rpartition(".")[2]], "public, max-age=31536000, immutable")
    raise not_found()


def file(content: str | bytes, content_type: str, cache: str) -> Response:
    """A file with `cache` as its Cache-Control."""
    return _answer(content, 200, content_type, cache)


def download(content: bytes, content_type: str, filename: str) -> Response:
    """A file that the browser saves as `filename`."""
    response = _answer(content, 200, content_type, NO_STORE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    return response


def plain(text: str, status: int) -> Response:
    """An answer for a program, in plain text."""
    return _answer(text, status, "text/plain; charset=utf-8", NO_STORE)


class _Answer(Response):
    """An answer after which gunicorn closes the connection if its headers say `Connection: close`.

    Gunicorn ignores that header of an application. But the function that it passes as `start_response` is a method of
    its own response object, which can be told to close the connection.
    """

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        close = getattr(getattr(start_response, "__self__", None), "force_close", None)
        if self.headers.get("Connection") == "close" and close is not None:
            close()
        return super().__call__(environ, start_response)


def _answer(body: str | bytes, status: int, content_type: str, cache: str) -> Response:
    return _Answer(body, status, SECURITY_HEADERS | {"Cache-Control": cache}, content_type=content_type)


def not_found() -> Problem:
    return Problem(
        404,
        Phrase("Deze pagina is er niet"),
        Phrase("Het adres klopt niet, of wat er stond is er niet meer."),
        Phrase("Kijk of de link compleet is. Komt hij uit een mail, open hem dan daar opnieuw."),
    )


def unknown_button() -> Problem:
    """The answer to a form on somebody's own pages that was sent with a button that they do not have."""
    return Problem(
        400,
        Phrase("Deze knop kennen we niet"),
        Phrase("Er is niets veranderd aan je aanmelding."),
        Phrase("Open de link uit je mail opnieuw en gebruik een knop op de pagina."),
    )


def no_such_link() -> Problem:
    """The answer to a link that is not good, or not any more. It does not tell whether there is such a registration."""
    return Problem(
        404,
        Phrase("Deze link werkt niet"),
        Phrase("De link klopt niet, of hij werkt niet meer. Dat kan als je e-mailadres is aangepast."),
        Phrase(
            "Vraag je link opnieuw aan, bij ‘Mijn aanmelding’ op de pagina van de werkplaats. "
            "Je krijgt hem op het e-mailadres dat we nu van je hebben."
        ),
    )


def busy() -> Problem:
    return Problem(
        503,
        Phrase("Het is nu te druk"),
        Phrase("Het lukte niet om dit op tijd te verwerken. Er is niets dubbel vastgelegd."),
        Phrase("Wacht een minuut en probeer het opnieuw."),
        Retry_After="30",
    )
