"""What the functions find in their store: workshops of every kind, people in every state, invitations, sessions.

Nothing in it is random, so a request that was printed by a failed test finds the same world again.
"""

import base64
import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import functions_framework
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace
from nacl.public import PrivateKey

from local.catalogue import ROOT, load
from tests.fuzz.sent import Answer, Sent, answer_to
from tests.fuzz.wires import Documents, EmulatorWire, FuzzWire
from tests.samples import workshop as sample_workshop
from tests.seats import publish_workshop, seat_queue
from tests.shipped import WAVE, WORKSHOP
from tests.surroundings import STILL
from werkplaats.domain.access import Known
from werkplaats.domain.attendance import Mark
from werkplaats.domain.delivery import Accepted, SendResult
from werkplaats.domain.logos import Logo
from werkplaats.domain.registration import Person
from werkplaats.domain.roles import Role
from werkplaats.domain.seats.commands import Cancel, Decline, ErasePerson, SignUp
from werkplaats.domain.signing_in import SignInRequest
from werkplaats.domain.survey.waves import OpenAnswer, invitation_id, invite, version_of
from werkplaats.domain.workshop import Organiser
from werkplaats.mailing.message import Message
from werkplaats.security.links import Links, Submissions
from werkplaats.security.sealing import Seal
from werkplaats.security.sessions import AskingCookie, SessionCookie, address_hash, fingerprint
from werkplaats.store import Store, codec, paths
from werkplaats.workflows.call_off import call_off
from werkplaats.workflows.edit import draft_of, save_draft
from werkplaats.workflows.mail.deliver import Postman, deliver_in_turn
from werkplaats.workflows.mark_attendance import mark_attendance
from werkplaats.workflows.seats.expire import expire_offers
from werkplaats.workflows.seats.promote import promote_waitlist
from werkplaats.workflows.sign_in import ask_to_sign_in, begin_session
from werkplaats.workflows.survey.answer import answer_survey, find

BEGINNING = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SIGN_UP = BEGINNING + timedelta(hours=50)
"""People can sign up, and somebody has an offer."""

SURVEY = WORKSHOP.wave_opens_at(WAVE) + timedelta(hours=9)
"""The workshop is over, and its survey is open."""

MOMENTS = (SIGN_UP, SURVEY)

KEYS = ("n" * 32, "o" * 32)
"""The signing keys, newest first: both are good."""

SURVEY_KEY = PrivateKey(b"s" * 32)
WEBHOOK_KEY = ec.derive_private_key(20270301, ec.SECP256R1())

ROLES = {role: f"{role.value}@example.org" for role in Role}
MAKER = "maker@example.org"
STRANGER = "stranger@example.com"
DESK = (*ROLES.values(), MAKER, STRANGER)
"""Everybody who is signed in somewhere: each role, somebody who may make workshops, and somebody with no role."""

PEOPLE = tuple(f"r{number}" for number in range(1, 9))
"""The registrations. r1, r2: confirmed; r3: cancelled; r4: declined; r5: expired; r6: offered; r7: waitlisted; r8:
erased."""

ASKED = "a" * 32
"""The id of a request to sign in, made one minute before each of MOMENTS."""

MAILS = (
    "r1-confirmed-1", "r2-confirmed-2", "r3-cancelled-9", "r5-offer_expired-13", "r6-offered-14", "r7-waitlisted-7",
    "r1-survey_invitation-evaluatie", f"sign_in-{ASKED}", "x",
)  # fmt: skip
"""The ids of some mails. The first has been sent; there is none of the last."""

LOGO = Logo(digest="0" * 64, width=16, height=16, content=b"\x89PNG")
BROWSER = "B" * 43


def somebody(number: int) -> Person:
    """A person each of whose texts is found in a log if it gets there."""
    return Person(
        given_name=f"Geheimvoor{number}",
        family_name=f"Geheimachter{number}",
        email=f"geheim{number}@example.org",
        organisation=f"Geheimorganisatie{number}",
        job_title=f"Geheimfunctie{number}",
        phone=f"06 9876543{number}",
    )


def submission(made_at: datetime = SIGN_UP, keys: tuple[str, ...] = KEYS, form: str = "f" * 24) -> str:
    """The mark of a form that was opened at `made_at`."""
    return Submissions(keys, lambda: made_at)._signer.sign(form).decode()


def session(email: str, moment: datetime) -> str:
    """The token of the session of `email` at `moment`."""
    return f"{email.partition('@')[0]}-{moment:%m}".ljust(43, "x")


def cookies() -> list[str]:
    """The values of the desk's cookie that somebody has, at any of the moments."""
    mine = [SessionCookie(session(email, moment)).value for email in DESK for moment in MOMENTS]
    return [*mine, AskingCookie(address_hash(ROLES[Role.ORGANISER]), BROWSER).value]


def tokens(keys: tuple[str, ...] = KEYS) -> dict[str, list[str]]:
    """The tokens of links by their purpose, signed with `keys`."""
    links = Links(keys)
    return {
        "registration": [links.registration_path(one).rpartition("/")[2] for one in (*PEOPLE, "niemand")],
        "survey": [links._survey_token(WORKSHOP, WAVE, one, 0) for one in (*PEOPLE, "niemand")],
        "sign-in": [
            links.sign_in(address_hash(email), ASKED).rpartition("/")[2] for email in (ROLES[Role.ORGANISER], STRANGER)
        ],
        "submission": [submission(moment, keys) for moment in (*MOMENTS, BEGINNING, SURVEY + timedelta(hours=1))],
    }


def secrets() -> list[str]:
    """What must not be in a log: tokens, cookies and personal data."""
    personal = [text for number in range(1, 9) for text in _texts(somebody(number))]
    every_token = [one for some in tokens().values() for one in some]
    return [*every_token, *(value.rpartition(".")[2] for value in cookies()), *personal, *DESK]


def _texts(person: Person) -> Iterable[str]:
    return (getattr(person, name) for name in person.__struct_fields__)


def fill(store: Store) -> None:
    """Write the world into an empty `store`."""
    organisers = tuple(Organiser(name=role.value, email=email, role=role) for role, email in ROLES.items())
    shipped = replace(WORKSHOP, organisers=organisers, capacity=3)
    publish_workshop(store, shipped, BEGINNING)
    for one in (
        replace(sample_workshop(), id="proef"),
        replace(sample_workshop(), id="oefenen", practice=True, organisers=organisers),
        replace(sample_workshop(), id="afgelast", organisers=organisers),
    ):
        publish_workshop(store, one, BEGINNING)
    clock = [BEGINNING]
    queue = seat_queue(store, lambda: clock[0])
    for number, id in enumerate(PEOPLE, 1):
        queue.do(WORKSHOP.id, _sign_up(number, id))
    queue.do("oefenen", _sign_up(9, "oefenaar"))
    queue.do("afgelast", _sign_up(10, "afgelaste"))
    call_off(queue, "afgelast", "Te weinig aanmeldingen.", by=ROLES[Role.ORGANISER])
    queue.do(WORKSHOP.id, Cancel("r3"))
    promote_waitlist(store, queue, WORKSHOP.id, clock[0])
    queue.do(WORKSHOP.id, Decline("r4"))
    promote_waitlist(store, queue, WORKSHOP.id, clock[0])
    clock[0] = BEGINNING + timedelta(hours=49)
    expire_offers(store, queue, clock[0])
    queue.do(WORKSHOP.id, ErasePerson("r8"))
    first = store.seats.registration("r1")
    assert first is not None
    mark_attendance(store, first, WORKSHOP.first_day, Mark.PRESENT, SIGN_UP, by="een@example.org")
    links = Links(KEYS, "https://werkplaats.example.org")
    deliver_in_turn(Postman(store, _Mailbox(), links, STILL), MAILS[0], SIGN_UP)
    _invite(store)
    _let_sign_in(store)
    store.logos.put(LOGO)
    draft = draft_of(store, "oefenen", SIGN_UP)
    assert draft is not None
    for version, title in enumerate(("", "Een concept")):
        fields = draft.fields | {"title": title}
        save_draft(store, "oefenen", fields, seen=version, by=ROLES[Role.ORGANISER], now=SIGN_UP)


def _sign_up(number: int, id: str) -> SignUp:
    return SignUp(
        registration=id,
        person=somebody(number),
        answers={"opgave": f"Geheime opgave {number}", "dieetwensen": f"Geheim dieet {number}", "overnachting": "geen"},
        mailbox=f"m{number}",
        address=f"m{number}",
        identity=f"i{number}",
        form="f" * 24 if number <= 2 else f"f{number}",
    )


def _invite(store: Store) -> None:
    """Invite everybody to the survey, let r2 answer, and open five answers of others."""
    invited = tuple(one for id in PEOPLE if (one := store.seats.registration(id)))
    store.surveys.invite(invite(WORKSHOP, WAVE, invited, SURVEY - timedelta(hours=1)))
    asked = find(store, invitation_id(WORKSHOP.id, WAVE.id, "r2"), SURVEY)
    assert asked is not None
    answer_survey(store, Seal(bytes(SURVEY_KEY.public_key)), asked, {"opbrengst": 4}, SURVEY)
    version = version_of(WORKSHOP, WAVE, SURVEY).id
    opened = [
        OpenAnswer(id=f"o{n}", workshop=WORKSHOP.id, wave=WAVE.id, version=version, lot="l", answers={"opbrengst": n})
        for n in range(1, 6)
    ]
    store.wire.commit([codec.create(paths.of(paths.ANSWERS, one.id), one) for one in opened])


def _let_sign_in(store: Store) -> None:
    for moment in MOMENTS:
        for email in DESK:
            # Some began so long ago that their use is recorded again.
            began = moment - timedelta(hours=30 if email in (MAKER, ROLES[Role.READER]) else 1)
            begin_session(store, address_hash(email), email, fingerprint(session(email, moment)), began)
        for email, known in ((ROLES[Role.ORGANISER], True), (STRANGER, False)):
            request = SignInRequest(id=ASKED, browser=fingerprint(BROWSER), at=moment - timedelta(minutes=1))
            if moment != SIGN_UP:  # a mail is written once, so the later request has another id
                request = replace(request, id="b" * 32)
            ask_to_sign_in(store, address_hash(email), Known(email, WORKSHOP.id) if known else None, request)


class _Mailbox:
    """A MailProvider that accepts everything."""

    def send(self, message: Message) -> SendResult:
        return Accepted("m")


class World:
    """Every function as it is deployed, on one database in memory or in the emulator.

    `send` answers a request in the world as `fill` made it, and `before` and `after` are all documents then and now.
    """

    def __init__(self, wire: FuzzWire | EmulatorWire, setenv: Callable[[str, str], None]) -> None:
        self.wire = wire
        self.store = Store(wire)
        self._now = SIGN_UP
        fill(self.store)
        self.before: Documents = wire.everything()
        ids = sorted({path.rpartition("/")[2] for path in self.before}, key=len, reverse=True)
        self.ids = re.compile("|".join(map(re.escape, ids)))
        self._apps: dict[str, Any] = {}
        self.runtimes: dict[str, Any] = {}
        for name, value in _settings().items():
            setenv(name, value)
        for name, function in load().items():
            setenv("FUNCTION_TARGET", name)
            app = functions_framework.create_app(name, str(ROOT / "functions" / "main.py"), function.signature_type)
            runtime = sys.modules["main"].runtime
            runtime.clock = lambda: self._now
            runtime.__dict__["_store"] = self.store
            links = Links(KEYS, "https://werkplaats.example.org")
            runtime.__dict__["postman"] = Postman(self.store, _Mailbox(), links, STILL)
            self._apps[name], self.runtimes[name] = app, runtime

    @property
    def after(self) -> Documents:
        return self.wire.everything()

    def send(self, sent: Sent) -> Answer:
        self.wire.restore(self.before)
        runtime = self.runtimes[sent.function]
        runtime._read_at.clear()
        runtime.store.workshops._kept.clear()
        self._now = sent.at or SIGN_UP
        return answer_to(sent.raw, self._apps[sent.function])


def _settings() -> dict[str, str]:
    public = WEBHOOK_KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "GOOGLE_CLOUD_PROJECT": "fuzz",
        "SIGNING_KEYS": ",".join(KEYS),
        "IDENTITY_KEY": "i" * 32,
        "PUBLIC_URL": "https://werkplaats.example.org",
        "SENDGRID_API_KEY": "SG.test",
        "SENDGRID_WEBHOOK_PUBLIC_KEY": base64.b64encode(public).decode(),
        "SURVEY_PUBLIC_KEY": base64.b64encode(bytes(SURVEY_KEY.public_key)).decode(),
        "SURVEY_PRIVATE_KEYS": base64.b64encode(bytes(SURVEY_KEY)).decode(),
        "ORGANISERS": MAKER,
    }


def signed(body: bytes, timestamp: bytes = b"1772355600") -> dict[bytes, bytes]:
    """The headers with which SendGrid sends `body` to the webhook."""
    signature = WEBHOOK_KEY.sign(timestamp + body, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return {
        b"X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature),
        b"X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }
