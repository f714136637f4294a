"""Sends a message by SendGrid, and tells what is known of the result."""

import http.client
import json
import re
import socket
from urllib.error import HTTPError, URLError
from urllib.request import Request

import sendgrid

from werkplaats.domain.delivery import Accepted, Busy, Misconfigured, Rejected, SendResult, Unknown
from werkplaats.mailing.message import Message
from werkplaats.mailing.sendgrid.connection import keeping_opener
from werkplaats.mailing.sendgrid.payload import payload

TIMEOUT = 20.0
"""Seconds for each step on the network. urllib sets no limit. Much shorter than domain.delivery.LEASE."""


class SendGrid:
    """A MailProvider that sends by SendGrid. `base_url` has no slash at its end.

    It makes a connection when it first sends, and keeps it for the next mails of the same thread.
    """

    def __init__(self, api_key: str, base_url: str) -> None:
        self._address = f"{base_url}/v3/mail/send"
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "User-Agent": f"sendgrid/{sendgrid.__version__};python",
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        self._opener = keeping_opener()

    def send(self, message: Message) -> SendResult:
        """Try to send `message` once, and return what is known of the result. It raises no exception."""
        body = json.dumps(payload(message).get()).encode()
        try:
            with self._opener.open(Request(self._address, body, self._headers), timeout=TIMEOUT) as response:  # noqa: S310
                return Accepted(response.headers.get("X-Message-Id", ""))
        except HTTPError as error:
            with error:
                return _refused(error)
        except URLError as error:
            return _not_reached(error)
        except (http.client.HTTPException, OSError) as error:
            return Unknown(f"no answer from SendGrid ({type(error).__name__})")


def _refused(error: HTTPError) -> SendResult:
    """What a status other than 2xx means. The reason names the fields that SendGrid refuses, but not their content."""
    status = error.code
    reason = f"SendGrid answered {status}{_complaint(error)}"
    if status in (401, 403):
        return Misconfigured(reason)
    if status in (408, 421, 429) or status >= 500:  # 408 and 421: the connection was of no use, and nothing was sent
        return Busy(reason)
    return Rejected(reason)


_FIELD = re.compile(
    r"(personalizations|from|reply_to|subject|content|attachments|headers|custom_args|categories|tracking_settings)"
    r"([.\[\]]+([a-z_]{1,30}|\d{1,4}))*\]?"
)
"""The path of a field of a request, such as personalizations.0.to.0.email."""


def _complaint(error: HTTPError) -> str:
    """Which fields it is about, if they look like fields: what else may stand there would be logged and kept."""
    try:
        fields = [str(complaint.get("field")) for complaint in json.loads(error.read())["errors"]]
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
