"""Which text looks like a name, and which text a stranger could otherwise make us mail to somebody."""

import unicodedata

import pytest

from tests.words import DUTCH
from werkplaats.domain.registration import Person
from werkplaats.wording.names import LONGEST, full_name, looks_like_a_name, salutation

NAMES = [
    "Jan",
    "jan",
    "JAN",
    "Jan-Peter",
    "Jan - Peter",
    "Anne‑Marie",
    "d'Artagnan",
    "O'Brien",
    "O’Brien",
    "‘t Hart",
    "'t Hof",
    "van 't Hof",
    "van ’t Hof",
    "in ’t Veld-de Wit",
    "J.",
    "J.P.",
    "J. P.",
    "J.-P.",
    "J.P",
    "J",
    "J.P. de Vries",
    "M. van der",
    "É. de Beauvoir",
    "van der Berg",
    "Van der Berg",
    "Şebnem",
    "Nguyễn",
    "José",
    "Zoë",
    "Ðuro",
    "Łukasz",
    "Þórunn",
    "Gülşah",
    "Siân",
    "Kamehamehaʻ",
    "王芳",
    "佐々木",
    "ユーリ",
    "김민준",
    "محمد",
    "עֲבִיגַיִל",
    "प्रिया",
    "ஶ்ரீனிவாசன்",
    "สมชาย",
    "Ольга",
    "Μαρία",
    "ქეთევან",
    "Աննա",
    "አበበ",
    "x" * LONGEST,
    "Gratis geld voor iedereen",
]
"""The last one is a sentence that has only letters, so it cannot be told from a name."""

NO_NAMES = [
    "",
    " ",
    "-",
    "'",
    ".",
    "\u0301",
    "x" * (LONGEST + 1),
    "U heeft 500 euro gewonnen. Bel nu 0906",
    "Gratis geld. Bel nu",
    "Gratis geld! Bel nu",
    "Bel nu: gratis",
    "Gratis, bel nu",
    "Bel ٠٩٠٦",
    "Bel ０９０６",
    "Bel ①②③",
    "Win ½",
    "Ⅷ",
    "Jan 2",
    "Jan😀",
    "😀",
    "Jan ♥",
    "€ Jan",
    "https://example.org",
    "www.example.org",
    "example.org",
    "Jan example.org",
    "t.co",
    "X.com",
    "j.mp nu",
    "J.de Vries",
    "J.example.org",
    "a.b.co",
    "e.x.a.m.p.l.e.org",
    "é.co",
    "e\u0301.co",
    "Jan.",
    "Jan.Piet",
    "..",
    "J..",
    ".J",
    "jan@example.org",
    "example．org",
    "example。org",
    "example｡org",
    "example․org",
    "ｗｗｗ．example",
    "J．",
    "Jan/Piet",
    "Jan & Piet",
    "Jan (Hans)",
    "“Jan”",
    '"Jan"',
    "<b>Jan</b>",
    "Jan\nBcc",
    "Jan\tPiet",
    "Jan\u00a0Piet",
    "Jan\u200bPiet",
    "Jan\u202eteiP",
    "Jan_Piet",
    "Jan – Piet",
    "{{ 7 }}",
    "=Jan",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_all_sorts_look_like_names(name: str) -> None:
    """Names in any script, in either Unicode form, look like names, and mails greet people by them."""
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, name)  # type: ignore[arg-type]
        assert looks_like_a_name(written)
        person = Person(given_name=written, family_name="de Vries", email="x@example.org")
        assert salutation(DUTCH, person) == f"Beste {written},"
        assert full_name(person) == f"{written} de Vries"


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_is_no_name_is_not_repeated(text: str) -> None:
    """Text that does not look like a name is neither in a greeting nor in a header, whichever part of a name it is."""
    assert not looks_like_a_name(text)
    assert (
        salutation(DUTCH, Person(given_name=text, family_name="de Vries", email="x@example.org")) == "Beste deelnemer,"
    )
    assert full_name(Person(given_name=text, family_name="de Vries", email="x@example.org")) is None
    assert full_name(Person(given_name="Jan", family_name=text, email="x@example.org")) is None


def test_somebody_whose_data_are_gone_is_still_addressed() -> None:
    """A mail about somebody whose data has been erased greets “deelnemer”."""
    assert salutation(DUTCH, None) == "Beste deelnemer,"


def test_a_long_text_is_refused_at_once() -> None:
    """Checking a text that was made to be slow to check takes no longer than another."""
    assert not looks_like_a_name("a." * 500_000)
    assert not looks_like_a_name("a " * (LONGEST // 2 - 1) + "!")
