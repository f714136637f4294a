"""The table of the organisers' pages: nobody sees one who is not signed in."""

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from tests import iap
from werkplaats.runtime import Runtime
from werkplaats.settings import Settings
from werkplaats.web.http.requests import public
from werkplaats.web.organisers import desk

OPEN_TO_ALL = {"/": 303, "/werkplaats/_/<file>": 404, "/organisatie/_/<file>": 404}
"""Pages that show nothing of a workshop; the files are those of another version."""

PAGES = [(rule.rule, method) for rule in desk.ROUTES.iter_rules() for method in sorted(rule.methods or ())]


@pytest.mark.parametrize(("rule", "method"), PAGES)
def test_every_page_asks_to_sign_in(rule: str, method: str) -> None:
    """Before anything is looked up: a page that is added cannot forget it."""
    runtime = Runtime(Settings({"IAP_AUDIENCE": iap.AUDIENCE, "IAP_PUBLIC_KEYS": iap.PUBLIC_KEYS}))
    path = rule.replace("<", "").replace(">", "")
    request = Request(EnvironBuilder(path, method=method).get_environ())
    answered = public()(lambda request: desk.handle(runtime, request))(request)
    assert answered.status_code == OPEN_TO_ALL.get(rule, 401)
