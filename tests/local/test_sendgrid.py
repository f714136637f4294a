"""The stand-in for SendGrid, called by SendGrid's client; its events are verified with SendGrid's own helper."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from python_http_client.exceptions import BadRequestsError, HTTPError, UnauthorizedError
from sendgrid import SendGridAPIClient
from sendgrid.helpers.eventwebhook import EventWebhook
from sendgrid.helpers.mail import Attachment, Category, CustomArg, Mail

from local import sendgrid
from local.faults import Faults, SendGridFaults
from local.mailbox import Mailbox

from .helpers import eventually, http_client, served

KEY = "SG.local.test"
NOW = datetime(2027, 2, 1, 9, tzinfo=UTC)


class StandIn:
    """A running stand-in, SendGrid's own client for it, and the events that its webhook was sent."""

    def __init__(self, mailbox: Mailbox, private_key: str, address: str) -> None:
        self.mailbox = mailbox
        self.address = address
        self.posted: list[tuple[dict[str, str], str]] = []
        self.refuse_posts = 0
        self._verifier = EventWebhook(sendgrid.public_key(private_key))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for _, body in self.posted for event in json.loads(body)]

    def all_verified(self) -> bool:
        return all(
            self._verifier.verify_signature(
                body, headers[sendgrid.SIGNATURE_HEADER], headers[sendgrid.TIMESTAMP_HEADER]
            )
            for headers, body in self.posted
        )

    async def send(self, mail: Mail | dict[str, Any], key: str = KEY) -> Any:
        client = SendGridAPIClient(key, host=f"http://{self.address}")
        return await asyncio.to_thread(client.send, mail)

    async def webhook(self, request: web.Request) -> web.Response:
        if self.refuse_posts:
            self.refuse_posts -= 1
            return web.Response(status=503)
        self.posted.append((dict(request.headers), (await request.read()).decode()))
        return web.Response()


def run(folder: Path, scenario: Callable[[StandIn], Awaitable[None]], **faults: float) -> StandIn:
    private_key = sendgrid.new_private_key()

    async def main() -> StandIn:
        it = StandIn(Mailbox(folder / "mailbox.jsonl"), private_key, "")
        async with http_client() as http, served(it.webhook) as webhook:
            stand_in = sendgrid.SendGrid(
                api_key=KEY,
                private_key=private_key,
                mailbox=it.mailbox,
                webhook=f"http://{webhook}/hooks/sendgrid",
                now=lambda: NOW,
                http=http,
                faults=lambda: Faults(sendgrid=SendGridFaults(**faults)),
            )
            async with served(stand_in.application()) as it.address:
                await scenario(it)
                await eventually(lambda: not stand_in.left())
        return it

    return asyncio.run(main())


def a_mail() -> Mail:
    mail = Mail(
        from_email=("werkplaats@example.org", "Werkplaats"),
        to_emails=("jo@example.org", "Jo Jansen"),
        subject="Je hebt een plek",
        plain_text_content="Tot ziens!",
        html_content="<p>Tot ziens!</p>",
    )
    mail.custom_arg = CustomArg("mail_id", "mail-1")
    mail.category = Category("confirmed")
    mail.attachment = Attachment("QkVHSU4=", "werkplaats.ics", "text/calendar", "attachment")
    return mail


def test_mail_is_accepted_kept_and_reported_by_signed_events(tmp_path: Path) -> None:
    """A mail gets 202 and a message id, then signed `processed` and `delivered` events with its own arguments."""

    async def scenario(it: StandIn) -> None:
        answer = await it.send(a_mail())
        assert answer.status_code == 202
        assert answer.headers["X-Message-Id"] == it.mailbox.mails[0].message_id

    it = run(tmp_path, scenario)
    assert it.all_verified()
    assert [event["event"] for event in it.events] == ["processed", "delivered"]
    for event in it.events:
        assert event["email"] == "jo@example.org"
        assert event["mail_id"] == "mail-1"
        assert event["category"] == ["confirmed"]
        assert event["timestamp"] == int(NOW.timestamp())
        assert event["sg_message_id"].startswith(f"{it.mailbox.mails[0].message_id}.")
    assert it.mailbox.mails[0].events == ["processed", "delivered"]


def test_webhook_that_refuses_is_asked_again(tmp_path: Path) -> None:
    """An event is posted again until the webhook accepts it."""

    async def scenario(it: StandIn) -> None:
        it.refuse_posts = 1
        await it.send(a_mail())

    assert [event["event"] for event in run(tmp_path, scenario).events] == ["processed", "delivered"]


def test_wrong_key_is_unauthorised(tmp_path: Path) -> None:
    """A wrong API key gets 401, and the mail is neither kept nor reported."""

    async def scenario(it: StandIn) -> None:
        with pytest.raises(UnauthorizedError):
            await it.send(a_mail(), key="SG.other")

    it = run(tmp_path, scenario)
    assert it.mailbox.mails == []
    assert it.posted == []


def without(field: str) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.pop(field)


def with_(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.update(fields)


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (without("from"), None),
        (without("subject"), None),
        (with_(subject=""), "subject"),
        (with_(subject="twee\nregels"), "subject"),
        (with_(personalizations=[]), "personalizations"),
        (with_(personalizations=[{"to": []}]), "personalizations.0.to"),
        (with_(personalizations=[{"to": [{"email": "geen adres"}]}]), "personalizations.0.to.0.email"),
        (with_(personalizations=[{"to": [{"email": "a@example.org"}] * 2}]), "personalizations.0"),
        (with_(content=[{"type": "text/html", "value": "a"}, {"type": "text/plain", "value": "b"}]), "content"),
        (with_(content=[{"type": "text/plain", "value": ""}]), "content.0.value"),
        (with_(attachments=[{"content": "geen base64!", "filename": "a.ics"}]), "attachments.0.content"),
        (with_(custom_args={"mail_id": 1}), "custom_args.mail_id"),
        (with_(custom_args={"mail_id": "x" * 10_001}), "personalizations.0"),
        (with_(categories=[str(number) for number in range(11)]), "categories"),
        (with_(headers={"Subject": "x"}), "headers"),
        (with_(tracking_settings={"click_tracking": {"enabled": False}}), "tracking_settings.click_tracking"),
        (with_(unknown=1), None),
    ],
)
def test_malformed_mail_is_refused_naming_the_field(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], None], field: str | None
) -> None:
    """A malformed mail gets 400 in SendGrid's format, and is kept in the mailbox as refused."""
    body = a_mail().get()
    spoil(body)

    async def scenario(it: StandIn) -> None:
        with pytest.raises(BadRequestsError) as refused:
            await it.send(body)
        errors = refused.value.to_dict["errors"]
        assert field in [error["field"] for error in errors]
        assert all(error["message"] and "help" in error for error in errors)

    it = run(tmp_path, scenario)
    assert [mail.status for mail in it.mailbox.mails] == [400]
    assert it.posted == []


@pytest.mark.parametrize(("fault", "status"), [("too_many", 429), ("broken", 500)])
def test_fault_refuses_the_mail(tmp_path: Path, fault: str, status: int) -> None:
    """With the faults 429 and 500 a mail is refused with that status, and the mailbox shows it."""

    async def scenario(it: StandIn) -> None:
        with pytest.raises(HTTPError) as refused:
            await it.send(a_mail())
        assert refused.value.status_code == status

    it = run(tmp_path, scenario, **{fault: 1.0})
    assert [mail.status for mail in it.mailbox.mails] == [status]
    assert it.posted == []


def test_lost_answer_is_sent_and_reported_all_the_same(tmp_path: Path) -> None:
    """With the fault `lost_answer` the connection closes without an answer, but the mail is accepted and reported."""

    async def scenario(it: StandIn) -> None:
        with pytest.raises(RemoteDisconnected):
            await it.send(a_mail())

    it = run(tmp_path, scenario, lost_answer=1.0)
    assert [(mail.status, mail.answer_lost) for mail in it.mailbox.mails] == [(202, True)]
    assert [event["event"] for event in it.events] == ["processed", "delivered"]


def test_bounce_says_why(tmp_path: Path) -> None:
    """With the fault `bounce` the event has a type, a reason and a status."""

    async def scenario(it: StandIn) -> None:
        await it.send(a_mail())

    bounce = run(tmp_path, scenario, bounce=1.0).events[-1]
    assert (bounce["event"], bounce["type"], bounce["status"]) == ("bounce", "bounce", "5.1.1")
    assert bounce["reason"].startswith("550 ")


def test_mailbox_is_the_same_after_a_restart(tmp_path: Path) -> None:
    """After a restart the mailbox has the same mails and events."""

    async def scenario(it: StandIn) -> None:
        await it.send(a_mail())

    before = run(tmp_path, scenario).mailbox.mails
    assert Mailbox(tmp_path / "mailbox.jsonl").mails == before
