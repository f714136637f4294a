"""The recipe "a question kind" of docs/adding.md, followed exactly, and with one part of it left out."""

from pathlib import Path

import pytest

from tests.recipes.copies import Copy, Edit, recipe

EDITS = recipe("A question kind")
CHANGED = {edit.file for edit in EDITS}
CODE = sorted(file for file in CHANGED if file.startswith(("functions/", "bench/")))
SAMPLES = "tests/test_question_kinds.py"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("repository"))


def without(file: str) -> list[Edit]:
    return [edit for edit in EDITS if edit.file != file]


def test_it_is_five_files_besides_templates_and_tests() -> None:
    """A new kind takes changes in five files besides templates and tests; if it takes more, say why here."""
    assert len(CODE) == 5


def test_a_class_alone_is_refused_when_the_program_starts(copy: Copy) -> None:
    """The program does not start if a kind is not part of AnyQuestion, because no file could contain it."""
    with_class = EDITS[:1]
    copy.apply(with_class)
    started = copy.imports("werkplaats.domain.questions")
    copy.undo(with_class)
    assert not started.content
    assert "CalendarDay is a Question that AnyQuestion does not name" in started.said


@pytest.mark.parametrize(
    ("tag", "told"), [("", "CalendarDay has no tag"), (', tag="scale"', "must have unique `tag` values")]
)
def test_a_kind_without_a_word_of_its_own_is_refused_when_the_program_starts(copy: Copy, tag: str, told: str) -> None:
    """The program does not start if a kind has no tag, or the tag of another kind."""
    changed = [Edit(edit.file, edit.before, edit.after.replace(', tag="day"', tag)) for edit in EDITS[:2]]
    copy.apply(changed)
    started = copy.imports("werkplaats.domain.questions")
    copy.undo(changed)
    assert not started.content
    assert told in started.said


@pytest.mark.long
def test_whatever_is_not_said_of_a_kind_is_named_by_mypy(copy: Copy) -> None:
    """With only the class of a new kind, mypy reports an error in every file that the recipe changes."""
    begun = EDITS[:2]
    copy.apply(begun)
    types = copy.mypy(*CODE)
    copy.undo(begun)
    assert {line.split(":")[0] for line in types.said.splitlines() if ": error:" in line} == set(CODE)
    assert types.said.count("assert_never") == 7


@pytest.mark.long
@pytest.mark.parametrize(
    ("forgotten", "told"),
    [
        ("tests/questions.py", "test_every_kind_has_a_sample"),
        ("templates/pages/_fields.html", "test_a_page_asks_it_and_keeps_what_was_answered[day]"),
    ],
)
def test_a_kind_without_sample_or_template_is_refused_by_the_samples(copy: Copy, forgotten: str, told: str) -> None:
    """A test fails if the sample or the template is left out, which mypy cannot see."""
    copy.apply(without(forgotten))
    tested = copy.tests(SAMPLES)
    copy.undo(without(forgotten))
    assert not tested.content
    assert f"{SAMPLES}::{told}" in tested.said


@pytest.mark.long
def test_the_recipe_is_all_there_is_to_do(copy: Copy) -> None:
    """After all steps types, style and tests pass."""
    copy.apply(EDITS)
    for outcome in (copy.mypy(*CODE), copy.ruff(), copy.tests(SAMPLES, "tests/web", "tests/domain/survey")):
        assert outcome.content, outcome.said
    copy.undo(EDITS)


def test_a_copy_is_left_as_it_was_found(copy: Copy) -> None:
    """After the tests above the copy is equal to the repository, so that each began with unchanged files."""
    for file in CHANGED:
        assert (copy.folder / file).read_text() == (Path(__file__).parents[2] / file).read_text()
