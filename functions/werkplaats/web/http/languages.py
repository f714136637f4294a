"""In which language a request is answered, and where the same page is in another.

What the address asks for (`?taal=en`) counts most, then what is known of the person that the page is about, then what
the browser asks for (Accept-Language). The desk does not ask: it speaks the language of the source.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Request, has_request_context, request
from msgspec import Struct

from werkplaats.wording import catalogues
from werkplaats.wording.catalogues import OWN_NAMES, PARAMETER, SOURCE, Words, words_in

_DESK = "/organisatie"


class Switch(Struct, frozen=True):
    """A link to the same page in another `language`, which is called `name` in that language."""

    language: str
    name: str
    address: str


def words_for(request: Request, otherwise: str | None = None) -> Words:
    """The words of the language that `request` asks for with `?taal=`.

    If it asks for none, or for one that is not offered, they are those of the language `otherwise`; and if that is not
    known, those of the language that the browser asks for, or else of the source.
    """
    browser = request.accept_languages.best_match(catalogues.OFFERED, SOURCE)
    return words_in(request.args.get(PARAMETER), otherwise, browser, named=browser != SOURCE)


def desk_words(request: Request) -> Words:
    """The words of the desk, whatever `request` asks for."""
    return words_in(SOURCE)


def same_page(request: Request) -> str:
    """The path to redirect to after a POST, so that the same page is shown in the language that was asked for."""
    asked = request.args.get(PARAMETER)
    return request.path if asked is None else f"{request.path}?{urlencode({PARAMETER: asked})}"


def switches(words: Words) -> list[Switch]:
    """The links from a page in the language of `words` to the same page in each other language.

    They keep the rest of the present request's query. They have no path, so that no path can lead to another site.
    The desk has none.
    """
    if has_request_context() and request.path.startswith(_DESK):
        return []
    query = [(name, value) for name, value in _query() if name != PARAMETER]
    return [
        Switch(language, OWN_NAMES[language], "?" + urlencode([*query, (PARAMETER, language)]))
        for language in catalogues.OFFERED
        if language != words.language and language in OWN_NAMES
    ]


def _query() -> Iterable[tuple[str, str]]:
    return request.args.items(multi=True) if has_request_context() else ()
