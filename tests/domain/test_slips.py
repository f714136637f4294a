"""Slips of the finger in addresses are noticed, and other addresses are left alone.

The tests write domains alone, so that nobody's real address stands here.
"""

import pytest

from werkplaats.domain.slips import address_meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("GMIAL.com", "gmail.com"),
        ("gmail.nl", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("zigog.nl", "ziggo.nl"),
    ],
)
@pytest.mark.parametrize("name", ["jan", "Jan.P"])
def test_a_slip_is_noticed(name: str, typed: str, meant: str) -> None:
    """One letter too many, too few or another, two that changed places, or a country that has no such mailboxes."""
    assert address_meant(f"{name}@{typed}") == f"{name}@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com", "mail.com", "hotmail.nl", "example.org", "life.nl", "zwolle.nl", "rome.nl", "live.be",
        "planeet.nl", "g.com", "", "xn--gmil-0qa.com.example.org",
    ],
)  # fmt: skip
def test_other_addresses_are_left_alone(domain: str) -> None:
    """Real domains close to a common one, short ones, and no domain at all."""
    assert address_meant(f"jan@{domain}") is None


@pytest.mark.parametrize("typed", ["gmial.com", "@gmial.com", ""])
def test_what_is_no_address_is_left_alone(typed: str) -> None:
    assert address_meant(typed) is None
