"""The addresses of the organisers' pages: none of them is shown to somebody who is not signed in."""

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from tests import iap
from werkplaats.runtime import Runtime
from werkplaats.settings import Settings
from werkplaats.web.http.requests import public
from werkplaats.web.organisers import desk

OPEN_TO_ALL = {"/": 303, "/werkplaats/_/<file>": 404, "/organisatie/_/<file>": 404}
"""Pages that anybody may see, with their status. The files are asked for by the name of another version."""

PAGES = [(rule.rule, method) for rule in desk.ROUTES.iter_rules() for method in sorted(rule.methods or ())]


@pytest.mark.parametrize(("rule", "method"), PAGES)
def test_every_page_asks_to_sign_in(rule: str, method: str) -> None:
    """Every page in the table asks to sign in before it looks anything up, so that a new page cannot forget to."""
    runtime = Runtime(Settings({"IAP_AUDIENCE": iap.AUDIENCE, "IAP_PUBLIC_KEYS": iap.PUBLIC_KEYS}))
    path = rule.replace("<", "").replace(">", "")
    request = Request(EnvironBuilder(path, method=method).get_environ())
    answered = public()(lambda request: desk.handle(runtime, request))(request)
    assert answered.status_code == OPEN_TO_ALL.get(rule, 401)
