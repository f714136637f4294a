"""The placeholders in what organisers write to people: `{naam}` and `{link}`.

Somebody signs up under whatever name they like, so a name is filled in as text: nothing in it is Markdown or HTML.
"""

import re

from msgspec import Struct

from werkplaats.wording.text import defanged, one_line

NAME = "naam"
LINK = "link"
KNOWN = (NAME, LINK)

_PLACEHOLDER = re.compile(r"\{([^{}\n]{0,60})\}")
_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")


class Values(Struct, frozen=True):
    """What is filled in: the recipient's `name`, as they typed it, and the address of their own page, one of ours."""

    name: str
    link: str


def unknown_placeholders(text: str, known: tuple[str, ...] = KNOWN) -> tuple[str, ...]:
    """What stands in braces in `text` and is none of `known`, each once, as it is written."""
    found = (match[0] for match in _PLACEHOLDER.finditer(text) if match[1] not in known)
    return tuple(dict.fromkeys(found))


def fill_plain(text: str, values: Values) -> str:
    """`text` with its placeholders filled in, to be read as it is."""
    return _fill(text, {NAME: _name(values), LINK: values.link})


def fill_markdown(text: str, values: Values) -> str:
    """`text`, which is Markdown, with its placeholders filled in. A link stands between < and >, so it can be opened.

    That is also how Markdown writes an address with a text before it: `[jouw pagina](<https://…>)`.
    """
    return _fill(text, {NAME: _MARKDOWN.sub(r"\\\1", _name(values)), LINK: f"<{values.link}>"})


def _name(values: Values) -> str:
    return defanged(one_line(values.name, 80))


def _fill(text: str, by_name: dict[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: by_name.get(match[1], match[0]), text)
