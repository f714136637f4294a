"""What the program keeps is what domain/kept.py says, and docs/privacy.md and the infrastructure say the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec import Struct
from msgspec.structs import fields

from tests.samples import NOW, sign_up, workshop
from tools.kept import between_marks, table
from werkplaats.domain.attendance import Attendance
from werkplaats.domain.changes import Change
from werkplaats.domain.drafts import WorkshopDraft
from werkplaats.domain.erasures import Erasure
from werkplaats.domain.journal import Entry
from werkplaats.domain.kept import TABLE, Ends, Kept
from werkplaats.domain.logos import Logo
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import GroupMessage
from werkplaats.domain.registration import Hold, LinkRequest, Mailbox, Paused, Registration, Remark, State
from werkplaats.domain.revisions import RevisionHead
from werkplaats.domain.seats.commands import ErasePerson
from werkplaats.domain.seats.ledger import Ledger, Seating
from werkplaats.domain.seats.rules import decide
from werkplaats.domain.signing_in import Session, SignIns
from werkplaats.domain.survey.waves import Invitation, OpenAnswer, SealedAnswer, SurveyVersion
from werkplaats.domain.workshop import Workshop
from werkplaats.store import paths
from werkplaats.store.chores import Watermark

ROOT = Path(__file__).resolve().parents[2]

RECORDS: dict[str, type[Struct]] = {
    paths.LEDGERS: Ledger,
    paths.REGISTRATIONS: Registration,
    paths.MAILBOXES: Mailbox,
    paths.WORKSHOPS: Workshop,
    paths.MAILS: Mail,
    paths.CHANGES: Change,
    paths.ATTENDANCE: Attendance,
    paths.INVITATIONS: Invitation,
    paths.SURVEY_VERSIONS: SurveyVersion,
    paths.SEALED_ANSWERS: SealedAnswer,
    paths.ANSWERS: OpenAnswer,
    paths.CHORES: Watermark,
    paths.ERASED: Erasure,
    paths.MESSAGES: GroupMessage,
    paths.SIGN_INS: SignIns,
    paths.SESSIONS: Session,
    paths.DRAFTS: WorkshopDraft,
    paths.LOGOS: Logo,
    paths.JOURNAL: Entry,
    paths.REVISIONS: RevisionHead,
}
"""What is stored in each collection."""

NOT_IN_A_RECORD = {paths.REVISIONS: {"what"}}
"""The whole workshop of a revision, which `store/workshops.py` compresses."""

BY_COLLECTION = {kept.collection: kept for kept in TABLE}


def records_in(kind: Any) -> Iterator[type[Struct]]:
    """The records that a field of this type can hold, also in a list or if it can be None. Keys of maps are none."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        yield kind
    for part in get_args(kind):
        yield from records_in(part)


def paths_in(record: type[Struct], stop_at: tuple[str, ...], before: str = "") -> set[str]:
    """The path of every field of `record`; a path in `stop_at` is not looked into."""
    found = set()
    config = record.__struct_config__
    if config.tag is not None:
        found.add(f"{before}{config.tag_field}")
    for field in fields(record):
        path = f"{before}{field.encode_name}"
        inner = [] if path in stop_at else list(records_in(field.type))
        if inner:
            found |= {one for kind in inner for one in paths_in(kind, stop_at, f"{path}.")}
        else:
            found.add(path)
    return found


def stored(kept: Kept) -> set[str]:
    """The fields that are stored in the collection of `kept`; one for which it has `name.*` is named like that."""
    whole = [name.removesuffix(".*") for name in kept.fields if name.endswith(".*")]
    named = paths_in(RECORDS[kept.collection], (*kept.fields, *whole))
    return {f"{name}.*" if name in whole else name for name in named} | NOT_IN_A_RECORD.get(kept.collection, set())


def test_every_collection_is_in_the_table() -> None:
    """The table has the collections of store/paths.py, each once, and this test knows the record of each."""
    named = {value for name, value in vars(paths).items() if name.isupper()}
    assert named == set(RECORDS) == set(BY_COLLECTION)
    assert len(BY_COLLECTION) == len(TABLE)


@pytest.mark.parametrize("kept", TABLE, ids=lambda kept: kept.collection)
def test_every_field_is_in_the_table(kept: Kept) -> None:
    """Whoever adds a field to a stored record says in the table whether it is personal; no field is named twice."""
    assert sorted(kept.fields) == sorted(stored(kept))


def test_a_field_that_nobody_thought_of_is_noticed() -> None:
    """A field that is new in a record, or in a record within it, is missing from the table."""

    class Newer(Registration, frozen=True, kw_only=True):
        shoe_size: int = 0

    assert paths_in(Newer, ()) - set(BY_COLLECTION["registrations"].fields) == {"shoe_size"}
    without = [name for name in BY_COLLECTION["registrations"].fields if name != "person.phone"]
    assert paths_in(Registration, ()) - set(without) == {"person.phone"}


def test_erasing_empties_what_the_table_says() -> None:
    """Erasing a registration in which every field is filled empties its personal and leading fields, and no others."""
    kept = BY_COLLECTION["registrations"]
    assert kept.ends is Ends.EMPTIED
    command = sign_up(1)
    full = Registration(
        id="r1",
        workshop="proef",
        person=command.person,
        answers={"opgave": "iets"},
        mailbox="m",
        identity="i",
        address="a",
        form="f",
        state=State.CANCELLED,
        sequence=7,
        state_version=3,
        signed_up_at=NOW,
        state_since=NOW,
        times_joined=2,
        held_until=NOW,
        held_for=Hold.OFFER,
        had_to_confirm=True,
        paused=Paused.ADDRESS,
        link_requests=(LinkRequest(at=NOW, submission="s"),),
        had_seat=True,
        unsubscribed=True,
        cancelled_by_organiser=True,
        joined_at=NOW,
        remarks=(Remark(at=NOW, by="organisator@example.org", text="Belt nog."),),
        labels=("vrijwilliger",),
        details_version=4,
        link_generation=1,
        search=("jan",),
        unmailed=True,
        absent_from=NOW.date(),
        language="en",
        via="lpb",
    )
    blank = [field.name for field in fields(full) if not getattr(full, field.name)]
    assert blank == [], "the sample fills every field"
    seating = Seating(workshop=workshop(), ledger=Ledger(id="proef", capacity=2), registrations={"r1": full})
    [after] = decide(seating, (ErasePerson("r1"),), NOW).registrations
    changed = {field.name for field in fields(full) if getattr(full, field.name) != getattr(after, field.name)}
    assert changed == {name.partition(".")[0] for name in (*kept.personal, *kept.leading)}
    assert not any(getattr(after, name) for name in changed)


def test_firestore_deletes_what_the_table_says_it_does() -> None:
    """The collections with a policy of deletion are those that the table says expire; all have the field for it."""
    overrides = json.loads((ROOT / "firestore.indexes.json").read_text())["fieldOverrides"]
    policies = {one["collectionGroup"]: one["fieldPath"] for one in overrides if one.get("ttl")}
    assert policies == {kept.collection: "expire_at" for kept in TABLE if kept.ends is Ends.EXPIRES}
    assert {kept.collection for kept in TABLE if "expire_at" in kept.fields} == set(policies)
    assert "ttl_config" in (ROOT / "infra" / "database.tf").read_text()


def test_terms_in_words_are_those_in_numbers() -> None:
    """What the table says in words has the numbers of its terms."""
    words = {
        1: "1 day",
        2: "2 days",
        14: "14 days",
        30: "30 days",
        90: "90 days",
        100: "100 days",
        730: "2 years",
        1825: "5 years",
    }
    for kept in TABLE:
        for term in kept.terms:
            assert words[term.days] in kept.until, kept.collection
        assert bool(kept.terms) == (kept.ends in (Ends.EXPIRES, Ends.RESULTS)), kept.collection


def test_the_document_has_the_table() -> None:
    """docs/privacy.md has the table of domain/kept.py; `python -m tools.kept` brings it up to date."""
    assert between_marks((ROOT / "docs" / "privacy.md").read_text()) == table()


def test_the_document_tells_how_long_backups_are_kept() -> None:
    """The terms of backups in infra/database.tf are those in docs/privacy.md."""
    infra, told = (ROOT / "infra" / "database.tf").read_text(), (ROOT / "docs" / "privacy.md").read_text()
    for seconds, words in (("604800s", "7 days"), ("4838400s", "8 weeks")):
        assert f'"{seconds}"' in infra
        assert words in told
    assert infra.count("retention = ") == 2
    assert "POINT_IN_TIME_RECOVERY_ENABLED" in infra
