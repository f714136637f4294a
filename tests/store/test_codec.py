"""The codec: documents can be read by other versions of the program than the one that wrote them."""

import json
from typing import Any

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from tests.samples import NOW, WRITTEN, sign_up, workshop
from tests.shipped import REGISTRATION, WORKSHOP
from werkplaats.domain.attendance import Attendance, Mark
from werkplaats.domain.changes import Change, Particulars
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.about import AboutEntry, AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import queue
from werkplaats.domain.registration import LinkRequest, Mailbox
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.signing_in import Session, SignInRequest, SignIns
from werkplaats.domain.survey.waves import Invitation, OpenAnswer, SealedAnswer, version_of
from werkplaats.domain.workshop import Workshop
from werkplaats.store import Store, codec
from werkplaats.store.chores import Watermark
from werkplaats.store.wire import Fields, Found, Put, Revision

PARTICULARS = Particulars.of(WORKSHOP)

RECORDS: list[Struct] = [
    WORKSHOP,
    Ledger(id="proef", capacity=5, confirmed=2, version=7),
    replace(REGISTRATION, link_requests=(LinkRequest(at=NOW, submission="s"),), answers={"a": ["x"], "b": 2}),
    Mailbox(id="m", workshop="proef", registrations={"i": "r1"}, sign_ups=(NOW,)),
    queue(Kind.CONFIRMED, AboutSeat("r1", 1), "proef", NOW),
    queue(Kind.ORGANISER_SIGNED_UP, AboutEntry("e", "een@example.org", 1, 1, "r1"), "proef", NOW),
    Entry(id="e", workshop="proef", kind=Happened.SIGNED_UP, at=NOW, version=1),
    Change(
        id="c", workshop="proef", version=2, at=NOW, before=Particulars.of(WORKSHOP), after=Particulars.of(WORKSHOP)
    ),
    Attendance(id="r1", workshop="proef", registration="r1", marked_at=NOW, days={"2027-08-29": Mark.PRESENT}),
    Invitation(id="i", workshop="proef", wave="w", registration="r1", invited_at=NOW),
    version_of(WORKSHOP, WORKSHOP.waves[0], NOW),
    SealedAnswer(id="s", workshop="proef", wave="w", version="v", key="k", box=b"x"),
    OpenAnswer(id="o", workshop="proef", wave="w", version="v", lot="l", answers={"a": 1}),
    Watermark(3, NOW),
    SignIns(
        id="a",
        email="een@example.org",
        workshop="proef",
        asked=(NOW,),
        requests=(SignInRequest(id="q", browser="b", at=NOW),),
    ),
    Session(id="s", address="a", email="een@example.org", began_at=NOW, seen_at=NOW, expire_at=NOW),
]
"""One record for every kind of document."""

KINDS = pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)


def found(fields: Fields) -> Found:
    return Found("things/one", fields, Revision(1))


def as_written(record: Struct) -> dict[str, Any]:
    """The document of `record` as it is read back from the store, where tuples have become lists."""

    def lists(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: lists(one) for name, one in value.items()}
        return [lists(one) for one in value] if isinstance(value, list | tuple) else value

    fields: dict[str, Any] = lists(codec.to_fields(record))
    return fields


def nested(fields: dict[str, Any], record: Struct) -> list[dict[str, Any]]:
    """The document, and the maps in it that are records of their own."""
    within = [(fields[name], getattr(record, name)) for name in record.__struct_fields__ if name in fields]
    return [fields, *(one for inside, value in within if isinstance(value, Struct) for one in nested(inside, value))]


@KINDS
def test_a_record_comes_back_as_it_was_written(record: Struct) -> None:
    """A record of each kind can be written as a document and read again without any change."""
    assert codec.read(found(as_written(record)), type(record)) == record


@KINDS
def test_a_document_with_fields_that_this_version_does_not_know_is_read(record: Struct) -> None:
    """Fields that a newer version has added, at any depth, do not prevent a document from being read."""
    fields = as_written(record)
    for place in nested(fields, record):
        place["of_tomorrow"] = {"deep": [1]}
    assert codec.read(found(fields), type(record)) == record


@KINDS
def test_writing_loses_nothing_of_what_another_version_has_added(store: Store, record: Struct) -> None:
    """Fields that another version has added, at any depth, are kept when this version writes the document."""
    fields = as_written(record)
    for place in nested(fields, record):
        place["of_tomorrow"] = {"deep": [1]}
    store.wire.commit([Put("things/one", fields)])
    store.wire.commit([codec.update("things/one", record)])
    assert store.wire.get(["things/one"])["things/one"].fields == fields


def test_a_record_within_can_be_taken_away(store: Store) -> None:
    """Erasing a person also erases the fields of the person that another version has added."""
    fields = as_written(REGISTRATION)
    fields["person"]["of_tomorrow"] = "personal"
    store.wire.commit([Put("things/one", fields)])
    store.wire.commit([codec.update("things/one", replace(REGISTRATION, person=None))])
    assert store.wire.get(["things/one"])["things/one"].fields["person"] is None


HOLOGRAM = {"kind": "hologram", "id": "q", "label": "x"}

TOMORROW: dict[str, tuple[str, Any]] = {
    "an unknown kind of question": ("questions", [HOLOGRAM, WRITTEN["questions"][0]]),
    "another way to give seats": ("promotion", {"by": "lottery", "within": "48 hours"}),
    "a field of another shape": ("waves", "another shape"),
    "a longer text than this version allows": ("summary", "x" * 301),
    "a reminder that this version refuses": ("reminders", ["1 hour"]),
    "days that contradict each other": ("last_day", "2020-01-01"),
    "a new field": ("colour", {"of": "tomorrow"}),
}
"""Fields of a workshop with values that a newer version of the program may have written."""


@pytest.mark.parametrize(("field", "value"), TOMORROW.values(), ids=TOMORROW)
def test_a_workshop_of_a_newer_version_is_not_dropped(store: Store, field: str, value: object) -> None:
    """A workshop with values that this version cannot read is still read, without these values."""
    written = as_written(workshop()) | {field: value}
    store.wire.commit([Put("workshops/proef", written), codec.create("ledgers/proef", Ledger(id="proef", capacity=2))])
    for read in (store.workshops.get("proef"), *store.workshops.all()):
        assert read is not None
        assert (read.id, read.capacity) == ("proef", 2)
    guarded = store.seats.read("proef", (sign_up(1),))
    assert guarded is not None
    assert guarded.seating.workshop == store.workshops.get("proef")


def test_a_question_of_an_unknown_kind_is_left_out_and_the_others_stay(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the question that cannot be read is left out, and the log says where it is."""
    known = WRITTEN["questions"][0]
    fields = as_written(workshop()) | {"questions": [HOLOGRAM, known]}
    read = codec.read_leniently(Found("workshops/proef", fields, Revision(1)), Workshop)
    assert [question.id for question in read.questions] == [known["id"]]
    assert json.loads(capsys.readouterr().out)["field"] == "workshops/proef.questions"


def test_a_workshop_without_what_it_must_have_is_not_made_up() -> None:
    """A workshop without a required field, such as its first day, cannot be read."""
    fields = as_written(WORKSHOP)
    del fields["first_day"]
    with pytest.raises(msgspec.ValidationError):
        codec.read_leniently(found(fields), Workshop)


def test_what_cannot_be_read_is_logged_and_keeps_nobody_waiting(capsys: pytest.CaptureFixture[str]) -> None:
    """A document that cannot be read is left out and logged, without quoting its content."""
    good = Ledger(id="good", capacity=1)
    documents = [found({"id": "secret"}), found(as_written(good))]
    assert list(codec.readable(documents, Ledger)) == [good]
    logged = capsys.readouterr().out
    assert [json.loads(line)["message"] for line in logged.splitlines()] == ["document.unreadable"]
    assert "secret" not in logged


def test_somebody_whose_role_is_unknown_is_left_out() -> None:
    """A person with a role that this version does not know is left out, and does not become an organiser."""
    fields: dict[str, Any] = json.loads(json.dumps(WRITTEN, default=str))
    fields["organisers"] = [
        {"name": "Een", "email": "een@example.org", "role": "onlooker"},
        {"name": "Twee", "email": "twee@example.org"},
    ]
    read = codec.read_leniently(found(fields), Workshop)
    assert [one.email for one in read.organisers] == ["twee@example.org"]
