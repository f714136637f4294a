"""What is signed, so that it cannot be guessed, altered or used for another: links, and the mark of a form."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from itsdangerous import BadSignature, Signer, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode
from msgspec import Struct

from werkplaats.domain.survey.waves import invitation_id
from werkplaats.domain.workshop import Wave, Workshop


class Links:
    """Makes and reads links. `keys`: newest first; the first signs, all of them verify."""

    def __init__(self, keys: tuple[str, ...], public_url: str = "") -> None:
        self.public_url = public_url
        self._registration = _signer(keys, "registration", Signer)
        self._survey = _signer(keys, "survey", Signer)
        self._sign_in = _signer(keys, "sign-in", Signer)
        self._code_keys = tuple(key.encode() for key in keys)

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

    @property
    def desk(self) -> str:
        return f"{self.public_url}/organisatie/"

    def sign_in(self, address: str, request: str) -> str:
        """The link that signs in by the `request` kept under `address`, a hash."""
        return f"{self.public_url}{SIGN_IN_PATH}/{self._sign_in.sign(f'{address}.{request}').decode()}"

    def sign_in_code(self, request: str) -> str:
        """The code that signs in by `request`: eight characters that are not easily taken for each other."""
        return _code(self._code_keys[0], request)

    def is_sign_in_code(self, typed: str, request: str) -> bool:
        """Whether `typed` is the code of `request`, in whatever case and with whatever spaces it was typed."""
        plain = re.sub(r"[\s.-]", "", typed).upper().encode()
        found = [hmac.compare_digest(plain, _code(key, request).encode()) for key in self._code_keys]
        return any(found)

    def read_sign_in(self, token: str) -> "SignInLink | None":
        """What `token`, the last part of a link, says it is for; None if it is of another shape than ours."""
        match = _SIGN_IN_TOKEN.fullmatch(token)
        if match is None:
            return None
        signed = _read(self._sign_in, token) is not None
        return SignInLink(match["address"], match["request"], match["secret"], signed)

    def read_registration(self, token: str) -> str | None:
        """The id of the registration `token` opens; None if it opens none."""
        return _read(self._registration, token)

    def read_survey(self, token: str) -> str | None:
        """The id of the invitation `token` opens; None if it opens none."""
        return _read(self._survey, token)


SIGN_IN_PATH = "/organisatie/inloggen"

_SIGN_IN_TOKEN = re.compile(r"(?P<address>[0-9a-f]{32})\.(?P<request>[0-9a-f]{32})\.(?P<secret>[A-Za-z0-9_-]{43})")

_CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""Without vowels, so that no code is a word, and without what looks like something else: 0, O, 1, I and L."""

_CODE_LENGTH = 8


class SignInLink(Struct, frozen=True):
    """A link to sign in by, as it was read: `signed` if we made it for a mail. One that is not may still be good by
    its `secret`, if that is what the store has the fingerprint of."""

    address: str
    request: str
    secret: str
    signed: bool


def desk_link(public_url: str, address: str, request: str, secret: str) -> str:
    """A link that needs no signature, for whoever runs the program; the store keeps the fingerprint of `secret`."""
    return f"{public_url}{SIGN_IN_PATH}/{address}.{request}.{secret}"


FORM_USED_BEFORE = "formulier"
"""The parameter of a registration's page that carries the submission of a form which had signed up somebody else."""

SUBMISSION_GOOD_FOR = timedelta(hours=12)

_CLOCKS_DIFFER_BY = timedelta(minutes=1)
"""One instance may read a form that another, whose clock is ahead, has made."""


class Submissions:
    """Makes and reads submissions: the signed mark of one form, by which that form is recognised when it is sent again.

    `keys` as for Links. `clock` returns the present as an aware datetime in UTC.
    """

    def __init__(self, keys: tuple[str, ...], clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._signer = _signer(keys, "submission", partial(_TimestampSigner, clock))

    def new(self) -> str:
        """The submission of a new form."""
        return self._signer.sign(secrets.token_urlsafe(18)).decode()

    def read(self, submission: str) -> str | None:
        """The id of the form that carries `submission`; None if we did not make it, or more than 12 hours ago."""
        if len(submission) > _LONGEST or not submission.isascii():
            return None
        try:
            form, made_at = self._signer.unsign(submission, return_timestamp=True)
        except BadSignature:
            return None
        age = self._clock() - made_at
        return form.decode("ascii") if -_CLOCKS_DIFFER_BY <= age <= SUBMISSION_GOOD_FOR else None


class _TimestampSigner(TimestampSigner):
    """itsdangerous asks the machine for the time; here it is the program's own clock."""

    def __init__(self, clock: Callable[[], datetime], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock().timestamp())


_LONGEST = 400
"""Characters of the longest token that is looked at."""

_AnySigner = TypeVar("_AnySigner", bound=Signer)


def _signer(keys: tuple[str, ...], purpose: str, signer: Callable[..., _AnySigner]) -> _AnySigner:
    oldest_first = list(reversed(keys))
    return signer(oldest_first, salt=f"werkplaats.{purpose}", key_derivation="hmac", digest_method=hashlib.sha256)


def _read(signer: Signer, token: str) -> str | None:
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        id = signer.unsign(token).decode("ascii")
    except (BadSignature, UnicodeDecodeError):
        return None
    return id if _spelt_as_signed(token) else None


def _code(key: bytes, request: str) -> str:
    number = int.from_bytes(hmac.digest(key, f"werkplaats.sign-in-code\0{request}".encode(), hashlib.sha256))
    letters = []
    for _ in range(_CODE_LENGTH):
        number, letter = divmod(number, len(_CODE_ALPHABET))
        letters.append(_CODE_ALPHABET[letter])
    return "".join(letters)


def _spelt_as_signed(token: str) -> bool:
    """Base64 has several spellings of the same bytes; only the one we made counts, so that no altered link works."""
    signature = token.rsplit(".", 1)[1]
    return base64_encode(base64_decode(signature)).decode() == signature
