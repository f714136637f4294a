"""The field of the sign-up form that only scripts fill in: nobody sees it, reaches it or hears of it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.gallery.browser import browser, show
from tests.gallery.renders import Render, renders

DECOY = "[name=onderwerp]"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as running:
        yield running.new_page()


@pytest.fixture(scope="module")
def form() -> Render:
    return next(one for one in renders(("nl",), alike=False) if one.name == "sign_up")


def test_nobody_meets_the_decoy(page: Page, form: Render) -> None:
    """Not with the keyboard, not by looking or pointing, and not with a screen reader; browsers do not fill it in."""
    show(page, form)
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.locator(DECOY).count() == 1
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(str(page.evaluate("document.activeElement.name ?? ''")))
    assert "email" in reached
    assert "onderwerp" not in reached
    heard = page.locator("body").aria_snapshot()
    assert "E-mailadres" in heard
    assert "Laat dit veld leeg" not in heard
    assert page.locator(DECOY).get_attribute("autocomplete") == "off"
    assert not page.evaluate(_POINTED_AT)


_POINTED_AT = """() => {
  const decoy = document.querySelector('[name=onderwerp]');
  decoy.scrollIntoView({block: 'center'});
  const box = decoy.getBoundingClientRect();
  for (let x = box.left; x <= box.right; x += 2)
    for (let y = box.top; y <= box.bottom; y += 2)
      if (document.elementFromPoint(x, y) === decoy) return true;
  return false;
}"""
"""Whether the decoy can be pointed at anywhere, once it is in the middle of the window."""
