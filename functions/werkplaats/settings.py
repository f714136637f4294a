"""The settings that a function gets from its environment. infra/functions.yaml says which function gets which."""

import os
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlsplit

from msgspec import Struct

NAMES = (
    "GOOGLE_CLOUD_PROJECT",
    "FIRESTORE_DATABASE",
    "FIRESTORE_EMULATOR_HOST",
    "PUBLIC_URL",
    "SIGNING_KEYS",
    "IDENTITY_KEY",
    "SENDGRID_API_KEY",
    "SENDGRID_BASE_URL",
    "SENDGRID_WEBHOOK_PUBLIC_KEY",
    "SURVEY_PUBLIC_KEY",
    "SURVEY_PRIVATE_KEYS",
    "ORGANISERS",
)
"""All environment variables that this program reads."""

NEEDS: dict[str, tuple[str, ...]] = {
    "signup": ("PUBLIC_URL", "SIGNING_KEYS", "IDENTITY_KEY"),
    "manage": ("PUBLIC_URL", "SIGNING_KEYS", "IDENTITY_KEY"),
    "survey": ("SIGNING_KEYS", "SURVEY_PUBLIC_KEY"),
    "organiser": ("PUBLIC_URL", "SIGNING_KEYS", "IDENTITY_KEY"),
    "deliver_mail": ("PUBLIC_URL", "SIGNING_KEYS", "SENDGRID_API_KEY"),
    "retry_mail": ("PUBLIC_URL", "SIGNING_KEYS", "SENDGRID_API_KEY"),
    "open_answers": ("SURVEY_PRIVATE_KEYS",),
}
"""The settings without which a function does not start. A test compares this with infra/functions.yaml."""


class SettingError(Exception):
    """A setting is missing or invalid. The message names it and says what it must be."""


class Settings(Struct, frozen=True):
    """The settings. `given` has them as text, by name; the properties have them checked and with their proper types.

    A property raises SettingError if its setting is missing or invalid. So a function needs only the settings it uses.
    """

    given: dict[str, str]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings in `environment`. Empty ones count as missing."""
        found = {name: environment.get(name, "").strip() for name in NAMES}
        return cls({name: value for name, value in found.items() if value})

    def check_for(self, function: str) -> None:
        """Raise SettingError for the first setting that `function` needs and that is missing or invalid."""
        for name in NEEDS.get(function, ()):
            getattr(self, name.lower())

    @property
    def google_cloud_project(self) -> str | None:
        """The id of the Google Cloud project. If it is None, Google's library finds it out."""
        return self.given.get("GOOGLE_CLOUD_PROJECT")

    @property
    def firestore_database(self) -> str:
        return self.given.get("FIRESTORE_DATABASE", "(default)")

    @property
    def public_url(self) -> str:
        """The address with which links in mails begin, without a slash at the end."""
        url = self._need("PUBLIC_URL", "the address people use, such as https://werkplaats.example.org").rstrip("/")
        if not url.startswith(("https://", "http://")):
            raise SettingError(f"PUBLIC_URL must begin with https://, not {url!r}.")
        return url

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """The secrets for signing links, newest first. The first one signs, and all of them verify."""
        keys = _listed(self._need("SIGNING_KEYS", "secrets of 32 characters, comma-separated, newest first"))
        if not self._on_emulator and any(len(key) < 32 for key in keys):
            raise SettingError("SIGNING_KEYS has a key of fewer than 32 characters. `openssl rand -hex 32` makes one.")
        return keys

    @property
    def identity_key(self) -> bytes:
        """The secret for making ids and hashing addresses. If it changes, nobody who signed up before is recognised."""
        if self._made_up("IDENTITY_KEY"):
            return f"identity of {self.signing_keys[-1]}".encode()
        key = self._need("IDENTITY_KEY", "a secret of 32 characters that never changes")
        if not self._on_emulator and len(key) < 32:
            raise SettingError("IDENTITY_KEY has fewer than 32 characters. `openssl rand -hex 32` makes one.")
        return key.encode()

    @property
    def sendgrid_api_key(self) -> str:
        return self._need("SENDGRID_API_KEY", "an API key of SendGrid with the permission Mail Send")

    @property
    def sendgrid_base_url(self) -> str:
        return self.given.get("SENDGRID_BASE_URL", "https://api.sendgrid.com").rstrip("/")

    @property
    def sendgrid_webhook_public_key(self) -> str | None:
        """The key that verifies SendGrid's Event Webhook, or None if it has not been set yet."""
        return self.given.get("SENDGRID_WEBHOOK_PUBLIC_KEY")

    @property
    def survey_public_key(self) -> bytes:
        if self._made_up("SURVEY_PUBLIC_KEY"):
            from nacl.public import PrivateKey

            return bytes(PrivateKey(self.survey_private_keys[0]).public_key)
        return _key("SURVEY_PUBLIC_KEY", self._need("SURVEY_PUBLIC_KEY", "a public key as `make survey-key` prints it"))

    @property
    def survey_private_keys(self) -> tuple[bytes, ...]:
        """The private keys with which answers are opened, 32 bytes each, newest first."""
        if self._made_up("SURVEY_PRIVATE_KEYS"):
            return (sha256(f"survey of {self.signing_keys[-1]}".encode()).digest(),)
        text = self._need("SURVEY_PRIVATE_KEYS", "private keys as `make survey-key` prints them, newest first")
        return tuple(_key("SURVEY_PRIVATE_KEYS", key) for key in _listed(text))

    @property
    def organisers(self) -> tuple[str, ...]:
        """The addresses of those who may make new workshops; nobody, if it is not set."""
        return _listed(self.given.get("ORGANISERS", ""))

    @property
    def cookies_are_secure(self) -> bool:
        """Whether the desk's cookie travels over https alone: always, but on a developer's own machine."""
        url = urlsplit(self.public_url)
        return not (url.scheme == "http" and url.hostname == "localhost")

    @property
    def _on_emulator(self) -> bool:
        return "FIRESTORE_EMULATOR_HOST" in self.given

    def _made_up(self, name: str) -> bool:
        """Whether a value for `name` is derived from SIGNING_KEYS, which is done if it is missing on the emulator."""
        return self._on_emulator and name not in self.given

    def _need(self, name: str, what: str) -> str:
        value = self.given.get(name)
        if value is None or not _listed(value):
            raise SettingError(f"{name} is not set. It must be {what}.")
        return value


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _key(name: str, text: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except NotBase64:
        key = b""
    if len(key) != 32:
        raise SettingError(f"{name} must be 32 bytes in base64, as `make survey-key` prints them.")
    return key
