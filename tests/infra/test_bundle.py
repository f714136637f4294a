"""The zip that is deployed: unpacked alone, each function in it is started and does its work on the emulator."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace
from nacl.public import PrivateKey

from infra import bundle
from tests.database import database
from tests.infra.deployed import Answer, Unpacked, get, install, post, runtime, runtime_python, served
from tests.infra.terraform import ROOT
from tests.samples import sign_up
from tests.seats import publish_workshop, seat_queue
from tests.sendgrid import ScriptedSendGrid, scripted_sendgrid
from tests.shipped import WORKSHOP
from tests.signing_in import signed_in
from werkplaats.domain.journal import first_entry_of
from werkplaats.domain.registration import State
from werkplaats.domain.seats.commands import Cancel
from werkplaats.domain.survey.waves import Invitation, invitation_id
from werkplaats.domain.workshop import Workshop
from werkplaats.security.links import Links
from werkplaats.store import Store
from werkplaats.store.codec import to_fields
from werkplaats.store.firestore import FirestoreWire
from werkplaats.workflows.seats.queue import SeatQueue

pytestmark = pytest.mark.xdist_group("bundle")

FUNCTIONS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "infra" / "functions.yaml").read_text())
NOW = datetime.now(UTC)
"""The real time, because what is deployed has no other clock; the workshops in these tests are dated relative to it."""

LINKS = Links(("k" * 32,))
SURVEY_KEY = PrivateKey.generate()
WEBHOOK_KEY = ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class World:
    """What a deployed function uses: a store with `workshop`, which is still to come, a SendGrid, and settings."""

    store: Store
    queue: SeatQueue
    sendgrid: ScriptedSendGrid
    settings: dict[str, str]
    workshop: Workshop


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Unpacked:
    folder = tmp_path_factory.mktemp("bundle")
    return install(bundle.build(folder / "build"), folder)


@pytest.fixture
def world(project: str, emulator: str) -> Iterator[World]:
    today = NOW.date()
    workshop = replace(
        WORKSHOP,
        sign_up=replace(WORKSHOP.sign_up, opens=today - timedelta(days=30), closes=today + timedelta(days=30)),
        first_day=today + timedelta(days=60),
        last_day=today + timedelta(days=62),
        capacity=1,
    )
    wire = FirestoreWire(project, "(default)")
    with scripted_sendgrid() as sendgrid:
        store = Store(wire)
        publish_workshop(store, workshop, NOW)
        settings = _settings(sendgrid.url) | {"GOOGLE_CLOUD_PROJECT": project, "FIRESTORE_EMULATOR_HOST": emulator}
        yield World(store, seat_queue(store, lambda: NOW), sendgrid, settings, workshop)
    wire.close()


def _settings(sendgrid_url: str) -> dict[str, str]:
    public = WEBHOOK_KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "SIGNING_KEYS": "k" * 32,
        "IDENTITY_KEY": "i" * 32,
        "PUBLIC_URL": "https://werkplaats.example.org",
        "SENDGRID_API_KEY": "SG.test",
        "SENDGRID_BASE_URL": sendgrid_url,
        "SENDGRID_WEBHOOK_PUBLIC_KEY": base64.b64encode(public).decode(),
        "SURVEY_PUBLIC_KEY": base64.b64encode(bytes(SURVEY_KEY.public_key)).decode(),
        "SURVEY_PRIVATE_KEYS": base64.b64encode(bytes(SURVEY_KEY)).decode(),
    }


# What is in the bundle


def test_only_what_is_needed_is_deployed() -> None:
    """The bundle has only functions, templates, workshops and requirements; no hidden, compiled or secret file."""
    names = bundle.files()
    assert {"functions/main.py", "requirements.txt", "templates/pages/_base.html"} <= set(names)
    assert {name.split("/")[0] for name in names} == {"functions", "templates", "workshops", "requirements.txt"}
    assert not [name for name in names if "/." in name or "__pycache__" in name]
    assert not [name for name in names if name.endswith((".pyc", ".pem", ".key", ".tfvars"))]


def test_the_same_source_makes_the_same_bundle(tmp_path: Path) -> None:
    """The same files make the same zip, byte for byte; a changed file makes a zip with another name."""
    source = tmp_path / "source"
    for name in bundle.files():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    first = bundle.build(tmp_path / "one", source)
    for path in source.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    (source / "functions" / "__pycache__").mkdir()
    (source / "functions" / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"x")
    again = bundle.build(tmp_path / "two", source)
    assert (first.name, first.read_bytes()) == (again.name, again.read_bytes())
    with zipfile.ZipFile(first) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    (source / "templates" / "pages" / "_base.html").write_text("<html>")
    assert bundle.build(tmp_path / "two", source).name != first.name
    assert len(list((tmp_path / "two").iterdir())) == 1


@pytest.mark.long
def test_the_bundle_runs_on_the_runtimes_own_python(unpacked: Unpacked) -> None:
    """These tests run the bundle on the version of Python that Google runs it on, if this machine has it."""
    if runtime_python() is None:
        pytest.skip(f"There is no Python {runtime()} here, on which functions are deployed: {sys.version} it is.")
    python = str(unpacked.environment / "bin" / "python")
    asked = "import sys; print(*sys.version_info[:2], sep='.')"
    assert subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout == f"{runtime()}\n"


# What each function does


def signup(world: World, url: str) -> None:
    """It serves the form, and stores a sign-up."""
    page = f"{url}/werkplaats/{world.workshop.id}/aanmelden"
    submission = re.search(r'name="submission"[^>]*value="([^"]+)"', get(page).text)
    assert submission
    typed = {
        "voornaam": "Jan",
        "achternaam": "de Vries",
        "email": "jan@example.org",
        "submission": submission[1],
        "vraag-opgave": "Meer groen in de wijk.",
        "vraag-overnachting": "beide-nachten",
        "vraag-akkoord": "ja",
    }
    answer = post(page, urllib.parse.urlencode(typed).encode(), "application/x-www-form-urlencoded")
    assert answer.status == 303, answer.text
    link = LINKS.read_registration(answer.headers["Location"].removeprefix("/aanmelding/"))
    assert link is not None
    assert _state(world, link.id) is State.CONFIRMED


def manage(world: World, url: str) -> None:
    """It shows the page of a registration."""
    world.queue.do(world.workshop.id, sign_up(1))
    answer = get(url + LINKS.registration_path("r1"))
    assert answer.status == 200
    assert 'data-state="confirmed"' in answer.text


def survey(world: World, url: str) -> None:
    """It shows the questions of an open wave to somebody who was invited."""
    today = NOW.date()
    over = replace(
        world.workshop,
        id="voorbij",
        sign_up=replace(world.workshop.sign_up, closes=today - timedelta(days=20)),
        first_day=today - timedelta(days=5),
        last_day=today - timedelta(days=3),
    )
    publish_workshop(world.store, over, NOW)
    seat_queue(world.store, lambda: NOW - timedelta(days=25)).do(over.id, sign_up(1))
    wave = over.waves[0]
    id = invitation_id(over.id, wave.id, "r1")
    asked = Invitation(id=id, workshop=over.id, wave=wave.id, registration="r1", invited_at=NOW)
    database(world.store).collection("invitations").document(id).set(to_fields(asked))
    answer = get(Links(("k" * 32,), url).survey(over, wave, "r1"))
    assert answer.status == 200
    assert wave.questions[0].label in answer.text


def organiser(world: World, url: str) -> None:
    """It shows the page to sign in on, and the workshop to an organiser who is signed in."""
    assert get(f"{url}/organisatie/inloggen").status == 200
    cookie = signed_in(world.store, world.workshop.organisers[0].email, NOW)
    answer = get(f"{url}/organisatie/{world.workshop.id}", cookie)
    assert answer.status == 200
    assert world.workshop.title in answer.text


def mail_events(world: World, url: str) -> None:
    """It records a signed event with the mail that it is about."""
    world.queue.do(world.workshop.id, sign_up(1))
    body = json.dumps([{"event": "delivered", "mail_id": "r1-confirmed-1"}]).encode()
    signature = WEBHOOK_KEY.sign(b"1800000000" + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": "1800000000",
    }
    assert post(f"{url}/hooks/sendgrid", body, "application/json", headers).status == 200
    assert _mail(world, "r1-confirmed-1").delivered == "delivered"


def deliver_mail(world: World, url: str) -> None:
    """It sends the mail whose event it gets."""
    world.queue.do(world.workshop.id, sign_up(1))
    assert _event(url, "mail_created", "mails/r1-confirmed-1").status == 200
    assert len(world.sendgrid.taken) == 1
    assert _mail(world, "r1-confirmed-1").state == "sent"


def notify_organisers(world: World, url: str) -> None:
    """It notifies organisers of the journal entry whose event it gets."""
    world.queue.do(world.workshop.id, sign_up(1))
    entry = first_entry_of("f1")
    assert _event(url, "entry_created", f"workshops/{world.workshop.id}/journal/{entry}").status == 200
    guarded = world.store.journal.get(world.workshop.id, entry)
    assert guarded is not None
    assert guarded.entry.notified


def promote_waitlist(world: World, url: str) -> None:
    """It offers a free seat to the first on the waitlist when it gets an event of the ledger."""
    world.queue.do_all(world.workshop.id, [sign_up(1), sign_up(2)])
    world.queue.do(world.workshop.id, Cancel("r1"))
    assert _event(url, "ledger_updated", f"ledgers/{world.workshop.id}").status == 200
    assert _state(world, "r2") is State.OFFERED


CHECKS: dict[str, Callable[[World, str], None]] = {
    check.__name__: check
    for check in (
        signup, manage, survey, organiser, mail_events, deliver_mail, notify_organisers, promote_waitlist,
    )
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_bundle_serves(name: str, unpacked: Unpacked, world: World) -> None:
    """Each function, started alone with only the settings of functions.yaml, does its work on the store."""
    function = FUNCTIONS[name]
    asked_for = {*function.get("env", ()), *function.get("optional", ()), *function.get("secrets", ())}
    always = {"GOOGLE_CLOUD_PROJECT", "FIRESTORE_EMULATOR_HOST"}
    given = {setting: value for setting, value in world.settings.items() if setting in asked_for | always}
    with served(unpacked, name, function, given | {"FIRESTORE_DATABASE": "(default)"}) as url:
        if name in CHECKS:
            CHECKS[name](world, url)
        elif function["trigger"] == "schedule":
            answer = post(url, b"", "application/json")
            assert (answer.status, answer.text.isdigit()) == (200, True), answer.text
        elif function["trigger"] == "http":
            assert get(f"{url}{function['path']}").status < 500
        else:
            pytest.fail(f"Say in CHECKS what is to come of an event for {name}.")


def _event(url: str, name: str, document: str) -> Answer:
    """Post a recorded event, changed to be about `document`, as Eventarc does: in binary mode, with raw protobuf."""
    event = json.loads((ROOT / "tests" / "events" / f"{name}.json").read_text())
    headers = event["headers"] | {"ce-document": document, "ce-subject": f"documents/{document}"}
    return post(url, base64.b64decode(event["body"]), headers.pop("content-type"), headers)


def _state(world: World, registration: str) -> State | None:
    found = world.store.seats.registration(registration)
    return found.state if found else None


def _mail(world: World, id: str) -> Any:
    guarded = world.store.outbox.get(id)
    assert guarded is not None
    return guarded.mail
