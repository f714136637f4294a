"""Follows the recipe "a mail" of docs/adding.md in a copy of the repository, and leaves out each of its steps once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("functions", "templates", "workshops", "local", "tests")

KINDS = "functions/werkplaats/domain/mail/kinds.py"
NAMES = "functions/werkplaats/wording/dutch.py"
TEMPLATES = "templates/mail/"
SAMPLES = "tests/mailing/samples.py"
DECISIONS = "tests/domain/mail/test_decision.py"

TESTS = ("tests/mailing", "tests/domain/mail", "tests/wording/test_dutch.py")
"""Those of mails that need no Java."""

Step = Callable[[Path], None]


def add(file: Path, before: str, line: str) -> None:
    """Put `line` before the one line of `file` that begins with `before`."""
    text = file.read_text()
    assert text.count(f"\n{before}") == 1, f"{file.name} has no single line that begins with {before!r}"
    file.write_text(text.replace(f"\n{before}", f"\n{line}\n{before}"))


def declare(copy: Path) -> None:
    """1. The kind."""
    add(copy / KINDS, '    ORGANISER_SIGNED_UP = "', '    THANKED = "thanked"')


def describe(copy: Path) -> None:
    """1. Its entry: for whom, about what, and when it is still true."""
    rules = "(goes_on, in_that_very_state(State.CONFIRMED))"
    entry = f"    Kind.THANKED: ForParticipant(about=AboutSeat, true_while={rules}),"
    add(copy / KINDS, "    Kind.ORGANISER_SIGNED_UP: ", entry)


def name(copy: Path) -> None:
    """2. What organisers call it."""
    add(copy / NAMES, "    Kind.ORGANISER_SIGNED_UP: ", '    Kind.THANKED: "het bedankje",')


def write(copy: Path) -> None:
    """3. Its text."""
    folder = copy / TEMPLATES / "thanked"
    folder.mkdir()
    (folder / "subject.txt").write_text("Bedankt: {{ workshop.title }}\n")
    (folder / "body.txt").write_text(
        '{% extends "mail/_base.txt" %}\n{% block content %}\n'
        "Bedankt\n\nBekijk je aanmelding:\n{{ link }}\n{% endblock %}\n"
    )
    (folder / "body.html").write_text(
        '{% extends "mail/_base.html" %}\n{% import "mail/_parts.html" as parts %}\n{% block content %}\n'
        '{{ parts.heading("Bedankt") }}\n{{ parts.button(link, "Bekijk je aanmelding") }}\n{% endblock %}\n'
    )


def show(copy: Path) -> None:
    """4. Its sample."""
    sample = "    (Kind.THANKED, partial(participant, State.CONFIRMED)),"
    add(copy / SAMPLES, "    (Kind.ORGANISER_SIGNED_UP, partial(organiser, Happened.SIGNED_UP)),", sample)


def expect(copy: Path) -> None:
    """4. In which states it is still sent."""
    add(copy / DECISIONS, '}\n"""In which states', "    Kind.THANKED: ({State.CONFIRMED}, True),")


STEPS: list[Step] = [declare, describe, name, write, show, expect]

SEND = """
from msgspec.structs import replace
from tests.samples import NOW, sign_up, workshop
from tests.seats import publish_workshop, seat_queue
from tests.surroundings import STILL
from werkplaats.domain.delivery import Accepted
from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import queue
from werkplaats.domain.seats.commands import Cancel
from werkplaats.security.links import Links
from werkplaats.settings import Settings
from werkplaats.store import Store
from werkplaats.workflows.mail.deliver import Postman, deliver_mail

class Provider:
    def send(self, message):
        print(message.recipient.email, message.subject, message.categories)
        return Accepted("message-1")

store = Store.connect(Settings.from_environment())
publish_workshop(store, workshop(), NOW)
seats = seat_queue(store, lambda: NOW)
seats.do("proef", sign_up(1))
mails = [queue(Kind.THANKED, AboutSeat("r1", version), "proef", NOW) for version in (1, 2)]
assert store.outbox.add_missing(mails) == 2
assert store.outbox.add_missing(mails) == 0, "decided again, it is the same mail"
postman = Postman(store, Provider(), Links(("k" * 32,), "https://werkplaats.example.org"), STILL)
print([mail.id for mail in mails], deliver_mail(postman, mails[0].id, NOW).value)
seats.do("proef", Cancel("r1"))
print(deliver_mail(postman, mails[1].id, NOW).value, store.outbox.get(mails[1].id).mail.reason)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the recipe touches, and of what runs it."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(copy: Path, *arguments: str, **environment: str) -> tuple[bool, str]:
    """Whether Python with `arguments` ended well in `copy`, and what it said."""
    paths = {"PYTHONPATH": os.pathsep.join(map(str, (copy / "functions", copy))), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=os.environ | paths | environment, capture_output=True, text=True
    )
    return done.returncode == 0, done.stdout + done.stderr


def run_tests(copy: Path, *tests: str) -> tuple[bool, str]:
    """Whether `tests` pass in `copy`, and what they said."""
    return run(copy, "-m", "pytest", "-p", "no:cacheprovider", *tests)


def test_a_mail_added_by_the_recipe_is_tested_and_sent(copy: Path, project: str, emulator: str) -> None:
    """Every test of mails passes, with the new one among them; and it goes through the outbox as all others do."""
    for step in STEPS:
        step(copy)
    passed, said = run_tests(copy, *TESTS)
    assert passed, said
    sent, said = run(copy, "-c", SEND, GOOGLE_CLOUD_PROJECT=project, FIRESTORE_EMULATOR_HOST=emulator)
    assert sent, said
    assert [line for line in said.splitlines() if not line.startswith("{")] == [
        "p1@example.org Bedankt: Proefwerkplaats ('werkplaats', 'thanked')",
        "['r1-thanked-1', 'r1-thanked-2'] sent",
        "skipped registration is cancelled by now",
    ]


@pytest.mark.long
@pytest.mark.parametrize(
    ("left_out", "test", "complaint"),
    [
        (describe, "tests/mailing", "no entry in KINDS for THANKED"),
        (name, "tests/mailing", "no name in _MAILS for THANKED"),
        (write, "tests/mailing/test_rendering.py", "test_each_kind_has_its_folder_and_no_folder_is_left_over"),
        (show, "tests/mailing/test_rendering.py", "test_each_kind_has_its_sample"),
        (expect, DECISIONS, "test_every_kind_is_tried_in_every_state"),
    ],
)
def test_a_step_that_is_left_out_is_named(copy: Path, left_out: Step, test: str, complaint: str) -> None:
    """At import where there is nothing to run without it, else by a test."""
    for step in STEPS:
        if step is not left_out:
            step(copy)
    passed, said = run_tests(copy, test)
    assert not passed
    assert complaint in said


def test_the_recipe_names_every_file_that_is_changed() -> None:
    """Five at most, besides templates and tests."""
    recipe = (ROOT / "docs" / "adding.md").read_text()
    for file in (KINDS, NAMES, TEMPLATES, SAMPLES, DECISIONS):
        assert file.removeprefix("functions/werkplaats/") in recipe, file
