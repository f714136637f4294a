"""The table of the organisers' pages: every page says what it needs, and none is shown to somebody not signed in."""

import pytest
from flask import Request, Response
from werkzeug.test import EnvironBuilder

from tests.simulation.database.firestore import SimulatedWire
from werkplaats.domain.roles import Permission
from werkplaats.runtime import Runtime
from werkplaats.settings import Settings
from werkplaats.store import Store
from werkplaats.web.http.requests import public
from werkplaats.web.organisers import desk
from werkplaats.web.organisers.access import DeskPage, Open, check_needs

PAGES = [(rule, method) for rule in desk.ROUTES.iter_rules() for method in sorted(rule.methods or ())]
BEHIND = [(rule.rule, method) for rule, method in PAGES if rule.endpoint.needs is not Open.TO_ALL]
"""The pages that only somebody who is signed in may see."""


class NothingKept(Runtime):
    """A runtime whose store is empty."""

    @property
    def store(self) -> Store:
        return Store(SimulatedWire())


@pytest.mark.parametrize(("rule", "method"), BEHIND)
def test_every_page_asks_to_sign_in(rule: str, method: str) -> None:
    """Every such page asks to sign in before it looks anything up, so that a new page cannot forget to."""
    runtime = NothingKept(Settings({"PUBLIC_URL": "https://werkplaats.example.org", "SIGNING_KEYS": "k" * 32}))
    path = rule.replace("<", "").replace(">", "")
    request = Request(EnvironBuilder(path, method=method).get_environ())
    answered = public()(lambda request: desk.handle(runtime, request))(request)
    assert answered.status_code == (401 if method == "POST" else 303)


def test_the_pages_that_are_open_to_all_are_those_to_sign_in_and_the_script() -> None:
    """Whoever opens another to all is asked here whether that is meant."""
    open = {rule.rule for rule, _ in PAGES if rule.endpoint.needs is Open.TO_ALL}
    assert open == {
        "/organisatie/_/<file>",
        "/organisatie/inloggen",
        "/organisatie/inloggen/code",
        "/organisatie/inloggen/<token>",
        "/organisatie/uitloggen",
    }


def test_a_page_that_does_not_say_what_it_needs_stops_the_program() -> None:
    """When it starts, and not when somebody has seen what was not theirs."""

    def careless(runtime: Runtime, request: Request) -> Response:
        return Response("everything")

    check_needs([DeskPage(Permission.READ_PEOPLE, careless)])
    with pytest.raises(TypeError, match="careless does not say which permission it needs"):
        check_needs([careless])
