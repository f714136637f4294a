"""What Firestore accepts.

https://firebase.google.com/docs/firestore/quotas, under collections, documents, and fields.
"""

import re
from functools import lru_cache

from werkplaats.store.errors import RefusedError

LARGEST_REQUEST = 10 * 1024 * 1024
"""Bytes in one request: the paths and the fields of all its writes, as `codec.size_of` counts them."""

MOST_WRITES = 500
"""The most writes in one commit. This is our own bound; Firestore has none any more.

Its bound of 500 field transformations is never reached, because a Wire has no transformations.
"""

LONGEST_VALUE = 1_048_487
"""Bytes of one text, or of one bytes value."""

LONGEST_ID = 1500
"""Bytes of the id of a document or a collection, of the name of a field, and of the path to a field."""

LONGEST_PATH = 6 * 1024
"""Bytes of the name of a document."""

MOST_COLLECTIONS = 100
"""How many collections can be within each other."""

DEEPEST = 20
"""How many maps and lists can be within each other in one field."""

_RESERVED = re.compile(r"__.*__", re.DOTALL)
_IMPOSSIBLE = re.compile(r"\.|\.\.|__.*__", re.DOTALL)
_PLAIN_PATH = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(\.[a-zA-Z_][a-zA-Z0-9_]*)*")
_QUOTED_PATH = re.compile(r"(?:[a-zA-Z_][a-zA-Z0-9_]*|`(?:[^`\\]|\\.)+`)(?:\.(?=.)|$)", re.DOTALL)


@lru_cache(maxsize=10_000)
def parts_of(path: str) -> tuple[str, ...]:
    """The parts of the path to a document, by which documents are ordered. Raises RefusedError if there can be none."""
    parts = tuple(path.split("/"))
    if len(parts) % 2:
        raise RefusedError(f"{path} is not the path to a document")
    check_ids(parts)
    return parts


def check_ids(parts: tuple[str, ...]) -> None:
    for part in parts:
        if not part or _IMPOSSIBLE.fullmatch(part) or len(part.encode()) > LONGEST_ID:
            raise RefusedError(f"{part} is not possible as the id of a collection or document")
    if len(parts) > 2 * MOST_COLLECTIONS or sum(len(part.encode()) + 1 for part in parts) > LONGEST_PATH:
        raise RefusedError("the path is too long")


@lru_cache(maxsize=10_000)
def is_possible(path: str) -> bool:
    try:
        parts_of(path)
    except (RefusedError, UnicodeEncodeError):
        return False
    return True


@lru_cache(maxsize=10_000)
def refused_name(name: str) -> str:
    """Why no field can have this name, or ''."""
    if not isinstance(name, str):
        raise TypeError("bad argument type for built-in operation")
    if not name or is_reserved(name) or len(name.encode()) > LONGEST_ID:
        return f"no field can have the name {name}"
    return ""


def is_reserved(name: str) -> bool:
    return _RESERVED.fullmatch(name) is not None


def is_too_long(names: tuple[str, ...]) -> bool:
    """Whether the path through maps to a field is too long."""
    may_be = sum(map(len, names)) > LONGEST_ID // 4 - DEEPEST  # a character has up to four bytes
    return may_be and sum(len(name.encode()) + 1 for name in names) - 1 > LONGEST_ID


@lru_cache(maxsize=1000)
def check_mask(mask: tuple[tuple[str, ...], ...]) -> None:
    """Raises RefusedError if an item of `mask` cannot be the path to a field."""
    for names in mask:
        if not 0 < len(names) <= DEEPEST or is_too_long(names) or any(map(refused_name, names)):
            raise RefusedError(f"{names} is not the path to a field")


@lru_cache(maxsize=1000)
def names_in(path: str) -> tuple[str, ...]:
    """The names in the path to a field as a query has it, such as 'person.address' or '`a b`.c'."""
    if _PLAIN_PATH.fullmatch(path):
        names = tuple(path.split("."))
    else:
        found = list(_QUOTED_PATH.finditer(path))
        if not found or "".join(one.group() for one in found) != path:
            raise RefusedError(f"{path} is not the path to a field")
        names = tuple(_unquoted(one.group().removesuffix(".")) for one in found)
    check_mask((names,))
    return names


def _unquoted(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name[1:-1], flags=re.DOTALL) if name.startswith("`") else name
