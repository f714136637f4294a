"""A browser: opens pages, presses buttons with their whole form, and tries again if it gets no answer or a 503."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import requests
from bs4 import BeautifulSoup, Tag

from tests.chaos.story import Story

_TRIES = 12
_PAUSE = 0.25
"""How long somebody waits before trying again, in seconds."""

EXPECTED = frozenset({200, 303, 404, 409, 410, 422})
"""Answers that a visitor can get. Besides these only 503 with Retry-After."""


@dataclass(frozen=True)
class Page:
    """An answer, and the address that was asked for."""

    path: str
    status: int
    text: str
    location: str = ""

    @cached_property
    def html(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")

    def button(self, name: str, value: str) -> Tag | None:
        found = self.html.find("button", attrs={"name": name, "value": value})
        return found if isinstance(found, Tag) else None

    @property
    def state(self) -> str:
        main = self.html.find("main")
        return str(main.get("data-state", "")) if isinstance(main, Tag) else ""


class Browser:
    """One person's browser. `headers` are sent with every request."""

    def __init__(self, url: str, story: Story, headers: Mapping[str, str] | None = None) -> None:
        self._url = url
        self._story = story
        self._headers = dict(headers or {})

    def open(self, path: str) -> Page | None:
        """The page at `path`; None if it was never answered."""
        return self._ask("GET", path, None)

    def send(self, path: str, data: Mapping[str, str]) -> Page | None:
        """Send a form, and again as long as it is not answered; None if it never was."""
        return self._ask("POST", path, data)

    def send_twice(self, path: str, data: Mapping[str, str]) -> list[Page | None]:
        """Send a form twice at the same moment, as somebody does who double-clicks."""
        with ThreadPoolExecutor(2) as two:
            return list(two.map(lambda _: self.send(path, data), range(2)))

    def press(self, page: Page, name: str, value: str, typed: Mapping[str, str] | None = None) -> Page | None:
        """Press a button of `page`, with `typed` in its fields; None if it is not there or was never answered."""
        button = page.button(name, value)
        if button is None:
            return None
        path, data = form_of(page, button)
        return self.send(path, data | dict(typed or {}))

    def _ask(self, method: str, path: str, data: Mapping[str, str] | None) -> Page | None:
        for _ in range(_TRIES):
            try:
                answer = requests.request(
                    method, self._url + path, data=data, headers=self._headers, allow_redirects=False, timeout=90
                )
            except requests.RequestException as error:
                self._story.complain(f"{method} {path}: {type(error).__name__}")
                return None
            if answer.status_code in EXPECTED:
                return Page(path, answer.status_code, answer.text, answer.headers.get("Location", ""))
            if answer.status_code != 503 or "Retry-After" not in answer.headers:
                self._story.complain(f"{method} {path}: {answer.status_code} {answer.text[:300]!r}")
                return None
            self._story.tell(f"    503 for {method} {path[:60]}", "503")
            time.sleep(_PAUSE)
        return None


def form_of(page: Page, button: Tag) -> tuple[str, dict[str, str]]:
    """The address that `button` sends its form to, and all fields that a browser sends with it."""
    form = button.find_parent("form")
    assert isinstance(form, Tag)
    data = fields_of(form)
    if button.get("name"):
        data[str(button["name"])] = str(button.get("value", ""))
    return str(form.get("action") or page.path), data


def fields_of(form: Tag) -> dict[str, str]:
    """The fields of `form` as they stand."""
    data: dict[str, str] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = str(field.get("name", "")), str(field.get("type", "text"))
        if not name or field.has_attr("disabled") or kind in ("submit", "button", "file"):
            continue
        if field.name == "textarea":
            data[name] = field.get_text().removeprefix("\n")
        elif field.name == "select":
            options = field.find_all("option")
            chosen = next((one for one in options if one.has_attr("selected")), options[0] if options else None)
            if chosen is not None:
                data[name] = str(chosen.get("value", chosen.get_text()))
        elif kind not in ("radio", "checkbox") or field.has_attr("checked"):
            data[name] = str(field.get("value", "on"))
    return data
