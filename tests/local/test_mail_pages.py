"""The pages of the local mailbox."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from local.mail_pages import MailPages
from local.mailbox import Mailbox

from .helpers import served

MARKUP = "<script>alert(1)</script>"


def request(**fields: Any) -> dict[str, Any]:
    return {
        "from": {"email": "werkplaats@example.org", "name": "Werkplaats"},
        "reply_to": {"email": "vragen@example.org"},
        "subject": "Je hebt een plek",
        "personalizations": [{"to": [{"email": "jo@example.org", "name": "Jo"}]}],
        "content": [
            {"type": "text/plain", "value": "Zie http://localhost:8080/aanmelding/t"},
            {"type": "text/html", "value": "<!doctype html><html><head></head><body>Dag</body></html>"},
        ],
        **fields,
    }


def browsing(
    folder: Path, requests: list[dict[str, Any]], scenario: Callable[[aiohttp.ClientSession, str], Awaitable[None]]
) -> None:
    async def main() -> None:
        mailbox = Mailbox(folder / "mailbox.jsonl")
        for body in requests:
            mailbox.add(at=datetime(2027, 2, 1, 9, tzinfo=UTC), status=202, request=body, message_id="id")
        mailbox.add(at=datetime(2027, 2, 1, 10, tzinfo=UTC), status=400, request={"content": 5}, message_id=None)
        app = web.Application()
        MailPages(mailbox).add_routes(app.router)
        async with served(app) as address, aiohttp.ClientSession() as client:
            await scenario(client, f"http://{address}/_local")

    asyncio.run(main())


async def text_of(client: aiohttp.ClientSession, url: str) -> str:
    async with client.get(url) as answer:
        assert answer.status == 200
        return await answer.text()


def test_list_shows_the_newest_first_refused_ones_too(tmp_path: Path) -> None:
    """The list has the newest mail first, refused ones too, each with subject, recipient, Amsterdam time and state."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        page = await text_of(client, f"{url}/mail")
        assert page.index("geweigerd (400)") < page.index("Je hebt een plek")
        assert "Jo &lt;jo@example.org&gt;" in page
        assert "1 feb. 2027 om 10:00:00" in page

    browsing(tmp_path, [request()], scenario)


def test_mail_opens_as_a_person_reads_it(tmp_path: Path) -> None:
    """A mail is shown as HTML in a frame whose links open in the whole window, and as text with links."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        page = await text_of(client, f"{url}/mail/1")
        assert "&lt;head&gt;&lt;base target=&#34;_top&#34;&gt;&lt;/head&gt;" in page
        assert 'sandbox="allow-top-navigation-by-user-activation' in page
        assert '<a href="http://localhost:8080/aanmelding/t"' in page
        assert "vragen@example.org" in page

    browsing(tmp_path, [request()], scenario)


def test_attachment_can_be_downloaded(tmp_path: Path) -> None:
    """An attachment is downloaded unchanged, under its own name."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        assert 'href="/_local/mail/1/bijlage/1"' in await text_of(client, f"{url}/mail/1")
        async with client.get(f"{url}/mail/1/bijlage/1") as answer:
            assert await answer.read() == b"BEGIN:VCALENDAR"
            assert answer.headers["Content-Type"] == "text/calendar; method=PUBLISH"
            assert answer.headers["Content-Disposition"] == 'attachment; filename="werkplaats_.ics"'

    content = base64.b64encode(b"BEGIN:VCALENDAR").decode()
    attachment = {"content": content, "filename": 'werkplaats".ics', "type": "text/calendar; method=PUBLISH"}
    browsing(tmp_path, [request(attachments=[attachment])], scenario)


def test_markup_in_a_mail_is_not_markup_of_the_page(tmp_path: Path) -> None:
    """HTML in subject, names, text and body of a mail is shown as text."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        for path in ("mail", "mail/1"):
            assert MARKUP not in await text_of(client, f"{url}/{path}")

    content = [{"type": "text/plain", "value": MARKUP}, {"type": "text/html", "value": MARKUP}]
    to = [{"to": [{"email": "jo@example.org", "name": MARKUP}]}]
    browsing(tmp_path, [request(subject=MARKUP, content=content, personalizations=to)], scenario)


def test_json_holds_every_request_oldest_first(tmp_path: Path) -> None:
    """mail.json lists every request as it was received, oldest first."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        async with client.get(f"{url}/mail.json") as answer:
            mails = await answer.json()
        assert [mail["status"] for mail in mails] == [202, 400]
        assert mails[0]["request"] == request()
        assert datetime.fromisoformat(mails[0]["received_at"]) == datetime(2027, 2, 1, 9, tzinfo=UTC)

    browsing(tmp_path, [request()], scenario)


def test_mail_that_is_not_there_is_a_404(tmp_path: Path) -> None:
    """An unknown mail or attachment, number 0 included, is not found (404)."""

    async def scenario(client: aiohttp.ClientSession, url: str) -> None:
        for path in ("mail/0", "mail/9", "mail/1/bijlage/1"):
            async with client.get(f"{url}/{path}") as answer:
                assert answer.status == 404

    browsing(tmp_path, [request()], scenario)
