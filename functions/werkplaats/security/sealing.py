"""Answers sealed to a public key (PyNaCl's SealedBox), and opened with the private one that only `open_answers` has.

What can be sealed and what can be opened is one type, domain.registration.Answers.
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
"""Bytes of every sealed answer's content. All are of one size, or their length would tell who wrote the long one.

A form of at most 64 KiB (web.http.requests.LARGEST_BODY) cannot make a longer one.
"""

_answers_in = msgspec.json.Decoder(Answers).decode


class OpenedLot(Struct, frozen=True, kw_only=True):
    """A lot once somebody has tried to open it.

    `answers` are those that could be read, in an order of their own, and `opened` what they were sealed in, in the
    order of the lot: nothing links the one to the other. The rest could not be read: `damaged` counts those that were
    tampered with, `unknown` those whose content this version of the program does not know.
    """

    answers: tuple[OpenAnswer, ...]
    opened: tuple[SealedAnswer, ...]
    damaged: int
    unknown: int


class Seal:
    """Seals answers; it cannot open them."""

    def __init__(self, public_key: bytes) -> None:
        key = PublicKey(public_key)
        self._box = SealedBox(key)
        self._name = name_of(key)

    def close(self, version: SurveyVersion, answers: Answers) -> SealedAnswer:
        """`answers` to `version`, readable only with the private key; their id says nothing of order or person.

        Raises msgspec.ValidationError for what could not be read again once it is opened: nobody would notice it then.
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
    """Opens what was sealed to one of `private_keys`."""

    def __init__(self, private_keys: tuple[bytes, ...]) -> None:
        keys = [PrivateKey(key) for key in private_keys]
        self._boxes = {name_of(key.public_key): SealedBox(key) for key in keys}

    def opens(self, sealed: SealedAnswer | Envelope) -> bool:
        """Whether the key for `sealed` is still there: it is destroyed some time after the wave."""
        return sealed.key in self._boxes

    def open_lot(self, lot: Iterable[SealedAnswer]) -> OpenedLot:
        """Open what can be read of `lot`, with one new id for the lot and one for each answer."""
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
    """A short name for a public key, kept with what is sealed to it."""
    return hashlib.sha256(bytes(key)).hexdigest()[:16]
