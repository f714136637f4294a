"""Signing in on this machine without a mail. The local run believes anybody who says who they are.

The header `X-Local-Organiser` signs in one request, and the page /_local/organiser signs in a browser. Both get a real
session, one for each address and run, so that functions see only what they would see in the cloud.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.catalogue import ROOT

SIGN_IN = "X-Local-Organiser"
COOKIE = "__session"
PAGE = "/_local/organiser"
DESK = "/organisatie"
WORKSHOPS = ROOT / "workshops"

_ORGANISER = "organiser"
"""The role of people to whom the file gives none."""


class Organisers:
    """Signs people in. `sign_in` returns the value of the cookie of a session for an address."""

    def __init__(self, sign_in: Callable[[str], Awaitable[str]], workshops: Path = WORKSHOPS) -> None:
        self._sign_in = sign_in
        self._workshops = workshops
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
        )

    async def session_for(self, request: web.Request) -> str | None:
        """The cookie's value for a request with the header, or None without it."""
        email = request.headers.get(SIGN_IN, "").strip()
        return await self._sign_in(email) if email else None

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get(PAGE, self._choose)
        router.add_post(PAGE, self._chosen)

    async def _choose(self, request: web.Request) -> web.Response:
        people = _people(self._workshops)
        known = [(person["name"], person["email"], title, _role(person)) for person, title in people]
        return self._render("organiser.html", 200, known=known)

    async def _chosen(self, request: web.Request) -> web.Response:
        """Sign the browser in, or sign it out if no address is given."""
        email = str((await request.post()).get("adres", "")).strip()
        answer = web.Response(status=303, headers={"Location": f"{DESK}/" if email else PAGE})
        if email:
            answer.set_cookie(COOKIE, await self._sign_in(email), httponly=True, samesite="Lax", path=DESK)
        else:
            answer.del_cookie(COOKIE, path=DESK)
        return answer

    def _render(self, template: str, status: int, **context: object) -> web.Response:
        text = self._templates.get_template(template).render(**context)
        headers = {"Cache-Control": "no-store"}
        return web.Response(status=status, text=text, content_type="text/html", headers=headers)


def makers(workshops: Path = WORKSHOPS) -> str:
    """The value of the setting ORGANISERS: the addresses of the organisers of the shipped workshops."""
    return ",".join(dict.fromkeys(person["email"] for person, _ in _people(workshops) if _role(person) == _ORGANISER))


def _people(workshops: Path) -> list[tuple[dict[str, Any], str]]:
    """Everybody who works on a shipped workshop, with the title of that workshop."""
    files = [yaml.safe_load(path.read_text()) for path in sorted(workshops.glob("*.yaml"))]
    return [(one, file["title"]) for file in files for one in file["organisers"]]


def _role(person: dict[str, Any]) -> str:
    return str(person.get("role", _ORGANISER))
