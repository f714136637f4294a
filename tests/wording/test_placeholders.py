"""What organisers can leave open in a message: the name and the link, filled in as text."""

import re

import pytest

from werkplaats.wording.placeholders import KNOWN, NAME, Values, fill_markdown, fill_plain, unknown_placeholders
from werkplaats.wording.templating import markdown

LINK = "https://werkplaats.example.org/aanmelding/abc.def-ghi_jkl"
SAM = Values("Sam", LINK)


def test_the_name_and_the_link_are_filled_in() -> None:
    """Each as often as it stands there. In plain text the link is as it is."""
    assert fill_plain("{naam}, {naam}: {link}", SAM) == f"Sam, Sam: {LINK}"
    assert fill_plain("Beste mensen", SAM) == "Beste mensen"


@pytest.mark.parametrize("text", ["Zie {link}.", "Zie [jouw pagina]({link})."])
def test_a_link_in_markdown_can_be_opened(text: str) -> None:
    """By itself and behind a text, and the full stop after it is not part of it."""
    assert re.findall(r'href="([^"]*)"', markdown(fill_markdown(text, SAM))) == [LINK]


@pytest.mark.parametrize(
    "name",
    [
        "**Sam**",
        "_Sam_",
        "# Sam",
        "[x](https://kwaad.example.org)",
        "![x](https://kwaad.example.org/x.png)",
        "<b>Sam</b>",
        "`Sam`",
        "<https://kwaad.example.org>",
        "https://kwaad.example.org",
        "Sam\n\n# Kop",
        "1. Sam",
    ],
)
def test_a_name_is_never_markdown(name: str) -> None:
    """People sign up under whatever name they like. In a mail it makes no link, picture or markup."""
    html = str(markdown(fill_markdown("Dag {naam}", Values(name, LINK))))
    assert set(re.findall(r"<(/?\w+)", html)) == {"p", "/p"}, html


def test_a_name_cannot_bring_a_placeholder() -> None:
    """What was filled in is not filled in once more, so that nobody gets a link into a text of their own."""
    assert LINK not in fill_plain("Dag {naam}", Values("{link}", LINK))
    assert LINK not in fill_markdown("Dag {naam}", Values("{link}", LINK))


def test_a_name_is_one_line_in_a_subject() -> None:
    """A line break would begin another header."""
    assert "\n" not in fill_plain("Dag {naam}", Values("Sam\r\nBcc: x", LINK))


def test_a_placeholder_that_is_not_ours_is_told() -> None:
    """Each once and as it was written; a brace alone, or one around more than a line, is only a brace."""
    assert unknown_placeholders("{naam} {link}") == ()
    assert unknown_placeholders("{Naam} {voornaam} {Naam} { link }") == ("{Naam}", "{voornaam}", "{ link }")
    assert unknown_placeholders("{link}", (NAME,)) == ("{link}",)
    assert unknown_placeholders("{ a\nb } en { of }}") == ("{ of }",)
    assert unknown_placeholders("") == ()
    assert fill_plain("{voornaam}", SAM) == "{voornaam}", "it is left as it is"


def test_all_that_is_known_is_filled_in() -> None:
    """A new placeholder is refused by the form until it is filled in."""
    assert "{" not in fill_plain("".join(f"{{{one}}}" for one in KNOWN), SAM)
