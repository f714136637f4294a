"""The differences between two versions of a workshop, field by field, named as in the workshop's file."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from werkplaats.domain.workshop import Organiser, Workshop

_NAMED_BY = ("id", "value", "email")
"""List items are recognised by these: questions and waves by `id`, options by `value`, organisers by `email`."""


class Difference(Struct, frozen=True):
    """The field at `path` (such as 'questions.dieetwensen.label') had the value `before` and now has the value `after`.

    A value is None if the field does not exist in that version. Values have the types that a YAML file can hold: text,
    numbers, dates, lists and mappings.
    """

    path: str
    before: Any
    after: Any


def excerpts(before: str, after: str, length: int) -> tuple[str, str]:
    """`length` characters of each text, with the first difference in them. An ellipsis stands for what is left out."""
    pairs = enumerate(zip(before, after, strict=False))
    differs = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    start = max(0, differs - length // 3)
    return _cut(before, start, length), _cut(after, start, length)


def item_and_rest(path: str) -> tuple[str, str]:
    """The name of the item that `path` begins with, and the path within it, "" for the item itself.

    Organisers are named by their address, which has dots of its own.
    """
    if "@" in path:
        address, _, field = path.rpartition(".")
        whole = "." in address.partition("@")[2] and field in Organiser.__struct_fields__
        return (address, field) if whole else (path, "")
    item, _, rest = path.partition(".")
    return item, rest


def differences(before: Workshop, after: Workshop) -> tuple[Difference, ...]:
    """Every field that differs between `before` and `after`, in the order of the file."""
    return tuple(_between("", _plain(before), _plain(after)))


def _plain(workshop: Workshop) -> Any:
    return msgspec.to_builtins(workshop, builtin_types=(date,))


def _between(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            yield from _between(f"{path}.{name}".lstrip("."), before.get(name), after.get(name))
    elif (old := _by_name(before)) is not None and (new := _by_name(after)) is not None:
        yield from _between(path, old, new)
        stayed = [name for name in old if name in new]
        if stayed != (now := [name for name in new if name in old]):
            yield Difference(f"{path}, in this order", stayed, now)
    else:
        yield Difference(path, before, after)


def _by_name(items: Any) -> dict[str, Any] | None:
    """The items of a list by the field that identifies them, or None if `items` is not a list of identifiable items."""
    if not isinstance(items, list | tuple) or not all(isinstance(item, dict) for item in items):
        return None
    names = [next((str(item[key]) for key in _NAMED_BY if key in item), None) for item in items]
    if None in names or len(set(names)) < len(names):
        return None
    return {str(name): item for name, item in zip(names, items, strict=True)}


def _cut(text: str, start: int, length: int) -> str:
    end = start + length
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
