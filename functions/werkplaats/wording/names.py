"""Names that people gave: whether one looks like a name, and what we call somebody whose name does not.

Anybody can sign up somebody else's address, and our mails repeat the name that was typed. So only what looks like a
name is repeated in a greeting or a header: no offer, telephone number or web address is spread in our name.
"""

import re
import unicodedata
from typing import Protocol

from werkplaats.wording.catalogues import Words

LONGEST = 40
"""Characters in a given name, and in a family name."""

_HYPHENS = "-‐‑"
_APOSTROPHES = "'’‘"

_SHAPE = re.compile(r"(?:a(?:(?<!aa)\.(?!aa))?|[ '-])+")
"""The shape of a name, with `a` for a letter.

A full stop may stand after a single letter, unless two letters follow it: `J.P. de Vries` is a name, and mail programs
make a link of `j.mp` and of `J.de Vries`.
"""


class Named(Protocol):
    """Whoever has a name of two parts."""

    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...


def looks_like_a_name(text: str) -> bool:
    """Whether `text` is made of letters of any script, spaces, hyphens, apostrophes and the full stops of initials.

    A sentence of letters only that is no longer than a name cannot be told from one, and passes.
    """
    text = unicodedata.normalize("NFC", text)
    if len(text) > LONGEST:
        return False
    shape = re.sub("am+", "a", "".join(map(_kind, text)))
    return "a" in shape and _SHAPE.fullmatch(shape) is not None


def full_name(person: Named) -> str | None:
    """Given and family name for a header; None unless each looks like a name."""
    if looks_like_a_name(person.given_name) and looks_like_a_name(person.family_name):
        return f"{person.given_name} {person.family_name}"
    return None


def salutation(words: Words, person: Named | None) -> str:
    """Beste Jan, if the given name looks like a name. Beste deelnemer, if not, or if the person's data is erased."""
    if person is not None and looks_like_a_name(person.given_name):
        return words.gettext("Beste %(name)s,", name=person.given_name)
    return words.gettext("Beste deelnemer,")


def _kind(character: str) -> str:
    """`a` for a letter, `m` for a mark that goes with one, itself for what else a name may have, `x` for all other."""
    category = unicodedata.category(character)[0]
    if category in "LM":
        return "a" if category == "L" else "m"
    if character in _HYPHENS:
        return "-"
    if character in _APOSTROPHES:
        return "'"
    return character if character in " ." else "x"
