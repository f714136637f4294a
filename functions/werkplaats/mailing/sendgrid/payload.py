"""A message in the form that SendGrid's v3 mail/send expects."""

from base64 import b64encode

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

from werkplaats.mailing.calendar import CONTENT_TYPE
from werkplaats.mailing.message import Message, Recipient
from werkplaats.wording.text import one_line


def payload(message: Message) -> Mail:
    """`message` for SendGrid. Its events carry `mail_id`. Tracking is off, because links contain tokens."""
    sender, to = message.sender, message.recipient
    built = Mail(
        from_email=From(sender.email, sender.name),
        to_emails=To(to.email, one_line(to.name, at_most=150) if to.name else None),
        subject=Subject(message.subject),
        plain_text_content=PlainTextContent(message.text),
        html_content=HtmlContent(message.html),
    )
    reply_to = message.reply_to or Recipient(sender.reply_to, sender.name)
    built.reply_to = ReplyTo(reply_to.email, one_line(reply_to.name, at_most=150) if reply_to.name else None)
    built.add_custom_arg(CustomArg("mail_id", message.mail_id))
    for category in message.categories:
        built.add_category(Category(category))
    built.tracking_settings = TrackingSettings(
        click_tracking=ClickTracking(enable=False, enable_text=False),
        open_tracking=OpenTracking(enable=False),
        subscription_tracking=SubscriptionTracking(enable=False),
    )
    if message.unsubscribe is not None:
        built.add_header(Header("List-Unsubscribe", f"<{message.unsubscribe}>"))
        built.add_header(Header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    if message.calendar is not None:
        built.add_attachment(
            Attachment(
                FileContent(b64encode(message.calendar).decode()),
                FileName("werkplaats.ics"),
                FileType(CONTENT_TYPE),
                Disposition("attachment"),
            )
        )
    return built
