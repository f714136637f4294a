"""Signed links and signed submissions, which cannot be guessed, changed or used for another purpose."""

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
    """Makes and reads links. `keys` are the signing keys, newest first: the first one signs, and all of them verify."""

    def __init__(self, keys: tuple[str, ...], public_url: str = "") -> None:
        self.public_url = public_url
        self._registration = _signer(keys, "registration", Signer)
        self._survey = _signer(keys, "survey", Signer)
        self._wish = _signer(keys, "address-wish", Signer)
        self._sign_in = _signer(keys, "sign-in", Signer)
        self._code_keys = tuple(key.encode() for key in keys)

    def registration_path(self, registration_id: str, generation: int = 0) -> str:
        """The path of the registration's page. `generation` is explained at Registration (link_generation)."""
        return f"/aanmelding/{self._registration.sign(_signed(registration_id, generation)).decode()}"

    def registration(self, registration_id: str, generation: int = 0) -> str:
        return self.public_url + self.registration_path(registration_id, generation)

    def address_wish(self, registration_id: str, generation: int, wish: int) -> str:
        """The link to the page on which somebody confirms the address of a `wish` (its version)."""
        token = self._wish.sign(_signed(f"{registration_id}.{wish}", generation)).decode()
        return f"{self.public_url}/aanmelding/{token}/adres"

    def read_address_wish(self, token: str) -> "WishLink | None":
        """The link with `token`, or None if that is not valid. WishLink says until when it is good."""
        found = _read_signed(self._wish, token)
        id, _, wish = found[0].rpartition(".") if found else ("", "", "")
        return WishLink(id, found[1], int(wish)) if found and wish.isdecimal() else None

    def survey(self, workshop: Workshop, wave: Wave, registration_id: str, generation: int = 0) -> str:
        """The link with which an invited person answers `wave`. `generation` is that of the registration."""
        return f"{self.public_url}/enquete/{self._survey_token(workshop, wave, registration_id, generation)}"

    def unsubscribe(self, workshop: Workshop, wave: Wave, registration_id: str, generation: int = 0) -> str:
        """The link with which an invited person unsubscribes from surveys. `generation` is that of the registration."""
        return f"{self.public_url}/uitschrijven/{self._survey_token(workshop, wave, registration_id, generation)}"

    def _survey_token(self, workshop: Workshop, wave: Wave, registration_id: str, generation: int) -> str:
        return self._survey.sign(_signed(invitation_id(workshop.id, wave.id, registration_id), generation)).decode()

    @property
    def desk(self) -> str:
        return f"{self.public_url}/organisatie/"

    def overview(self, workshop: Workshop) -> str:
        """The overview of `workshop` at the desk."""
        return f"{self.desk}{workshop.id}"

    def people(self, workshop: Workshop) -> str:
        """The page of the desk that lists the people of `workshop`."""
        return f"{self.desk}{workshop.id}/mensen"

    def confirming(self, workshop: Workshop) -> str:
        """The page of the desk about people who still have to confirm their address."""
        return f"{self.desk}{workshop.id}/bevestigen"

    def sign_in(self, address: str, request: str) -> str:
        """The link to sign in with, for the request with the id `request` of `address`, a hash."""
        return f"{self.public_url}{SIGN_IN_PATH}/{self._sign_in.sign(f'{address}.{request}').decode()}"

    def sign_in_code(self, request: str) -> str:
        """The code to sign in with for `request`, an id: eight characters that do not look alike."""
        return _code(self._code_keys[0], request)

    def is_sign_in_code(self, typed: str, request: str) -> bool:
        """Whether `typed` is the code of `request`. Case, spaces, dots and hyphens are ignored."""
        plain = re.sub(r"[\s.-]", "", typed).upper().encode()
        found = [hmac.compare_digest(plain, _code(key, request).encode()) for key in self._code_keys]
        return any(found)

    def read_sign_in(self, token: str) -> "SignInLink | None":
        """The link of which `token` is the last part, or None if it does not have the form of ours.

        A link that is returned need not have a valid signature: see `SignInLink.signed`.
        """
        match = _SIGN_IN_TOKEN.fullmatch(token)
        if match is None:
            return None
        signed = _read(self._sign_in, token) is not None
        return SignInLink(match["address"], match["request"], match["secret"], signed)

    def read_registration(self, token: str) -> "RegistrationLink | None":
        """The link of which `token` is the last part, or None if the token is not valid.

        It opens the registration only if that still has the same `link_generation`.
        """
        found = _read_signed(self._registration, token)
        return RegistrationLink(*found) if found else None

    def read_survey(self, token: str) -> "SurveyLink | None":
        """The link of which `token` is the last part, or None if the token is not valid.

        It gives access to the invitation only if the registration still has the same `link_generation`.
        """
        found = _read_signed(self._survey, token)
        return SurveyLink(*found) if found else None


class RegistrationLink(Struct, frozen=True):
    """A link to the registration `id`, made when that had the `generation` (link_generation)."""

    id: str
    generation: int


class WishLink(Struct, frozen=True):
    """A link to confirm the address of a `wish` for the registration `id`, made when that had the `generation`."""

    id: str
    generation: int
    wish: int


class SurveyLink(Struct, frozen=True):
    """A link to answer `invitation` (an id), or to unsubscribe, made when the registration had the `generation`."""

    invitation: str
    generation: int


def _signed(id: str, generation: int) -> str:
    """What is signed: the id, and the generation unless that is 0. Links that are older than generations have none."""
    return f"{id}~{generation}" if generation else id


_SIGNED = re.compile(r"(?P<id>[^~]+)(?:~(?P<generation>[1-9][0-9]{0,8}))?")


def _read_signed(signer: Signer, token: str) -> tuple[str, int] | None:
    """The id and the generation in `token`, or None if it is not valid."""
    signed = _read(signer, token)
    match = _SIGNED.fullmatch(signed) if signed else None
    return (match["id"], int(match["generation"] or 0)) if match else None


_WITH_TOKEN = re.compile(r"[^\s<>\"']*/(?:aanmelding|enquete|uitschrijven|organisatie/inloggen)/[^\s<>\"']+")

HIDDEN = "[link]"


def without_links(text: str) -> str:
    """`text` with HIDDEN in place of each link that opens something for whoever has it."""
    return _WITH_TOKEN.sub(HIDDEN, text)


SIGN_IN_PATH = "/organisatie/inloggen"

_SIGN_IN_TOKEN = re.compile(r"(?P<address>[0-9a-f]{32})\.(?P<request>[0-9a-f]{32})\.(?P<secret>[A-Za-z0-9_-]{43})")

_CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""No vowels, so that no code is a word, and none of 0, O, 1, I and L, which look alike."""

_CODE_LENGTH = 8


class SignInLink(Struct, frozen=True):
    """A link to sign in with, as it was read. `address` is a hash and `request` an id.

    `signed` says whether our signature is right. A link without one can still be good if the store has the fingerprint
    of its `secret`.
    """

    address: str
    request: str
    secret: str
    signed: bool


def desk_link(public_url: str, address: str, request: str, secret: str) -> str:
    """A link without a signature, for an administrator. It works if the store has the fingerprint of `secret`."""
    return f"{public_url}{SIGN_IN_PATH}/{address}.{request}.{secret}"


FORM_USED_BEFORE = "formulier"
"""The query parameter of a registration's page with the submission of the form, if that signed up somebody else too.

At the desk, where people can see everybody, it only says that there was an earlier one.
"""

SUBMISSION_GOOD_FOR = timedelta(hours=12)
"""How long a form can be sent after it was made."""

_CLOCKS_DIFFER_BY = timedelta(minutes=1)
"""The largest difference allowed between the clocks of two instances: one may read a form that the other has made."""


class Submissions:
    """Makes and reads submissions.

    A submission is a signed mark of one form, which shows whether the form was sent before.

    `keys` are as for Links. `clock` returns the present as an aware datetime in UTC.
    """

    def __init__(self, keys: tuple[str, ...], clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._signer = _signer(keys, "submission", partial(_TimestampSigner, clock))

    def new(self) -> str:
        """The submission for a new form."""
        return self._signer.sign(secrets.token_urlsafe(18)).decode()

    def read(self, submission: str) -> str | None:
        """The id of the form with `submission`, or None if it is not valid or was made more than 12 hours ago."""
        if len(submission) > _LONGEST or not submission.isascii():
            return None
        try:
            form, made_at = self._signer.unsign(submission, return_timestamp=True)
        except BadSignature:
            return None
        age = self._clock() - made_at
        return form.decode("ascii") if -_CLOCKS_DIFFER_BY <= age <= SUBMISSION_GOOD_FOR else None


def stored_form(form: str) -> str:
    """The id under which the store has the form with the id `form`, which cannot be computed from it.

    The id of a registration is a keyed hash of `form` and the person. The journal and the mails about it stay when the
    person is erased, and they tell which form it was. If they had `form` itself, whoever has IDENTITY_KEY could still
    try out who that was.
    """
    return hashlib.sha256(f"form {form}".encode()).hexdigest()[:32]


class _TimestampSigner(TimestampSigner):
    """A TimestampSigner that uses `clock`. That of itsdangerous uses the machine's clock."""

    def __init__(self, clock: Callable[[], datetime], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock().timestamp())


_LONGEST = 400
"""Longer tokens, in characters, are rejected without being read."""

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
    """Whether the signature of `token` is written exactly as it was made.

    The same bytes can be written in several ways in base64. Only one is accepted, so that no changed link works.
    """
    signature = token.rsplit(".", 1)[1]
    return base64_encode(base64_decode(signature)).decode() == signature
