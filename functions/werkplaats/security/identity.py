"""Keyed hashes: ids from which nothing can be learned, and a way to recognise people without storing who they are."""

import hashlib
import hmac
import unicodedata
from base64 import b32encode

from msgspec import Struct

from werkplaats.domain.registration import Person


class Identity(Struct, frozen=True):
    """Makes hashes with `key` (IDENTITY_KEY). The same person has different hashes in different workshops."""

    key: bytes

    def registration(self, workshop: str, form: str, person: Person) -> str:
        """The id of the registration that `person` makes with the form with the random id `form`."""
        return self._hash("registration", workshop, form, _fold(person.email), _fold(person.name))

    def address(self, workshop: str, email: str) -> str:
        return self._hash("address", workshop, _fold(email))

    def mailbox(self, workshop: str, email: str) -> str:
        """A hash that is the same for all addresses known to lead to the same mailbox as `email`."""
        return self._hash("mailbox", workshop, _mailbox_of(_fold(email)))

    def person(self, workshop: str, person: Person) -> str:
        return self._hash("person", workshop, _fold(person.email), _fold(person.name))

    def _hash(self, *parts: str) -> str:
        """26 characters out of a–z and 2–7. That is 130 bits, and short enough for a link."""
        digest = hmac.digest(self.key, "\0".join(parts).encode(), hashlib.sha256)
        return b32encode(digest[:17]).decode().lower()[:26]


_GMAIL = ("gmail.com", "googlemail.com")


def _mailbox_of(email: str) -> str:
    """`email` without its `+tag`, and at Gmail without dots: mail to all of these arrives in one mailbox.

    https://support.google.com/mail/answer/7436150. Some servers treat them as different mailboxes. Then these share a
    daily limit of sign-ups, and nothing else.
    """
    local, _, domain = email.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), _GMAIL[0]
    return f"{local}@{domain}"


def _fold(text: str) -> str:
    """`text` without differences in case, width and spaces, which do not matter when people type a name again."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
