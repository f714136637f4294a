"""What the organisers' pages have in common: their headers and addresses."""

from typing import Any

from flask import Response

from werkplaats.domain.workshop import Workshop
from werkplaats.web.http.responses import Problem, page
from werkplaats.wording.catalogues import Phrase, Words, in_language


def desk_page(words: Words, name: str, /, status: int = 200, *, scripted: bool = False, **context: Any) -> Response:
    """The page templates/pages/organiser/<name>.html. Only a `scripted` one may run scripts."""
    response = page(words, f"organiser/{name}", status, scripted=scripted, **context)
    # Without a referrer, older browsers do not say which page a form was on. The referrer stays within this site, whose
    # logs have no address of the desk, and only the browser that asked for a sign-in link can use it.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def overview_path(words: Words, workshop: Workshop) -> str:
    """The address of the overview of `workshop`, in the language of `words`."""
    return in_language(f"/organisatie/{workshop.id}", words.language)


def editor_path(words: Words, workshop: Workshop) -> str:
    """The address at which `workshop` is edited."""
    return in_language(f"/organisatie/{workshop.id}/bewerken", words.language)


def problem_page(words: Words, problem: Problem) -> Response:
    """`problem` as a page of the desk."""
    response = desk_page(words, "problem", problem.status, number=problem.status, **problem.texts(words))
    response.headers.update({name.replace("_", "-"): value for name, value in problem.headers.items()})
    return response


def unknown_button() -> Problem:
    """The answer to a form of the desk that was sent with a button, or a choice, that its page does not have."""
    return Problem(
        400,
        Phrase("Deze knop kennen we niet"),
        Phrase("Er is niets veranderd."),
        Phrase("Ga terug, laad de pagina opnieuw en gebruik een knop die daar staat."),
    )


def no_such_page() -> Problem:
    return Problem(
        404,
        Phrase("Deze pagina is er niet"),
        Phrase("Het adres klopt niet, of wat er stond is er niet meer."),
        Phrase("Ga terug naar het overzicht van de werkplaats."),
    )
