"""Headings at every width: no line ends within a word, as `wijkontwikkelin` and then `g` would."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.gallery.browser import browser, show
from tests.gallery.renders import Render, renders

WIDTHS = (320, 360, 480, 768, 895, 896, 900, 1024, 1180, 1280, 1920)
"""Phones, tablets and desks; those about 896 px are where the ticket comes to stand beside the heading."""

SHOWN = ("workshop", "sign_up", "registration", "survey", "problem")


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as running:
        yield running.new_page()


@pytest.fixture(scope="module")
def first() -> dict[str, Render]:
    """One state of each page."""
    return {one.name: one for one in reversed(list(renders(("nl",), alike=False)))}


@pytest.mark.parametrize("name", SHOWN)
def test_no_heading_is_broken_within_a_word(page: Page, first: dict[str, Render], name: str) -> None:
    show(page, first[name])
    assert torn(page) == []


def test_the_check_finds_a_torn_word(page: Page, first: dict[str, Render]) -> None:
    """With the size that headings had before, one was torn where the ticket stands beside it."""
    show(page, first["workshop"], "@media (min-width: 56rem) { .hero h1 { font-size: clamp(3rem, 6vw, 5rem) } }")
    assert (900, "wijkontwikkeling") in torn(page)


def torn(page: Page) -> list[tuple[int, str]]:
    """Each width (px) with each word of the heading that stands on more than one line there."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [(width, str(word)) for word in page.evaluate(_TORN)]
    return found


_TORN = r"""() => {
  const found = [];
  const texts = document.createTreeWalker(document.querySelector('h1'), NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode()); )
    for (const word of text.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) found.push(word[0]);
    }
  return found;
}"""
