"""What is asked of a mail provider: to send, and to tell what became of what was sent.

They are two protocols because the function that sends has a secret key, and the one that receives events has only a
public key.
`mailing/sendgrid/` has both for SendGrid.
"""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from werkplaats.domain.delivery import Event, SendResult
from werkplaats.mailing.message import Message


class MailProvider(Protocol):
    """Sends mails."""

    def send(self, message: Message) -> SendResult:
        """Try to send `message` once, in less time than a lease lasts, and return what is known of the result.

        It raises no exception.
        """


class MailEvent(Struct, frozen=True):
    """What became of the mail `mail_id`. `reason` is what the receiving server said, without addresses."""

    mail_id: str
    event: Event
    reason: str = ""


class Forged(Struct, frozen=True):
    """The request was not signed by the provider."""


class Unreadable(Struct, frozen=True):
    """The provider signed the request, but it is not a list of events. Sending it again would not help."""


class EventReader(Protocol):
    """Reads the requests in which the provider reports events."""

    def events(self, body: bytes, headers: Mapping[str, str]) -> tuple[MailEvent, ...] | Forged | Unreadable:
        """The events in a request that matter here, in the order in which they stand there.

        `body` is unchanged. The names of `headers` are in lower case. Events of kinds that we do not know, and about
        mails that cannot be ours, are left out.
        """
