"""A workshop's published versions, the way back, and the workshop as a file, at the desk."""

import io
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.functions.conftest import Serve
from tests.functions.desk import CROSS_SITE, MAKER, ORGANISER, Ask, asking, field, main_text
from tests.samples import NOW
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop
from tests.shipped import WORKSHOP
from werkplaats.domain.fields import fields_of
from werkplaats.domain.translations import Translations
from werkplaats.store import Store
from werkplaats.workflows.edit import Saved, draft_of, save_draft
from werkplaats.workshop_files import LARGEST_FILE, parse, write

DESK = f"/organisatie/{WORKSHOP.id}"
VERSIONS = f"{DESK}/versies"
FILE = f"{DESK}/werkplaats.yaml"
EDITOR = f"{DESK}/bewerken"
CHANGED = replace(
    WORKSHOP, title="Anders <b>", capacity=30, questions=WORKSHOP.questions[1:], translations=Translations()
)


@pytest.fixture
def ask(serve: Serve, store: Store, clock: list[datetime]) -> Ask:
    return asking(serve("organiser"), store, clock)


def kept(store: Store) -> dict[str, str]:
    """The fields of the draft."""
    draft = draft_of(store, WORKSHOP.id, NOW)
    assert draft is not None
    return draft.fields


def first_number(store: Store) -> int:
    return store.workshops.revisions(WORKSHOP.id)[-1].number


def save(store: Store, seen: int, title: str) -> None:
    fields = kept(store) | {"title": title}
    saved = save_draft(store, WORKSHOP.id, fields, seen=seen, by="een@example.org", now=NOW)
    assert isinstance(saved, Saved)


def test_versions_are_listed_with_who_when_and_what(ask: Ask, store: Store) -> None:
    publish_workshop(store, CHANGED, NOW)
    page = ask(VERSIONS)
    assert VERSIONS in ask(DESK).text
    said = main_text(page)
    assert "Dit is de versie van nu." in said
    assert "Veranderd: titel" in said
    assert "vragen › opgave" in said
    assert "aantal plekken" in said


def test_going_back_makes_a_draft_and_publishes_nothing(ask: Ask, store: Store) -> None:
    """The page shows each field as it was and as it is, and markup as text."""
    publish_workshop(store, CHANGED, NOW)
    path = f"{VERSIONS}/{first_number(store)}"
    page = ask(path)
    assert "Toen: Werken aan wijkontwikkeling Nu: Anders <b>" in main_text(page)
    assert "Anders <b>" not in page.text
    answer = ask(path, {"version": field(page, "version")})
    assert (answer.status_code, answer.headers["Location"]) == (303, EDITOR)
    assert kept(store) == fields_of(WORKSHOP)
    assert store.workshops.get(WORKSHOP.id) == CHANGED
    again = ask(path, {"version": field(page, "version")})
    assert again.status_code == 303, "the same once more is no harm"
    now = store.workshops.revisions(WORKSHOP.id)[0].number
    assert "gelijk aan die van nu" in main_text(ask(f"{VERSIONS}/{now}"))


def test_going_back_over_a_draft_that_was_not_seen_is_refused(ask: Ask, store: Store) -> None:
    """The answer says so, and its own form may replace that draft."""
    publish_workshop(store, CHANGED, NOW)
    path = f"{VERSIONS}/{first_number(store)}"
    version = field(ask(path), "version")
    save(store, 0, "Half af")
    for stale in ({"version": version}, {"version": "x"}, {"x": ""}):
        answer = ask(path, stale)
        assert answer.status_code == 409
        assert "intussen een ander concept bewaard" in main_text(answer)
        assert "een@example.org bewaarde het" in main_text(answer)
    assert kept(store)["title"] == "Half af"
    assert ask(path, {"version": field(answer, "version")}).status_code == 303
    assert kept(store)["title"] == WORKSHOP.title


def test_a_version_that_there_is_not_is_no_page(ask: Ask, store: Store) -> None:
    publish_workshop(store, sample_workshop(), NOW)
    for number in ("99", "-1", "x", "1" * 30, "²"):
        assert ask(f"{VERSIONS}/{number}").status_code == 404
        assert ask(f"{VERSIONS}/{number}", {"version": "0"}).status_code == 404
    assert ask("/organisatie/proef/versies/0").status_code == 403
    assert ask(f"{VERSIONS}/0", {"version": "0"}, headers=CROSS_SITE).status_code == 403
    assert ask(f"{VERSIONS}/0", {"version": "0"}, MAKER).status_code == 403


# As a file


def bring(ask: Ask, content: str | bytes, version: str = "0", **options: Any) -> TestResponse:
    written = content.encode() if isinstance(content, str) else content
    data = {"version": version, "bestand": (io.BytesIO(written), "mijn.yaml")}
    return ask(FILE, data, content_type="multipart/form-data", **options)


def test_what_is_published_is_downloaded_as_a_file(ask: Ask, store: Store) -> None:
    """And nothing else: a draft is not in it. The file can be published."""
    save(store, 0, "Half af")
    answer = ask(FILE)
    assert answer.status_code == 200
    assert f"{WORKSHOP.id}.yaml" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert parse(answer.data, "x.yaml") == WORKSHOP


def test_a_file_becomes_the_draft(ask: Ask, store: Store) -> None:
    """It is not published by that. Twice is no harm."""
    version = field(ask(f"{DESK}/bestand"), "version")
    for _ in range(2):
        answer = bring(ask, write(CHANGED), version)
        assert (answer.status_code, answer.headers["Location"]) == (303, EDITOR)
    assert kept(store) == fields_of(CHANGED)
    assert store.workshops.get(WORKSHOP.id) == WORKSHOP


def test_a_file_over_a_draft_that_was_not_seen_is_refused(ask: Ask, store: Store) -> None:
    save(store, 0, "Half af")
    answer = bring(ask, write(CHANGED), "0")
    assert answer.status_code == 409
    assert "een@example.org bewaarde op" in main_text(answer)
    assert kept(store)["title"] == "Half af"
    assert bring(ask, write(CHANGED), field(answer, "version")).status_code == 303
    assert kept(store)["title"] == CHANGED.title


def test_every_mistake_in_a_file_is_told_with_its_line(ask: Ask, store: Store) -> None:
    written = write(WORKSHOP).replace("capacity: 24", "capacity: veel\n<b>fout: ja").replace("first_day: ", "eerst: ")
    answer = bring(ask, written)
    assert answer.status_code == 422
    said = main_text(answer)
    lines = written.splitlines()
    line = lines.index("capacity: veel") + 1
    assert f"Regel {line}, capacity (aantal plekken): Vul een getal in, met alleen cijfers." in said
    assert "first_day (eerste dag): Dit ontbreekt" in said
    assert f"Regel {line + 1}, <b>fout (<b>fout): Dit veld kennen we niet." in said
    assert "<b>fout" not in answer.text
    assert kept(store) == fields_of(WORKSHOP)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "Kies eerst een bestand."),
        ("a: [", "Kijk bij regel"),
        ("\x00", "geen YAML"),
        (b"\xff\xfe", "geen YAML"),
        ("- een\n- lijst\n", "van een andere soort"),
        ("a: &a [x]\nb: *a\n", "geen YAML"),
        ("x" * (LARGEST_FILE + 1), "te groot"),
        (write(sample_workshop()), "een andere werkplaats"),
        (write(replace(WORKSHOP, practice=True)), "over oefenen"),
    ],
    ids=["empty", "yaml", "nul", "bytes", "list", "reference", "large", "another", "practice"],
)
def test_files_that_cannot_be_used_are_refused(ask: Ask, store: Store, content: str | bytes, said: str) -> None:
    answer = bring(ask, content)
    assert answer.status_code == 422
    assert said in main_text(answer)
    assert kept(store) == fields_of(WORKSHOP)


def test_only_this_address_takes_a_large_body(ask: Ask) -> None:
    """Up to 1 MB and a little; more is refused before it is looked at. Other pages stay at 64 kB."""
    assert bring(ask, b"# " + b"x" * 900_000).status_code == 422
    assert bring(ask, b"x" * 1_100_000).status_code == 413
    assert ask(f"{DESK}/afgelasten", {"reason": "x" * 70_000}).status_code == 413
    assert ask(FILE, {"version": "0"}).status_code == 415


def test_others_bring_in_nothing(ask: Ask, store: Store) -> None:
    assert bring(ask, write(CHANGED), email=MAKER).status_code == 403
    assert ask(FILE, email=MAKER).status_code == 403
    assert bring(ask, write(CHANGED), headers=CROSS_SITE).status_code == 403
    assert kept(store) == fields_of(WORKSHOP)
    assert ORGANISER != MAKER
