"""In which language a request is answered."""

from flask import Request

from werkplaats.wording.catalogues import OFFERED, PARAMETER, SOURCE, Words, in_language, words_in


def words_for(request: Request, otherwise: str = SOURCE) -> Words:
    """The words of the language that `request` asks for with `?taal=`.

    If it asks for none, or for one that is not offered, they are those of the language `otherwise`.
    """
    asked = request.args.get(PARAMETER)
    return words_in(asked if asked in OFFERED else otherwise)


def same_page(request: Request) -> str:
    """The path to redirect to after a POST, so that the same page is shown in the language that was asked for."""
    asked = request.args.get(PARAMETER)
    return in_language(request.path, asked) if asked in OFFERED else request.path
