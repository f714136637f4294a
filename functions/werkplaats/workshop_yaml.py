"""Reads and writes the YAML of workshops: with the line of each field, and so that people can read it.

A time of day such as 10:30 is text here, and not the number 630. A file that somebody uploads must not have aliases,
because a small file could then expand to a huge one.
"""

import re
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_DEEPEST = 20
"""How deeply lists and mappings may be nested. A workshop has 6 levels."""

_ODD = re.compile(r"[^\n\x20-\x7e\u00a0-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML changes when it reads them, unless they are between double quotes."""

_NO_TEXT = re.compile("[\ud800-\udfff]")
"""Halves of characters, which escapes of YAML can make, and which cannot be stored or sent as UTF-8."""

_NO_BLOCK = re.compile(r"^[ \n]|[ ]\n|[ ]$")
"""Spaces and empty lines that would be lost if the text were written as a block."""


class _Loader(yaml.SafeLoader):
    """`refers`: whether the file may have aliases."""

    refers = False
    deep = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if not self.refers and self.check_event(yaml.events.AliasEvent):
            raise self._refused("found an alias")
        if self.deep == _DEEPEST:
            raise self._refused("lists and mappings are nested too deeply")
        self.deep += 1
        node = super().compose_node(parent, index)
        self.deep -= 1
        return node

    def construct_scalar(self, node: Any) -> Any:
        value = super().construct_scalar(node)
        if isinstance(value, str) and _NO_TEXT.search(value):
            raise yaml.YAMLError(f"found a character that is no text on line {node.start_mark.line + 1}")
        return value

    def _refused(self, why: str) -> yaml.YAMLError:
        event: yaml.events.Event = self.peek_event()  # type: ignore[no-untyped-call]  # types-PyYAML leaves it open
        mark = event.start_mark
        return yaml.YAMLError(f"{why} on line {mark.line + 1}" if mark else why)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in resolvers if tag not in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(0|[1-9][0-9]*)$"), list("-+0123456789"))


class _OwnLoader(_Loader):
    refers = True


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the items of a list by two spaces, as in the shipped file."""
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> ScalarNode:
    style = None
    if _ODD.search(text):
        style = '"'
    elif "\n" in text:
        style = '"' if _NO_BLOCK.search(text) else "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _represent_text)


def read_yaml(text: str, *, own: bool) -> tuple[Any, dict[str, int]]:
    """The content of `text`, and the line (from 1) on which the value at each path, such as 'waves.0.after', begins.

    `own` is true for a file of this repository, which may have aliases. Raises yaml.YAMLError, which says where the
    problem is, or ValueError, for instance for a day that does not exist.
    """
    loader = (_OwnLoader if own else _Loader)(text)
    try:
        node = loader.get_single_node()
        lines: dict[str, int] = {}
        _note_lines(node, "", lines)
        return (None if node is None else loader.construct_document(node)), lines
    finally:
        loader.dispose()


def write_yaml(written: dict[str, Any]) -> str:
    """`written` as YAML, in its own order, with long texts as blocks."""
    return yaml.dump(written, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**31)


def _note_lines(node: Node | None, path: str, lines: dict[str, int]) -> None:
    if node is None:
        return
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        for key, value in node.value:
            inside = f"{path}.{key.value}" if path else str(key.value)
            lines[inside] = key.start_mark.line + 1
            _note_lines(value, inside, lines)
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.value):
            _note_lines(item, f"{path}.{number}" if path else str(number), lines)
