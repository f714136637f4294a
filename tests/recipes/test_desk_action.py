"""The recipe "an action of the desk" of docs/adding.md, followed exactly, and with one part of it left out."""

import pytest

from tests.recipes.copies import Copy, recipe

EDITS = recipe("An action of the desk")
BUTTONS = "tests/web/organisers/test_person.py"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("repository"))


@pytest.mark.long
@pytest.mark.parametrize("file", sorted({edit.file for edit in EDITS if not edit.file.startswith("tests/")}))
def test_an_action_without_its_button_is_refused(copy: Copy, file: str) -> None:
    """A test fails if an action has no button, or a button has no action."""
    half = [edit for edit in EDITS if edit.file == file]
    copy.apply(half)
    tested = copy.tests(BUTTONS)
    copy.undo(half)
    assert f"FAILED {BUTTONS}::test_every_action_has_a_button_and_every_button_an_action" in tested.said


@pytest.mark.long
def test_the_recipe_is_all_there_is_to_do(copy: Copy) -> None:
    """After all steps types, style and tests pass, and a click on the new button does what it says."""
    copy.apply(EDITS)
    clicked = "tests/functions/test_organiser.py::test_stopping_the_surveys_of_somebody"
    outcomes = (copy.mypy("functions/werkplaats/web/organisers/person.py"), copy.ruff(), copy.tests(BUTTONS, clicked))
    copy.undo(EDITS)
    for outcome in outcomes:
        assert outcome.content, outcome.said
