"""Sending by SendGrid: a message in, what is known of it out."""

import http.client
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
"""Seconds for each step on the wire; the library has none of its own. Well within domain.delivery.LEASE."""


class SendGrid(Struct, frozen=True):
    """Where mail goes out, as a MailProvider. `base_url` without a slash at the end."""

    api_key: str
    base_url: str

    def send(self, message: Message) -> SendResult:
        """Hand `message` to SendGrid once, and say what is known of it afterwards. It does not raise."""
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
    """What a status other than 2xx means; the reason names the fields SendGrid complains of, not their content."""
    status = int(error.status_code)
    reason = f"SendGrid answered {status}{_complaint(error)}"
    if status in (401, 403):
        return Misconfigured(reason)
    if status == 429 or status >= 500:
        return Busy(reason)
    return Rejected(reason)


def _complaint(error: python_http_client.HTTPError) -> str:
    try:
        fields = [str(complaint.get("field")) for complaint in error.to_dict["errors"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    named = ", ".join(field for field in fields if field != "None")
    return f" about {named}"[:200] if named else ""


def _not_reached(error: URLError) -> SendResult:
    """urllib raises URLError for what failed while connecting, and for a request that broke off midway.

    Only where the connection surely was not made is it sure that nothing was sent.
    """
    if isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
        return Busy(f"SendGrid cannot be reached ({type(error.reason).__name__})")
    return Unknown(f"connection to SendGrid broke off ({type(error.reason).__name__})")
