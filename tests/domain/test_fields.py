"""A workshop as the fields of a form: no typed text is lost, and fields without mistakes give the same workshop."""

from typing import Any

import pytest
from hypothesis import given, settings

from tests.made import workshops
from tests.samples import NOW, workshop
from tests.shipped import WORKSHOP
from werkplaats.domain.drafts import WorkshopDraft, check
from werkplaats.domain.fields import fields_of, in_order, written
from werkplaats.domain.mistakes import Wrong
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_written import read


def draft(**changes: str) -> WorkshopDraft:
    """A draft of the sample with `changes` to its fields. `__` in a name stands for a dot."""
    fields = fields_of(workshop()) | {path.replace("__", "."): text for path, text in changes.items()}
    return WorkshopDraft(workshop="proef", version=1, base=0, fields=fields, saved_by="", saved_at=NOW)


def wrong(**changes: str) -> list[tuple[str, Wrong]]:
    found = check(draft(**changes))
    return [(one.path, one.wrong) for one in found] if isinstance(found, tuple) else []


@settings(max_examples=50)
@given(workshops())
def test_what_fields_say_is_the_workshop_they_were_made_of(made: Workshop) -> None:
    """The fields of any workshop are text, and reading them gives the same workshop."""
    fields = fields_of(made)
    assert all(isinstance(text, str) and text for text in fields.values())
    assert read(written(fields), as_text=True) == made
    assert in_order(fields) == fields


def test_the_shipped_workshop_is_read_from_its_fields() -> None:
    """The fields of the shipped workshop, with its choices and its wave, give the same workshop."""
    assert read(written(fields_of(WORKSHOP)), as_text=True) == WORKSHOP


def test_paths_are_those_of_the_file() -> None:
    """The paths of fields are those of the file, as the contract names them."""
    fields = fields_of(workshop(days=[{"begins": "09:30", "ends": "17:00"}] * 3))
    some = (
        "title",
        "capacity",
        "first_day",
        "promotion.within",
        "questions.0.label",
        "questions.0.required",
        "days.0.begins",
    )
    assert [fields[path] for path in some] == [
        "Proefwerkplaats", "2", "2027-08-29", "48 hours", "Wat is je opgave?", "true", "09:30",
    ]  # fmt: skip
    assert "called_off" not in fields


def test_rows_that_were_left_empty_or_taken_out_leave_no_gap() -> None:
    """Items of a list are renumbered without gaps, so that a mistake's path is that of the field shown next."""
    fields = {"organisers.0.name": "Een", "organisers.3.name": "Vier", "organisers.7.name": "", "title": "T"}
    assert in_order(fields) == {"organisers.0.name": "Een", "organisers.1.name": "Vier", "title": "T"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"capacity": "veel"}, [("capacity", Wrong.NOT_A_NUMBER)]),
        ({"capacity": ""}, [("capacity", Wrong.MISSING)]),
        ({"first_day": "31-02-2027"}, [("first_day", Wrong.NOT_A_DAY)]),
        (
            {"title": "", "organisers__1__email": "x"},
            [("title", Wrong.MISSING), ("organisers.1.email", Wrong.NOT_AN_ADDRESS)],
        ),
        ({"id": "anders"}, [("id", Wrong.ANOTHER_WORKSHOP)]),
        ({"title__x": "y"}, []),
        ({"seats": "3"}, [("seats", Wrong.UNKNOWN_FIELD)]),
        ({"organisers__x": "y"}, [("organisers", Wrong.NOT_OF_THAT_TYPE)]),
        ({"questions__0__only_if__question": "x"}, [("questions.0.only_if.is", Wrong.TOO_FEW)]),
        ({"called_off__reason": "x"}, [("called_off", Wrong.UNKNOWN_FIELD)]),
    ],
)  # fmt: skip
def test_every_mistake_stands_at_its_field(changes: dict[str, Any], expected: list[tuple[str, Wrong]]) -> None:
    """Each mistake has the path of its field, also for unknown fields and fields that contradict each other."""
    assert wrong(**changes) == expected


def test_a_draft_that_is_right_is_a_workshop() -> None:
    """A draft without mistakes gives the workshop with what was typed."""
    assert check(draft(capacity="12")) == workshop(capacity=12)


def test_a_draft_of_more_text_than_fits_is_told_apart() -> None:
    """A draft with too much text or too many fields does not fit."""
    assert draft().fits
    assert not draft(description="x" * 600_000).fits
    assert not draft(**{f"materials__{number}__title": "x" for number in range(5_001)}).fits
