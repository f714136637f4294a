"""Links that open one thing: signed, so that they cannot be guessed, altered or used for another."""

import hashlib

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from werkplaats.domain.survey import invitation_id
from werkplaats.domain.workshop import Wave, Workshop


class Links:
    """Makes and reads links. `keys`: newest first; the first signs, all of them verify."""

    def __init__(self, keys: tuple[str, ...], public_url: str = "") -> None:
        self.public_url = public_url
        self._registration = _signer(keys, "registration")
        self._survey = _signer(keys, "survey")

    def registration_path(self, registration_id: str) -> str:
        return f"/aanmelding/{self._registration.sign(registration_id).decode()}"

    def registration(self, registration_id: str) -> str:
        return self.public_url + self.registration_path(registration_id)

    def survey(self, workshop: Workshop, wave: Wave, registration_id: str) -> str:
        return f"{self.public_url}/enquete/{self._survey_token(workshop, wave, registration_id)}"

    def unsubscribe(self, workshop: Workshop, wave: Wave, registration_id: str) -> str:
        """Where the person who is asked says not to be asked any more."""
        return f"{self.public_url}/uitschrijven/{self._survey_token(workshop, wave, registration_id)}"

    def _survey_token(self, workshop: Workshop, wave: Wave, registration_id: str) -> str:
        return self._survey.sign(invitation_id(workshop.id, wave.id, registration_id)).decode()

    def read_registration(self, token: str) -> str | None:
        """The id of the registration `token` opens; None if it opens none."""
        return _read(self._registration, token)

    def read_survey(self, token: str) -> str | None:
        """The id of the invitation `token` opens; None if it opens none."""
        return _read(self._survey, token)


def _signer(keys: tuple[str, ...], purpose: str) -> Signer:
    oldest_first = list(reversed(keys))
    return Signer(oldest_first, salt=f"werkplaats.{purpose}", key_derivation="hmac", digest_method=hashlib.sha256)


def _read(signer: Signer, token: str) -> str | None:
    if len(token) > 400 or not token.isascii():
        return None
    try:
        id = signer.unsign(token).decode("ascii")
    except (BadSignature, UnicodeDecodeError):
        return None
    return id if _spelt_as_signed(token) else None


def _spelt_as_signed(token: str) -> bool:
    """Base64 has several spellings of the same bytes; only the one we made counts, so that no altered link works."""
    signature = token.rsplit(".", 1)[1]
    return base64_encode(base64_decode(signature)).decode() == signature
