"""Answers sealed to a public key (PyNaCl's SealedBox), and opened with the private one that only `open_answers` has."""

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Iterable

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from werkplaats.domain.registration import Answers
from werkplaats.domain.survey.waves import Envelope, OpenAnswer, SealedAnswer, SurveyVersion

_PADDED_TO = 96 * 1024
"""Bytes of every sealed answer's content. All are of one size, or their length would tell who wrote the long one.

A form of at most 64 KiB (web.requests.LARGEST_BODY) cannot make a longer one.
"""


class Seal:
    """Seals answers; it cannot open them."""

    def __init__(self, public_key: bytes) -> None:
        key = PublicKey(public_key)
        self._box = SealedBox(key)
        self._name = name_of(key)

    def close(self, version: SurveyVersion, answers: Answers) -> SealedAnswer:
        """`answers` to `version`, readable only with the private key; their id says nothing of order or person."""
        content = msgspec.json.encode(answers)
        if len(content) > _PADDED_TO:
            raise ValueError(f"answers of {len(content)} bytes are more than a form can carry")
        box = self._box.encrypt(content.ljust(_PADDED_TO))
        return SealedAnswer(
            id=secrets.token_hex(16),
            workshop=version.workshop,
            wave=version.wave,
            version=version.id,
            key=self._name,
            box=box,
        )


class Opener:
    """Opens what was sealed to one of `private_keys`."""

    def __init__(self, private_keys: tuple[bytes, ...]) -> None:
        keys = [PrivateKey(key) for key in private_keys]
        self._boxes = {name_of(key.public_key): SealedBox(key) for key in keys}

    def opens(self, sealed: SealedAnswer | Envelope) -> bool:
        """Whether the key for `sealed` is still there: it is destroyed some time after the wave."""
        return sealed.key in self._boxes

    def open_lot(self, lot: Iterable[SealedAnswer]) -> list[OpenAnswer]:
        """The answers of `lot` in an order of their own, with no link to what they were sealed in.

        One that was tampered with is left out: it is no answer.
        """
        lot_id = secrets.token_hex(8)
        opened = [self._open(sealed, lot_id) for sealed in lot]
        answers = [answer for answer in opened if answer is not None]
        secrets.SystemRandom().shuffle(answers)
        return answers

    def _open(self, sealed: SealedAnswer, lot_id: str) -> OpenAnswer | None:
        try:
            content = self._boxes[sealed.key].decrypt(sealed.box)
            answers = msgspec.json.decode(content, type=dict[str, str | int | bool | list[str]])
        except (CryptoError, msgspec.MsgspecError):
            return None
        return OpenAnswer(
            id=secrets.token_hex(16),
            workshop=sealed.workshop,
            wave=sealed.wave,
            version=sealed.version,
            lot=lot_id,
            answers=answers,
        )


def name_of(key: PublicKey) -> str:
    """A short name for a public key, kept with what is sealed to it."""
    return hashlib.sha256(bytes(key)).hexdigest()[:16]


if __name__ == "__main__":
    new = PrivateKey.generate()
    print("SURVEY_PUBLIC_KEY (a setting):", b64encode(bytes(new.public_key)).decode())  # noqa: T201
    print("SURVEY_PRIVATE_KEYS (a secret, for open_answers only):", b64encode(bytes(new)).decode())  # noqa: T201
