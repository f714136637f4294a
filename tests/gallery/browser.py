"""A real browser that shows renders as the site would: with its stylesheet, scripts, fonts and security headers."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.gallery.renders import Render
from werkplaats.web.http.responses import SECURITY_HEADERS
from werkplaats.wording.brand import read_brand
from werkplaats.wording.templating import TEMPLATES, asset

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
SITE = "https://werkplaats.example.org"

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
    "png": "image/png",
}
_LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40" fill="#777"/></svg>'
)
"""In the place of a logo, which the samples name and nobody has uploaded."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, which ends with the block. Skips the test if there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; on Debian or Ubuntu: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


def show(page: Page, render: Render, style: str = "") -> None:
    """Open `render` in `page`. Of the site nothing else is there but files, with `style` added to its stylesheet."""
    page.unroute_all()
    page.route("**/*", lambda route: _answer(route, render, style))
    page.goto(f"{SITE}/{render.id}")


def _answer(route: Route, render: Render, style: str) -> None:
    path = route.request.url.removeprefix(SITE).partition("?")[0]
    if path == f"/{render.id}":
        route.fulfill(body=render.html, content_type="text/html; charset=utf-8", headers=_headers(render))
    elif (content := _file(path)) is not None:
        body = content[0] + (style.encode() if "/stijl." in path else b"")
        route.fulfill(body=body, content_type=content[1], headers={"Access-Control-Allow-Origin": "*"})
    else:
        route.fulfill(status=404, body="")


def _headers(render: Render) -> dict[str, str]:
    """Those of a page that may run scripts. A mail has its styles in itself and is shown as mail programs do."""
    if not render.is_page:
        return {}
    policy = SECURITY_HEADERS["Content-Security-Policy"] + "; script-src 'self'"
    return {"Content-Security-Policy": policy}


def _file(path: str) -> tuple[bytes, str] | None:
    """The file at `path` and its type; None if the site has none there."""
    name = path.rpartition("/")[2]
    if path == "/favicon.ico":
        return asset("icoon.svg")[0], _TYPES["svg"]
    if name.startswith("logo-"):
        return _LOGO, _TYPES["svg"]
    if (own := read_brand(name)) is not None:
        return own.encode(), _TYPES["css"]
    for file in sorted((TEMPLATES / "pages").rglob("*.*")):
        known = file.relative_to(TEMPLATES / "pages").as_posix()
        if file.suffix[1:] in _TYPES and re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", name) == file.name:
            return asset(known)[0], _TYPES[file.suffix[1:]]
    return None
