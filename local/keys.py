"""The secrets of a local run: made at random at the first start, and kept with its data so that links go on working."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from nacl.public import PrivateKey

from local import sendgrid


@dataclass(frozen=True, kw_only=True)
class Keys:
    signing: str
    identity: str
    survey_private: str
    """Base64 of 32 bytes; the public key has the same form."""
    survey_public: str
    sendgrid_api: str
    webhook_private: str
    """The private key, in PEM, with which the SendGrid stand-in signs events."""

    def settings(self) -> dict[str, str]:
        """The secrets as environment variables for the functions."""
        return {
            "SIGNING_KEYS": self.signing,
            "IDENTITY_KEY": self.identity,
            "SURVEY_PUBLIC_KEY": self.survey_public,
            "SURVEY_PRIVATE_KEYS": self.survey_private,
            "SENDGRID_API_KEY": self.sendgrid_api,
            "SENDGRID_WEBHOOK_PUBLIC_KEY": sendgrid.public_key(self.webhook_private),
        }


def kept_in(path: Path) -> Keys:
    """The keys in the file `path`. If there is no such file, new keys are made and written to it."""
    if path.exists():
        return Keys(**json.loads(path.read_text()))
    keys = _new()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(keys), file, indent=2)
    return keys


def _new() -> Keys:
    survey = PrivateKey.generate()
    return Keys(
        signing=secrets.token_hex(32),
        identity=secrets.token_hex(32),
        survey_private=base64.b64encode(bytes(survey)).decode(),
        survey_public=base64.b64encode(bytes(survey.public_key)).decode(),
        sendgrid_api=f"SG.local.{secrets.token_urlsafe(32)}",
        webhook_private=sendgrid.new_private_key(),
    )
