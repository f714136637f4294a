"""What is checked of a page as a browser shows it: accessibility rules (axe-core), and that it fits its width."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests.gallery.browser import show
from tests.gallery.renders import Render, elements

WIDTHS = (320, 360, 1280)
SCHEMES = ("light", "dark")

_SEEN = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
"""The rules whose answer can differ by colours or by width. The others are asked once a page."""

_NOT_FOR_MAILS = ["landmark-one-main", "region", "page-has-heading-one"]
"""What a mail cannot have: it is a part of the page of a mail program."""

_ASK = """options => axe.run(document, options).then(found => found.violations.map(
  one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', ')}`))"""

_FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


WAYS = tuple(product(SCHEMES, WIDTHS))
"""Every way in which a page is looked at: a colour scheme and a width in CSS pixels."""


def ways_of(renders: Iterable[Render]) -> Iterator[tuple[Render, Sequence[tuple[str, int]]]]:
    """Each of `renders` with the ways in which it is looked at.

    Those in which an element is seen for the first time, or within others for the first time, are looked at in every
    way. All others are too, but in one colour scheme: the colours of all that is in them have been looked at in both.
    """
    seen = set[str]()
    for number, render in enumerate(renders):
        new = elements(render.html) - seen
        seen |= new
        yield render, WAYS if new else [way for way in WAYS if way[0] == SCHEMES[number % len(SCHEMES)]]


def wrong_with(page: Page, render: Render, ways: Sequence[tuple[str, int]], style: str = "") -> list[str]:
    """What is wrong with `render` in each of `ways`: a line for each, with where it is.

    `style` is added to the stylesheet.
    """
    wrong: list[str] = []
    show(page, render, style)
    page.evaluate(_axe())
    for number, (scheme, width) in enumerate(ways):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        found: list[str] = page.evaluate(_ASK, _rules(render, once=number == 0))
        if render.is_page and not page.evaluate(_FITS):
            found.append("sticks out sideways")
        wrong += [f"{render.id}, {scheme}, {width} px: {one}" for one in found]
    return wrong


def _rules(render: Render, *, once: bool) -> dict[str, Any]:
    """The options for axe. With `once`, all rules; else those that depend on how the page looks."""
    plain: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if not once:
        return plain | {"runOnly": {"type": "rule", "values": _SEEN}}
    rules = {"target-size": {"enabled": True}}
    return plain | {"rules": rules if render.is_page else {name: {"enabled": False} for name in _NOT_FOR_MAILS}}


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
