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

_CONTRAST = "color-contrast"
_SEEN = [_CONTRAST, "link-in-text-block", "scrollable-region-focusable", "target-size"]
"""The rules whose answer can differ by colours or by width. The others are asked once a page."""

_NOT_FOR_MAILS = ["landmark-one-main", "region", "page-has-heading-one"]
"""What a mail cannot have: it is a part of the page of a mail program."""

_ASK = """options => axe.run(document, options).then(found => found.violations.map(
  one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', ')}`))"""

_FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


WAYS = tuple(product(SCHEMES, WIDTHS))
"""Every way in which a page is looked at: a colour scheme and a width in CSS pixels."""


def with_new_colours(renders: Iterable[Render]) -> Iterator[tuple[Render, bool]]:
    """Each of `renders`, and whether an element in it is new, or is within others for the first time.

    If there is none, the colours of everything in it have been looked at in the ones before it.
    """
    seen = set[str]()
    for render in renders:
        new = elements(render.html) - seen
        seen |= new
        yield render, bool(new)


def wrong_with(
    page: Page, render: Render, ways: Sequence[tuple[str, int]], style: str = "", *, colours: bool = True
) -> list[str]:
    """What is wrong with `render` in each of `ways`: a line for each, with where it is.

    `style` is added to the stylesheet. Contrast is looked at only with `colours`.
    """
    wrong: list[str] = []
    show(page, render, style)
    page.evaluate(_axe())
    for number, (scheme, width) in enumerate(ways):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        found: list[str] = page.evaluate(_ASK, _rules(render, once=number == 0, colours=colours))
        if render.is_page and not page.evaluate(_FITS):
            found.append("sticks out sideways")
        wrong += [f"{render.id}, {scheme}, {width} px: {one}" for one in found]
    return wrong


def _rules(render: Render, *, once: bool, colours: bool) -> dict[str, Any]:
    """The options for axe. With `once`, all rules; else those that depend on how the page looks."""
    plain: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if not once:
        seen = [rule for rule in _SEEN if colours or rule != _CONTRAST]
        return plain | {"runOnly": {"type": "rule", "values": seen}}
    rules = (
        {"target-size": {"enabled": True}} if render.is_page else {name: {"enabled": False} for name in _NOT_FOR_MAILS}
    )
    return plain | {"rules": rules | {_CONTRAST: {"enabled": colours}}}


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
