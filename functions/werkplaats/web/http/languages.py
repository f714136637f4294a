"""In which language a request is answered."""

from urllib.parse import urlencode

from flask import Request

from werkplaats.wording.catalogues import PARAMETER, SOURCE, Words, words_in


def words_for(request: Request, otherwise: str = SOURCE) -> Words:
    """The words of the language that `request` asks for with `?taal=`.

    If it asks for none, or for one that is not offered, they are those of the language `otherwise`.
    """
    return words_in(request.args.get(PARAMETER), otherwise)


def same_page(request: Request) -> str:
    """The path to redirect to after a POST, so that the same page is shown in the language that was asked for."""
    asked = request.args.get(PARAMETER)
    return request.path if asked is None else f"{request.path}?{urlencode({PARAMETER: asked})}"
