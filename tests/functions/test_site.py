"""robots.txt, the icon and security.txt, and the requests that functions-framework would otherwise answer by itself."""

from datetime import datetime, timedelta
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from tests.database import database
from tests.functions.conftest import Serve
from tests.samples import NOW
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.store import Store

PUBLIC = ("signup", "manage", "survey", "organiser", "mail_events")

SECURITY = "/.well-known/security.txt"


@pytest.mark.parametrize("function", PUBLIC)
def test_robots_find_the_public_pages_and_nothing_else(serve: Serve, function: str) -> None:
    """Each public function serves a robots.txt that allows only the public pages and may be cached for a day."""
    answer = serve(function).get("/robots.txt")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    for path in ("/", f"/werkplaats/{WORKSHOP.id}", f"/werkplaats/{WORKSHOP.id}/aanmelden"):
        assert rules.can_fetch("Zoekmachine", path), path
    for path in (
        "/aanmelding/x",
        "/enquete/x",
        "/uitschrijven/x",
        "/organisatie/",
        "/organisatie/x",
        "/hooks/sendgrid",
    ):
        assert not rules.can_fetch("Zoekmachine", path), path


@pytest.mark.parametrize("function", PUBLIC)
def test_the_icon_is_a_picture_that_is_kept(serve: Serve, function: str) -> None:
    """Each public function serves the icon with our headers, and it may be cached for a month."""
    answer = serve(function).get("/favicon.ico")
    assert (answer.status_code, answer.content_type) == (200, "image/svg+xml")
    assert ElementTree.fromstring(answer.data).tag == "{http://www.w3.org/2000/svg}svg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=2592000"


def test_pages_name_the_icon_by_an_address_that_is_served(serve: Serve) -> None:
    """Pages link to the icon that is served, and their policy allows images of the site only, not inline ones."""
    visitor = serve("signup")
    page = visitor.get("/")
    icon = BeautifulSoup(page.text, "html.parser").find("link", rel="icon")
    assert icon is not None
    assert visitor.get(str(icon["href"])).content_type == icon["type"]
    assert "img-src 'self';" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("function", PUBLIC)
@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico"])
def test_nothing_is_sent_to_these(serve: Serve, function: str, path: str) -> None:
    """A POST to these addresses is refused with 405 and a Dutch page."""
    answer = serve(function).post(path, data={"a": "b"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "<main" in answer.text


@pytest.mark.parametrize("path", ["", f"/werkplaats//{WORKSHOP.id}", "/robots.txt/", "/FAVICON.ICO"])
def test_no_answer_is_the_frameworks_own(serve: Serve, path: str) -> None:
    """An unknown address gets our own 404 page, and not Flask's redirect to an address with fewer slashes."""
    answer = serve("signup").get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 404
    assert "Deze pagina is er niet" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_whom_to_tell_of_a_weakness(serve: Serve, store: Store, clock: list[datetime]) -> None:
    """security.txt names each contact of the privacy statements once, newest workshop first, for under a year."""
    visitor = serve("signup")
    later = replace(
        WORKSHOP,
        id="later",
        first_day=WORKSHOP.first_day + timedelta(days=30),
        last_day=WORKSHOP.last_day + timedelta(days=30),
        privacy=replace(WORKSHOP.privacy, contact="privacy+1%@example.org"),
    )
    for one in (later, replace(later, id="zelfde")):
        publish_workshop(store, one, NOW)
    clock[0] = NOW + timedelta(days=10)
    answer = visitor.get(SECURITY)
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    fields = [line.split(": ", 1) for line in answer.text.splitlines()]
    contacts = [value for name, value in fields if name == "Contact"]
    assert contacts == ["mailto:privacy+1%25@example.org", f"mailto:{WORKSHOP.privacy.contact}"]
    (expires,) = [datetime.fromisoformat(value) for name, value in fields if name == "Expires"]
    assert clock[0] + timedelta(days=30) < expires < clock[0] + timedelta(days=365)
    assert ["Preferred-Languages", "nl, en"] in fields


def test_nobody_is_made_up(serve: Serve, store: Store) -> None:
    """While no workshop is published, security.txt is not found (404)."""
    visitor = serve("signup")
    database(store).collection("workshops").document(WORKSHOP.id).delete()
    answer = visitor.get(SECURITY)
    assert answer.status_code == 404
    assert "Deze pagina is er niet" in answer.text
