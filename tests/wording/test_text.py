"""Text that people typed, changed so that it can be shown."""

import pytest

from werkplaats.wording.text import defanged


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("www.example.org", "www[.]example[.]org"),
        ("WWW.example", "WWW[.]example"),
        ("https://example.org/a.b", "hxxps://example[.]org/a[.]b"),
        ("HTTP://example.org.", "hxxp://example[.]org."),
        ("zie http://localhost nu", "zie hxxp://localhost nu"),
        ("ftp://example.org", "ftp[:]//example[.]org"),
        ("(example.org)", "(example[.]org)"),
        ("t.co en a.b.example.org", "t[.]co en a[.]b[.]example[.]org"),
        ("iemand@example.org", "iemand@example[.]org"),
        ("пример.рф", "пример[.]рф"),
        ("example．org", "example[.]org"),
        ("example。org", "example[.]org"),
        ("example․org", "example[.]org"),
        ("ｗｗｗ．ｅｘａｍｐｌｅ．ｏｒｇ", "www[.]example[.]org"),
        ("ｈｔｔｐｓ：／／example.org", "hxxps://example[.]org"),
        ("example\u200c.org www.\u200dexample", "example[.]org www[.]example"),
    ],
)
def test_address_of_a_web_page_is_no_link(typed: str, shown: str) -> None:
    """No mail program makes a link of an address, however it is written, and people can still read it."""
    assert defanged(typed) == shown


@pytest.mark.parametrize(
    "typed",
    ["Jan de Vries", "J.P. de Vries", "B.V.", "Vereniging X, afd. Y", "St. Anna", "06.12.34.56.78", "3.5 uur", "…", ""],
)
def test_other_text_is_left_as_it_is(typed: str) -> None:
    """Abbreviations, initials and numbers are not taken for addresses."""
    assert defanged(typed) == typed
