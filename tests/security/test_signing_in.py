"""Links and codes to sign in with, and the cookie: making them, reading them, and refusing altered ones."""

import re

import pytest

from werkplaats.security.links import Links, desk_link
from werkplaats.security.sessions import (
    AskingCookie,
    SessionCookie,
    address_hash,
    fingerprint,
    new_request_id,
    new_token,
    read_cookie,
)

OLD, NEW = "o" * 32, "n" * 32
LINKS = Links((NEW, OLD), "https://werkplaats.example.org")
ADDRESS, REQUEST = address_hash("een@example.org"), new_request_id()


def token(link: str) -> str:
    return link.rpartition("/")[2]


def test_a_link_is_read_as_it_was_made() -> None:
    """A link is read as it was made, also if it was signed with an older key."""
    for keys in ((NEW,), (OLD,)):
        link = Links(keys, "https://werkplaats.example.org").sign_in(ADDRESS, REQUEST)
        assert link.startswith("https://werkplaats.example.org/organisatie/inloggen/")
        read = LINKS.read_sign_in(token(link))
        assert read is not None
        assert (read.address, read.request, read.signed) == (ADDRESS, REQUEST, True)


def test_an_altered_link_is_not_signed() -> None:
    """A link that was altered, or signed for something else, counts as unsigned, and other text is no link."""
    made = token(LINKS.sign_in(ADDRESS, REQUEST))
    other_request = made.replace(REQUEST, new_request_id())
    other_purpose = Links((NEW,)).registration_path(f"{ADDRESS}.{REQUEST}").rpartition("/")[2]
    unsigned = token(desk_link("", ADDRESS, REQUEST, new_token()))
    for altered in (other_request, other_purpose, unsigned):
        read = LINKS.read_sign_in(altered)
        assert read is not None
        assert not read.signed
    for no_link in ("", "x", made + "x", made[:-1], f" {made}", made.upper()):
        assert LINKS.read_sign_in(no_link) is None, no_link


def test_a_code_is_eight_plain_characters_and_belongs_to_one_request() -> None:
    """A code has eight characters without vowels or look-alikes, and is right for its own request only."""
    codes = {LINKS.sign_in_code(new_request_id()) for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch("[2-9B-DF-HJKMNP-TV-Z]{8}", code) for code in codes)
    code = LINKS.sign_in_code(REQUEST)
    for typed in (code, code.lower(), f" {code[:4]} {code[4:]}\t", f"{code[:4]}-{code[4:]}"):
        assert LINKS.is_sign_in_code(typed, REQUEST)
        assert not LINKS.is_sign_in_code(typed, new_request_id())
    for wrong in ("", code[:7], code + "2", "é" * 8, "x" * 10_000):
        assert not LINKS.is_sign_in_code(wrong, REQUEST)


def test_a_code_of_an_older_key_still_works() -> None:
    """A code made with an older key is accepted as long as that key is kept."""
    assert LINKS.is_sign_in_code(Links((OLD,)).sign_in_code(REQUEST), REQUEST)
    assert not Links((NEW,)).is_sign_in_code(Links((OLD,)).sign_in_code(REQUEST), REQUEST)


@pytest.mark.parametrize("cookie", [SessionCookie(new_token()), AskingCookie(ADDRESS, new_token())])
def test_a_cookie_is_read_as_it_was_made(cookie: SessionCookie | AskingCookie) -> None:
    assert read_cookie(cookie.value) == cookie


@pytest.mark.parametrize(
    "value", [None, "", "s.", "s." + "a" * 42, "s." + "a" * 44, "a." + "a" * 43, "x." + "a" * 43, "s." + "é" * 43]
)
def test_what_cannot_be_a_cookie_of_ours_is_none(value: str | None) -> None:
    assert read_cookie(value) is None


def test_tokens_are_long_and_never_the_same_and_their_fingerprints_tell_nothing() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(one) for one in tokens} == {43}
    assert all(re.fullmatch("[0-9a-f]{64}", fingerprint(one)) for one in tokens)


def test_an_address_has_one_hash_however_it_is_written() -> None:
    assert address_hash("EEN@Example.ORG ") == ADDRESS
    assert address_hash("twee@example.org") != ADDRESS
