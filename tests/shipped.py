"""The shipped workshop, and people who sign up for it: an ordinary one and a malicious one."""

from datetime import UTC, datetime

from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from werkplaats.domain.registration import Person, Registration, State
from werkplaats.security.links import Submissions
from werkplaats.workshop_files import FOLDER, load

SHIPPED = load(FOLDER / "werken-aan-wijkontwikkeling.yaml")
WORKSHOP = replace(SHIPPED, confirm_address="never")
"""Nobody has to confirm an address in it, unless a test says otherwise: tests sign up many people in no time."""

WAVE = WORKSHOP.waves[0]
NOW = datetime(2027, 5, 3, 9, 12, tzinfo=UTC)
DEADLINE = datetime(2027, 8, 2, 12, 0, tzinfo=UTC)
SUBMISSIONS = Submissions(("s" * 32,), lambda: NOW)
SUBMISSION = SUBMISSIONS.new()

JAN = Person(
    given_name="Jan",
    family_name="de Vries",
    email="jan@example.org",
    organisation="Gemeente Zwolle",
    job_title="Adviseur",
    phone="06 12345678",
)

HOSTILE = Person(
    given_name='<script>alert("x")</script> www.evil.example',
    family_name="De\r\nBcc: all@example.org\u202egro\u2028" + "z" * 400,
    email="o'hara+<b>@example.org",
    organisation='"><img src=x onerror=alert(1)>\nnieuwe regel {{ 7 * 7 }}',
    job_title="</p></td><h1>baas</h1>",
    phone="06\n\nSubject: hoi",
)

REGISTRATION = Registration(
    id="r1",
    workshop=WORKSHOP.id,
    person=JAN,
    answers={},
    mailbox="m",
    identity="i",
    state=State.CONFIRMED,
    sequence=1,
    state_version=1,
    signed_up_at=NOW,
    state_since=NOW,
    held_until=DEADLINE,
)


def registration(state: State = State.CONFIRMED, person: Person | None = JAN) -> Registration:
    return replace(REGISTRATION, state=state, person=person)


def sent(**changes: str | list[str] | None) -> MultiDict[str, str]:
    """The fields of a valid sign-up as a browser sends them, with `changes` by name (`_` for `-`); None removes one."""
    fields: dict[str, str | list[str] | None] = {
        "voornaam": "Jan",
        "achternaam": "de Vries",
        "email": "jan@example.org",
        "organisatie": "Gemeente Zwolle",
        "functie": "Adviseur",
        "telefoon": "06 12345678",
        "submission": SUBMISSION,
        "vraag-opgave": "Ik werk aan de wijk.",
        "vraag-overnachting": "geen",
        "vraag-dieetwensen": "vegetarisch",
        "vraag-akkoord": "ja",
    }
    fields |= {name.replace("_", "-"): value for name, value in changes.items()}
    return MultiDict({name: value for name, value in fields.items() if value is not None})
