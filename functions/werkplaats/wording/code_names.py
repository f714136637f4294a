"""What the members of an enumeration are called where people read of them."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from werkplaats.wording.catalogues import Phrase, Words


def need_names(codes: type[Enum], names: Mapping[Any, Phrase]) -> None:
    """Raise TypeError if one of `codes` is not among `names`. A module that asks this cannot be imported then."""
    if missing := [code.name for code in codes if code not in names]:
        raise TypeError(f"no name of {codes.__name__} for {', '.join(missing)}")


def name_of(words: Words, names: Mapping[Any, Phrase], code: str, unknown: str = "") -> str:
    """What `code`, the value of a StrEnum as it is stored, is called in `names`; `unknown` if it has no name there."""
    return words.show(names[code]) if code in names else unknown
