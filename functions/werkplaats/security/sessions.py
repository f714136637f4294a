"""The cookie by which a browser is recognised at the desk, and the hashes under which the store keeps things about it.

There is one cookie, because Firebase Hosting lets no other through. It holds a random token, of which the store has
only a fingerprint: whoever reads the store can sign in nowhere. Its value is one of two:

    s.<token>              somebody is signed in
    a.<address>.<token>    somebody has asked to sign in with that address (a hash of it)
"""

import hashlib
import re
import secrets

from msgspec import Struct

from werkplaats.domain.access import folded

COOKIE = "__session"

_LETTERS = r"[A-Za-z0-9_-]{43}"
_VALUE = re.compile(rf"s\.(?P<session>{_LETTERS})|a\.(?P<address>[0-9a-f]{{32}})\.(?P<asking>{_LETTERS})")


class SessionCookie(Struct, frozen=True):
    """Of a browser in which somebody is signed in."""

    token: str

    @property
    def value(self) -> str:
        return f"s.{self.token}"


class AskingCookie(Struct, frozen=True):
    """Of a browser in which somebody has asked to sign in with `address`, a hash."""

    address: str
    token: str

    @property
    def value(self) -> str:
        return f"a.{self.address}.{self.token}"


def read_cookie(value: str | None) -> SessionCookie | AskingCookie | None:
    """What `value`, which anybody can make up, may be; None if it cannot be a cookie of ours."""
    match = _VALUE.fullmatch(value or "")
    if match is None:
        return None
    if match["session"]:
        return SessionCookie(match["session"])
    return AskingCookie(match["address"], match["asking"])


def new_token() -> str:
    """A token that nobody can guess: 256 random bits in 43 characters."""
    return secrets.token_urlsafe(32)


def new_request_id() -> str:
    return secrets.token_hex(16)


def fingerprint(token: str) -> str:
    """What the store keeps of `token`, from which the token cannot be worked out."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_hash(email: str) -> str:
    """The id under which what was asked for `email` is kept; the same in whatever case it is written."""
    return hashlib.sha256(f"sign-in {folded(email)}".encode()).hexdigest()[:32]
