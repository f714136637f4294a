"""`make publish`: the real command on the emulator."""

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from msgspec.structs import replace

from local.testing import running_emulator
from tests.samples import NOW, WRITTEN, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.shipped import SHIPPED, WORKSHOP
from werkplaats.domain.workshop import Workshop
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.store.codec import LARGEST_DOCUMENT, size_of, to_fields
from werkplaats.workflows.seats import commit
from werkplaats.workflows.seats.commit import SeatsBusyError, StoreAwayError
from werkplaats.workflows.seats.queue import SeatQueue

ROOT = Path(__file__).resolve().parents[2]
TODAY = datetime.now(UTC)
YEAR = TODAY.year

AHEAD: dict[str, Any] = WRITTEN | {
    "first_day": f"{YEAR + 1}-08-29",
    "last_day": f"{YEAR + 1}-08-31",
    "sign_up": {"opens": f"{YEAR - 1}-01-01", "closes": f"{YEAR + 1}-08-01"},
}
"""The sample workshop, moved to next year, because the command uses the real clock."""

WRONG_YEAR: dict[str, Any] = AHEAD | {
    "first_day": f"{YEAR - 2}-08-29",
    "last_day": f"{YEAR - 2}-08-31",
    "sign_up": {"opens": f"{YEAR - 3}-01-01", "closes": f"{YEAR - 2}-08-01"},
}

Publish = Callable[..., subprocess.CompletedProcess[str]]


def environment(emulator: str, project: str, database: str = "(default)") -> dict[str, str]:
    return {
        "FIRESTORE_EMULATOR_HOST": emulator,
        "GOOGLE_CLOUD_PROJECT": project,
        "FIRESTORE_DATABASE": database,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": "",
    }


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the program whose folder workshops/ is empty. Returns that folder."""
    shutil.copytree(ROOT / "functions", tmp_path / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / "workshops"
    folder.mkdir()
    return folder


@pytest.fixture
def publish(emulator: str, project: str, files: Path) -> Publish:
    """Runs the command on `files` without a terminal."""

    def publish(*arguments: str, host: str = emulator, database: str = "(default)") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "werkplaats.cli.publish", *arguments],
            cwd=files.parent / "functions",
            env=environment(host, project, database),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    return publish


def answering(
    folder: Path, env: dict[str, str], answer: str, meanwhile: Callable[[], object] = lambda: None
) -> tuple[int, str]:
    """Run the command at a terminal, call `meanwhile` when it asks, then type `answer`.

    Returns the exit code and everything that was printed.
    """
    terminal, stdin = pty.openpty()
    command = subprocess.Popen(
        [sys.executable, "-m", "werkplaats.cli.publish"],
        cwd=folder.parent / "functions",
        env=env,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    os.close(stdin)
    assert command.stdout
    said = b""
    while not said.endswith(b"Publish? [y/N] "):
        byte = command.stdout.read(1)
        assert byte, said.decode()
        said += byte
    meanwhile()
    os.write(terminal, f"{answer}\n".encode())
    said += command.stdout.read()
    command.stdout.close()
    code = command.wait(timeout=60)
    os.close(terminal)
    return code, said.decode()


def write(folder: Path, written: dict[str, Any]) -> Workshop:
    (folder / f"{written['id']}.yaml").write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    return msgspec.convert(written, Workshop)


def published_with_people(store: Store, people: int) -> Workshop:
    """Next year's workshop, with `people` signed up. Two have a seat, and one has answered about dietary wishes."""
    one = msgspec.convert(AHEAD, Workshop)
    publish_workshop(store, one, TODAY)
    commands = [sign_up(number) for number in range(1, people + 1)]
    commands[0] = replace(commands[0], answers={"opgave": "iets", "dieetwensen": "geen noten"})
    seat_queue(store, lambda: TODAY).do_all("proef", commands)
    return one


def test_the_shipped_file_is_published_once(emulator: str, project: str, store: Store) -> None:
    """The shipped workshop is published by the command in the Makefile; a second run changes nothing."""
    shown = f"In database (default) of project {project}:\n{WORKSHOP.id}"
    command = [sys.executable, "-m", "werkplaats.cli.publish"]
    for arguments, ends in ((["--yes"], f"{WORKSHOP.id}: created\n"), ([], f"{WORKSHOP.id}: unchanged\n")):
        done = subprocess.run(
            command + arguments,
            cwd=ROOT / "functions",
            env=environment(emulator, project),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert done.stdout.startswith(shown)
        assert done.stdout.endswith(ends)
    assert store.workshops.get(WORKSHOP.id) == SHIPPED


def test_make_passes_yes_only_when_it_is_told(tmp_path: Path) -> None:
    """`make publish` asks for confirmation, and `make publish YES=1` does not."""
    ready = tmp_path / "ready"
    ready.touch()
    for arguments, passed in (([], False), (["YES=1"], True)):
        made = subprocess.run(
            ["make", "-n", "publish", f"READY={ready}", "-o", str(ready), *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert ("--yes" in made.stdout) is passed


def test_without_a_terminal_it_shows_and_refuses(publish: Publish, files: Path, store: Store) -> None:
    """A script has to say --yes; nothing is written until it does."""
    write(files, AHEAD)
    refused = publish()
    assert refused.returncode == 2
    assert "pass --yes" in refused.stderr
    assert f"29 August {YEAR + 1} to " in refused.stdout
    assert store.workshops.get("proef") is None
    assert publish("--yes").returncode == 0
    assert store.workshops.get("proef") == msgspec.convert(AHEAD, Workshop)
    assert publish().returncode == 0, "nothing has changed, so nothing is asked"


@pytest.mark.parametrize(
    ("answer", "code", "title"), [("y", 0, "Anders"), ("", 1, "Proefwerkplaats"), ("n", 1, "Proefwerkplaats")]
)
def test_it_asks_at_a_terminal(
    emulator: str, project: str, files: Path, store: Store, answer: str, code: int, title: str
) -> None:
    """At a terminal the command asks, and publishes only if the answer is yes."""
    publish_workshop(store, msgspec.convert(AHEAD, Workshop), NOW)
    write(files, AHEAD | {"title": "Anders"})
    exited, said = answering(files, environment(emulator, project), answer)
    assert exited == code
    assert "  title: Proefwerkplaats → Anders\n" in said
    now = store.workshops.get("proef")
    assert now is not None
    assert now.title == title


def test_it_shows_what_changes_in_words(publish: Publish, files: Path, store: Store) -> None:
    """Each changed field is shown in words, and of long texts only the part around the first difference."""
    long = "Een lange tekst over de wijk. " * 20
    before = AHEAD | {"description": long + "Oud einde.", "promotion": {"by": "offer"}, "reminders": ["7 days"]}
    publish_workshop(store, msgspec.convert(before, Workshop), NOW)
    question = {"kind": "short_text", "id": "vervoer", "label": "Hoe kom je?"}
    after = before | {
        "description": long + "Nieuw einde.",
        "capacity": 30,
        "promotion": {"by": "direct"},
        "questions": [question, WRITTEN["questions"][0] | {"required": False}],
        "reminders": ["7 days", "1 day"],
        "sign_up": AHEAD["sign_up"] | {"closes": f"{YEAR + 1}-07-01"},
        "organisers": WRITTEN["organisers"][:1],
    }
    write(files, after)
    shown = publish().stdout
    closes = [datetime(YEAR + 1, month, 1, tzinfo=UTC) for month in (8, 7)]
    for line in (
        "  description: …tekst over de wijk. Oud einde. (610 characters) → "
        "…tekst over de wijk. Nieuw einde. (612 characters)",
        "  capacity: 2 → 30",
        "  promotion.by: offer → direct",
        "  questions.vervoer: nothing → Hoe kom je?",
        "  questions.opgave.required: yes → no",
        "  questions.dieetwensen: Dieetwensen → nothing",
        "  reminders: 7 days → 7 days, 1 day",
        f"  sign_up.closes: {closes[0]:%A} 1 August {YEAR + 1} → {closes[1]:%A} 1 July {YEAR + 1}",
        "  organisers.twee@example.org: Twee → nothing",
    ):
        assert f"{line}\n" in shown
    assert "ERASES" not in shown
    assert "MAILS" not in shown


def test_a_wrong_year_is_seen_before_it_erases_everybody(publish: Publish, files: Path, store: Store) -> None:
    """The preview says how many people would be erased and mailed, and nothing is written."""
    published_with_people(store, 5)
    write(files, WRONG_YEAR)
    shown = publish().stdout
    assert f"29 August {YEAR + 1} → " in shown
    assert "personal data is erased: " in shown
    assert "  ERASES all that is known of 5 people tonight, for good\n" in shown
    assert "  MAILS 5 participants about the changed days or place\n" in shown
    before = store.workshops.get("proef")
    assert before is not None
    assert before.first_day.year == YEAR + 1


def test_answers_that_would_be_erased_are_counted(publish: Publish, files: Path, store: Store) -> None:
    """The preview counts the answers that would be erased because their term is over after the change."""
    published_with_people(store, 3)
    over = (TODAY - timedelta(days=20)).date()
    sign_up = {"opens": over - timedelta(days=90), "closes": over - timedelta(days=30)}
    write(files, AHEAD | {"first_day": over, "last_day": over, "sign_up": sign_up, "waves": []})
    shown = publish().stdout
    assert "  ERASES 1 answer to 'dieetwensen' tonight, for good\n" in shown
    assert "people tonight" not in shown


def test_another_place_is_mailed_to_those_with_a_seat(publish: Publish, files: Path, store: Store) -> None:
    """The preview counts who would be mailed about another place; nobody is if it undoes an unannounced change."""
    published = published_with_people(store, 5)
    moved = AHEAD | {"location": WRITTEN["location"] | {"street": "Kerkplein 1"}}
    write(files, moved)
    assert "  MAILS 2 participants about the changed days or place\n" in publish().stdout
    publish_workshop(store, msgspec.convert(moved, Workshop), TODAY)
    write(files, AHEAD)
    shown = publish().stdout
    assert "  location.street: Kerkplein 1 → Postweg 9\n" in shown
    assert "MAILS" not in shown
    assert published.location.street == "Postweg 9"


def test_what_somebody_else_published_meanwhile_is_not_undone(
    emulator: str, project: str, files: Path, store: Store
) -> None:
    """Publishing is refused if somebody else has published while the command was waiting for an answer."""
    publish_workshop(store, msgspec.convert(AHEAD, Workshop), NOW)
    write(files, AHEAD | {"title": "Mijn titel"})
    other = msgspec.convert(AHEAD | {"title": "Een andere titel"}, Workshop)
    code, said = answering(
        files, environment(emulator, project), "y", meanwhile=lambda: publish_workshop(store, other, NOW)
    )
    assert code == 1
    assert "somebody else has published this workshop while you were asked" in said
    assert store.workshops.get("proef") == other


def test_a_restored_database_is_published_to_by_name(publish: Publish, files: Path, project: str, store: Store) -> None:
    """The command publishes to the database in FIRESTORE_DATABASE, and to no other."""
    write(files, AHEAD)
    assert f"In database restored of project {project}:" in publish("--yes", database="restored").stdout
    assert store.workshops.get("proef") is None


def test_too_little_capacity_is_refused_naming_the_excess(publish: Publish, files: Path, store: Store) -> None:
    """A capacity below the seats held is refused before any file is published, even with --yes."""
    publish_workshop(store, msgspec.convert(AHEAD | {"capacity": 30}, Workshop), NOW)
    seat_queue(store, lambda: TODAY).do_all("proef", [sign_up(number) for number in range(1, 28)])
    write(files, AHEAD | {"id": "anders"})
    write(files, AHEAD | {"capacity": 24})
    refused = publish("--yes")
    assert refused.returncode == 1
    assert "proef.yaml: capacity: expected at least 27" in refused.stderr
    assert "24 is 3 too few" in refused.stderr
    assert store.workshops.get("anders") is None


def too_large(excess: int) -> dict[str, Any]:
    """A valid workshop that is `excess` bytes larger than a document may be."""
    wave = WRITTEN["waves"][0]
    options = [{"value": f"o{number}", "label": "é" * 300} for number in range(30)]
    questions = [{"kind": "one_of", "id": f"q{number}", "label": "é" * 300, "options": options} for number in range(40)]
    waves = [wave | {"id": f"w{number}", "after": f"{number + 1} days", "questions": questions} for number in range(2)]
    waves[1]["questions"] = questions[:14]
    written = AHEAD | {"waves": waves, "practical": "x"}
    size = size_of("workshops/proef", to_fields(msgspec.convert(written, Workshop)))
    return written | {"practical": "x" * (1 + LARGEST_DOCUMENT - size + excess)}


def test_a_file_that_is_too_large_for_firestore_is_refused(publish: Publish, files: Path, store: Store) -> None:
    """A file that does not fit in a document is refused before any file is published; one that just fits is not."""
    write(files, AHEAD | {"id": "anders"})
    write(files, too_large(1))
    refused = publish("--yes")
    assert refused.returncode == 1
    assert refused.stderr == (
        "proef.yaml: is 1,048,577 bytes as Firestore counts them, and 1,048,576 fit in one document. "
        "Make its texts 1 bytes shorter, or leave out questions\n"
    )
    assert store.workshops.get("anders") is None
    fits = write(files, too_large(0))
    assert publish("--yes").stderr == ""
    assert store.workshops.get("proef") == fits


@pytest.mark.long
def test_a_store_that_is_away_is_said_to_be_away(publish: Publish, files: Path) -> None:
    """If Firestore does not answer, the command says so, and does not blame other people."""
    write(files, AHEAD)
    away = publish("--yes", host="127.0.0.1:1")
    assert away.returncode == 1
    assert "Firestore does not answer." in away.stderr
    assert "others" not in away.stderr


@pytest.mark.long
def test_a_store_that_goes_away_while_it_asks_is_said_to_be_away(project: str, files: Path) -> None:
    """If Firestore stops answering while the command waits for an answer, the command says so."""
    write(files, AHEAD)
    emulator = running_emulator()
    host = emulator.__enter__()
    gone = [lambda: emulator.__exit__(None, None, None)]
    try:
        code, said = answering(files, environment(host, project), "y", meanwhile=lambda: gone.pop()())
    finally:
        for stop in gone:
            stop()
    assert code == 1
    assert "Firestore does not answer." in said


@pytest.mark.parametrize(
    ("failure", "raised"), [(ConflictError, SeatsBusyError), (OutcomeUnknownError, StoreAwayError)]
)
def test_why_a_commit_fails_again_and_again_is_known(
    store: Store, queue: SeatQueue, monkeypatch: pytest.MonkeyPatch, failure: type[Exception], raised: type[Exception]
) -> None:
    """The error says whether others keep changing the seats or the store's answers are lost."""

    def failing(*_: object) -> None:
        raise failure

    monkeypatch.setattr(store.seats, "commit", failing)
    monkeypatch.setattr(commit, "MOST_ROUNDS", 5)
    with pytest.raises(SeatsBusyError) as caught:
        publish_workshop(store, workshop(title="Anders"), NOW)
    assert type(caught.value) is raised
