"""Keyed hashes: ids that tell nothing, and who is who without keeping it in the clear."""

import hashlib
import hmac
import unicodedata
from base64 import b32encode

from msgspec import Struct

from werkplaats.domain.registration import Person


class Identity(Struct, frozen=True):
    """Hashes under `key` (IDENTITY_KEY). Each is of one workshop: the same person elsewhere has another."""

    key: bytes

    def registration(self, workshop: str, submission: str) -> str:
        """The id of the registration that a form's random `submission` makes."""
        return self._hash("registration", workshop, submission)

    def mailbox(self, workshop: str, email: str) -> str:
        return self._hash("mailbox", workshop, _fold(email))

    def person(self, workshop: str, person: Person) -> str:
        return self._hash("person", workshop, _fold(person.email), _fold(person.name))

    def _hash(self, *parts: str) -> str:
        """26 characters of a–z and 2–7: 130 bits, short enough for a link."""
        digest = hmac.digest(self.key, "\0".join(parts).encode(), hashlib.sha256)
        return b32encode(digest[:17]).decode().lower()[:26]


def _fold(text: str) -> str:
    """`text` without what people do not mean when they type a name or address twice: case, width, spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
