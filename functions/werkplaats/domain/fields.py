"""A workshop as the fields of a form: text by path, such as 'questions.0.label'.

A box that is ticked is 'true', and one that is not is left out, as browsers do; so is whatever is empty.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

import msgspec

from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_written import NOT_WRITTEN, Written

Fields: TypeAlias = dict[str, str]
"""What was typed, by path. It may have mistakes."""

_NOT_TYPED = NOT_WRITTEN | {"practice"}
"""Fields that are not in the form, because each of them has its own button."""

_PATH = re.compile(r"[a-z][a-z_]{0,40}(\.([0-9]{1,4}|[a-z][a-z0-9_-]{0,60})){0,8}")
"""The pattern of a path. A field with that path need not exist. Translations are named by the ids of questions."""

_NUMBERED = frozenset({"scale", "recommendation"})


def is_path(text: str) -> bool:
    """Whether `text` could be the path of a field. Numbers in it have at most four digits."""
    return _PATH.fullmatch(text) is not None


def fields_of(workshop: Workshop) -> Fields:
    """Every field of `workshop` that can be typed and is not empty. `written` does the opposite."""
    plain = msgspec.to_builtins(workshop, builtin_types=(date,))
    return dict(_flat({name: value for name, value in plain.items() if name not in _NOT_TYPED}, ""))


def in_order(fields: Mapping[str, str]) -> Fields:
    """`fields` without empty ones and names that are not paths. The items of each list are renumbered from 0.

    So an item of a list that was left empty or removed leaves no gap, and the path of a mistake is that of its field.
    """
    return dict(_flat(_nested(fields), ""))


def written(fields: Mapping[str, str]) -> Written:
    """`fields` nested as in a file. All values are text, so they must be read with `as_text`."""
    nested = _nested(fields)
    _type_conditions(nested.get("questions"))
    for wave in _items(nested.get("waves")):
        _type_conditions(wave.get("questions") if isinstance(wave, dict) else None)
    return nested


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for name, inside in value.items():
                yield from _flat(inside, f"{path}.{name}" if path else str(name))
        case list() | tuple():
            for number, inside in enumerate(value):
                yield from _flat(inside, f"{path}.{number}")
        case None | False | "":
            return
        case True:
            yield path, "true"
        case _:
            yield path, str(value)


def _nested(fields: Mapping[str, str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, text in fields.items():
        if text == "" or _PATH.fullmatch(path) is None:
            continue
        *way, last = path.split(".")
        node: Any = tree
        for name in way:
            node = node.setdefault(name, {}) if isinstance(node, dict) else node
        if isinstance(node, dict):  # otherwise a field with a shorter path takes precedence
            node[last] = text
    return {name: _with_lists(value) for name, value in tree.items()}


def _with_lists(value: Any) -> Any:
    """`value`, with a list in place of each mapping whose names are all numbers."""
    if not isinstance(value, dict):
        return value
    numbers = [name for name in value if name.isascii() and name.isdecimal()]
    items = [_with_lists(value[name]) for name in sorted(numbers, key=int)]
    if len(numbers) == len(value):
        return items
    # Names beside numbers are a mistake. The items are numbered anew all the same, so that no page has to show 9,999.
    others = {name: _with_lists(inside) for name, inside in value.items() if name not in numbers}
    return {str(number): item for number, item in enumerate(items)} | others


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _type_conditions(questions: Any) -> None:
    """Convert the answers named in conditions to numbers or True, if the question they refer to has such answers."""
    kinds = {one.get("id"): one.get("kind") for one in _items(questions) if isinstance(one, dict)}
    for question in _items(questions):
        condition = question.get("only_if") if isinstance(question, dict) else None
        if not isinstance(condition, dict) or not isinstance(condition.get("question"), str):
            continue
        kind = kinds.get(condition["question"])
        condition["is"] = [_typed(one, kind) for one in _items(condition.get("is"))]


def _typed(answer: Any, kind: Any) -> Any:
    if kind in _NUMBERED and isinstance(answer, str) and answer.isascii() and answer.isdecimal():
        return int(answer)
    if kind == "consent" and answer == "true":
        return True
    return answer
