"""The sign-up form wakes the function of the page that people are sent to."""

import re
import sys

import pytest
from bs4 import BeautifulSoup

from tests.functions.conftest import Serve
from tests.seats import publish_workshop
from tests.shipped import NOW, WORKSHOP
from werkplaats.store import Store
from werkplaats.store.firestore import FirestoreWire


def test_the_form_wakes_the_function_of_the_page_that_follows(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is empty, is kept nowhere, and reads nothing; the store is made ready."""
    manage, asked = serve("manage"), list[object]()
    monkeypatch.setattr(FirestoreWire, "get", lambda _, paths: asked.append(paths) or {})
    answer = manage.get("/aanmelding/")
    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (204, b"", "no-store")
    assert asked == []
    assert "_store" in vars(sys.modules["main"].runtime)


def test_only_somebody_who_fills_in_the_form_wakes_it(serve: Serve, store: Store) -> None:
    """A page does not load it by itself: the stylesheet asks for it when something in the form has the focus."""
    publish_workshop(store, WORKSHOP, NOW)
    visitor = serve("signup")
    page = visitor.get(f"/werkplaats/{WORKSHOP.id}/aanmelden")
    assert "/aanmelding/" not in page.text
    [form] = BeautifulSoup(page.text, "html.parser").select("form.sign-up")
    assert form["method"] == "post"
    assert "img-src 'self'" in page.headers["Content-Security-Policy"]
    stylesheet = re.search(r'href="(/werkplaats/_/[^"]+css)"', page.text)
    assert stylesheet
    asks = [line for line in visitor.get(stylesheet[1]).text.splitlines() if "/aanmelding/" in line]
    assert asks == ['.sign-up:focus-within { background-image: url("/aanmelding/"); }']


@pytest.mark.parametrize(("path", "to"), [("/aanmelding", "empty"), ("/aanmelding/", "document")])
def test_a_reader_whose_link_was_cut_off_is_told_how_to_get_it_again(serve: Serve, path: str, to: str) -> None:
    answer = serve("manage").get(path, headers={"Sec-Fetch-Dest": to})
    assert answer.status_code == 404
    assert "Vraag je link opnieuw aan" in answer.text
