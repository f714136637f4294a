"""Tables of pages: which function they call, with which arguments, and what they refuse."""

from typing import Any, cast

import pytest
from flask import Request, Response
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import EnvironBuilder

from werkplaats.runtime import Runtime
from werkplaats.web.http.routing import answer, get, post, routes

RUNTIME = cast(Runtime, object())


def request(path: str, method: str = "GET") -> Request:
    return Request(EnvironBuilder(path, method=method).get_environ())


def show(runtime: Runtime, request: Request, id: str) -> Response:
    return Response(f"show {id}")


def change(runtime: Runtime, request: Request, id: str) -> Response:
    return Response(f"change {id}")


TABLE = routes(get("/een/<id>", show), post("/een/<id>", change))


def test_the_page_is_called_with_what_its_address_names() -> None:
    """A page is found by method and path, and HEAD is treated like GET."""
    assert answer(TABLE, RUNTIME, request("/een/x")).get_data(as_text=True) == "show x"
    assert answer(TABLE, RUNTIME, request("/een/x", "HEAD")).get_data(as_text=True) == "show x"
    assert answer(TABLE, RUNTIME, request("/een/x", "POST")).get_data(as_text=True) == "change x"


def test_what_has_no_page_is_told() -> None:
    """An address that is not in the table, or not with that method, is refused."""
    for path in ("/twee", "/een/x/", "/een/x/y"):
        with pytest.raises(NotFound):
            answer(TABLE, RUNTIME, request(path))
    with pytest.raises(MethodNotAllowed) as raised:
        answer(TABLE, RUNTIME, request("/een/x", "DELETE"))
    assert set(raised.value.valid_methods or ()) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("path", ["/een", "/een/<other>", "/een/<id>/<more>"])
def test_a_page_that_does_not_take_what_its_address_names_is_refused_at_once(path: str) -> None:
    """A page that cannot be called with what its address names is an error when the table is made."""
    with pytest.raises(TypeError, match="cannot be called with what is in that address"):
        routes(get(path, show))


def test_the_tables_of_all_functions_hold_together() -> None:
    """No two pages of a table have the same address and method."""
    from werkplaats.web.organisers import desk
    from werkplaats.web.public import manage, sign_up, survey

    for table in (desk.ROUTES, sign_up.ROUTES, manage.ROUTES, survey.ROUTES):
        at: list[Any] = [(rule.rule, method) for rule in table.iter_rules() for method in rule.methods or ()]
        assert len(at) == len(set(at))
