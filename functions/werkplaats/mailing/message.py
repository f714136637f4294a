"""A mail as it is given to the mail provider. It is complete: nothing has to be looked up."""

from msgspec import Struct

from werkplaats.domain.workshop import Sender


class Recipient(Struct, frozen=True):
    """The recipient of a mail. `name` is the name in the header, None if the header should have none."""

    email: str
    name: str | None


class Message(Struct, frozen=True, kw_only=True):
    """One mail to one recipient.

    The provider sends `mail_id` back with its events about the mail. `html` and `text` say the same. The provider's
    statistics are by `categories`. `calendar` is the content of an attached calendar file (RFC 5545). One POST to
    `unsubscribe` ends mails of this kind (RFC 8058). Replies go to `reply_to`, or to the sender's address for
    replies if that is None.
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
    reply_to: Recipient | None = None
