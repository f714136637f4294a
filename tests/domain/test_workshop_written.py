"""Reading a workshop that somebody wrote: all mistakes at once, each with its field and its kind."""

from typing import Any

import pytest
from hypothesis import given, settings

from tests.made import workshops
from tests.samples import WRITTEN, workshop
from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_written import read
from werkplaats.workshop_files import parse, write

ORGANISERS = WRITTEN["organisers"]
MATERIAL = {"title": "Lezen"}
CHOICE = {"kind": "one_of", "id": "q", "label": "Q"}
OPTIONS = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]

COUNTED = OPTIONS[0] | {"counts": ["n", "n"]}


def wrong(**changes: Any) -> list[tuple[str, Wrong]]:
    found = read(WRITTEN | changes)
    return [(one.path, one.wrong) for one in found] if isinstance(found, tuple) else []


def test_what_is_right_is_read() -> None:
    """The sample, which has no mistakes, is read as a workshop."""
    assert read(WRITTEN) == workshop()


def test_all_mistakes_are_told_at_once() -> None:
    """All mistakes are reported at once: several in one list, missing fields and unknown fields."""
    found = wrong(
        capacity=0,
        first_day="29 augustus",
        organisers=[{"name": "Een", "email": "een"}, {"email": "twee@example.org", "colour": "geel"}],
        questions=[{"kind": "essay", "id": "a", "label": "b"}, {"id": "c", "label": "d"}],
        seats=3,
    )
    assert found == [
        ("first_day", Wrong.NOT_A_DAY),
        ("organisers.0.email", Wrong.NOT_AN_ADDRESS),
        ("organisers.1.name", Wrong.MISSING),
        ("organisers.1.colour", Wrong.UNKNOWN_FIELD),
        ("capacity", Wrong.TOO_SMALL),
        ("questions.0.kind", Wrong.NOT_A_CHOICE),
        ("questions.1.kind", Wrong.MISSING),
        ("seats", Wrong.UNKNOWN_FIELD),
    ]


@pytest.mark.parametrize(
    ("changes", "path", "expected"),
    [
        ({"title": "twee\nregels"}, "title", Wrong.NOT_ONE_LINE),
        ({"title": ""}, "title", Wrong.TOO_SHORT),
        ({"title": "x" * 301}, "title", Wrong.TOO_LONG),
        ({"title": 3}, "title", Wrong.NOT_OF_THAT_TYPE),
        ({"practical": "x" * 20_001}, "practical", Wrong.TOO_LONG),
        ({"id": "Een Titel"}, "id", Wrong.NOT_AN_ID),
        ({"capacity": "veel"}, "capacity", Wrong.NOT_A_NUMBER),
        ({"capacity": 10_001}, "capacity", Wrong.TOO_LARGE),
        ({"promotion": {"by": "lottery"}}, "promotion.by", Wrong.NOT_A_CHOICE),
        ({"promotion": {"within": "soon"}}, "promotion.within", Wrong.NOT_A_DURATION),
        ({"days": [{"begins": "9:30", "ends": "17:00"}]}, "days.0.begins", Wrong.NOT_A_TIME),
        ({"days": [{"begins": "24:00", "ends": "17:00"}]}, "days.0.begins", Wrong.NOT_A_TIME),
        ({"days": [{"begins": "10:00", "ends": "10:00"}] * 3}, "days.0.ends", Wrong.ENDS_BEFORE_IT_BEGINS),
        ({"days": [{"begins": "10:00", "ends": "17:00"}] * 2}, "days", Wrong.HOURS_NOT_FOR_EACH_DAY),
        ({"days": [{"begins": "10:00", "ends": "17:00"}] * 32}, "days", Wrong.TOO_MANY),
        ({"phone": "bel ons"}, "phone", Wrong.NOT_A_PHONE),
        ({"materials": [MATERIAL | {"address": "javascript:a()"}]}, "materials.0.address", Wrong.NOT_A_WEB_ADDRESS),
        ({"materials": [MATERIAL | {"address": "http://example.org"}]}, "materials.0.address", Wrong.NOT_A_WEB_ADDRESS),
        ({"organisation": {"colour": "geel"}}, "organisation.colour", Wrong.NOT_A_COLOUR),
        ({"organisation": {"colour": "#7a7a7a"}}, "organisation.colour", Wrong.UNREADABLE_COLOUR),
        ({"organisation": {"logo": "logo.png"}}, "organisation.logo", Wrong.NOT_A_DIGEST),
        ({"leaders": [{"role": "Gespreksleider"}]}, "leaders.0.name", Wrong.MISSING),
        ({"organisers": []}, "organisers", Wrong.TOO_FEW),
        ({"organisers": ORGANISERS[:1] * 2}, "organisers", Wrong.TWICE),
        ({"questions": [CHOICE | {"options": [COUNTED, OPTIONS[1]]}]}, "questions", Wrong.TWICE),
        (
            {"questions": [{"kind": "consent", "id": "q", "label": "Q", "only_if": {"question": "r", "is": [True]}}]},
            "questions.0.only_if",
            Wrong.CONDITION,
        ),
        ({"called_off": {"at": "2027-01-01", "reason": "x", "version": 1}}, "called_off", Wrong.UNKNOWN_FIELD),
    ],
)  # fmt: skip
def test_each_mistake_has_its_field_and_its_kind(changes: dict[str, Any], path: str, expected: Wrong) -> None:
    """Each mistake has its path and its kind, so that a page can explain it in the reader's language."""
    assert (path, expected) in wrong(**changes)


def test_a_limit_that_is_overstepped_is_told() -> None:
    """A mistake about a limit has the limit, so that a page can show it."""
    [mistake] = read(WRITTEN | {"title": "x" * 301})  # type: ignore[misc]
    assert mistake == Mistake("title", "expected `str` of length <= 300", Wrong.TOO_LONG, 300)


@pytest.mark.parametrize("written", [None, [], "proef", 3, {}])
def test_what_is_no_workshop_at_all_is_refused(written: object) -> None:
    """Something that is no workshop at all gives mistakes and no exception."""
    assert isinstance(read(written), tuple)


@settings(max_examples=50)
@given(workshops())
def test_a_workshop_that_is_written_as_a_file_is_read_as_the_same(made: Workshop) -> None:
    """Any workshop that is written as a file is read as the same workshop, whatever characters it has."""
    assert parse(write(made).encode(), "proef.yaml") == made
