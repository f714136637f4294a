"""Which page is at which address. Each function has a table, whose endpoints are the functions that make the pages.

    _ROUTES = routes(get("/werkplaats/<id>", show), post("/werkplaats/<id>/aanmelden", sign_up))

Such a function is called with the runtime, the request, and the parts of the address that its rule names (here `id`).
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
    """A table of `rules`. Without `strict_slashes` an address may end in a slash.

    Raises TypeError, when the program starts, if a page's function does not take the arguments that its rule names.
    """
    table = Map(rules, strict_slashes=strict_slashes, merge_slashes=False)
    for rule in rules:
        _check(rule)
    return table


def answer(table: Map, runtime: Runtime, request: Request) -> Response:
    """The answer of the page for `request`. Raises NotFound or MethodNotAllowed if `table` has none."""
    page, found = table.bind("").match(request.path, method=request.method)
    response: Response = page(runtime, request, **found)
    return response


def _check(rule: Rule) -> None:
    page: Page = rule.endpoint
    try:
        inspect.signature(page).bind(None, None, **dict.fromkeys(rule.arguments))
    except TypeError as error:
        raise TypeError(f"the page at {rule.rule} cannot be called with what is in that address: {error}") from None
