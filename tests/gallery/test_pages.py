"""Every page and mail in every state can be used by everybody: on phones and desks, in light and dark, in any language.

`make test` looks at a sample of them, `make test-long` at all.
"""

import re
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page

from tests.gallery.browser import browser, show
from tests.gallery.checks import SCHEMES, WAYS, WIDTHS, with_new_colours, wrong_with
from tests.gallery.renders import Render, renders, skeleton

PARTS = 8
"""Into how many tests all states are split, so that several cores can share them."""

LIGHT = [(SCHEMES[0], width) for width in WIDTHS]
"""At each width, but not in the dark."""

SAMPLE = ("workshop", "sign_up", "registration", "survey", "organiser/share", "confirmed")

IN_ONE_PROCESS = pytest.mark.xdist_group("gallery")
"""For the tests of `make test`: rendering everything takes longer than they do."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as running:
        yield running.new_page()


@pytest.fixture(scope="module")
def every() -> list[Render]:
    """All states that differ in more than words, of every page and mail, in every language."""
    return list(renders(alike=False))


@IN_ONE_PROCESS
def test_a_sample_can_be_used_by_everybody(page: Page, every: list[Render]) -> None:
    """One state of the pages that most people see, in light at 320 px and in dark at 1,280 px."""
    first = {one.name: one for one in reversed(every)}
    wrong = [line for name in SAMPLE for line in wrong_with(page, first[name], [WAYS[0], WAYS[-1]])]
    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_state_can_be_used_by_everybody(page: Page, every: list[Render], part: int) -> None:
    """axe-core finds nothing, and nothing sticks out sideways, at 320, 360 and 1,280 px, in light and dark.

    What has no colours but those of states before it is not looked at in the dark.
    """
    wrong = [
        line
        for number, (one, new) in enumerate(with_new_colours(every))
        if number // 6 % PARTS == part
        for line in wrong_with(page, one, WAYS if new else LIGHT, colours=new)
    ]
    assert wrong == [], "\n".join(wrong)


@IN_ONE_PROCESS
@pytest.mark.parametrize("width", [320, 1280])
def test_bars_of_charts_are_seen(page: Page, every: list[Render], width: int) -> None:
    """No rule for something else that is called a bar hides them."""
    drawn = [one for one in every if one.kind == "desk" and '<rect class="bar' in one.html]
    page.set_viewport_size({"width": width, "height": 900})
    for one in {render.name: render for render in drawn}.values():
        show(page, one)
        hidden = page.evaluate(_HIDDEN_BARS)
        assert hidden == [], one.id
    assert drawn


_HIDDEN_BARS = """[...document.querySelectorAll('rect.bar')]
  .filter(bar => bar.getAttribute('width') !== '0.0%' && !bar.getBoundingClientRect().height)
  .map(bar => bar.outerHTML)"""


@IN_ONE_PROCESS
def test_answers_of_a_survey_are_large_enough_for_a_thumb(page: Page, every: list[Render]) -> None:
    """Also the eleven cells of a recommendation on a narrow phone, of which each is at least 44 px high."""
    page.set_viewport_size({"width": 320, "height": 780})
    show(page, next(one for one in every if one.name == "survey"))
    heights: list[float] = page.evaluate(
        "[...document.querySelectorAll('.scale label, .option')].map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) > 11
    assert min(heights) >= 44


@IN_ONE_PROCESS
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", ["organiser/journal", "organiser/confirming"])
def test_each_line_shows_its_moment_once(page: Page, every: list[Render], name: str, width: int) -> None:
    """On a phone there is no column for it."""
    page.set_viewport_size({"width": width, "height": 900})
    show(page, next(one for one in every if one.name == name))
    lines: list[str] = page.evaluate("[...document.querySelectorAll('tbody tr')].map(line => line.innerText)")
    assert {len(re.findall(r"\d\d-\d\d-\d{4} \d\d:\d\d", line)) for line in lines} == {1}


@IN_ONE_PROCESS
def test_the_check_finds_what_is_wrong(page: Page, every: list[Render]) -> None:
    """A field without a label, grey on grey in the dark only, and a box of 400 px are all found."""
    good = next(one for one in every if one.name == "sign_up")
    bad = good.html.replace("</main>", '<input id="nameless"><p id="grey">Grijs</p><p id="wide">Breed</p></main>')
    broken = replace(good, name="broken", html=bad)
    style = "@media (prefers-color-scheme: dark) { #grey { color: #333; background: #222 } } #wide { width: 400px }"
    found = wrong_with(page, broken, [("light", 320), ("dark", 1280)], style)
    assert any("light, 320 px: label: #nameless" in one for one in found)
    assert any("light, 320 px: sticks out sideways" in one for one in found)
    assert any("dark, 1280 px: color-contrast: #grey" in one for one in found)
    assert not any("light, 320 px: color-contrast" in one for one in found)


def test_colours_are_looked_at_where_something_is_new() -> None:
    """The same page in other words has no new colours; something else has, and so has the same in something else."""
    page = Render(kind="public", name="x", number=1, language="nl", html='<html lang="nl"><p class="a">Dag</p></html>')
    same = replace(page, language="en", html='<html lang="en"><p class="a">Hi <!-- there --></p></html>')
    other = replace(page, html='<html lang="nl"><p class="a">Dag</p><p class="b">Jan</p></html>')
    within = replace(page, html='<html lang="nl"><div><p class="b">Jan</p></div></html>')
    looked = [new for _, new in with_new_colours([page, same, other, other, within])]
    assert looked == [True, False, True, False, True]


def test_states_that_differ_in_words_are_one() -> None:
    """But not those with other elements or classes."""
    one = '<p class="a b" id="vraag-1">Dag <b>Jan</b></p>'
    assert skeleton(one) == skeleton('<p class="a b" id="vraag-2">Hoi <b>Piet</b></p>')
    assert skeleton(one) != skeleton(one.replace("a b", "a c"))
    assert skeleton(one) != skeleton(one.replace("b>", "i>"))
