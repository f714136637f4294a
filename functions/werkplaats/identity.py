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

    def registration(self, workshop: str, form: str, person: Person) -> str:
        """The id of the registration of `person` by the form with the random id `form`."""
        return self._hash("registration", workshop, form, _fold(person.email), _fold(person.name))

    def address(self, workshop: str, email: str) -> str:
        return self._hash("address", workshop, _fold(email))

    def mailbox(self, workshop: str, email: str) -> str:
        """The same for every address that is known to lead to the same mailbox as `email`."""
        return self._hash("mailbox", workshop, _mailbox_of(_fold(email)))

    def person(self, workshop: str, person: Person) -> str:
        return self._hash("person", workshop, _fold(person.email), _fold(person.name))

    def _hash(self, *parts: str) -> str:
        """26 characters of a–z and 2–7: 130 bits, short enough for a link."""
        digest = hmac.digest(self.key, "\0".join(parts).encode(), hashlib.sha256)
        return b32encode(digest[:17]).decode().lower()[:26]


_GMAIL = ("gmail.com", "googlemail.com")


def _mailbox_of(email: str) -> str:
    """`email` without its `+tag`, and at Gmail without dots: mail to all of these arrives in one mailbox.

    https://support.google.com/mail/answer/7436150. Where a server does treat them as different mailboxes, they share
    their daily limit of sign-ups, and nothing else.
    """
    local, _, domain = email.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), _GMAIL[0]
    return f"{local}@{domain}"


def _fold(text: str) -> str:
    """`text` without what people do not mean when they type a name or address twice: case, width, spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
