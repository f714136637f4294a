"""Identity-Aware Proxy's signed header, verified: who it is that the proxy let through.

The proxy stands in front of the function, and only it may call it. The function checks all the same: a service that
is opened by mistake must not believe whoever writes the header.
https://cloud.google.com/iap/docs/signed-headers-howto
"""

import threading
import time
from collections.abc import Callable, Mapping

from google.auth import jwt
from google.auth.exceptions import GoogleAuthError, TransportError

HEADER = "X-Goog-IAP-JWT-Assertion"

ISSUER = "https://cloud.google.com/iap"

ALGORITHM = "ES256"
"""The only one Google signs with; what a token says of itself is not believed."""

GOOGLES_KEYS = "https://www.gstatic.com/iap/verify/public_key"

_KEPT = 3600.0
"""Seconds for which Google's keys are used again."""

_ASKED_AGAIN = 60.0
"""Seconds before Google is asked again for a key that was not among them: anybody can name one that does not exist."""

_SKEW = 30
"""Seconds by which clocks may differ, as Google advises."""

_LONGEST = 4096

Keys = Callable[[str], Mapping[str, str]]
"""Public keys (PEM) by their ids, asked for with the id that is wanted."""


class NotSignedInError(Exception):
    """There is no assertion, or none that can be believed. The message is for the log and quotes nothing of it."""


class KeysUnavailableError(Exception):
    """Google's keys could not be fetched: who somebody is cannot be said now."""


class Assertions:
    """Reads assertions made for `audience`, signed with one of `keys`."""

    def __init__(self, audience: str, keys: Keys) -> None:
        self._audience = audience
        self._keys = keys

    def email(self, assertion: str | None) -> str:
        """The address of whoever `assertion` is about. Raises NotSignedInError or KeysUnavailableError.

        Whether it has expired is asked of the real clock: so is it made.
        """
        if not assertion:
            raise NotSignedInError("no assertion")
        if len(assertion) > _LONGEST:
            raise NotSignedInError("assertion too long")
        try:
            header = jwt.decode_header(assertion)  # type: ignore[no-untyped-call]  # the library's
            algorithm, key = header.get("alg"), header.get("kid")
        except (GoogleAuthError, ValueError, TypeError, AttributeError) as error:
            raise NotSignedInError("assertion cannot be read") from error
        if algorithm != ALGORITHM or not isinstance(key, str):
            raise NotSignedInError("assertion is not signed as Google signs")
        return _address_in(self._verified(assertion, key))

    def _verified(self, assertion: str, key: str) -> Mapping[str, object]:
        keys = self._keys(key)
        try:
            claims: Mapping[str, object] = jwt.decode(  # type: ignore[no-untyped-call]  # the library's
                assertion, {**keys}, audience=self._audience, clock_skew_in_seconds=_SKEW
            )
        except (GoogleAuthError, ValueError, TypeError, AttributeError) as error:
            # The library's message quotes the claims; its type is enough to look into it.
            raise NotSignedInError(f"assertion refused ({type(error).__name__})") from None
        if claims.get("iss") != ISSUER:
            raise NotSignedInError("assertion of another issuer")
        return claims


def _address_in(claims: Mapping[str, object]) -> str:
    email = claims.get("email")
    if not isinstance(email, str) or "@" not in email:
        raise NotSignedInError("assertion without an address")
    return email


class GooglesKeys:
    """The keys Google publishes, fetched when they are needed and kept for an hour; threads share it.

    `clock` gives seconds from any moment on.
    """

    def __init__(self, url: str = GOOGLES_KEYS, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: Mapping[str, str] = {}
        self._fetched_at = float("-inf")

    def __call__(self, wanted: str) -> Mapping[str, str]:
        with self._lock:
            age = self._clock() - self._fetched_at
            if age > _KEPT or (wanted not in self._keys and age > _ASKED_AGAIN):
                self._keys = self._fetch()
                self._fetched_at = self._clock()
            return self._keys

    def _fetch(self) -> Mapping[str, str]:
        import msgspec
        from google.auth.transport import requests  # here: with keys of its own a function starts sooner without it

        try:
            answer = requests.Request()(self._url, timeout=5)
            if answer.status != 200:
                raise KeysUnavailableError(f"status {answer.status}")
            return msgspec.json.decode(answer.data, type=dict[str, str])
        except (TransportError, msgspec.MsgspecError) as error:
            raise KeysUnavailableError(type(error).__name__) from error
