"""A visitor with a browser, who knows only what docs/contract.md promises."""

import re
from typing import Any

import requests
from bs4 import BeautifulSoup, Tag

WORKSHOP = "werken-aan-wijkontwikkeling"


class Visitor:
    """Finds form fields by their autocomplete names, states by data attributes, and mails by their recipients."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def get(self, path: str) -> requests.Response:
        return self.http.get(self._absolute(path), timeout=30)

    def post(self, path: str, data: Any, **options: Any) -> requests.Response:
        return self.http.post(self._absolute(path), data=data, allow_redirects=False, timeout=60, **options)

    def form(self, path: str | None = None) -> dict[str, str]:
        """The fields of the sign-up form by name, with something filled in for each required one."""
        answer = self.get(path or f"/werkplaats/{WORKSHOP}/aanmelden")
        assert answer.status_code == 200, answer.text
        return filled_in(BeautifulSoup(answer.text, "html.parser"))

    def sign_up(self, number: int, **changes: str) -> str:
        """Sign up person `number`; returns the path that the answer redirects to."""
        answer = self.post(f"/werkplaats/{WORKSHOP}/aanmelden", self.person(number, **changes))
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def person(self, number: int, **changes: str) -> dict[str, str]:
        """A filled-in form of person `number`, with `changes` by autocomplete name."""
        page = BeautifulSoup(self.get(f"/werkplaats/{WORKSHOP}/aanmelden").text, "html.parser")
        data = filled_in(page)
        typed = {"given-name": f"Naam{number}", "family-name": "Achter", "email": f"p{number}@example.org"} | changes
        for autocomplete, value in typed.items():
            field = page.find(attrs={"autocomplete": autocomplete})
            assert isinstance(field, Tag), autocomplete
            data[str(field["name"])] = value
        return data

    def standing(self, path: str) -> tuple[str, int | None]:
        """The state, and the place on the waitlist, that the registration's page at `path` shows."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return standing(answer.text)

    def act(self, path: str, action: str) -> requests.Response:
        return self.post(path, {"action": action})

    # What follows works in the local run only

    def ask_nobody_to_confirm(self) -> None:
        """As an organiser, set that nobody who signs up has to confirm the address."""
        self.ask_to_confirm("never")

    def ask_to_confirm(self, when: str) -> None:
        """As an organiser, set when those who sign up have to confirm the address: always, busy or never."""
        path, organiser = f"/organisatie/{WORKSHOP}/bevestigen", {"X-Local-Organiser": "platform31@example.org"}
        page = BeautifulSoup(self.http.get(f"{self.url}{path}", headers=organiser, timeout=30).text, "html.parser")
        version = page.select_one(f'form[action="{path}"] input[name=version]')
        assert version is not None
        data = {"version": str(version["value"]), "confirm_address": when}
        answer = self.http.post(f"{self.url}{path}", data=data, headers=organiser, allow_redirects=False, timeout=30)
        assert answer.status_code == 303, answer.text

    def mails(self, to: str | None = None) -> list[dict[str, Any]]:
        """The bodies of accepted mails, oldest first."""
        entries = self.get("/_local/mail.json").json()
        bodies = [entry["request"] for entry in entries if entry["status"] == 202]
        return [body for body in bodies if to is None or addressee(body) == to]

    def subjects(self, to: str) -> list[str]:
        return [body["personalizations"][0].get("subject") or body["subject"] for body in self.mails(to)]

    def settle(self) -> None:
        answer = self.http.get(self._absolute("/_local/settled?timeout=60"), timeout=70)
        assert answer.status_code == 200, answer.text

    def clock(self, **to: Any) -> None:
        answer = self.http.post(self._absolute("/_local/clock"), json=to, timeout=120)
        assert answer.status_code == 200, answer.text

    def run(self, function: str) -> None:
        answer = self.http.post(self._absolute(f"/_local/schedule/{function}"), timeout=120)
        assert answer.status_code == 200, answer.text

    def faults(self, **faults: Any) -> None:
        answer = self.http.post(self._absolute("/_local/faults"), json=faults, timeout=30)
        assert answer.status_code == 200, answer.text

    def _absolute(self, path: str) -> str:
        return path if path.startswith("http") else self.url + path


def filled_in(page: BeautifulSoup) -> dict[str, str]:
    """The fields that a browser would send if only the required ones were filled in."""
    form = page.find("form", method=re.compile("post", re.IGNORECASE))
    assert isinstance(form, Tag)
    data: dict[str, str] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = str(field.get("name", "")), str(field.get("type", "text"))
        if not name:
            continue
        if kind in ("radio", "checkbox"):
            if field.has_attr("required"):
                data.setdefault(name, str(field.get("value", "on")))
        elif kind == "hidden":
            data[name] = str(field["value"])
        elif field.has_attr("required"):
            data[name] = "iemand@example.org" if kind == "email" else "Iets om in te vullen"
    return data


def standing(html: str) -> tuple[str, int | None]:
    main = BeautifulSoup(html, "html.parser").find("main")
    assert isinstance(main, Tag)
    place = main.get("data-place")
    return str(main["data-state"]), int(str(place)) if place else None


def addressee(body: dict[str, Any]) -> str:
    return str(body["personalizations"][0]["to"][0]["email"])


def links(body: dict[str, Any], path: str) -> list[str]:
    """The links in a mail's plain text that contain `path`."""
    text = next(part["value"] for part in body["content"] if part["type"] == "text/plain")
    return re.findall(rf"https?://\S*?{path}\S+", text)
