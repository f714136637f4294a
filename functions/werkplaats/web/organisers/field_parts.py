"""What the table of the editor's fields is made of (fields.py). A part is named by its path in a file."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from werkplaats.wording.catalogues import Phrase

Control = Literal["line", "text", "number", "day", "time", "duration", "email", "phone", "web", "colour", "tick"]


class One(Struct, frozen=True, kw_only=True):
    """A field of one value, at `path`. `choices` are the values it may have with their names, if it has such.

    `optional`: it may be left empty. `of`: the kinds of question that have it, or none if all have.
    """

    path: str
    label: Phrase
    help: Phrase | None = None
    control: Control = "line"
    optional: bool = False
    choices: Mapping[str, Phrase] = {}
    of: tuple[str, ...] = ()


class Texts(Struct, frozen=True, kw_only=True):
    """A list of values at `path`, each a field by itself, up to `most`; an empty one is left out."""

    path: str
    label: Phrase
    help: Phrase | None = None
    control: Control = "line"
    most: int = 20
    of: tuple[str, ...] = ()


class Rows(Struct, frozen=True, kw_only=True):
    """A list of items at `path`. `one` names an item by its `number`, and `add` is the button for a new one.

    `folded`: its items are long, and shut until somebody opens them.
    """

    path: str
    label: Phrase
    one: Phrase
    add: Phrase
    parts: tuple["Part", ...]
    help: Phrase | None = None
    of: tuple[str, ...] = ()
    folded: bool = False


class ForEach(Struct, frozen=True, kw_only=True):
    """The `parts` for each item of the list at `of`: at `path`, then what the item is called in its field `key`.

    `one` names an item by its `number`. Without parts there is one field for each item, which is called `label`.
    Without a key they are fields of the item itself, at `of`, that are shown apart from its others; `path` is then
    only what the page calls this part.
    """

    path: str
    of: str
    key: str = ""
    label: Phrase
    one: Phrase
    parts: tuple["Part", ...] = ()


class Fold(Struct, frozen=True, kw_only=True):
    """Parts that are shut until somebody opens them. They have paths of their own, which begin with `path`."""

    path: str
    label: Phrase
    parts: tuple["Part", ...]
    help: Phrase | None = None


Part = One | Texts | Rows | ForEach | Fold


class Section(Struct, frozen=True, kw_only=True):
    """A part of the page, with the `name` by which the table of contents leads to it."""

    name: str
    title: Phrase
    parts: tuple[Part, ...]
    help: Phrase | None = None


SCALES = ("scale", "recommendation")
"""The kinds of questions whose ends have labels."""
