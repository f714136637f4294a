"""The functions without pages (events, schedules, the webhook), the survey, and each function's settings."""

import base64
import json
import re
import sys
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.cloud.firestore_v1.services.firestore.client import FirestoreClient
from msgspec.structs import replace

from tests.database import database
from tests.functions.conftest import ROOT, Serve, recorded
from tests.samples import NOW, person, sign_up
from tests.seats import publish_workshop
from tests.sendgrid import ScriptedSendGrid
from tests.shipped import WORKSHOP
from tests.store.test_events import body_of
from werkplaats.domain.journal import first_entry_of
from werkplaats.domain.mail.about import AboutEntry, AboutFold
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.seats.commands import Cancel, Correct
from werkplaats.domain.survey.waves import version_of
from werkplaats.security.links import Links
from werkplaats.security.sealing import Opener, Seal
from werkplaats.settings import NAMES, NEEDS, SettingError, Settings
from werkplaats.store import Store
from werkplaats.workflows.seats.queue import SeatQueue

FUNCTIONS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "infra" / "functions.yaml").read_text())


def test_every_function_of_the_list_is_an_entry_point(serve: Serve) -> None:
    """functions.yaml and main.py name the same functions, and each is served with the signature its trigger needs."""
    import functions_framework._function_registry as registry

    serve("signup")
    kinds = {name: registry.REGISTRY_MAP[name] for name in FUNCTIONS}
    assert kinds == {
        name: "cloudevent" if function["trigger"] == "firestore" else "http" for name, function in FUNCTIONS.items()
    }
    deployed = {
        name for name, value in vars(sys.modules["main"]).items() if name in registry.REGISTRY_MAP and callable(value)
    }
    assert deployed == set(FUNCTIONS)


def test_each_function_is_given_just_what_it_needs() -> None:
    """functions.yaml gives each function exactly the settings that settings.py requires of it."""
    given = {name: {*function["env"], *function["secrets"]} for name, function in FUNCTIONS.items()}
    assert {name: set(needs) for name, needs in NEEDS.items()} == {name: some for name, some in given.items() if some}
    everything = {
        name
        for function in FUNCTIONS.values()
        for name in (*function["env"], *function.get("optional", ()), *function["secrets"])
    }
    assert everything <= set(NAMES)


@pytest.mark.parametrize(("function", "needed"), [(name, need) for name, needs in NEEDS.items() for need in needs])
def test_a_missing_setting_stops_a_function_at_its_start(function: str, needed: str) -> None:
    """Without a required setting a function does not start, and the error names the setting."""
    given = dict.fromkeys(NAMES, "x" * 64) | {"PUBLIC_URL": "https://x.example.org"}
    given |= {name: base64.b64encode(b"k" * 32).decode() for name in ("SURVEY_PUBLIC_KEY", "SURVEY_PRIVATE_KEYS")}
    del given["FIRESTORE_EMULATOR_HOST"]
    Settings.from_environment(given).check_for(function)
    with pytest.raises(SettingError, match=f"{needed} is not set"):
        Settings.from_environment(given | {needed: " "}).check_for(function)
    for other in FUNCTIONS:
        if needed not in NEEDS.get(other, ()):
            Settings.from_environment(given | {needed: ""}).check_for(other)


def test_on_the_emulator_each_function_runs_with_what_contract_md_names() -> None:
    """The settings in contract.md suffice on the emulator; the others, such as a pair of survey keys, are made up."""
    given = {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:1", "SIGNING_KEYS": "k" * 32, "SENDGRID_API_KEY": "SG.x"}
    settings = Settings.from_environment(given | {"PUBLIC_URL": "https://x.example.org"})
    for function in FUNCTIONS:
        settings.check_for(function)
    workshop, wave = WORKSHOP, WORKSHOP.waves[0]
    version = version_of(workshop, wave, NOW)
    sealed = Seal(settings.survey_public_key).close(version, {"opbrengst": 4})
    [opened] = Opener(settings.survey_private_keys).open_lot([sealed]).answers
    assert opened.answers == {"opbrengst": 4}


@pytest.mark.parametrize(
    "wrong",
    [{"SIGNING_KEYS": "short,keys"}, {"PUBLIC_URL": "werkplaats.example.org"}, {"SENDGRID_API_KEY": ","}],
)
def test_an_unusable_setting_is_named(wrong: dict[str, str]) -> None:
    """A setting with a value that cannot be used stops the function with an error that names the setting."""
    given = {"SIGNING_KEYS": "k" * 32, "PUBLIC_URL": "https://x.example.org", "SENDGRID_API_KEY": "SG.x"} | wrong
    with pytest.raises(SettingError, match=next(iter(wrong))):
        Settings.from_environment(given).check_for("deliver_mail")


def test_a_recorded_event_delivers_the_mail(serve: Serve, queue: SeatQueue, sendgrid: ScriptedSendGrid) -> None:
    """An event as Eventarc posts it sends the mail that it names; the same event again sends nothing."""
    queue.do(WORKSHOP.id, sign_up(1))
    client = serve("deliver_mail")
    for _ in range(2):
        answer = client.post("/", **recorded("mail_created", "mails/r1-confirmed-1"))  # type: ignore[arg-type]
        assert answer.status_code == 200
    assert len(sendgrid.taken) == 1


def test_a_recorded_event_promotes(serve: Serve, queue: SeatQueue, store: Store) -> None:
    """An event of the ledger offers a free seat by the ledger as it is now, not as the event describes it."""
    queue.do_all(WORKSHOP.id, [sign_up(number) for number in range(1, 26)])
    queue.do(WORKSHOP.id, Cancel("r1"))
    client = serve("promote_waitlist")
    assert client.post("/", **recorded("ledger_updated", f"ledgers/{WORKSHOP.id}")).status_code == 200  # type: ignore[arg-type]
    promoted = store.seats.registration("r25")
    assert promoted is not None
    assert promoted.state.value == "offered"


def test_a_recorded_event_tells_organisers_once(serve: Serve, queue: SeatQueue, store: Store) -> None:
    """An event of a journal entry queues one mail for each organiser, also if the event is delivered twice."""
    queue.do(WORKSHOP.id, sign_up(1))
    client = serve("notify_organisers")
    event = recorded("entry_created", f"workshops/{WORKSHOP.id}/journal/{first_entry_of('f1')}")
    for _ in range(2):
        assert client.post("/", **event).status_code == 200  # type: ignore[arg-type]
    mails = store.outbox.due(NOW + timedelta(days=1), 10)
    assert sorted(mail.about.organiser if isinstance(mail.about, AboutEntry) else "" for mail in mails) == [
        "",
        "platform31@example.org",
        "vanvieren@example.org",
    ]


def test_the_schedule_tells_organisers_of_a_rush_in_one_mail(
    serve: Serve, queue: SeatQueue, store: Store, sendgrid: ScriptedSendGrid, clock: list[datetime]
) -> None:
    """The event of a folded entry makes no mail. A quarter of an hour later the schedule queues one for each organiser.

    It is sent by the event of that mail, after all the mails that were due before it.
    """
    queue.do_all(WORKSHOP.id, [sign_up(number) for number in range(1, 9)])
    event = recorded("entry_created", f"workshops/{WORKSHOP.id}/journal/{first_entry_of('f6')}")
    assert serve("notify_organisers").post("/", **event).status_code == 200  # type: ignore[arg-type]
    schedule = serve("retry_mail")
    clock[0] = NOW + timedelta(minutes=15)
    assert schedule.post("/").status_code == 200
    folded = [mail for mail in store.outbox.unsettled() if mail.kind is Kind.ORGANISER_FOLDED]
    assert [mail.about for mail in sorted(folded, key=lambda mail: mail.id)] == [
        AboutFold(f"{name}@example.org", number, 1, 2, {"signed_up": 3})
        for number, name in ((1, "platform31"), (2, "vanvieren"))
    ]
    assert len(sendgrid.taken) == 8, "the participants' mails, which were due, go out before that"
    for mail in folded:
        event = recorded("mail_created", f"mails/{mail.id}")
        assert serve("deliver_mail").post("/", **event).status_code == 200  # type: ignore[arg-type]
    assert [taken["subject"] for taken in sendgrid.taken[-2:]] == ["3 aanmeldingen: Werken aan wijkontwikkeling"] * 2
    clock[0] += timedelta(minutes=5)
    assert schedule.post("/").status_code == 200
    assert len(sendgrid.taken) == 8 + 2 + 5 * 2, "the five notices of which the event was lost, and no second mail"


@pytest.mark.parametrize(
    "function", [name for name, function in FUNCTIONS.items() if function["trigger"] == "firestore"]
)
@pytest.mark.parametrize(
    "document",
    [
        "elsewhere/x",
        "mails",
        "mails/a/b",
        "ledgers/nergens",
        "mails/niet-hier",
        "workshops/a/journal/b",
        "workshops/a/journal/b/c",
        "",
        "../mails/x",
    ],
)
def test_an_event_that_is_not_for_us_is_acknowledged(serve: Serve, function: str, document: str) -> None:
    """An event of another document, or of one that is gone, is answered with 200 and not tried again."""
    assert serve(function).post("/", **recorded("mail_created", document)).status_code == 200  # type: ignore[arg-type]


def test_an_event_of_another_type_is_acknowledged(serve: Serve) -> None:
    """An event of another type is answered with 200, so that Eventarc does not send it again."""
    event: Any = recorded("mail_created", "mails/x")
    event["headers"]["ce-type"] = "google.cloud.storage.object.v1.finalized"
    event["data"] = b"\xff\x00 no protobuf"
    assert serve("deliver_mail").post("/", **event).status_code == 200


def test_a_document_that_cannot_be_read_is_acknowledged(
    serve: Serve, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """An event of a mail that cannot be read is logged, without its content, and answered with 200."""
    database(store).collection("mails").document("stuk").set({"state": "geheim"})
    assert serve("deliver_mail").post("/", **recorded("mail_created", "mails/stuk")).status_code == 200  # type: ignore[arg-type]
    logged = capsys.readouterr().out
    assert "event.unreadable" in logged
    assert "geheim" not in logged


def test_the_event_of_a_mail_says_what_to_read_with_it(
    serve: Serve, queue: SeatQueue, store: Store, sendgrid: ScriptedSendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail and all that it names are read in one round trip. Two commits claim and settle it."""
    queue.do(WORKSHOP.id, sign_up(1))
    mail = store.outbox.get("r1-confirmed-1")
    assert mail is not None
    client = serve("deliver_mail")
    calls: Counter[str] = Counter()
    for name in ("get_document", "batch_get_documents", "run_query", "run_aggregation_query", "commit"):
        original = getattr(FirestoreClient, name)

        def counted(*arguments: Any, name: str = name, original: Any = original, **options: Any) -> Any:
            calls[name] += 1
            return original(*arguments, **options)

        monkeypatch.setattr(FirestoreClient, name, counted)
    event: Any = recorded("mail_created", "mails/r1-confirmed-1") | {"data": body_of(mail.mail)}
    assert client.post("/", **event).status_code == 200
    assert len(sendgrid.taken) == 1
    assert calls == {"batch_get_documents": 1, "commit": 2}


def test_an_event_that_failed_is_to_be_sent_again(
    serve: Serve, queue: SeatQueue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An event that fails is answered with 500, so that it is tried again; the answer does not show the error."""
    queue.do(WORKSHOP.id, sign_up(1))
    client = serve("deliver_mail")
    monkeypatch.setattr("werkplaats.store.reads.Reads.fetch", lambda *_: 1 / 0)
    answer = client.post("/", **recorded("mail_created", "mails/r1-confirmed-1"))  # type: ignore[arg-type]
    assert answer.status_code == 500
    assert "division" not in answer.text
    assert "ZeroDivisionError" in capsys.readouterr().out


@pytest.mark.parametrize(
    "function", [name for name, function in FUNCTIONS.items() if function["trigger"] == "schedule"]
)
def test_a_schedule_calls_by_post_only(serve: Serve, function: str) -> None:
    """A scheduled function refuses GET with 405, and answers a POST with the number of things it did, here 0."""
    client = serve(function)
    assert client.get("/").status_code == 405
    answer = client.post("/")
    assert (answer.status_code, answer.text) == (200, "0")


# SendGrid's Event Webhook

WEBHOOK_KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    WEBHOOK_KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()


def signed(body: bytes, timestamp: str = "1800000000") -> dict[str, Any]:
    signature = WEBHOOK_KEY.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }
    return {"data": body, "headers": headers, "content_type": "application/json"}


def test_signed_events_are_noted(serve: Serve, queue: SeatQueue, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed events of our mails are recorded; unknown kinds, and events that name no mail of ours, are ignored."""
    monkeypatch.setenv("SENDGRID_WEBHOOK_PUBLIC_KEY", PUBLIC)
    queue.do(WORKSHOP.id, sign_up(1))
    events = [
        {"event": "delivered", "mail_id": "r1-confirmed-1", "email": "p1@example.org"},
        {"event": "open", "mail_id": "r1-confirmed-1"},
        {"event": "bounce", "mail_id": "other/../mail"},
        {"event": "bounce", "mail_id": 7},
        {"event": ["bounce"], "mail_id": "r1-confirmed-1"} | {"event": "bounce2"},
        {"email": "p1@example.org"},
        {"event": "bounce", "mail_id": "r1-confirmed-1", "reason": "550 5.1.1 <p1@example.org>: User unknown"},
    ]
    answer = serve("mail_events").post("/hooks/sendgrid", **signed(json.dumps(events).encode()))
    assert (answer.status_code, answer.text) == (200, "2 of 2")
    guarded = store.outbox.get("r1-confirmed-1")
    assert guarded is not None
    assert guarded.mail.delivered == "bounce"
    entry = store.journal.get(WORKSHOP.id, "0000000001-r1-confirmed-1-mail_bounced")
    assert entry is not None
    assert entry.entry.detail == "550 5.1.1 <…>: User unknown", "the journal outlives the registration"


@pytest.mark.parametrize("body", [b"", b"no json", b'{"event": "bounce"}', b"[1, 2]", b'[{"event": {}}]', b"[" * 5000])
def test_signed_nonsense_is_acknowledged(serve: Serve, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    """A signed body that cannot be read is answered with 200, because SendGrid would only send the same again."""
    monkeypatch.setenv("SENDGRID_WEBHOOK_PUBLIC_KEY", PUBLIC)
    assert serve("mail_events").post("/hooks/sendgrid", **signed(body)).status_code == 200


@pytest.mark.parametrize("change", ["body", "timestamp", "none", "not base64", "not DER", "not UTF-8"])
def test_unsigned_events_are_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """A webhook request whose signature is missing, malformed or of other content is refused with 403."""
    monkeypatch.setenv("SENDGRID_WEBHOOK_PUBLIC_KEY", PUBLIC)
    request = signed(b"[]")
    headers = request["headers"]
    match change:
        case "body":
            request["data"] = b"[ ]"
        case "timestamp":
            headers["X-Twilio-Email-Event-Webhook-Timestamp"] = "1"
        case "none":
            headers.clear()
        case "not base64":
            headers["X-Twilio-Email-Event-Webhook-Signature"] = "é!"
        case "not DER":
            headers["X-Twilio-Email-Event-Webhook-Signature"] = base64.b64encode(b"x").decode()
        case "not UTF-8":
            request["data"] = b"\xff"
    assert serve("mail_events").post("/hooks/sendgrid", **request).status_code == 403


def test_without_a_key_the_webhook_is_not_there_yet(serve: Serve) -> None:
    """While no public key is set the webhook answers 503, so that SendGrid tries again later."""
    client = serve("mail_events")
    assert client.post("/hooks/sendgrid", **signed(b"[]")).status_code == 503
    assert client.get("/hooks/sendgrid").status_code == 405


# The survey over HTTP


@pytest.fixture
def invited(serve: Serve, queue: SeatQueue, clock: list[Any], links: Links) -> str:
    """The path of r1's survey, on the first day on which it can be answered."""
    queue.do(WORKSHOP.id, sign_up(1))
    clock[0] = WORKSHOP.wave_opens_at(WORKSHOP.waves[0]) + timedelta(hours=10)
    assert serve("send_surveys").post("/").text == "1"
    return links.survey(WORKSHOP, WORKSHOP.waves[0], "r1")


ANSWERS = {"vraag-opbrengst": "4", "vraag-lengte": "goed", "vraag-aanraden": "9"}


def test_a_survey_is_answered_once(serve: Serve, invited: str, store: Store) -> None:
    """A second answer to a survey is not stored, and after the first the page shows no form."""
    client = serve("survey")
    assert "<form" in client.get(invited).text
    for _ in range(2):
        answer = client.post(invited, data=ANSWERS)
        assert (answer.status_code, answer.headers["Location"]) == (303, invited)
    assert "<form" not in client.get(invited).text
    assert store.surveys.count_sealed(WORKSHOP.id, "evaluatie") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"vraag-opbrengst": ""},
        {"vraag-opbrengst": "6"},
        {"vraag-opbrengst": "4.0"},
        {"vraag-lengte": "anders"},
        {"vraag-anders": "x" * 9_000},
    ],
)
def test_a_bad_answer_is_told_and_kept(serve: Serve, invited: str, store: Store, changes: dict[str, str]) -> None:
    """A survey with a mistake is answered with 422 and nothing is stored."""
    answer = serve("survey").post(invited, data=ANSWERS | {"vraag-anders": "Dit blijft staan."} | changes)
    assert answer.status_code == 422
    assert store.surveys.count_sealed(WORKSHOP.id, "evaluatie") == 0


def test_a_survey_link_after_the_close_says_so(serve: Serve, invited: str, clock: list[Any]) -> None:
    """After a wave has closed its page can still be opened (200), but an answer is refused with 409."""
    clock[0] += timedelta(days=31)
    client = serve("survey")
    assert client.get(invited).status_code == 200
    assert client.post(invited, data=ANSWERS).status_code == 409


def test_no_other_link_opens_a_survey(serve: Serve, invited: str, links: Links) -> None:
    """The link of a registration, or a survey's link that was altered or cut off, does not open a survey (404)."""
    client = serve("survey")
    token = links.registration_path("r1").removeprefix("/aanmelding/")
    for path in (f"/enquete/{token}", invited[:-1], invited + "A", "/enquete/x"):
        assert client.get(path).status_code == 404
        assert client.post(path, data=ANSWERS).status_code == 404


def test_one_click_stops_surveys(serve: Serve, invited: str, store: Store) -> None:
    """A mail provider's POST (RFC 8058), without cookies and in either content type, ends surveys; a GET asks."""
    client = serve("survey")
    stop = invited.replace("/enquete/", "/uitschrijven/")
    assert "<form" in client.get(stop).text
    before = store.seats.registration("r1")
    assert before is not None
    assert not before.unsubscribed
    for content in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        answer = client.post(
            stop,
            data=b"List-Unsubscribe=One-Click",
            content_type=content,
            headers={"Origin": "https://mail.example.com", "Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 200
    after = store.seats.registration("r1")
    assert after is not None
    assert after.unsubscribed
    assert after.state.value == "confirmed"
    assert client.post("/uitschrijven/x").status_code == 404


def test_links_to_a_survey_of_an_earlier_address_tell_nothing(
    serve: Serve, invited: str, queue: SeatQueue, store: Store, links: Links
) -> None:
    """Once the address was corrected, whoever has the old mailbox neither answers nor unsubscribes the person.

    The page is the same as for a link that never was one. The links in later mails work.
    """
    queue.do(WORKSHOP.id, _moved("r1", "nieuw@example.org"))
    client = serve("survey")
    stop = invited.replace("/enquete/", "/uitschrijven/")
    for old in (invited, stop):
        gone = client.get(old)
        assert gone.status_code == 404
        assert "Vraag je link opnieuw aan" in gone.text
        assert gone.text == client.get("/enquete/onzin").text
        assert client.post(old, data=ANSWERS).status_code == 404
    one_click = client.post(stop, data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert one_click.status_code == 404
    found = store.seats.registration("r1")
    assert found is not None
    assert not found.unsubscribed
    assert store.surveys.count_sealed(WORKSHOP.id, "evaluatie") == 0
    wave = WORKSHOP.waves[0]
    assert client.get(links.survey(WORKSHOP, wave, "r1", 2)).status_code == 404
    assert client.post(links.survey(WORKSHOP, wave, "r1", 1), data=ANSWERS).status_code == 303
    assert client.post(links.unsubscribe(WORKSHOP, wave, "r1", 1)).status_code == 200


def _moved(registration: str, email: str) -> Correct:
    """An organiser corrects the address."""
    moved = replace(person(1), email=email)
    return Correct(registration=registration, person=moved, answers={}, mailbox="m", address="a", identity="i")


def test_a_form_of_other_questions_is_shown_again(serve: Serve, invited: str, store: Store) -> None:
    """An answer to a question that is no longer asked is not stored; the form comes back and says why."""
    answer = serve("survey").post(invited, data=ANSWERS | {"vraag-verdwenen": "iets"})
    assert answer.status_code == 422
    assert "De vragen zijn veranderd" in answer.text
    assert store.surveys.count_sealed(WORKSHOP.id, "evaluatie") == 0


def test_an_answer_to_words_that_were_not_seen_is_not_taken(serve: Serve, invited: str, store: Store) -> None:
    """If a question was reworded after the form was opened, the form comes back before the answer is stored."""
    client = serve("survey")
    [seen] = re.findall(r'name="versie" value="(\w+)"', client.get(invited).text)
    wave = WORKSHOP.waves[0]
    turned = replace(wave.questions[0], label="Hoe tegenvallend was het?")
    other = replace(WORKSHOP, waves=(replace(wave, questions=(turned, *wave.questions[1:])), *WORKSHOP.waves[1:]))
    publish_workshop(store, other, NOW)
    answer = client.post(invited, data=ANSWERS | {"versie": seen})
    assert answer.status_code == 422
    assert "De vragen zijn veranderd" in answer.text
    assert store.surveys.count_sealed(WORKSHOP.id, "evaluatie") == 0
    [now_seen] = re.findall(r'name="versie" value="(\w+)"', answer.text)
    assert now_seen != seen
    assert client.post(invited, data=ANSWERS | {"versie": now_seen}).status_code == 303


def test_only_the_survey_runs_a_script_and_only_ours(serve: Serve, invited: str) -> None:
    """The survey's page runs one script of ours, under an address made of its content; other pages run none."""
    client = serve("survey")
    page = client.get(invited)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    [path] = re.findall(r'src="(/werkplaats/_/[^"]+)"', page.text)
    script = serve("signup").get(path)
    assert script.mimetype == "text/javascript"
    assert "immutable" in script.headers["Cache-Control"]
    assert "script-src" not in client.get("/enquete/x").headers["Content-Security-Policy"]


def test_answers_keep_the_questions_they_were_given_to(
    serve: Serve, invited: str, store: Store, queue: SeatQueue, clock: list[Any]
) -> None:
    """If questions change after answers came in, those answers still belong to the version with the old questions."""
    client = serve("survey")
    assert client.post(invited, data=ANSWERS).status_code == 303
    wave = WORKSHOP.waves[0]
    fewer = replace(wave, questions=wave.questions[:-1])
    publish_workshop(store, replace(WORKSHOP, waves=(fewer, *WORKSHOP.waves[1:])), clock[0])
    versions = store.surveys.versions(WORKSHOP.id, "evaluatie")
    assert [version.questions for version in versions] == [wave.questions]
    [envelope] = store.surveys.envelopes(WORKSHOP.id, "evaluatie")
    [sealed] = store.surveys.sealed([envelope.id])
    assert sealed.version == versions[0].id
