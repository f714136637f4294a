"""A made-up language in which every text of the program is between ⟦marks⟧, and sample data in Greek letters.

If a page shows Latin letters outside the marks, that text cannot be translated.
"""

import re
from collections.abc import Iterator
from gettext import NullTranslations
from itertools import chain
from typing import Any

import msgspec
import pytest
from bs4 import BeautifulSoup, Tag

from tests.shipped import WORKSHOP
from werkplaats.domain.registration import Person
from werkplaats.domain.workshop import Workshop
from werkplaats.wording import catalogues
from werkplaats.wording.catalogues import SOURCE, Words, load

LANGUAGE = "x-pseudo"


class Marked(NullTranslations):
    """A catalogue that translates every text to itself between marks."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


PSEUDO = Words(LANGUAGE, Marked(), load(SOURCE).names)

_WRITTEN_BY_PEOPLE = frozenset(
    {
        "title", "summary", "description", "street", "postal_code", "city", "country", "name", "practical", "statement",
        "introduction", "label", "help", "lowest_label", "highest_label", "reason",
    }
)  # fmt: skip
"""The fields of a workshop that hold text for people."""


def in_greek(workshop: Workshop) -> Workshop:
    """`workshop` with Greek in place of every text that its organisers wrote."""
    greek = msgspec.convert(_in_greek(msgspec.to_builtins(workshop)), Workshop)
    assert greek.title.startswith("Αβγ")
    return greek


def _in_greek(written: Any) -> Any:
    if isinstance(written, list | tuple):
        return [_in_greek(one) for one in written]
    if not isinstance(written, dict):
        return written
    return {
        key: _greek(value) if key in _WRITTEN_BY_PEOPLE and isinstance(value, str) and value else _in_greek(value)
        for key, value in written.items()
    }


def _greek(text: str) -> str:
    return f"Αβγ {len(text)}" + (" {privacy}" if "{privacy}" in text else "")


GREEK = in_greek(WORKSHOP)
MARIA = Person(
    given_name="Μαρία",
    family_name="Παππά",
    email="maria@example.org",
    organisation="Δήμος",
    job_title="Σύμβουλος",
    phone="06 12345678",
)

_SHOWN_ATTRIBUTES = (
    *("title", "aria-label", "alt", "placeholder"),
    *("data-one", "data-more", "data-refused", "data-signed-out"),  # aanwezig.js shows these
)
_INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")
_ADDRESS = re.compile(r"(?:https?://|werkplaats\.example\.org/)[^\s⟦⟧]+|[^\s⟦⟧]+@[^\s⟦⟧]+")


def unmarked(text: str) -> str:
    """The words of `text` in Latin letters outside the marks, without addresses. Empty if there are none."""
    text = _ADDRESS.sub(" ", text)
    while (less := _INNERMOST.sub(" ", text)) != text:
        text = less
    assert "⟦" not in text
    assert "⟧" not in text
    return " ".join(re.findall(r"[a-zA-Z][\w’'-]*", text))


def unmarked_in(html: str) -> str:
    """What `unmarked` finds in everything that the page or mail `html` shows or that a screen reader says."""
    soup = BeautifulSoup(html, "html.parser")
    elements = soup.find_all()
    for element in elements:
        # What was typed, and what another language is called in itself, is not ours.
        if element.name == "textarea" or element.has_attr("hreflang"):
            element.clear()
    attributes = chain.from_iterable(map(_shown_attributes, elements))
    return " ".join(filter(None, map(unmarked, (soup.get_text(" "), *attributes))))


def _shown_attributes(element: Tag) -> Iterator[str]:
    for name in _SHOWN_ATTRIBUTES:
        if name in element.attrs:
            yield str(element[name])
    if element.name == "meta" and element.get("name") == "description":
        yield str(element["content"])
    if element.name == "input" and element.get("type") in ("submit", "button"):
        yield str(element["value"])


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Words]:
    """Offers this language to visitors while a test runs. Gives its Words."""
    monkeypatch.setattr(catalogues, "OFFERED", (SOURCE, LANGUAGE))
    monkeypatch.setattr(catalogues, "load", lambda language: PSEUDO if language == LANGUAGE else load(language))
    catalogues._loaded.cache_clear()
    yield PSEUDO
    catalogues._loaded.cache_clear()
