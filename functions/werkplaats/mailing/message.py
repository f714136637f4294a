"""A rendered mail as SendGrid's v3 mail/send takes it."""

from base64 import b64encode

from msgspec import Struct
from sendgrid.helpers.mail import (
    Attachment,
    Category,
    ClickTracking,
    CustomArg,
    Disposition,
    FileContent,
    FileName,
    FileType,
    From,
    Header,
    HtmlContent,
    Mail,
    OpenTracking,
    PlainTextContent,
    ReplyTo,
    Subject,
    SubscriptionTracking,
    To,
    TrackingSettings,
)

from werkplaats.domain.workshop import Sender
from werkplaats.mailing.calendar import CONTENT_TYPE
from werkplaats.mailing.rendering import Rendered
from werkplaats.wording.text import one_line


class Recipient(Struct, frozen=True):
    email: str
    name: str | None
    """For the header: of a participant only what looks like a name (wording.names.full_name)."""


def message(
    mail_id: str,
    *,
    sender: Sender,
    to: Recipient,
    rendered: Rendered,
    categories: tuple[str, ...],
    calendar: bytes | None = None,
    unsubscribe: str | None = None,
) -> Mail:
    """The message for SendGrid. `mail_id` comes back in its events; tracking is off, since links carry tokens.

    `unsubscribe` is the address that ends mails of this kind with one POST (RFC 8058).
    """
    built = Mail(
        from_email=From(sender.email, sender.name),
        to_emails=To(to.email, one_line(to.name, at_most=150) if to.name else None),
        subject=Subject(rendered.subject),
        plain_text_content=PlainTextContent(rendered.text),
        html_content=HtmlContent(rendered.html),
    )
    built.reply_to = ReplyTo(sender.reply_to, sender.name)
    built.add_custom_arg(CustomArg("mail_id", mail_id))
    for category in categories:
        built.add_category(Category(category))
    built.tracking_settings = TrackingSettings(
        click_tracking=ClickTracking(enable=False, enable_text=False),
        open_tracking=OpenTracking(enable=False),
        subscription_tracking=SubscriptionTracking(enable=False),
    )
    if unsubscribe is not None:
        built.add_header(Header("List-Unsubscribe", f"<{unsubscribe}>"))
        built.add_header(Header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    if calendar is not None:
        built.add_attachment(
            Attachment(
                FileContent(b64encode(calendar).decode()),
                FileName("werkplaats.ics"),
                FileType(CONTENT_TYPE),
                Disposition("attachment"),
            )
        )
    return built
