"""Strings that are planted wherever a person can type something, and the search for what is left of them.

    planted = Planted(seed=1)
    client.post(path, data={"voornaam": planted.name(), "email": planted.address(), …})
    …
    findings = find_planted(planted, documents, logs)

Every string has a token of its own, such as zqbakofeli, which occurs nowhere else. The search finds it in whatever
spelling: accents, capitals, percent or base64 encoding, JSON's and HTML's escapes, compressed, and as a hash of which
whoever has the database could try the addresses they can think of. `documents` are pairs of a path and the fields
there, so that any implementation of the store will do; `logs` are lines.
"""

import base64
import hashlib
import html
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from enum import Enum
from random import Random
from urllib.parse import unquote_plus

from msgspec import Struct

from werkplaats.domain.registration import Person
from werkplaats.store.wire import Fields, Value


class Whose(Enum):
    """Whose string it is, which decides where it may be and until when. It may never be in the logs."""

    VISITOR = "visitor"
    """Of somebody who signs up, or of anybody else who is no organiser: gone when registrations are erased."""

    EARLY = "early"
    """An answer with a term of its own: gone even before."""

    RESULT = "result"
    """In an answer to a survey: gone when the time of the results is over."""

    ORGANISER = "organiser"
    """What organisers write about the workshop and themselves: stays with the workshop, and nowhere else."""


class Needle(Struct, frozen=True):
    """A planted string: its `token`, the whole `text` with it, what `kind` of text it is, and whose."""

    token: str
    text: str
    kind: str
    whose: Whose


class Finding(Struct, frozen=True):
    """Something that is left of `needle`, at `where`: the path of a document and field, or 'log'. `how` it is there."""

    where: str
    needle: Needle
    how: str


_MARK = "zq"
_TOKEN = re.compile(rf"{_MARK}[a-z]{{10}}")
_PHONE = re.compile(r"0699\d{6}")
_LETTERS, _VOWELS = "bdfghklmnprstvw", "aeiou"
_RUN = re.compile(r"[A-Za-z0-9+/_=-]{12,}")
_PREFIX = 16
_FORMS = (24, 32)
"""How many characters the ids of forms have: as they are sent, and as they are stored."""

_SIMPLE = re.compile(r"[\w .,:/\"{}()-]*", re.ASCII)
"""Text that can be written in no other way, apart from capitals."""


class Planted:
    """A source of strings, the same ones for the same `seed`, that remembers which it gave out."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._by_token: dict[str, Needle] = {}
        self._by_hash: dict[str, Needle] = {}

    def __len__(self) -> int:
        return len(self._by_token)

    @property
    def needles(self) -> tuple[Needle, ...]:
        return tuple(self._by_token.values())

    # Making strings

    def name(self, whose: Whose = Whose.VISITOR) -> str:
        """A name; some have an accent, composed or not."""
        token = self._token()
        accent = self._random.choice(["", "", "\u0301", "\u0308"])
        at = next(place for place, letter in enumerate(token) if letter in _VOWELS)
        form = self._random.choice(["NFC", "NFD"])
        text = unicodedata.normalize(form, (token[: at + 1] + accent + token[at + 1 :]).capitalize())  # type: ignore[arg-type]
        return self._plant(token, text, "name", whose)

    def address(self, whose: Whose = Whose.VISITOR) -> str:
        """An e-mail address, whose hashes are searched for too."""
        token = self._token()
        tag = self._random.choice(["", "", "+werk"])
        text = f"{token}{tag}@example.org"
        self._plant(token, text, "address", whose)
        for spelling in (text, f"{token}@example.org", token):
            for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5):
                self.leads(digest(spelling.encode()).digest(), token)
        return self._random.choice([text, text.upper(), f" {text}"])

    def phone(self, whose: Whose = Whose.VISITOR) -> str:
        text = f"0699{len(self._by_token):06}"
        return self._plant(text, text, "phone", whose)

    def line(self, kind: str, whose: Whose = Whose.VISITOR) -> str:
        """A line of text, such as an organisation or a browser's name for itself."""
        token = self._token()
        return self._plant(token, f"{token.title()} & Zn. ({kind})", kind, whose)

    def text(self, kind: str, whose: Whose = Whose.VISITOR) -> str:
        """A few lines of text, as people write them."""
        token = self._token()
        return self._plant(token, f"Ik ben het, {token}.\r\n\r\n<b>“Écht”</b> 100% waar: {{{{ x }}}} 🙂", kind, whose)

    def leads(self, to: str | bytes, token: str) -> None:
        """Also search for `to`, a hash that leads to the needle with `token`."""
        needle = self._by_token[token]
        spellings = [to] if isinstance(to, str) else [to.hex(), _letters(to), _urlsafe(to), _base32(to)]
        for spelling in spellings:
            self._by_hash[spelling.lower()[:_PREFIX]] = needle

    def token_of(self, text: str) -> str:
        """The token in `text`."""
        return next(self._tokens(_plain(text))).token

    def _token(self) -> str:
        while True:
            syllables = (self._random.choice(_LETTERS) + self._random.choice(_VOWELS) for _ in range(5))
            token = _MARK + "".join(syllables)
            if token not in self._by_token:
                return token

    def _plant(self, token: str, text: str, kind: str, whose: Whose) -> str:
        self._by_token[token] = Needle(token, text, kind, whose)
        return text

    # Searching

    def find(self, text: str) -> Iterator[tuple[Needle, str]]:
        """The needles of which something is in `text`, and how."""
        plain = _plain(text)
        for needle in self._tokens(plain):
            yield needle, "as text"
        for run in _RUN.findall(text):
            for piece in {run, *re.split(r"[-_/+=]", run)}:
                if needle := self._by_hash.get(piece.lower()[:_PREFIX]):
                    yield needle, "as a hash"
            for decoded in _decoded(run):
                for needle in self._tokens(_plain(decoded)):
                    yield needle, "encoded"

    def _tokens(self, text: str) -> Iterator[Needle]:
        for token in (*_TOKEN.findall(text), *_PHONE.findall(text)):
            if token in self._by_token:
                yield self._by_token[token]


def find_planted(planted: Planted, documents: Iterable[tuple[str, Fields]], logs: Iterable[str]) -> list[Finding]:
    """Everything that is left of the planted strings in `documents` (path and fields) and in the lines `logs`."""
    places = [(where, text) for path, fields in documents for where, text in _texts(path, fields)]
    places += [("log", line) for line in logs]
    found = {text: list(planted.find(text)) for text in {text for _, text in places}}
    return [Finding(where, needle, how) for where, text in places for needle, how in found[text]]


def find_tied(
    people: Iterable[tuple[str, Person]],
    documents: Iterable[tuple[str, Fields]],
    registration: Callable[[str, str, Person], str],
) -> list[str]:
    """Registrations of which somebody with the keys could still find out whose they are, by trying.

    `people` are workshops and persons who may have signed up. `registration` makes the id of a registration of a
    workshop, a form and a person. Every word that stands anywhere in the workshop's documents is tried as the form.
    """
    words: dict[str, set[str]] = {}
    ids = set()
    for path, fields in documents:
        collection, id = path.rsplit("/", 1)
        if collection == "registrations":
            ids.add(id)
        texts = [text for _, text in _texts(path, fields)]
        of = str(fields.get("workshop", ""))
        words.setdefault(of, set()).update(word for text in texts for word in _words(text))
    return [
        f"{workshop}: {person.email}"
        for workshop, person in people
        for word in words.get(workshop, ())
        if registration(workshop, word, person) in ids
    ]


def _words(text: str) -> Iterator[str]:
    """The words in `text` that can be a form: whole ones, and those at the lengths that the ids of forms have."""
    for part in re.split(r"[/\s]", text):
        if len(part) in _FORMS:
            yield part
        for found in re.finditer("form-", part):
            yield from (part[found.end() : found.end() + length] for length in _FORMS)


def _texts(path: str, fields: Fields) -> Iterator[tuple[str, str]]:
    """Where each text in a document stands, and the text: its path, the names of its fields, and their values."""
    yield path, path
    yield from _texts_in(path, fields)


def _texts_in(where: str, value: Value) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield f"{where}.{name}", name
                yield from _texts_in(f"{where}.{name}", inner)
        case list() | tuple():
            for inner in value:
                yield from _texts_in(where, inner)
        case bytes():
            yield where, value.decode("utf-8", "ignore")
            for unpack in (zlib.decompress, lambda packed: zlib.decompress(packed, 31)):
                try:
                    yield where, unpack(value).decode("utf-8", "ignore")
                except zlib.error:
                    continue
        case None | bool() | datetime():
            return
        case _:
            yield where, str(value)


def _plain(text: str) -> str:
    """`text` without the ways to write the same: escapes, entities, accents, capitals, width."""
    if _SIMPLE.fullmatch(text):
        return text.casefold()
    for _ in range(2):
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
        text = html.unescape(unquote_plus(text))
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _decoded(run: str) -> Iterator[str]:
    """What `run` says if it is base64 or hexadecimal."""
    padded = run.rstrip("=").replace("-", "+").replace("_", "/")
    with suppress(ValueError):
        yield base64.b64decode(padded + "=" * (-len(padded) % 4)).decode("utf-8", "ignore")
    with suppress(ValueError):
        yield bytes.fromhex(run).decode("utf-8", "ignore")


def _letters(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _urlsafe(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode()


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode()
