"""The stand-in for SendGrid: accepts what the real client sends, keeps it, and posts signed events about it."""

import asyncio
import base64
import json
import random
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from local.faults import Faults, happens
from local.mailbox import Mail, Mailbox
from local.sendgrid_rules import error, refusals

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"

_LARGEST = 30 * 1024**2
_LARGEST_BATCH = 500
"""The most mails whose events are posted together."""

_FIRST_RETRY = 0.5
_LONGEST_RETRY = 10.0


class SendGrid:
    """`webhook` is the address to which events are posted; `private_key` is the key that signs them, in PEM."""

    def __init__(
        self,
        *,
        api_key: str,
        private_key: str,
        mailbox: Mailbox,
        webhook: str,
        now: Callable[[], datetime],
        http: aiohttp.ClientSession,
        faults: Callable[[], Faults],
    ) -> None:
        key = serialization.load_pem_private_key(private_key.encode(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self._key = key
        self._api_key = api_key
        self._mailbox = mailbox
        self._webhook = webhook
        self._now = now
        self._http = http
        self._faults = faults
        self._posting: set[asyncio.Task[None]] = set()
        self._gathered: list[tuple[list[dict[str, Any]], asyncio.Future[None]]] = []
        self._poster: asyncio.Task[None] | None = None

    def application(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_post("/v3/mail/send", self._send)
        return app

    def left(self) -> str:
        """How many mails have events that the webhook has not accepted yet, as a Dutch text; empty if none."""
        return f"{len(self._posting)} × SendGrid-webhook" if self._posting else ""

    async def stop(self) -> None:
        tasks = [*self._posting, *([self._poster] if self._poster else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self._api_key}":
            return _refused(401, [error("The provided authorization grant is invalid, expired, or revoked")])
        body, problems = await _parsed(request)
        faults = self._faults().sendgrid
        if happens(faults.too_many):
            return self._refuse(429, body, [error("too many requests")])
        if happens(faults.broken):
            return self._refuse(500, body, [error("internal server error")])
        if problems:
            return self._refuse(400, body, problems)
        mail = self._mailbox.add(
            at=self._now(),
            status=202,
            request=body,
            message_id=secrets.token_urlsafe(16),
            answer_lost=happens(faults.lost_answer),
        )
        task = asyncio.create_task(self._tell(mail, bounced=happens(faults.bounce)))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)
        if mail.answer_lost and request.transport is not None:
            request.transport.close()
        return web.Response(status=202, headers={"X-Message-Id": str(mail.message_id)})

    def _refuse(self, status: int, body: dict[str, Any], problems: list[dict[str, str | None]]) -> web.Response:
        self._mailbox.add(at=self._now(), status=status, request=body, message_id=None)
        return _refused(status, problems)

    async def _tell(self, mail: Mail, *, bounced: bool) -> None:
        outcome = "bounce" if bounced else "delivered"
        for kind in ("processed", outcome):
            await self._post(_events(mail, kind, self._now()))
            self._mailbox.add_event(mail, kind)

    async def _post(self, events: list[dict[str, Any]]) -> None:
        """Post `events` to the webhook. While it is busy, those of several mails gather, and are posted together."""
        taken = asyncio.get_running_loop().create_future()
        self._gathered.append((events, taken))
        if self._poster is None or self._poster.done():
            self._poster = asyncio.create_task(self._post_gathered())
        await taken

    async def _post_gathered(self) -> None:
        while self._gathered:
            batch, self._gathered = self._gathered[:_LARGEST_BATCH], self._gathered[_LARGEST_BATCH:]
            await self._post_until_taken([event for events, _ in batch for event in events])
            for _, taken in batch:
                if not taken.done():
                    taken.set_result(None)

    async def _post_until_taken(self, events: list[dict[str, Any]]) -> None:
        """Post `events` again and again until the webhook accepts them; the real SendGrid gives up after a day."""
        # The body ends in a line break, as SendGrid's do. It is signed too, so whoever verifies must not strip it.
        body = json.dumps(events, separators=(",", ":")).encode() + b"\r\n"
        retry_after = _FIRST_RETRY
        while not await self._taken(body):
            await asyncio.sleep(random.uniform(0.5, 1) * retry_after)
            retry_after = min(2 * retry_after, _LONGEST_RETRY)

    async def _taken(self, body: bytes) -> bool:
        timestamp = str(int(self._now().timestamp()))
        signature = self._key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "SendGrid Event API",
            SIGNATURE_HEADER: base64.b64encode(signature).decode(),
            TIMESTAMP_HEADER: timestamp,
        }
        try:
            async with self._http.post(
                self._webhook, data=body, headers=headers, timeout=aiohttp.ClientTimeout(total=30)
            ) as answer:
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, TimeoutError):
            return False


def new_private_key() -> str:
    """A new private key for signing events, in PEM."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def public_key(private_key: str) -> str:
    """The public key that belongs to `private_key`, in the form in which SendGrid shows it: base64 on one line."""
    der = (
        serialization.load_pem_private_key(private_key.encode(), password=None)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return base64.b64encode(der).decode()


def _refused(status: int, problems: list[dict[str, str | None]]) -> web.Response:
    return web.json_response({"errors": problems}, status=status)


async def _parsed(request: web.Request) -> tuple[dict[str, Any], list[dict[str, str | None]]]:
    """The request's body ({} if it is not a JSON object), and the errors for which SendGrid would refuse it."""
    try:
        body = json.loads(await request.read())
    except ValueError:
        return {}, [error("Bad Request")]
    if request.content_type != "application/json":
        return {}, [error("Content-Type should be application/json.")]
    return (body if isinstance(body, dict) else {}), refusals(body)


def _events(mail: Mail, kind: str, now: datetime) -> list[dict[str, Any]]:
    request = mail.request
    return [
        {
            **request.get("custom_args", {}),
            **personalization.get("custom_args", {}),
            "email": to["email"],
            "timestamp": int(now.timestamp()),
            "smtp-id": f"<{mail.message_id}@geopod-ismtpd-1>",
            "event": kind,
            **({"category": request["categories"]} if "categories" in request else {}),
            "sg_event_id": secrets.token_urlsafe(16),
            "sg_message_id": f"{mail.message_id}.recvd-local-1-1.0",
            **_DETAILS[kind],
        }
        for personalization in request["personalizations"]
        for group in ("to", "cc", "bcc")
        for to in personalization.get(group, ())
    ]


_DETAILS: dict[str, dict[str, Any]] = {
    "processed": {"send_at": 0},
    "delivered": {"response": "250 2.0.0 OK", "ip": "127.0.0.1", "tls": 1},
    "bounce": {
        "type": "bounce",
        "reason": "550 5.1.1 The email account that you tried to reach does not exist.",
        "status": "5.1.1",
        "bounce_classification": "Invalid Address",
        "ip": "127.0.0.1",
        "tls": 1,
    },
}
