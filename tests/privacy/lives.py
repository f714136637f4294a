"""Courses from the first sign-up until nothing is left, through the real functions, with planted strings everywhere."""

import base64
import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import functions_framework
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from msgspec import Struct
from nacl.public import PrivateKey
from werkzeug.test import TestResponse

from tests.privacy.planted import Planted, Whose
from tests.samples import NOW, workshop
from tests.seats import publish_workshop
from tests.signing_in import signed_in
from werkplaats.domain.delivery import Accepted, Busy, Misconfigured, Rejected, SendResult, Unknown
from werkplaats.domain.fields import fields_of
from werkplaats.domain.registration import Person, Registration, State
from werkplaats.domain.workshop import Workshop
from werkplaats.mailing.message import Message
from werkplaats.security.identity import Identity
from werkplaats.security.links import Links, Submissions
from werkplaats.security.sessions import address_hash
from werkplaats.store import Store
from werkplaats.store.errors import OutcomeUnknownError, RefusedError, StoreUnavailableError
from werkplaats.workflows.mail.deliver import Postman

ROOT = Path(__file__).resolve().parents[2]
KEYS = ("n" * 32,)
IDENTITY = Identity(b"i" * 32)
SURVEY_KEY, WEBHOOK_KEY = PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())

NETS = ("expire_offers", "retry_mail", "send_reminders", "send_surveys", "open_answers", "erase_personal_data")


def settings(project: str, sendgrid: str = "https://sendgrid.example.org") -> dict[str, str]:
    """All settings that the functions need."""
    public = WEBHOOK_KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "GOOGLE_CLOUD_PROJECT": project,
        "SIGNING_KEYS": ",".join(KEYS),
        "IDENTITY_KEY": IDENTITY.key.decode(),
        "PUBLIC_URL": "https://werkplaats.example.org",
        "SENDGRID_API_KEY": "SG.test",
        "SENDGRID_BASE_URL": sendgrid,
        "SENDGRID_WEBHOOK_PUBLIC_KEY": base64.b64encode(public).decode(),
        "SURVEY_PUBLIC_KEY": base64.b64encode(bytes(SURVEY_KEY.public_key)).decode(),
        "SURVEY_PRIVATE_KEYS": base64.b64encode(bytes(SURVEY_KEY)).decode(),
    }


class Moody:
    """A MailProvider that takes nearly all mails."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def send(self, message: Message) -> SendResult:
        if self._random.random() < 0.9:
            return Accepted(f"message-{self._random.getrandbits(40)}")
        results = [Busy("SendGrid answered 503"), Rejected("SendGrid answered 400 about from.email")]
        return self._random.choice([*results, Unknown("no answer"), Misconfigured("SendGrid answered 401")])


class House:
    """The functions of one deployment on `store`, with one clock. The environment must have `settings`.

    With a `provider` mails do not go over HTTP.
    """

    def __init__(self, store: Store, provider: Moody | None = None) -> None:
        self.store, self.now = store, NOW
        self._provider, self._clients = provider, dict[str, FlaskClient]()

    def client(self, target: str) -> FlaskClient:
        if target not in self._clients:
            app = functions_framework.create_app(target, str(ROOT / "functions" / "main.py"))
            runtime = sys.modules["main"].runtime
            runtime.clock = lambda: self.now
            vars(runtime)["_store"] = self.store
            if self._provider is not None:
                links = Links(KEYS, runtime.settings.public_url)
                vars(runtime)["postman"] = Postman(self.store, self._provider, links, runtime.surroundings)
            self._clients[target] = app.test_client(use_cookies=False)
        return self._clients[target]

    def run(self, *targets: str) -> None:
        """Call schedules, as often as one of them fails because a fault struck, but not for ever."""
        for target in targets:
            for _ in range(20):
                if self.client(target).post("/").status_code == 200:
                    break
            else:
                raise AssertionError(f"{target} does not get through")

    def report(self, events: Sequence[dict[str, object]]) -> TestResponse:
        """What SendGrid posts about mails."""
        body, timestamp = json.dumps(events).encode(), "1800000000"
        signature = WEBHOOK_KEY.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
        }
        return self.client("mail_events").post("/", data=body, headers=headers, content_type="application/json")


class Faults:
    """Makes one commit in `every` fail with an error that says all that was to be written, as Google's may."""

    def __init__(self, random: Random, every: int) -> None:
        self._random, self._every = random, every
        self.on, self.struck = False, 0

    def __call__(self, writes: Sequence[object]) -> None:
        if self.on and self._random.random() < 1 / self._every:
            self.struck += 1
            kind = self._random.choice([RefusedError, StoreUnavailableError, OutcomeUnknownError, RuntimeError])
            if kind in (OutcomeUnknownError, StoreUnavailableError):
                raise kind("DeadlineExceeded")
            raise kind(f"cannot write {writes!r}")


class Guest(Struct, frozen=True):
    """Somebody who signed up: what they sent, and where their page is, if they were told."""

    sent: dict[str, str]
    path: str


class Course:
    """One workshop with `people` who sign up, and its organiser. Every string that anybody types is planted."""

    def __init__(self, house: House, planted: Planted, random: Random, number: int, people: int) -> None:
        self.house, self.planted, self.random, self.people = house, planted, random, people
        self.guests: list[Guest] = []
        self.persons: list[Person] = []
        self.organiser = planted.address(Whose.ORGANISER).strip().lower()
        self.workshop = self._workshop(f"proef-{number}")
        self._forms = Submissions(KEYS, lambda: house.now)
        self._links = Links(KEYS)

    @property
    def id(self) -> str:
        return self.workshop.id

    def _workshop(self, id: str) -> Workshop:
        written: Callable[[str], str] = lambda kind: self.planted.line(kind, Whose.ORGANISER)  # noqa: E731
        return workshop(
            id=id,
            title=written("title"),
            description=written("description"),
            organisers=[{"name": written("organiser"), "email": self.organiser}],
            leaders=[{"name": written("leader")}],
            capacity=self.people,
        )

    # Before the workshop

    def prepare(self) -> None:
        """The organiser publishes, edits, and looks around at the desk."""
        publish_workshop(self.house.store, self.workshop, self.house.now)
        fields = fields_of(self.workshop) | {"description": self.planted.text("draft", Whose.ORGANISER)}
        typed = {**fields, "version": "0", "action": "save"}
        assert self.desk("/bewerken", typed).status_code == 303

    def sign_up(self) -> None:
        for number in range(self.people):
            self._sign_up(number)
        self._ask_around()

    def _sign_up(self, number: int) -> None:
        client, path = self.house.client("signup"), f"/werkplaats/{self.id}/aanmelden"
        submission = self._forms.new()
        sent = self._typed() | {"submission": submission}
        if number % 5 == 0:  # first a mistake, which comes back with all that was typed
            client.post(path, data=sent | {"email": self.planted.name()}, headers=self._browser())
        answer = self._try(lambda: client.post(path, data=sent, headers=self._browser()))
        self._keep(sent, answer.headers.get("Location", "") if answer.status_code == 303 else "")
        if number % 6 == 0:  # the same person again, with another form
            client.post(path, data=sent | {"submission": self._forms.new()}, headers=self._browser())
        if number % 7 == 0:  # back, and the same form with a colleague's name
            colleague = sent | {"voornaam": self.planted.name(), "achternaam": self.planted.name()}
            answer = self._try(lambda: client.post(path, data=colleague, headers=self._browser()))
            self._keep(colleague, answer.headers.get("Location", "").partition("?")[0])
        if number % 4 == 0:
            data = {"email": sent["email"], "submission": self._forms.new()}
            client.post(f"/werkplaats/{self.id}/link", data=data, headers=self._browser())

    def _typed(self) -> dict[str, str]:
        planted = self.planted
        return {
            "voornaam": planted.name(),
            "achternaam": planted.name(),
            "email": planted.address(),
            "organisatie": planted.line("organisation"),
            "functie": planted.line("job title"),
            "telefoon": planted.phone(),
            "vraag-opgave": planted.text("answer"),
            "vraag-dieetwensen": planted.line("diet", Whose.EARLY),
            "niet-gevraagd": planted.line("field that nobody asked for"),
        }

    def _browser(self) -> dict[str, str]:
        if self.random.random() < 0.6:
            return {}
        return {
            "User-Agent": self.planted.line("browser"),
            "Referer": f"https://mail.example.org/?q={self.planted.token_of(self.planted.line('referer'))}",
            "Accept-Language": "nl",
        }

    def _keep(self, sent: dict[str, str], path: str) -> None:
        """Remember who signed up, and the hashes that lead to them."""
        self.guests.append(Guest(sent, path if path.startswith("/aanmelding/") else ""))
        person = Person(
            given_name=sent["voornaam"].strip(), family_name=sent["achternaam"].strip(), email=sent["email"].strip()
        )
        self.persons.append(person)
        token = self.planted.token_of(sent["email"].lower())
        for hash in (
            IDENTITY.address(self.id, person.email),
            IDENTITY.mailbox(self.id, person.email),
            IDENTITY.person(self.id, person),
            address_hash(person.email),
        ):
            self.planted.leads(hash, token)

    def _try(self, call: Callable[[], TestResponse]) -> TestResponse:
        """The answer of `call`, tried again as a person would when the answer is an error."""
        answer = call()
        for _ in range(5):
            if answer.status_code < 500:
                break
            answer = call()
        return answer

    def _ask_around(self) -> None:
        """Visitors who ask for what is not theirs."""
        planted, house = self.planted, self.house
        house.client("signup").get(f"/werkplaats/{planted.token_of(planted.line('address'))}")
        house.client("manage").get(f"/aanmelding/{planted.token_of(planted.line('token'))}")
        house.client("manage").post("/aanmelding/x", data={"action": planted.line("action")})
        house.client("survey").post(f"/enquete/{planted.token_of(planted.line('token'))}", data={})
        address = planted.address()
        planted.leads(address_hash(address), planted.token_of(address.lower()))
        house.client("organiser").post("/organisatie/inloggen", data={"email": address}, headers=self._browser())
        house.client("organiser").post("/organisatie/inloggen", data={"email": self.organiser})
        house.client("organiser").post("/organisatie/inloggen/code", data={"code": planted.name()})
        house.client("mail_events").post("/", data=planted.text("forged event"))

    def decide(self) -> None:
        """Some people cancel, come back, accept or decline; the organiser searches, exports and cancels somebody."""
        for guest in self.guests:
            action = self.random.choice(["cancel", "accept", "decline", "rejoin", None, None, None])
            if action and guest.path:
                data = {"action": action, "opmerking": self.planted.line("field that nobody asked for")}
                self.house.client("manage").post(guest.path, data=data, headers=self._browser())
        self.desk(f"/mensen?q={self.guests[0].sent['achternaam'].strip()}")
        self.desk("/mensen.csv")
        self.desk("/opgaven")
        for one in self.registrations()[:2]:
            page = self.desk(f"/mensen/{one.id}").text
            version = re.search(r'name="version" value="(\d+)"', page)
            self.desk(f"/mensen/{one.id}", {"action": "cancel", "version": version[1] if version else "0"})

    def bounce(self) -> None:
        """Mail servers say of some mails why they came back, and whose mailbox it was."""
        events = []
        for one, guest in zip(self.registrations(), self.guests, strict=False):
            for kind in ("confirmed", "waitlisted"):
                local, address = guest.sent["email"].strip().partition("@")[0], guest.sent["email"].strip()
                said = f"550 5.1.1 <{address}>: no {local} ({self.planted.name()}) here"
                events.append(
                    {
                        "event": self.random.choice(["bounce", "dropped", "delivered"]),
                        "mail_id": f"{one.id}-{kind}-{one.state_version}",
                        "email": address,
                        "reason": said,
                        "useragent": self.planted.line("browser"),
                        "ip": self.planted.line("ip"),
                    }
                )
        self._try(lambda: self.house.report(events))

    # After it

    def attend(self) -> None:
        for one in self.registrations():
            stand = {
                "dag": self.workshop.first_day.isoformat(),
                "stand": self.random.choice(["present", "present", "present", "absent"]),
            }
            self.desk(f"/aanwezig/{one.id}", stand | {"q": self.planted.line("search")})

    def answer(self) -> None:
        """Most of those who were asked answer; one unsubscribes."""
        wave = self.workshop.waves[0]
        client = self.house.client("survey")
        for number, one in enumerate(self.registrations()):
            path = self._links.survey(self.workshop, wave, one.id)
            if number == 0:
                client.post(path.replace("/enquete/", "/uitschrijven/"), data=b"List-Unsubscribe=One-Click")
                continue
            client.post(path, data={"vraag-beter": self.planted.text("answer that was refused")})
            given = {"vraag-cijfer": "4", "vraag-beter": self.planted.text("survey", Whose.RESULT)}
            self._answer(path, given)

    def _answer(self, path: str, given: dict[str, str]) -> None:
        client = self.house.client("survey")
        self._try(lambda: client.post(path, data=given, headers=self._browser()))

    def look(self) -> None:
        """The organiser reads and exports the results."""
        for path in ("/resultaten/evaluatie", "/resultaten/evaluatie.csv", "/mensen.csv"):
            assert self.desk(path).status_code == 200, path

    def call_off(self) -> None:
        self.desk("/afgelasten", {"reason": self.planted.text("reason", Whose.ORGANISER)})

    def registrations(self) -> tuple[Registration, ...]:
        return self.house.store.seats.all_of(self.id)

    def seated(self) -> int:
        return sum(one.state is State.CONFIRMED for one in self.registrations())

    def desk(self, path: str, data: dict[str, str] | None = None) -> TestResponse:
        """Ask for a page of the desk as the organiser, with POST if there is `data`."""

        def call() -> TestResponse:
            headers: Any = self._signed_in() | self._browser()
            client = self.house.client("organiser")
            at = f"/organisatie/{self.id}{path}"
            return client.get(at, headers=headers) if data is None else client.post(at, data=data, headers=headers)

        return self._try(call)

    def _signed_in(self) -> dict[str, str]:
        for _ in range(20):
            try:
                return signed_in(self.house.store, self.organiser, self.house.now)
            except Exception:
                continue
        raise AssertionError("nobody can sign in")


class Checks(Struct, frozen=True):
    """What is called at each point of the courses at which something must be gone."""

    early: Callable[[], None]
    erased: Callable[[], None]
    results: Callable[[], None]


def live(courses: Sequence[Course], checks: Checks, faults: Faults | None = None) -> None:
    """Let all `courses`, which have the same days, go on until nothing is left. `checks` are called on the way."""
    house, first = courses[0].house, courses[0].workshop
    for course in courses:
        course.prepare()
    if faults is not None:
        faults.on = True
    for course in courses:
        course.sign_up()
    _nets(house, NOW, 2)
    for step in (Course.decide, Course.bounce):
        for course in courses:
            step(course)
    _nets(house, NOW + timedelta(days=2), 3)
    if len(courses) > 2:
        courses[-1].call_off()
    _nets(house, _at(first.first_day) - timedelta(days=1), 1)
    house.now = _at(first.first_day)
    for course in courses:
        course.attend()
    _nets(house, first.wave_opens_at(first.waves[0]) + timedelta(hours=9), 2)
    for course in courses:
        course.answer()
    if faults is not None:
        faults.on = False
    _nets(house, first.ends_at + timedelta(days=14, hours=9), 1)
    checks.early()
    _nets(house, first.wave_closes_at(first.waves[0]) + timedelta(hours=9), 1)
    for course in courses:
        course.look()
    _nets(house, first.erase_registrations_at() + timedelta(hours=9), 3)
    checks.erased()
    _nets(house, first.erase_results_at() + timedelta(hours=9), 1)
    checks.results()


def _nets(house: House, begin: datetime, times: int) -> None:
    """Run everything that runs by itself from `begin` on, so many `times`, with twelve hours between."""
    for number in range(times):
        house.now = begin + timedelta(hours=12 * number)
        house.run(*NETS)


def _at(day: date) -> datetime:
    """The morning of `day`."""
    return NOW.replace(year=day.year, month=day.month, day=day.day)
