"""What the mail provider posts to us: events of the mails that it accepted."""

from flask import Request, Response
from werkzeug.exceptions import MethodNotAllowed

from werkplaats import log
from werkplaats.mailing.provider import Forged, Unreadable
from werkplaats.runtime import Runtime
from werkplaats.web.http.responses import plain
from werkplaats.workflows.mail.events import record_mail_events


def handle(runtime: Runtime, request: Request) -> Response:
    """Record what became of our mails.

    While no key is set to verify requests with, the answer is 503, so that the provider sends them again later.
    """
    if request.method != "POST":
        raise MethodNotAllowed(["POST"])
    reader = runtime.mail_events
    if reader is None:
        response = plain("The key that verifies events is not set: see docs/settings.md", 503)
        response.headers["Retry-After"] = "3600"  # until somebody sets it
        return response
    headers = {name.lower(): value for name, value in request.headers}
    match reader.events(request.get_data(), headers):
        case Forged():
            log.event("webhook.forged", severity="WARNING")
            return plain("The signature does not fit.", 403)
        case Unreadable():
            log.event("webhook.unreadable", severity="ERROR")
            return plain("Not a list of events.", 200)
        case events:
            changed = record_mail_events(runtime.store, events, runtime.now())
            return plain(f"{changed} of {len(events)}", 200)
