"""The pages that show the mailbox, and each mail as its recipient would see it."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.clock import AMSTERDAM
from local.front_door import page
from local.mailbox import Mail, Mailbox

_MONTHS = ("jan.", "feb.", "maart", "april", "mei", "juni", "juli", "aug.", "sept.", "okt.", "nov.", "dec.")
_EVENTS = {"processed": "aangenomen", "delivered": "bezorgd", "bounce": "niet bezorgd: teruggekomen"}
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_HEADERS = {
    "Cache-Control": "no-store",
    # This applies inside the frame with the mail too: it may use inline styles and images of this site or in the page
    # itself, but run no scripts and load nothing from other sites.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-src 'self'",
    "X-Content-Type-Options": "nosniff",
}


class MailPages:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
        )
        self._templates.filters.update(moment=dutch_moment, person=_person, state=_state, colour=_colour)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/_local/mail", self._list)
        router.add_get("/_local/mail.json", self._json)
        router.add_get(r"/_local/mail/{number:\d{1,9}}", self._one)
        router.add_get(r"/_local/mail/{number:\d{1,9}}/bijlage/{attachment:\d{1,9}}", self._attachment)

    async def _list(self, request: web.Request) -> web.Response:
        return self._render("mailbox.html", mails=self._mailbox.mails[::-1])

    async def _json(self, request: web.Request) -> web.Response:
        mails = [
            {
                "received_at": mail.received_at.isoformat(),
                "status": mail.status,
                "request": mail.request,
                "number": mail.number,
                "message_id": mail.message_id,
                "answer_lost": mail.answer_lost,
                "events": mail.events,
            }
            for mail in self._mailbox.mails
        ]
        return web.Response(
            text=json.dumps(mails, ensure_ascii=False),
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )

    async def _one(self, request: web.Request) -> web.Response:
        mail = self._mail(request)
        if mail is None:
            return _missing()
        html = mail.content("text/html")
        return self._render(
            "mail.html",
            mail=mail,
            html=None if html is None else _opening_links_on_top(html),
            text=mail.content("text/plain"),
        )

    async def _attachment(self, request: web.Request) -> web.Response:
        mail = self._mail(request)
        number = int(request.match_info["attachment"])
        if mail is None or not 1 <= number <= len(mail.attachments):
            return _missing()
        attachment = mail.attachments[number - 1]
        filename = re.sub(r"[^\w.() -]", "_", attachment.filename, flags=re.ASCII)
        return web.Response(
            body=attachment.content,
            headers={
                **_HEADERS,
                "Content-Type": attachment.type,
                "Content-Disposition": f'attachment; filename="{filename}"',
            },
        )

    def _mail(self, request: web.Request) -> Mail | None:
        return self._mailbox.mail(int(request.match_info["number"]))

    def _render(self, template: str, **context: Any) -> web.Response:
        text = self._templates.get_template(template).render(**context)
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)


def dutch_moment(moment: datetime) -> str:
    """The moment in Amsterdam's time, such as '2 feb. 2027 om 10:00:05'."""
    local = moment.astimezone(AMSTERDAM)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year} om {local:%H:%M:%S}"


def _missing() -> web.Response:
    return page(404, "Deze mail is er niet", "Kijk in de postbus welke er wel zijn.")


def _opening_links_on_top(html: str) -> str:
    """`html`, changed so that links open in the whole window instead of in the frame that shows the mail."""
    base = '<base target="_top">'
    head = _HEAD.search(html)
    return base + html if head is None else html[: head.end()] + base + html[head.end() :]


def _person(address: dict[str, str] | None) -> str:
    if address is None:
        return "(onbekend)"
    email = address.get("email", "(geen adres)")
    return f"{address['name']} <{email}>" if address.get("name") else email


def _state(mail: Mail) -> str:
    if not mail.accepted:
        return f"geweigerd ({mail.status})"
    state = _EVENTS.get(mail.events[-1], mail.events[-1]) if mail.events else _EVENTS["processed"]
    return f"{state}, antwoord ging verloren" if mail.answer_lost else state


def _colour(mail: Mail) -> str:
    if not mail.accepted or "bounce" in mail.events:
        return "bad"
    return "good" if "delivered" in mail.events else ""
