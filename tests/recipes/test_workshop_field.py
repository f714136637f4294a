"""The recipe "A field of a workshop" of docs/adding.md, followed exactly."""

from pathlib import Path

import pytest

from tests.recipes.copies import Copy, recipe

EDITS = recipe("A field of a workshop")


@pytest.mark.long
def test_a_field_goes_through_file_form_and_rules(tmp_path: Path) -> None:
    """A field that is added to the type alone is read, written and copied, and is in generated workshops."""
    copy = Copy(tmp_path)
    copy.apply(EDITS)
    tested = copy.tests(
        "tests/domain/test_fields.py", "tests/domain/test_workshop_written.py", "tests/domain/test_copying.py"
    )
    assert tested.content, tested.said
    read = (
        "werkplaats.workshop_files as files; one = files.example(); print(one.parking, 'parking' in files.write(one))"
    )
    assert copy.imports(read).said == "0 False\n"
