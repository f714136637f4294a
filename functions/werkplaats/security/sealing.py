"""Seals answers with a public key (PyNaCl's SealedBox), and opens them with the private key.

Only the function `open_answers` has the private key.
"""

import hashlib
import secrets
from collections.abc import Iterable

import msgspec
from msgspec import Struct
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from werkplaats.domain.registration import Answers
from werkplaats.domain.survey.waves import Envelope, OpenAnswer, SealedAnswer, SurveyVersion

_PADDED_TO = 96 * 1024
"""The size in bytes to which the content of every answer is padded before it is sealed.

Otherwise the length of a sealed answer would tell something about what it says. The answers in a form of at most 64 KiB
(web.http.requests.LARGEST_BODY) always fit.
"""

_answers_in = msgspec.json.Decoder(Answers).decode


class OpenedLot(Struct, frozen=True, kw_only=True):
    """The result of opening a lot.

    `answers` are those that could be read, in random order. `opened` are the same answers as they were sealed, in the
    order of the lot, so that nothing connects the two. The rest of the lot could not be read: `damaged` counts answers
    that have been tampered with, and `unknown` those whose content this version of the program cannot read.
    """

    answers: tuple[OpenAnswer, ...]
    opened: tuple[SealedAnswer, ...]
    damaged: int
    unknown: int


class Seal:
    """Seals answers with `public_key` (32 bytes). It cannot open them."""

    def __init__(self, public_key: bytes) -> None:
        key = PublicKey(public_key)
        self._box = SealedBox(key)
        self._name = name_of(key)

    def close(self, version: SurveyVersion, answers: Answers) -> SealedAnswer:
        """Seal `answers` to the questions in `version`. Only the private key can open them again. Their id is random.

        Raises msgspec.ValidationError if `answers` have a type that could not be read after opening, and ValueError if
        they are too long. It is better to fail here, while the person still has the form.
        """
        content = msgspec.json.encode(answers)
        _answers_in(content)
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
    """Opens answers that were sealed with the public key of one of `private_keys` (32 bytes each)."""

    def __init__(self, private_keys: tuple[bytes, ...]) -> None:
        keys = [PrivateKey(key) for key in private_keys]
        self._boxes = {name_of(key.public_key): SealedBox(key) for key in keys}

    def opens(self, sealed: SealedAnswer | Envelope) -> bool:
        """Whether the key for `sealed` is among `private_keys`.

        A key is destroyed some time after its wave has closed.
        """
        return sealed.key in self._boxes

    def open_lot(self, lot: Iterable[SealedAnswer]) -> OpenedLot:
        """Open the answers in `lot` that can be read. The lot and each answer get a new random id."""
        lot_id = secrets.token_hex(8)
        answers: list[OpenAnswer] = []
        opened: list[SealedAnswer] = []
        damaged = unknown = 0
        for sealed in lot:
            try:
                answers.append(self._open(sealed, lot_id))
            except CryptoError:
                damaged += 1
            except msgspec.MsgspecError:
                unknown += 1
            else:
                opened.append(sealed)
        secrets.SystemRandom().shuffle(answers)
        return OpenedLot(answers=tuple(answers), opened=tuple(opened), damaged=damaged, unknown=unknown)

    def _open(self, sealed: SealedAnswer, lot_id: str) -> OpenAnswer:
        content = self._boxes[sealed.key].decrypt(sealed.box)
        return OpenAnswer(
            id=secrets.token_hex(16),
            workshop=sealed.workshop,
            wave=sealed.wave,
            version=sealed.version,
            lot=lot_id,
            answers=_answers_in(content),
        )


def name_of(key: PublicKey) -> str:
    """A short name for a public key. It is stored with the answers that are sealed with that key."""
    return hashlib.sha256(bytes(key)).hexdigest()[:16]
