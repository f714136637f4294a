"""Lists in the editor's form: whatever is added, taken out or moved, no other field changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.samples import workshop
from werkplaats.domain.field_lists import add_item, is_list, length, move_item, remove_item
from werkplaats.domain.fields import fields_of, in_order

FIELDS = fields_of(workshop())


def labels(fields: dict[str, str]) -> list[str]:
    return [fields.get(f"questions.{number}.label", "") for number in range(length(fields, "questions"))]


def test_an_item_is_moved_with_all_that_it_has() -> None:
    """Up and down, also with what lies deeper; the others keep their order."""
    moved = move_item(FIELDS, "questions.1", -1)
    assert labels(moved) == ["Dieetwensen", "Wat is je opgave?"]
    assert moved["questions.0.erase_after"] == "14 days"
    assert "questions.1.erase_after" not in moved
    assert move_item(moved, "questions.0", 1) == FIELDS


def test_an_item_is_taken_out() -> None:
    """Those after it move up; no trace of it stays."""
    less = remove_item(FIELDS, "questions.0")
    assert labels(less) == ["Dieetwensen"]
    assert [path for path in less if path.startswith("questions.1")] == []
    assert length(remove_item(less, "questions.0"), "questions") == 0
    deeper = remove_item(FIELDS, "waves.0.questions.0")
    assert deeper["waves.0.questions.0.id"] == "beter"
    assert labels(deeper) == labels(FIELDS)


def test_plain_texts_in_a_list_are_moved_and_taken_out_too() -> None:
    """Such as reminders, which have no fields of their own."""
    fields = {"reminders.0": "7 days", "reminders.1": "1 day", "title": "T"}
    assert move_item(fields, "reminders.1", -1) == {"title": "T", "reminders.0": "1 day", "reminders.1": "7 days"}
    assert remove_item(fields, "reminders.0") == {"title": "T", "reminders.0": "1 day"}


def test_an_item_that_is_added_has_an_id_of_its_own() -> None:
    """Also after another was taken out, and in each list by itself."""
    fields = FIELDS
    for _ in range(3):
        fields = add_item(fields, "questions")
    assert [fields[f"questions.{number}.id"] for number in (2, 3, 4)] == ["q-1", "q-2", "q-3"]
    fields = add_item(remove_item(fields, "questions.3"), "questions")
    assert fields["questions.4.id"] == "q-2"
    fields = add_item(add_item(fields, "questions.4.options"), "questions.4.options")
    assert [fields[f"questions.4.options.{number}.value"] for number in (0, 1)] == ["o-1", "o-2"]
    assert add_item(fields, "waves.0.questions")["waves.0.questions.2.id"] == "q-1"


@pytest.mark.parametrize("path", ["questions", "options", "waves", "organisers", "leaders", "materials", "days"])
def test_a_new_item_is_kept(path: str) -> None:
    """It has some text in it: an item without any would not be there when the draft is shown again."""
    fields = in_order(add_item(FIELDS, path))
    assert is_list(path)
    assert length(fields, path) == length(FIELDS, path) + 1


@pytest.mark.parametrize(
    "path",
    ["", "questions", "questions.9", "questions.x", "questions.-1", "title", "title.0", "..", "questions.²"],
)
def test_what_cannot_be_done_changes_nothing(path: str) -> None:
    """Whatever the name of a button says."""
    assert remove_item(FIELDS, path) == FIELDS
    assert move_item(FIELDS, path, 1) == FIELDS
    if not is_list(path):
        assert add_item(FIELDS, path) == FIELDS
    assert move_item(FIELDS, "questions.0", -1) == FIELDS
    assert move_item(FIELDS, "questions.1", 1) == FIELDS


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_nothing_gets_lost(count: int, at: int, to: int) -> None:
    """Moving keeps all texts, and a move back restores the order; the rest of the form stays as it was."""
    fields = FIELDS
    for _ in range(count):
        fields = add_item(fields, "questions")
    moved = move_item(fields, f"questions.{at}", to - at)
    assert sorted(moved.values()) == sorted(fields.values())
    assert in_order(moved) == moved
    back = move_item(moved, f"questions.{to}", at - to)
    assert back == fields or length(fields, "questions") <= max(at, to)
