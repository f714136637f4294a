"""The editor's table of fields has everything that can be typed of a workshop, so that no field is forgotten."""

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from msgspec import Struct
from msgspec.structs import fields

from werkplaats.domain.mistakes import Wrong
from werkplaats.domain.questions import OF_SIGN_UP_ONLY
from werkplaats.domain.roles import Role
from werkplaats.domain.workshop import Workshop
from werkplaats.web.organisers.field_parts import ForEach, One, Texts
from werkplaats.web.organisers.fields import WITHOUT_CONTROL, place_of
from werkplaats.wording.answers import KIND_NAMES
from werkplaats.wording.mistakes import _WRONG


def paths(kind: Any, path: str = "") -> Iterator[str]:
    """The path of every field of `kind`, with 0 for the items of lists, and x for a name that people give."""
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if get_origin(plain) is tuple:
        yield from paths(get_args(plain)[0], f"{path}.0")
        return
    if get_origin(plain) is dict:
        yield from paths(get_args(plain)[1], f"{path}.x")
        return
    options = get_args(plain) if get_origin(plain) in (Union, UnionType) else (plain,)
    records = [one for one in options if isinstance(one, type) and issubclass(one, Struct)]
    if not records:
        lists = [one for one in options if one is not NoneType and get_origin(one) is tuple]
        yield from (found for one in lists for found in paths(one, path))
        if not lists:
            yield path
    for record in records:
        if record.__struct_config__.tag is not None:
            yield f"{path}.kind"
        for field in fields(record):
            yield from paths(field.type, f"{path}.{field.encode_name}".lstrip("."))


EVERY = sorted(
    path
    for path in set(paths(Workshop))
    if not path.startswith(("called_off", "practice"))
    and not (path.startswith("waves.") and path.endswith(OF_SIGN_UP_ONLY))  # a survey's questions must not have them
)


@pytest.mark.parametrize("path", EVERY)
def test_every_field_of_a_workshop_has_its_place(path: str) -> None:
    """With a label. A new field of a workshop is asked for here."""
    if path in WITHOUT_CONTROL:
        return
    place = place_of(path)
    assert place is not None, "give it a place in web/organisers/fields.py"
    assert isinstance(place.part, One | Texts | ForEach)
    items = [part for part in path.split(".") if part in ("0", "x")]
    assert len(items) == len(place.items) + isinstance(place.part, Texts)


def test_choices_are_those_that_there_are() -> None:
    """Each kind of question, each role, and each kind of mistake has its words."""
    kinds = {kind.__struct_config__.tag for kind in get_args(get_args(get_args(_questions())[0])[0])}
    assert set(KIND_NAMES) == kinds
    role = place_of("organisers.0.role")
    assert role is not None
    assert isinstance(role.part, One)
    assert set(role.part.choices) == {role.value for role in Role}
    assert set(_WRONG) == set(Wrong)


def _questions() -> Any:
    return next(field.type for field in fields(Workshop) if field.name == "questions")
