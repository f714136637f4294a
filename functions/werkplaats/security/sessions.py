"""The desk's cookie, and the hashes under which the store keeps requests and sessions.

There is one cookie, because Firebase Hosting passes on no other. It holds a random token, and the store has only its
fingerprint, so whoever can read the store cannot sign in with it. The cookie's value is one of two:

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
    """The cookie of a browser in which somebody is signed in."""

    token: str

    @property
    def value(self) -> str:
        return f"s.{self.token}"


class AskingCookie(Struct, frozen=True):
    """The cookie of a browser in which somebody has asked to sign in. `address` is a hash."""

    address: str
    token: str

    @property
    def value(self) -> str:
        return f"a.{self.address}.{self.token}"


def read_cookie(value: str | None) -> SessionCookie | AskingCookie | None:
    """The cookie with `value`, which can come from anybody, or None if it does not have the form of ours."""
    match = _VALUE.fullmatch(value or "")
    if match is None:
        return None
    if match["session"]:
        return SessionCookie(match["session"])
    return AskingCookie(match["address"], match["asking"])


def new_token() -> str:
    """A random token of 256 bits, in 43 characters."""
    return secrets.token_urlsafe(32)


def new_request_id() -> str:
    return secrets.token_hex(16)


def fingerprint(token: str) -> str:
    """The hash of `token` that the store keeps. The token cannot be computed from it."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_hash(email: str) -> str:
    """The id of requests and sessions of `email`. It does not depend on capitals."""
    return hashlib.sha256(f"sign-in {folded(email)}".encode()).hexdigest()[:32]
