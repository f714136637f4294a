"""Which page is at which address: a table for each function, whose endpoints are the pages themselves.

    _ROUTES = routes(get("/werkplaats/<id>", show), post("/werkplaats/<id>/aanmelden", sign_up))

A page is called with the runtime, the request, and what its rule names in the address (here `id`).
"""

import inspect
from collections.abc import Callable

from flask import Request, Response
from werkzeug.routing import Map, Rule

from werkplaats.runtime import Runtime

Page = Callable[..., Response]


def get(path: str, page: Page) -> Rule:
    return Rule(path, endpoint=page, methods=["GET"])


def post(path: str, page: Page) -> Rule:
    return Rule(path, endpoint=page, methods=["POST"])


def routes(*rules: Rule, strict_slashes: bool = True) -> Map:
    """A table of `rules`; without `strict_slashes` an address may end in a slash.

    Raises TypeError, when the program starts, for a page that does not take what its rule finds in the address.
    """
    table = Map(rules, strict_slashes=strict_slashes, merge_slashes=False)
    for rule in rules:
        _check(rule)
    return table


def answer(table: Map, runtime: Runtime, request: Request) -> Response:
    """The answer of the page that `table` has for `request`. Raises NotFound or MethodNotAllowed where it has none."""
    page, found = table.bind("").match(request.path, method=request.method)
    response: Response = page(runtime, request, **found)
    return response


def _check(rule: Rule) -> None:
    page: Page = rule.endpoint
    try:
        inspect.signature(page).bind(None, None, **dict.fromkeys(rule.arguments))
    except TypeError as error:
        raise TypeError(f"the page at {rule.rule} cannot be called with what is in that address: {error}") from None
