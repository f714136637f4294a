"""Slips of the finger in addresses are noticed, and other addresses are left alone."""

import pytest

from werkplaats.domain.slips import address_meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jan@gmial.com", "jan@gmail.com"),
        ("jan@gmail.con", "jan@gmail.com"),
        ("jan@gmai.com", "jan@gmail.com"),
        ("jan@gmaill.com", "jan@gmail.com"),
        ("jan@GMIAL.com", "jan@gmail.com"),
        ("jan@gmail.nl", "jan@gmail.com"),
        ("jan@hotmial.com", "jan@hotmail.com"),
        ("jan@outlok.com", "jan@outlook.com"),
        ("Jan.P@zigog.nl", "Jan.P@ziggo.nl"),
    ],
)
def test_a_slip_is_noticed(typed: str, meant: str) -> None:
    """One letter too many, too few or another, two that changed places, or a country that has no such mailboxes."""
    assert address_meant(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "jan@gmail.com", "jan@mail.com", "jan@hotmail.nl", "jan@example.org", "jan@life.nl", "jan@zwolle.nl",
        "jan@rome.nl", "jan@live.be", "jan@planeet.nl", "jan@g.com", "gmial.com", "@gmial.com", "", "jan@",
        "jan@xn--gmil-0qa.com.example.org",
    ],
)  # fmt: skip
def test_other_addresses_are_left_alone(typed: str) -> None:
    """Real domains close to a common one, short ones, and what is no address."""
    assert address_meant(typed) is None
