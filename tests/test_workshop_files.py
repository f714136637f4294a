"""Workshops in files: the shipped one, and messages about mistakes."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from tests.samples import WRITTEN
from tests.shipped import SHIPPED, WORKSHOP
from werkplaats.domain.workshop import Workshop
from werkplaats.store.codec import to_fields
from werkplaats.workshop_files import LARGEST_FILE, WorkshopFileError, load, load_all, parse, write

CONSENT = {"kind": "consent", "id": "mee", "label": "Ik eet mee"}
SCALE = {"kind": "scale", "id": "cijfer", "label": "Cijfer", "lowest_label": "laag", "highest_label": "hoog"}
TEXT = {"kind": "short_text", "id": "toelichting", "label": "Toelichting"}
LONG = TEXT | {"kind": "long_text", "max_length": 5000}


def only_if(question: str, answer: object) -> dict[str, Any]:
    return TEXT | {"only_if": {"question": question, "is": [answer]}}


def written(folder: Path, **changes: Any) -> Path:
    path = folder / "proef.yaml"
    path.write_text(yaml.safe_dump(WRITTEN | changes), encoding="utf-8")
    return path


def test_what_is_shipped_is_the_workshop_in_doorn() -> None:
    """The shipped workshop has the text, days and place of the workshop in Doorn."""
    assert SHIPPED in load_all()
    assert WORKSHOP.id == "werken-aan-wijkontwikkeling"
    assert (WORKSHOP.first_day.isoformat(), WORKSHOP.last_day.isoformat()) == ("2027-08-29", "2027-08-31")
    assert (WORKSHOP.location.street, WORKSHOP.location.postal_code) == ("Postweg 9", "3941 KA")
    assert WORKSHOP.location.city == "Doorn"
    assert WORKSHOP.capacity == 24
    assert "leading from the emerging future" in WORKSHOP.description
    assert "Hoe kan ik dat omzetten in praktisch handelen" in WORKSHOP.description


@pytest.mark.parametrize("id", ["dieetwensen", "toegankelijkheid"])
def test_answers_about_health_are_optional_and_given_with_consent(id: str) -> None:
    """Who fills one in is told beside it that this is consent, for what, and when it is erased; nobody has to."""
    for language, consent in (("nl", "toestemming"), ("en", "consent")):
        (question,) = (one for one in WORKSHOP.in_language(language).questions if one.id == id)
        assert not question.required
        assert question.erase_after == "14 days"
        assert consent in question.help
        assert "14 da" in question.help


def test_the_shipped_statement_says_why_each_thing_is_allowed() -> None:
    """Taking part is an agreement, health has a consent of its own, and the safeguard for the US is named."""
    statement = WORKSHOP.privacy.statement
    for said in (
        "**Overeenkomst.**",
        "**Toestemming, voor je dieetwensen",
        "EU-VS-gegevensbeschermingskader",
        "modelbepalingen",
    ):
        assert said in statement


def test_a_workshop_survives_the_store() -> None:
    """The shipped workshop is read back from its document unchanged."""
    assert msgspec.convert(to_fields(WORKSHOP), Workshop) == WORKSHOP


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"capacity": "veel"}, "proef.yaml: capacity: expected `int`, got `str`"),
        ({"capacity": 0}, "proef.yaml: capacity: expected `int` >= 1"),
        ({"last_day": "2027-08-28"}, "proef.yaml: last_day: expected last_day on or after first_day"),
        ({"colour": "geel"}, "proef.yaml: colour: there is no such field"),
        ({"promotion": {"per": "offer"}}, "proef.yaml: promotion.per: there is no such field"),
        (
            {"questions": [CONSENT | {"colour": "geel"}], "seats": 3},
            "proef.yaml: questions[0].colour: there is no such field\nproef.yaml: seats: there is no such field",
        ),
        ({"organisers": []}, "proef.yaml: organisers: expected `array` of length >= 1"),
        ({"promotion": {"by": "lottery"}}, "proef.yaml: promotion.by: invalid enum value 'lottery'"),
        ({"promotion": {"within": "2 weken"}}, "proef.yaml: promotion.within: expected a duration such as '1 day'"),
        ({"questions": [{"kind": "essay", "id": "a", "label": "b"}]}, "proef.yaml: questions[0].kind: invalid value"),
        (
            {"questions": [{"kind": "consent", "id": "a"}]},
            "proef.yaml: questions[0].label: expected this field, it is missing",
        ),
        (
            {"questions": [WRITTEN["questions"][0]] * 2},
            "expected every question's id to be different, got 'opgave' twice",
        ),
        ({"sign_up": {"opens": "2027-01-01", "closes": "2027-09-01"}}, "expected sign_up.closes before first_day"),
        (
            {"waves": [WRITTEN["waves"][0] | {"after": "12 hours"}]},
            "proef.yaml: waves[0].after: expected a number of days such as '90 days', got '12 hours'",
        ),
        (
            {"waves": [WRITTEN["waves"][0] | {"after": "350 days"}]},
            "expected privacy.erase_registrations_after to be later than wave 'evaluatie' closes",
        ),
        (
            {
                "waves": [WRITTEN["waves"][0] | {"after": "1066 days"}],
                "privacy": WRITTEN["privacy"] | {"erase_registrations_after": "1200 days"},
            },
            "proef.yaml: waves[0].after: expected wave 'evaluatie' to close within 1095 days after the last day",
        ),
        ({"questions": [CONSENT, only_if("mee", False)]}, "can have (true), got False"),
        ({"questions": [SCALE, only_if("cijfer", "5")]}, "(1, 2, 3, 4, 5), got '5'"),
        ({"questions": [SCALE, only_if("cijfer", True)]}, "got True"),
        ({"questions": [TEXT | {"id": "a"}, only_if("a", "x")]}, "it has no choices"),
        ({"questions": [TEXT | {"id": "a"}, only_if("b", "x")]}, "name an earlier question"),
        (
            {"questions": [LONG | {"id": f"q{number}"} for number in range(5)]},
            "expected texts of at most 20000 characters in one form together, got 25000",
        ),
        ({"id": "anders"}, "proef.yaml: id: expected 'proef', the file's name, got 'anders'"),
        (
            {"sender": {"name": "a\nBcc: b", "email": "a@example.org", "reply_to": "a@example.org"}},
            "proef.yaml: sender.name: expected one line of text",
        ),
        (
            {"organisers": [{"name": "Een", "email": "een@example.org"}, {"name": "Twee", "email": "Een@Example.org"}]},
            "proef.yaml: organisers: expected every organiser's email to be different, got 'een@example.org' twice",
        ),
        ({"reminders": ["1 hour"]}, "proef.yaml: reminders: expected reminders of 5 hours or more, got '1 hour'"),
        ({"reminders": ["7 days", "2 hours"]}, "expected reminders of 5 hours or more, got '2 hours'"),
        ({"reminders": ["4 hours", "1 hour"]}, "expected reminders of 5 hours or more, got '4 hours'"),
        ({"reminders": ["4 hours"]}, "none are sent after 19:45, and the first day begins at midnight"),
        (
            {"reminders": ["28 hours", "17 hours"]},
            "'28 hours' to be sent before '17 hours' falls due",
        ),
        (
            {"waves": [WRITTEN["waves"][0] | {"after": "1 day", "open_for": "4 days", "reminders": ["3 days"]}]},
            "expected a working day between reminder '3 days' of wave 'evaluatie' and its close",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    """The message about a mistake names the file, the field and what was expected."""
    with pytest.raises(WorkshopFileError) as raised:
        load(written(tmp_path, **changes))
    assert complaint in str(raised.value)


@pytest.mark.parametrize("content", [b"id: [", b"\xff\xfe", b"", b"- 1\n- 2"])
def test_a_file_that_is_no_workshop_is_named(tmp_path: Path, content: bytes) -> None:
    """A file that is not YAML, not text, empty or a list is refused with its name."""
    path = tmp_path / "proef.yaml"
    path.write_bytes(content)
    with pytest.raises(WorkshopFileError, match=r"^proef\.yaml: "):
        load(path)


@pytest.mark.parametrize("changes", [{"reminders": ["2 hours"]}, {"organisers": [WRITTEN["organisers"][0]] * 2}])
def test_what_was_published_before_a_rule_came_stays_readable(changes: dict[str, Any]) -> None:
    """A published workshop that breaks a newer rule can still be read from the store."""
    published = msgspec.convert(WRITTEN | changes, Workshop)
    assert msgspec.convert(to_fields(published), Workshop) == published


def test_the_shipped_workshop_is_written_as_a_file_of_the_same_workshop() -> None:
    """In the order of its record, long texts as blocks of lines, and without what need not be said."""
    text = write(WORKSHOP)
    assert parse(text.encode(), "proef.yaml") == WORKSHOP
    assert "description: |\n  In Nederland kennen we een aantal wijken" in text
    assert "\nquestions:\n  - kind: long_text\n    id: opgave\n" in text
    assert "leaders" not in text
    names = [line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert names[:4] == ["id", "title", "summary", "description"]


def test_a_time_of_day_is_text_without_quotes_too() -> None:
    """YAML would make the number 630 of 10:30."""
    text = write(WORKSHOP) + "days:\n" + "  - {begins: 10:30, ends: 17:00}\n" * 3
    assert parse(text.encode(), "proef.yaml").days[0].begins == "10:30"


def test_a_mistake_in_an_uploaded_file_names_its_line() -> None:
    """That of the field, or of what it is missing from; all of them at once."""
    lines = write(WORKSHOP).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("capacity:"))
    lines[at] = "capacity: veel"
    text = "\n".join(lines).replace("    id: dieetwensen\n", "")
    with pytest.raises(WorkshopFileError) as raised:
        parse(text.encode(), "proef.yaml")
    found = {one.mistake.path: one.line for one in raised.value.mistakes}
    assert found["capacity"] == at + 1
    written = text.splitlines()
    assert written[found["questions.2.id"] - 1].strip() == "- kind: short_text"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"x" * (LARGEST_FILE + 1), "is 1,000,001 bytes, and 1,000,000 are taken"),
        (b"a: &a [1]\nb: *a", "found an alias on line 2"),
        (b"[" * 5_000, "lists and mappings are nested too deeply on line 1"),
        (b"first_day: 2027-02-30", "day is out of range for month"),
        (b"a: !!python/object/apply:os.system [ls]", "is not YAML"),
        (b"? [1, 2]\n: 3", "is not YAML"),
        (b"a: !!bool x", "proef.yaml: "),
        (b"a: !!int ''", "proef.yaml: "),
        (b"a: !!timestamp x", "proef.yaml: "),
        (b'a: "\\ud800"', "found a character that is no text on line 1"),
        (b'"\\udfff": x', "found a character that is no text on line 1"),
    ],
)
def test_what_is_uploaded_to_do_harm_is_refused(content: bytes, complaint: str) -> None:
    """Too large, or small and standing for something huge, or for a command."""
    with pytest.raises(WorkshopFileError, match=r"^proef\.yaml: ") as raised:
        parse(content, "proef.yaml")
    assert complaint in str(raised.value)
