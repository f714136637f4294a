"""The recipe "a mail" of docs/adding.md, followed in a copy of the repository, and with each step left out once."""

import pytest

from tests.recipes.copies import ROOT, Copy, Edit

KINDS = "functions/werkplaats/domain/mail/kinds.py"
NAMES = "functions/werkplaats/wording/labels.py"
TEMPLATES = "templates/mail/"
SAMPLES = "tests/mailing/samples.py"
DECISIONS = "tests/domain/mail/test_decision.py"

TESTS = ("tests/mailing", "tests/domain/mail", "tests/wording/test_dutch.py")
"""The tests of mails that need no Java."""


def line_before(file: str, beginning: str, line: str) -> Edit:
    """The edit that puts `line` before the one line of `file` that begins with `beginning`."""
    return Edit(file, f"\n{beginning}", f"\n{line}\n{beginning}")


STEPS = {
    "kind": [line_before(KINDS, '    ORGANISER_SIGNED_UP = "', '    THANKED = "thanked"')],
    "entry": [
        line_before(
            KINDS,
            "    Kind.ORGANISER_SIGNED_UP: ",
            "    Kind.THANKED: ForParticipant(\n"
            "        about=AboutSeat, true_while=(goes_on, in_that_very_state(State.CONFIRMED))\n"
            "    ),",
        )
    ],
    "name": [line_before(NAMES, "    Kind.ORGANISER_SIGNED_UP: ", '    Kind.THANKED: Phrase("het bedankje"),')],
    "text": [
        Edit(f"{TEMPLATES}thanked/subject.txt", "", '{{ _("Bedankt: %(title)s", title=workshop.title) }}\n'),
        Edit(
            f"{TEMPLATES}thanked/body.txt",
            "",
            '{% extends "mail/_base.txt" %}\n{% block content %}\n'
            '{{ _("Bedankt") }}\n\n{{ _("Bekijk je aanmelding:") }}\n{{ link }}\n{% endblock %}\n',
        ),
        Edit(
            f"{TEMPLATES}thanked/body.html",
            "",
            '{% extends "mail/_base.html" %}\n{% import "mail/_parts.html" as parts %}\n'
            '{% block message %}{{ _("Bedankt") }}{% endblock %}\n{% block content %}\n'
            '{{ parts.button(ticket, link, _("Bekijk je aanmelding")) }}\n{% endblock %}\n',
        ),
    ],
    "sample": [
        line_before(
            SAMPLES,
            "    (Kind.ORGANISER_SIGNED_UP, partial(organiser, Happened.SIGNED_UP)),",
            "    (Kind.THANKED, partial(participant, State.CONFIRMED)),",
        )
    ],
    "states": [
        line_before(DECISIONS, '}\n"""By kind of mail: in which states', "    Kind.THANKED: ({State.CONFIRMED}, True),")
    ],
}
"""The steps of the recipe, in its order, for a mail that thanks somebody who has a seat."""

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


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("repository"))


@pytest.mark.long
def test_a_mail_added_by_the_recipe_is_tested_and_sent(copy: Copy, project: str, emulator: str) -> None:
    """After all steps the tests of mails pass, and the new mail is sent, and skipped when it is no longer true."""
    edits = [edit for step in STEPS.values() for edit in step]
    copy.apply(edits)
    tested = copy.tests(*TESTS)
    sent = copy.program(SEND, GOOGLE_CLOUD_PROJECT=project, FIRESTORE_EMULATOR_HOST=emulator)
    copy.undo(edits)
    assert tested.content, tested.said
    assert sent.content, sent.said
    assert [line for line in sent.said.splitlines() if not line.startswith("{")] == [
        "p1@example.org Bedankt: Proefwerkplaats ('werkplaats', 'thanked')",
        "['r1-thanked-1', 'r1-thanked-2'] sent",
        "skipped registration is cancelled by now",
    ]


@pytest.mark.long
@pytest.mark.parametrize(
    ("left_out", "test", "complaint"),
    [
        ("entry", "tests/mailing", "no entry in KINDS for THANKED"),
        ("name", "tests/mailing", "no name of Kind for THANKED"),
        ("text", "tests/mailing/test_rendering.py", "test_each_kind_has_its_folder_and_no_folder_is_left_over"),
        ("sample", "tests/mailing/test_rendering.py", "test_each_kind_has_its_sample"),
        ("states", DECISIONS, "test_every_kind_is_tried_in_every_state"),
    ],
)
def test_a_step_that_is_left_out_is_named(copy: Copy, left_out: str, test: str, complaint: str) -> None:
    """If a step is left out, importing the program fails, or a test does, and the message says what is missing."""
    edits = [edit for name, step in STEPS.items() if name != left_out for edit in step]
    copy.apply(edits)
    tested = copy.tests(test)
    copy.undo(edits)
    assert not tested.content
    assert complaint in tested.said


def test_the_recipe_names_every_file_that_is_changed() -> None:
    """The recipe names each file and folder that its steps change."""
    written = (ROOT / "docs" / "adding.md").read_text()
    for file in (KINDS, NAMES, TEMPLATES, SAMPLES, DECISIONS):
        assert file.removeprefix("functions/werkplaats/") in written, file
