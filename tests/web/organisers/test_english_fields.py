"""The editor's section for texts in English: a field for each text, by the ids of what it translates."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from tests.shipped import WORKSHOP
from tests.words import DUTCH
from werkplaats.domain.differences import differences
from werkplaats.domain.field_lists import move_item
from werkplaats.domain.fields import Fields, fields_of, in_order, is_path, written
from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.domain.translations import Translations
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_parts import Leader
from werkplaats.domain.workshop_written import read
from werkplaats.web.organisers.comparing import differing
from werkplaats.web.organisers.editor_view import Field, Group, Shown, editor_view, path_name

OPTION = "translations.en.questions.overnachting.options.geen"


def english(fields: Fields, mistakes: tuple[Mistake, ...] = ()) -> Group:
    """All that is folded away under English."""
    [section] = [one for one in editor_view(DUTCH, fields, mistakes).sections if one.name == "engels"]
    [group] = section.parts
    assert isinstance(group, Group)
    return group


def shown(parts: Iterable[Shown]) -> Iterator[Field]:
    for part in parts:
        if isinstance(part, Field):
            yield part
        elif isinstance(part, Group):
            yield from shown(part.parts)


def test_every_text_of_the_shipped_workshop_has_a_field() -> None:
    """Each translation in the file has its field, which the form sends by its path, with the Dutch beside it."""
    fields = fields_of(WORKSHOP)
    by_path = {one.path: one for one in shown(english(fields).parts)}
    translated = {path for path in fields if path.startswith("translations.")}
    assert translated <= set(by_path)
    assert all(map(is_path, by_path))
    assert by_path[OPTION].value == "No, I will sleep somewhere else"
    assert by_path[OPTION].help == "In het Nederlands: Nee, ik slaap ergens anders"
    assert by_path["translations.en.title"].help == "In het Nederlands: Werken aan wijkontwikkeling"
    assert by_path["translations.en.description"].help == ""
    assert not any(other.path.startswith("translations") for other in editor_view(DUTCH, fields, ()).others)


def test_leaders_and_materials_are_translated_among_the_rest() -> None:
    """Each field is there once, with the Dutch beside it, and stays with its leader when the order changes."""
    leaders = (Leader(name="Noor", role="begeleider"), Leader(name="Sem", role="gastspreker"))
    fields = fields_of(replace(WORKSHOP, leaders=leaders)) | {"leaders.1.translations.en.role": "guest speaker"}
    view = editor_view(DUTCH, fields, ())
    by_path = {one.path: one for one in shown(english(fields).parts)}
    role = by_path["leaders.1.translations.en.role"]
    assert (role.value, role.help) == ("guest speaker", "In het Nederlands: gastspreker")
    assert path_name(DUTCH, role.path) == "Begeleider 2, Rol in het Engels"
    assert not [one.path for one in view.others if one.path.startswith("leaders")]
    moved = move_item(fields, "leaders.1", -1)
    assert moved["leaders.0.translations.en.role"] == "guest speaker"
    workshop = read(written(moved), as_text=True)
    assert isinstance(workshop, Workshop)
    assert [one.role for one in workshop.in_language("en").leaders] == ["guest speaker", "begeleider"]


def test_only_what_a_question_has_is_asked_for() -> None:
    """A scale has labels for its ends and no options, another question has none of these."""
    paths = {one.path for one in shown(english(fields_of(WORKSHOP)).parts)}
    assert "translations.en.waves.evaluatie.questions.opbrengst.lowest_label" in paths
    assert "translations.en.questions.opgave.lowest_label" not in paths
    assert "translations.en.questions.overnachting.highest_label" not in paths


def test_it_is_folded_until_there_is_a_mistake_in_it() -> None:
    """A translation of nothing is told with its name, and the part that it is in is open."""
    fields = fields_of(WORKSHOP)
    assert english(fields).folded
    path = "translations.en.questions.overnachting"
    told = Mistake(f"{path}.label", "", Wrong.TOO_LONG, 300)
    group = english(fields, (told,))
    assert not group.folded
    [of_question] = [one for one in _groups(group.parts) if one.path == path]
    assert not of_question.folded
    assert path_name(DUTCH, told.path) == "Vragen in het Engels ‘overnachting’, Vraag in het Engels"
    assert path_name(DUTCH, OPTION) == "Vragen in het Engels ‘overnachting’, Keuzes in het Engels ‘geen’"


def _groups(parts: Iterable[Shown]) -> Iterator[Group]:
    for part in parts:
        if isinstance(part, Group):
            yield part
            yield from _groups(part.parts)


def test_a_translation_without_its_question_can_be_emptied() -> None:
    """If somebody gives a question another code, its translation is shown among the fields that are not known."""
    fields = fields_of(WORKSHOP) | {"questions.0.id": "taak"}
    found = read_of(fields)
    assert isinstance(found, tuple)
    assert {mistake.wrong for mistake in found} == {Wrong.TRANSLATES_NOTHING}
    editor = editor_view(DUTCH, fields, found)
    lost = [other.path for other in editor.others]
    assert lost == [f"translations.en.questions.opgave.{name}" for name in ("label", "help")]
    assert all(line.anchor for line in editor.mistakes)


def read_of(fields: Fields) -> Workshop | tuple[Mistake, ...]:
    return read(written(in_order(fields)), as_text=True)


def test_differences_name_the_text() -> None:
    """Lists of changes and versions say which text in English has changed."""
    before = replace(WORKSHOP, translations=Translations())
    after = replace(WORKSHOP, translations=replace(Translations(), en=replace(WORKSHOP.translations.en, title="Other")))
    changed = {one.path: one for one in differences(WORKSHOP, after)}
    [path] = changed
    one = differing(DUTCH, path, changed[path].before, changed[path].after)
    assert (one.name, one.after) == ("Titel in het Engels", "Other")
    names = [differing(DUTCH, one.path, one.before, one.after).name for one in differences(before, WORKSHOP)]
    assert all("Engels" in name for name in names)
