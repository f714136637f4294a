"""The fields of a workshop and the mistakes in them, as people who make workshops read of them."""

from collections.abc import Callable, Iterator
from datetime import date
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from msgspec import Struct
from msgspec.structs import fields

from tests.words import DUTCH
from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.domain.workshop import Workshop
from werkplaats.wording.catalogues import Words
from werkplaats.wording.field_names import _NAMES, name_field, say_value
from werkplaats.wording.mistakes import file_mistake_text, mistake_text

OF_CALLING_OFF = {"at", "reason", "version"}
"""Fields that nobody writes, and that are compared with nothing."""


def field_names(kind: Any) -> Iterator[str]:
    """The names of the fields of `kind` and of all records in it, as they are in a file."""
    if get_origin(kind) is Annotated or get_origin(kind) in (tuple, dict, Union, UnionType):
        for one in get_args(kind):
            yield from field_names(one)
    elif isinstance(kind, type) and issubclass(kind, Struct):
        for field in fields(kind):
            yield field.encode_name
            yield from field_names(field.type)


def test_every_field_has_a_name_in_dutch() -> None:
    """Every field that people can write has a Dutch name."""
    assert set(field_names(Workshop)) - OF_CALLING_OFF - set(_NAMES) == set()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("capacity", "aantal plekken"),
        ("questions.dieetwensen.help", "vragen › dieetwensen › uitleg"),
        ("waves.0.after", "vragenlijsten › 1 › dagen na afloop"),
        ("organisers.vera.de.boer@wijk.example.org", "mensen › vera.de.boer@wijk.example.org"),
        ("organisers.vera@example.org.role", "mensen › vera@example.org › rol"),
        ("questions, in this order", "volgorde van vragen"),
        ("", ""),
    ],
)
def test_a_path_is_named(path: str, said: str) -> None:
    """A path is shown as the names of its parts, and items of a list are counted from 1."""
    assert name_field(DUTCH, path) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "(leeg)"),
        ("", "(leeg)"),
        ([], "(leeg)"),
        (0, "0"),
        ({"lowest": 0, "help": "", "required": False}, "laagste: 0"),
        (True, "ja"),
        (date(2027, 8, 29), "29 augustus 2027"),
        ("14 days", "14 dagen"),
        (["7 days", "1 day"], "7 dagen\n1 dag"),
        ({"value": "geen", "label": "Nee", "counts": []}, "waarde: geen\ntekst: Nee"),
    ],
)
def test_a_value_is_said(value: Any, said: str) -> None:
    """A value of any type is shown as text, with a line for each of its parts."""
    assert say_value(DUTCH, value) == said


@pytest.mark.parametrize("say", [mistake_text, file_mistake_text])
def test_every_mistake_is_a_sentence(say: Callable[[Words, Mistake], str]) -> None:
    """Each kind of mistake has a text that ends with a full stop, and has the limit if there is one."""
    said = {wrong: say(DUTCH, Mistake("x", "–", wrong, 7)) for wrong in Wrong}
    assert all(text.endswith(".") and text[0].isupper() for text in said.values())
    for wrong in (Wrong.TOO_LONG, Wrong.TOO_SMALL, Wrong.TOO_LARGE, Wrong.TOO_FEW, Wrong.TOO_MANY):
        assert "7" in said[wrong]
