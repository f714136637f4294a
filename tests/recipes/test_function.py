"""The recipe "a function" of docs/adding.md, followed exactly, and with one part of it left out."""

import pytest

from tests.recipes.copies import Copy, Edit, recipe

EDITS = recipe("A function")
CODE = {
    "infra/functions.yaml",
    "functions/werkplaats/settings.py",
    "functions/werkplaats/workflows/report_seats.py",
    "functions/main.py",
}
ITS_OWN = "tests/workflows/test_report_seats.py"
LISTED = "tests/infra/test_code.py::test_every_function_is_an_entry_point"
GIVEN = "tests/infra/test_code.py::test_settings_are_those_the_code_reads"
READ = "tests/infra/test_docs.py::test_every_function_is_in_the_readme"
COUNTED = "tests/infra/test_cost.py::test_sums_follow_from_what_was_counted"
STARTED = "tests/functions/test_behind.py::test_a_missing_setting_stops_a_function_at_its_start"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("repository"))


def without(file: str) -> list[Edit]:
    return [edit for edit in EDITS if edit.file != file]


def test_it_is_four_files_besides_documents_and_tests() -> None:
    """A new function takes changes in four files besides documents and tests; if it takes more, say why here."""
    assert {edit.file for edit in EDITS if not edit.file.endswith(".md")} == {*CODE, ITS_OWN}


@pytest.mark.long
@pytest.mark.parametrize(
    ("forgotten", "told"),
    [
        ("infra/functions.yaml", LISTED),
        ("functions/main.py", LISTED),
        ("functions/werkplaats/settings.py", GIVEN),
        ("README.md", READ),
        ("docs/cost.md", COUNTED),
    ],
)
def test_a_step_that_is_left_out_is_told_by_a_test(copy: Copy, forgotten: str, told: str) -> None:
    """If a step is left out, a test fails that needs neither a database nor Terraform."""
    copy.apply(without(forgotten))
    tested = copy.tests(told)
    copy.undo(without(forgotten))
    assert f"FAILED {told}" in tested.said


@pytest.mark.long
def test_an_entry_that_does_not_give_what_is_needed_is_told_by_a_test(copy: Copy) -> None:
    """A test fails if the entry lacks a setting without which the function would not start."""
    mistaken = [Edit(edit.file, edit.before, edit.after.replace("env: [PUBLIC_URL]", "env: []")) for edit in EDITS]
    assert mistaken != EDITS
    copy.apply(mistaken)
    tested = copy.tests(GIVEN)
    copy.undo(mistaken)
    assert f"FAILED {GIVEN}" in tested.said


@pytest.mark.long
def test_an_entry_point_without_its_workflow_is_named_by_mypy(copy: Copy) -> None:
    """mypy reports a missing workflow, which is imported only when the function is called."""
    workflow = "functions/werkplaats/workflows/report_seats.py"
    copy.apply(without(workflow))
    types = copy.mypy("functions/main.py")
    copy.undo(without(workflow))
    assert not types.content
    assert "werkplaats.workflows.report_seats" in types.said


@pytest.mark.long
def test_the_recipe_is_all_there_is_to_do(copy: Copy) -> None:
    """After all steps types, style and tests pass."""
    copy.apply(EDITS)
    outcomes = (
        copy.mypy("functions/main.py"),
        copy.ruff(),
        copy.tests(LISTED, GIVEN, READ, COUNTED, f"{STARTED}[report_seats-PUBLIC_URL]", ITS_OWN),
    )
    copy.undo(EDITS)
    for outcome in outcomes:
        assert outcome.content, outcome.said
