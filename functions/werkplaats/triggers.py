"""Wrappers for functions that Eventarc and Cloud Scheduler call.

Of an event only the name of the document is used, and of a mail also what it is about, as a hint of what else to read.
The document itself is read from the store, because it can have changed since.
"""

import io
import re
from collections.abc import Callable
from functools import wraps

import msgspec
from cloudevents.http import CloudEvent
from flask import Flask, Request, Response

from werkplaats import log
from werkplaats.settings import SettingError
from werkplaats.web.http.responses import plain

_TYPE = "google.cloud.firestore.document.v1."


def document_of(event: CloudEvent, pattern: str) -> dict[str, str] | None:
    """The ids in the path of the event's document, by their names in `pattern`, such as 'mails/{mail}'.

    Returns None if the event has another type or the path does not match. That is logged. The function should then
    return normally, so that the event is not sent again, which would not help.
    """
    attributes = event.get_attributes()
    document = attributes.get("document")
    named = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
    match = re.fullmatch(named, document) if isinstance(document, str) else None
    if match is None or not str(attributes.get("type", "")).startswith(_TYPE):
        log.event("event.not_for_us", severity="WARNING", id=str(attributes.get("id"))[:100], expected=pattern)
        return None
    return match.groupdict()


class CallAgainError(RuntimeError):
    """An event could not be handled now. It is to be sent again, which the answer 500 asks for."""


def refuse_what_is_no_event(app: Flask) -> None:
    """Answer 400, and nothing else, to a request from which functions-framework can make no event.

    Eventarc sends no such request, so somebody else made it. By itself functions-framework answers some of these with
    500 and a traceback in the log, and others with the names of its exceptions, all headers, and the whole body.
    Pages answer their own errors (`web.http.requests.public`), so in their functions it has nothing to do.
    """

    def refuse(error: Exception) -> Response:
        if isinstance(error, CallAgainError):
            raise error
        log.event("event.malformed", severity="WARNING", error=type(error).__name__)
        return plain("This is no event that can be read.", 400)

    app.register_error_handler(400, refuse)
    app.register_error_handler(Exception, refuse)


def event_triggered(handler: Callable[[CloudEvent], None]) -> Callable[[CloudEvent], None]:
    """Wraps an event-triggered function.

    If a document cannot be read, that is logged and the event is not sent again, because that would not help. Any other
    exception is logged and raised as CallAgainError without details, so that the event is sent again.
    """

    @wraps(handler)
    def bounded(event: CloudEvent) -> None:
        try:
            handler(event)
        except msgspec.ValidationError as error:
            log.crash("event.unreadable", error, function=handler.__name__)
        except Exception as error:
            log.crash("event.failed", error, function=handler.__name__)
            raise CallAgainError(f"{handler.__name__} failed and should be called again") from None

    return bounded


def scheduled(chore: Callable[[], int]) -> Callable[[Request], Response]:
    """Wraps a scheduled function, which must be called with POST. The response is the number that `chore` returns.

    If it raises an exception, that is logged and the response is 500 without details. The body is not read: whatever
    it is, even broken, the chore was done.
    """

    @wraps(chore)
    def bounded(request: Request) -> Response:
        request.stream = io.BytesIO()  # functions-framework would read the body after the answer, and fail if it cannot
        if request.method != "POST":
            response = plain("Call this with POST.", 405)
            response.headers["Allow"] = "POST"
            return response
        try:
            return plain(str(chore()), 200)
        except SettingError as error:
            log.event("setting.missing", severity="ERROR", reason=str(error))
        except Exception as error:
            log.crash("schedule.failed", error, function=chore.__name__)
        return plain(f"{chore.__name__} failed; the log says where. It is safe to call it again.", 500)

    return bounded
