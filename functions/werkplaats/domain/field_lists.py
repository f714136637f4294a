"""Lists among the fields of a workshop's form: an item is added, taken out, or moved up or down.

`fields` is text by path, as in `fields.py`. Every function returns a new mapping and leaves the given one as it is.
Whatever cannot be done, such as moving the first item up, changes nothing.
"""

import re
from collections.abc import Iterator, Mapping

from werkplaats.domain.fields import Fields

_NEW_ITEMS: Mapping[str, Fields] = {
    "questions": {"kind": "short_text"},
    "options": {},
    "waves": {"after": "1 day", "open_for": "30 days", "to": "attended"},
    "organisers": {"role": "organiser"},
    "leaders": {"role": "begeleider"},
    "materials": {"address": "https://"},
    "days": {"begins": "09:00", "ends": "17:00"},
}
"""What a new item of each list begins with, by the list's name.

An item needs some text to be there at all. Where this is not enough, the item is a mistake until it is filled in.
"""

_NAMED_BY: Mapping[str, tuple[str, str]] = {
    "questions": ("id", "q"),
    "waves": ("id", "w"),
    "options": ("value", "o"),
}
"""The field that identifies an item of a list, and the letter that the ids of new items begin with."""

_ITEM = re.compile(r"(?P<list>.+)\.(?P<number>[0-9]{1,4})")


def is_list(path: str) -> bool:
    """Whether `path` (such as 'waves.0.questions') is that of a list to which an item can be added."""
    return path.rpartition(".")[2] in _NEW_ITEMS


def add_item(fields: Mapping[str, str], path: str) -> Fields:
    """`fields` with a new item at the end of the list at `path`. Its id, if it has one, is no other item's."""
    name = path.rpartition(".")[2]
    if name not in _NEW_ITEMS:
        return dict(fields)
    item = dict(_NEW_ITEMS[name])
    if name in _NAMED_BY:
        key, word = _NAMED_BY[name]
        item[key] = _unused(word, {fields.get(f"{path}.{number}.{key}") for number in _numbers(fields, path)})
    number = length(fields, path)
    return {**fields, **{f"{path}.{number}.{key}": text for key, text in item.items()}}


def remove_item(fields: Mapping[str, str], path: str) -> Fields:
    """`fields` without the item at `path` (such as 'questions.2') and its translations. Those after it move up."""
    found = _item(fields, path)
    if found is None:
        return dict(fields)
    list_path, at = found
    order = [number for number in range(length(fields, list_path)) if number != at]
    named = _by_names(fields, path)
    if named is not None:
        translated = re.compile(rf"translations\.[a-z-]+\.{re.escape(named)}(\..*)?")
        fields = {one: text for one, text in fields.items() if not translated.fullmatch(one)}
    return _reordered(fields, list_path, order)


def follow_removals(before: Mapping[str, str], after: Mapping[str, str]) -> Fields:
    """`after` without translations of items that were left out since `before`, in a list that became shorter by that.

    If a list is as long as it was, an item has another name instead, and its translation is kept for people to move.
    """
    was, now = _named_items(before), _named_items(after)
    left_out = set()
    for item in was - now:
        of = item.rpartition(".")[0]
        around = of.rpartition(".")[0]
        if (not around or around in now) and _in_list(was, of) > _in_list(now, of):
            left_out.add(item)
    return {path: text for path, text in after.items() if not _translates_one_of(path, left_out)}


def move_item(fields: Mapping[str, str], path: str, by: int) -> Fields:
    """`fields` with the item at `path` (such as 'questions.2') `by` places further down, or up if it is negative."""
    found = _item(fields, path)
    if found is None:
        return dict(fields)
    list_path, at = found
    order = list(range(length(fields, list_path)))
    if not 0 <= at + by < len(order):
        return dict(fields)
    order.insert(at + by, order.pop(at))
    return _reordered(fields, list_path, order)


def length(fields: Mapping[str, str], path: str) -> int:
    """How many items the list at `path` has."""
    return max(_numbers(fields, path), default=-1) + 1


def _item(fields: Mapping[str, str], path: str) -> tuple[str, int] | None:
    """The path of the list and the number of the item at `path`; None if there is no such item."""
    match = _ITEM.fullmatch(path)
    if match is None or int(match["number"]) >= length(fields, match["list"]):
        return None
    return match["list"], int(match["number"])


def _named_items(fields: Mapping[str, str]) -> set[str]:
    """Every item that has a name, with names in the place of numbers, such as 'questions.slapen.options.nee'."""
    items = set()
    for path in fields:
        parts = path.split(".")
        if parts[-1] == _NAMED_BY.get(parts[-3] if len(parts) > 2 else "", ("",))[0]:
            items.add(_by_names(fields, ".".join(parts[:-1])))
    return {item for item in items if item is not None}


def _in_list(items: set[str], path: str) -> int:
    return sum(item.rpartition(".")[0] == path for item in items)


def _translates_one_of(path: str, items: set[str]) -> bool:
    """Whether the field at `path` is the translation of one of `items`, or of something in it."""
    if not path.startswith("translations."):
        return False
    inside = path.split(".", 2)[2] if path.count(".") > 1 else ""
    return any(inside == item or inside.startswith(f"{item}.") for item in items)


def _by_names(fields: Mapping[str, str], path: str) -> str | None:
    """`path` with what names each item in the place of its number, such as 'questions.opgave'; None if one has no name.

    That is how translations are named.
    """
    parts = path.split(".")
    for at in range(1, len(parts), 2):
        key = _NAMED_BY.get(parts[at - 1], ("",))[0]
        name = fields.get(".".join([*path.split(".")[: at + 1], key]))
        if not name:
            return None
        parts[at] = name
    return ".".join(parts)


def _numbers(fields: Mapping[str, str], path: str) -> Iterator[int]:
    """The numbers of the items of the list at `path`, one for each field of each item."""
    for one in fields:
        if one.startswith(f"{path}."):
            number = one[len(path) + 1 :].partition(".")[0]
            if number.isascii() and number.isdecimal():
                yield int(number)


def _reordered(fields: Mapping[str, str], path: str, order: list[int]) -> Fields:
    """`fields` with the items of the list at `path` in this `order` of their present numbers; others are left out.

    The fields come in the order of the items, because that is how a form shows them.
    """
    before = {one: text for one, text in fields.items() if not one.startswith(f"{path}.")}
    items: dict[int, Fields] = {number: {} for number in order}
    for one, text in fields.items():
        if one.startswith(f"{path}."):
            number, dot, rest = one[len(path) + 1 :].partition(".")
            if number.isdecimal() and int(number) in items:
                items[int(number)][dot + rest] = text
    after = {
        f"{path}.{number}{rest}": text
        for number, old in enumerate(order)
        for rest, text in items[old].items()
    }  # fmt: skip
    return before | after


def _unused(word: str, taken: set[str | None]) -> str:
    """`word` with the lowest number, from 1 on, by which nothing in `taken` is called."""
    number = 1
    while f"{word}-{number}" in taken:
        number += 1
    return f"{word}-{number}"
