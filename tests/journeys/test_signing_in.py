"""An organiser signs in by mail, by what docs/contract.md says of it alone; and the ways in of the local run."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests
from bs4 import BeautifulSoup, Tag

from local.catalogue import ROOT
from local.testing import running_system
from tests.journeys.visitor import WORKSHOP, Visitor, links

pytestmark = pytest.mark.xdist_group("journey")

ORGANISER = "platform31@example.org"
DESK = f"/organisatie/{WORKSHOP}"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_system() as system:
        yield system.url


def asks(browser: Visitor, email: str = ORGANISER) -> requests.Response:
    """Goes to the desk, is led to where one signs in, and asks for a mail there; the page that follows."""
    page = browser.get(f"{DESK}/mensen")
    form = BeautifulSoup(page.text, "html.parser").select_one("main form")
    assert isinstance(form, Tag)
    field = form.select_one('input[autocomplete="email"]')
    assert isinstance(field, Tag)
    return send(browser, form, str(field["name"]), email)


def send(browser: Visitor, form: Tag, name: str = "", value: str = "") -> requests.Response:
    """Sends `form` as a browser does, with one field filled in, and follows where that leads."""
    data = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
    data |= {name: value} if name else {}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    return browser.http.post(browser.url + str(form["action"]), data=data, headers=headers, timeout=30)


def test_signing_in_by_the_link_and_by_the_code(url: str) -> None:
    """In one browser by the link, in another by typing the code; each then sees the page that was asked for first."""
    mine, other = Visitor(url), Visitor(url)
    asks(mine)
    mine.settle()
    (mail,) = mine.mails(ORGANISER)
    assert "sign_in" in mail["categories"]
    (link,) = links(mail, "/organisatie/inloggen")
    assert other.get(link).status_code == 403
    form = BeautifulSoup(mine.get(link).text, "html.parser").select_one("main form")
    assert isinstance(form, Tag)
    assert send(mine, form).status_code == 200
    assert mine.get(f"{DESK}/mensen").url.endswith("/mensen")
    (cookie,) = mine.http.cookies
    assert (cookie.name, cookie.path, cookie.secure) == ("__session", "/organisatie", False)

    page = asks(other)
    other.settle()
    text = next(part["value"] for part in other.mails(ORGANISER)[-1]["content"] if part["type"] == "text/plain")
    code = re.search(r"^[A-Z0-9]{8}$", text, re.MULTILINE)
    assert code is not None
    form = BeautifulSoup(page.text, "html.parser").select_one("main form")
    assert isinstance(form, Tag)
    field = form.select_one('input[autocomplete="one-time-code"]')
    assert isinstance(field, Tag)
    assert send(other, form, str(field["name"]), code[0]).url == f"{url}{DESK}/mensen"
    other.settle()
    kinds = [kind for mail in other.mails(ORGANISER) for kind in mail["categories"]]
    assert kinds.count("sign_in") == kinds.count("signed_in") == 2

    form = BeautifulSoup(other.get(DESK).text, "html.parser").select_one("footer form")
    assert isinstance(form, Tag)
    assert send(other, form).url == f"{url}/organisatie/inloggen"
    assert other.get(DESK).url.startswith(f"{url}/organisatie/inloggen")
    assert mine.get(DESK).url == url + DESK


def test_the_header_of_the_local_run_is_a_real_session(url: str) -> None:
    """One for each address, however often it is used, without a mail; renewed when it is over."""
    visitor = Visitor(url)
    headers = {"X-Local-Organiser": "vanvieren@example.org"}
    for _ in range(3):
        answer = visitor.http.get(url + DESK, headers=headers, timeout=30)
        assert (answer.status_code, answer.url) == (200, url + DESK)
    visitor.clock(advance_seconds=15 * 86_400)
    assert visitor.http.get(url + DESK, headers=headers, allow_redirects=False, timeout=30).status_code == 200
    nobody = visitor.http.get(url + DESK, headers={"X-Local-Organiser": "iemand@example.org"}, timeout=30)
    assert nobody.status_code == 403
    visitor.settle()
    assert [mail for mail in visitor.mails("vanvieren@example.org") if "signed_in" in mail["categories"]] == []


def test_a_link_without_a_mail(url: str) -> None:
    """`make desk-link` prints it, and it signs in any browser once; for whoever is not known there is none."""

    def made(email: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PORT": url.rpartition(":")[2], "EMAIL": email}
        command = [sys.executable, "-m", "local.desk_link"]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)

    link = made(ORGANISER).stdout.strip()
    mine, other = Visitor(url), Visitor(url)
    assert link.startswith(f"{url}/organisatie/inloggen/")
    form = BeautifulSoup(mine.get(link).text, "html.parser").select_one("main form")
    assert isinstance(form, Tag)
    assert send(mine, form).status_code == 200
    assert mine.get(DESK).url == url + DESK
    assert other.get(link).status_code == 410
    refused = made("iemand@example.org")
    assert refused.returncode == 2
    assert "These can sign in" in refused.stderr
    assert ORGANISER in refused.stderr
