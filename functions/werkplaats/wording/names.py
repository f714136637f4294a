"""Whether a name that somebody typed looks like a name, and how mails address people.

Anybody can sign up with somebody else's e-mail address, and our mails repeat the name that was typed. So greetings and
headers only repeat text that looks like a name. Nobody can use us to spread an offer, a phone number or a web address.
"""

import re
import unicodedata
from typing import Protocol

from werkplaats.wording.catalogues import Words

LONGEST = 40
"""The most characters that a given name or a family name may have."""

_HYPHENS = "-‐‑"
_APOSTROPHES = "'’‘"

_SHAPE = re.compile(r"(?:a(?:(?<!aa)\.(?!aa))?|[ '-])+")
"""The pattern of a name in which each letter has been replaced by `a`.

A full stop is allowed after a single letter, unless two letters follow it. So `J.P. de Vries` is a name, but `j.mp` and
`J.de Vries` are not, since mail programs make links of them.
"""


class Named(Protocol):
    """Anything with a given name and a family name."""

    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...


def looks_like_a_name(text: str) -> bool:
    """Whether `text` has only letters of any script, spaces, hyphens, apostrophes and the full stops of initials.

    A short sentence of such characters passes too, since it cannot be told from a name.
    """
    text = unicodedata.normalize("NFC", text)
    if len(text) > LONGEST:
        return False
    shape = re.sub("am+", "a", "".join(map(_kind, text)))
    return "a" in shape and _SHAPE.fullmatch(shape) is not None


def full_name(person: Named) -> str | None:
    """Given name and family name, for a header. None unless both look like names."""
    if looks_like_a_name(person.given_name) and looks_like_a_name(person.family_name):
        return f"{person.given_name} {person.family_name}"
    return None


def salutation(words: Words, person: Named | None) -> str:
    """Beste Jan, if the given name looks like a name. Beste deelnemer, if not, or if the person's data is erased."""
    if person is not None and looks_like_a_name(person.given_name):
        return words.gettext("Beste %(name)s,", name=person.given_name)
    return words.gettext("Beste deelnemer,")


def _kind(character: str) -> str:
    """`a` for a letter, `m` for a combining mark, the character itself if a name may have it, else `x`."""
    category = unicodedata.category(character)[0]
    if category in "LM":
        return "a" if category == "L" else "m"
    if character in _HYPHENS:
        return "-"
    if character in _APOSTROPHES:
        return "'"
    return character if character in " ." else "x"
