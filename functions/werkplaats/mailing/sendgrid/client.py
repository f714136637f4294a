"""Sends a message by SendGrid, and tells what is known of the result."""

import http.client
import re
import socket
import ssl
from urllib.error import URLError

import python_http_client
from msgspec import Struct
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from werkplaats.domain.delivery import Accepted, Busy, Misconfigured, Rejected, SendResult, Unknown
from werkplaats.mailing.message import Message
from werkplaats.mailing.sendgrid.payload import payload

TIMEOUT = 20.0
"""Seconds for each step on the network. SendGrid's library sets no limit. Much shorter than domain.delivery.LEASE."""


class SendGrid(Struct, frozen=True):
    """A MailProvider that sends by SendGrid. `base_url` has no slash at its end."""

    api_key: str
    base_url: str

    def send(self, message: Message) -> SendResult:
        """Try to send `message` once, and return what is known of the result. It raises no exception."""
        client = SendGridAPIClient(self.api_key, host=self.base_url)
        client.client.timeout = TIMEOUT
        try:
            response = client.send(payload(message))
        except HTTPError as error:
            return _refused(error)
        except URLError as error:
            return _not_reached(error)
        except (TimeoutError, http.client.HTTPException, ConnectionError, ssl.SSLError) as error:
            return Unknown(f"no answer from SendGrid ({type(error).__name__})")
        return Accepted(response.headers.get("X-Message-Id", "") if response.headers else "")


def _refused(error: python_http_client.HTTPError) -> SendResult:
    """What a status other than 2xx means. The reason names the fields that SendGrid refuses, but not their content."""
    status = int(error.status_code)
    reason = f"SendGrid answered {status}{_complaint(error)}"
    if status in (401, 403):
        return Misconfigured(reason)
    if status == 429 or status >= 500:
        return Busy(reason)
    return Rejected(reason)


_FIELD = re.compile(
    r"(personalizations|from|reply_to|subject|content|attachments|headers|custom_args|categories|tracking_settings)"
    r"([.\[\]]+([a-z_]{1,30}|\d{1,4}))*\]?"
)
"""The path of a field of a request, such as personalizations.0.to.0.email."""


def _complaint(error: python_http_client.HTTPError) -> str:
    """Which fields it is about, if they look like fields: what else may stand there would be logged and kept."""
    try:
        fields = [str(complaint.get("field")) for complaint in error.to_dict["errors"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    named = ", ".join(field for field in fields if _FIELD.fullmatch(field))
    return f" about {named}"[:200] if named else ""


def _not_reached(error: URLError) -> SendResult:
    """What a URLError means. urllib raises it when it cannot connect, and also when a request breaks off midway.

    Nothing was sent for certain only if no connection was made.
    """
    if isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
        return Busy(f"SendGrid cannot be reached ({type(error.reason).__name__})")
    return Unknown(f"connection to SendGrid broke off ({type(error.reason).__name__})")
