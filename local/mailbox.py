"""Keeps every mail that the SendGrid stand-in was asked to send, including the refused ones."""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Attachment:
    filename: str
    type: str
    content: bytes


@dataclass(kw_only=True)
class Mail:
    """One request to send a mail. `status` is that of the answer, also if a fault kept the answer from arriving."""

    number: int
    """Its number in the order of receipt, from 1."""
    received_at: datetime
    status: int
    request: dict[str, Any]
    message_id: str | None = None
    """The id that SendGrid gave it; None if it was refused."""
    answer_lost: bool = False
    events: list[str] = field(default_factory=list)
    """The events that were posted about it, in order: processed, then delivered or bounce."""

    @property
    def accepted(self) -> bool:
        return self.message_id is not None

    @property
    def recipients(self) -> list[dict[str, str]]:
        """Each recipient, as `{"email": …, "name": …}`."""
        return [to for one in self._dicts("personalizations") for to in one.get("to", ()) if isinstance(to, dict)]

    @property
    def subject(self) -> str:
        for one in (*self._dicts("personalizations"), self.request):
            if isinstance(one.get("subject"), str):
                return str(one["subject"])
        return ""

    def address(self, field: str) -> dict[str, str] | None:
        value = self.request.get(field)
        return value if isinstance(value, dict) else None

    def content(self, type: str) -> str | None:
        """Its body in content type `type`, such as text/html; None if it has none."""
        return next((str(part.get("value")) for part in self._dicts("content") if part.get("type") == type), None)

    @property
    def attachments(self) -> list[Attachment]:
        if not self.accepted:  # a refused request may hold attachments that are not base64
            return []
        return [
            Attachment(one["filename"], one.get("type", "application/octet-stream"), base64.b64decode(one["content"]))
            for one in self._dicts("attachments")
        ]

    def _dicts(self, field: str) -> list[dict[str, Any]]:
        value = self.request.get(field)
        return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


class Mailbox:
    """Mails in the order of receipt. Each mail and event is written as a line of the file `keep_in`."""

    def __init__(self, keep_in: Path) -> None:
        self.mails: list[Mail] = []
        self._path = keep_in
        if keep_in.exists():
            for line in keep_in.read_text().splitlines():
                self._replay(json.loads(line))

    def add(
        self, *, at: datetime, status: int, request: dict[str, Any], message_id: str | None, answer_lost: bool = False
    ) -> Mail:
        mail = Mail(
            number=len(self.mails) + 1,
            received_at=at,
            status=status,
            request=request,
            message_id=message_id,
            answer_lost=answer_lost,
        )
        self.mails.append(mail)
        self._keep(
            {
                "received_at": at.isoformat(),
                "status": status,
                "request": request,
                "message_id": message_id,
                "answer_lost": answer_lost,
            }
        )
        return mail

    def add_event(self, mail: Mail, event: str) -> None:
        mail.events.append(event)
        self._keep({"mail": mail.number, "event": event})

    def mail(self, number: int) -> Mail | None:
        return self.mails[number - 1] if 1 <= number <= len(self.mails) else None

    def _keep(self, line: dict[str, Any]) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def _replay(self, line: dict[str, Any]) -> None:
        if "event" in line:
            self.mails[line["mail"] - 1].events.append(line["event"])
            return
        received_at = datetime.fromisoformat(line.pop("received_at"))
        self.mails.append(Mail(number=len(self.mails) + 1, received_at=received_at, **line))
