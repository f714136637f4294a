"""What is asked of a mail provider: to send, and to tell what became of what was sent.

They are two, because the function that sends has a secret key, and the one that is told has only a public one.
`mailing/sendgrid/` has both for SendGrid.
"""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from werkplaats.domain.delivery import Event, SendResult
from werkplaats.mailing.message import Message


class MailProvider(Protocol):
    """Where mail goes out."""

    def send(self, message: Message) -> SendResult:
        """Hand over `message` once, within less time than a lease, and say what is known of it. It does not raise."""


class MailEvent(Struct, frozen=True):
    """What became of the mail `mail_id`. `reason`: in the words of the receiving server, without any address."""

    mail_id: str
    event: Event
    reason: str = ""


class Forged(Struct, frozen=True):
    """It is not signed by the provider."""


class Unreadable(Struct, frozen=True):
    """The provider signed it, and it is no list of events: sending it again would not help."""


class EventReader(Protocol):
    """Reads what the provider posts to our address for events."""

    def events(self, body: bytes, headers: Mapping[str, str]) -> tuple[MailEvent, ...] | Forged | Unreadable:
        """The events in a request that matter here, in the order in which they stand there.

        `body` is as it came, `headers` are by their names in small letters. Events about mails that cannot be ours, and
        of kinds that we do not know, are left out.
        """
