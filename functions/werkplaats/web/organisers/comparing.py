"""Two versions of a workshop's fields side by side, and values of fields in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from werkplaats.domain.differences import excerpts
from werkplaats.web.organisers.editor_view import path_name
from werkplaats.web.organisers.fields import place_of
from werkplaats.web.organisers.typed import as_people_read
from werkplaats.wording import dates
from werkplaats.wording.catalogues import Words

_AROUND = 300
"""How many characters of a long text are shown, starting shortly before the first difference."""


class Differing(Struct, frozen=True):
    """A field, by its name, with its value in one version and in the other."""

    name: str
    before: str
    after: str


def compared(words: Words, theirs: Mapping[str, str], mine: Mapping[str, str]) -> tuple[Differing, ...]:
    """Every field that differs, in the order of the form, with all of its text in both versions."""
    return tuple(
        Differing(path_name(words, path), _text(words, path, theirs.get(path)), _text(words, path, mine.get(path)))
        for path in {**theirs, **mine}
        if theirs.get(path) != mine.get(path)
    )


def differing(words: Words, path: str, before: Any, after: Any) -> Differing:
    """One difference between two workshops. Of long texts it shows where they differ."""
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > _AROUND:
        before, after = excerpts(before, after, _AROUND)
    return Differing(path_name(words, path), _value(words, path, before), _value(words, path, after))


def _text(words: Words, path: str, text: str | None) -> str:
    place = place_of(path)
    return as_people_read(words, place.part if place else None, text) if text else words.gettext("leeg")


def _value(words: Words, path: str, value: Any) -> str:
    """A value from a workshop, as people would write it. Of an item it is what the item is called."""
    match value:
        case None | "" | [] | ():
            return words.gettext("leeg")
        case bool():
            return words.gettext("ja") if value else words.gettext("nee")
        case date():
            return dates.long_day(words, value)
        case {"begins": str(begins), "ends": str(ends)}:
            return f"{begins}–{ends}"
        case dict():
            known = ("label", "title", "name", "street", "question", "id")
            return str(next((value[name] for name in known if value.get(name)), words.gettext("ingevuld")))
        case list() | tuple():
            return ", ".join(_value(words, path, one) for one in value)
        case _:
            return _text(words, path.partition(",")[0], str(value))
