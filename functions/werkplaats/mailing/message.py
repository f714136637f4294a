"""A mail as it is handed to the mail provider: everything is in it, and nothing is left to look up."""

from msgspec import Struct

from werkplaats.domain.workshop import Sender


class Recipient(Struct, frozen=True):
    """Who a mail is for. `name` is for the header, None if none is to stand there."""

    email: str
    name: str | None


class Message(Struct, frozen=True, kw_only=True):
    """One mail to one recipient.

    `mail_id` comes back with the provider's events about it. `html` and `text` say the same. `categories` are what the
    provider counts it under. `calendar` is the content of a file for a calendar (RFC 5545) that goes with it.
    `unsubscribe` is the address that ends mails of this kind with one POST (RFC 8058).
    """

    mail_id: str
    sender: Sender
    recipient: Recipient
    subject: str
    html: str
    text: str
    categories: tuple[str, ...]
    calendar: bytes | None = None
    unsubscribe: str | None = None
