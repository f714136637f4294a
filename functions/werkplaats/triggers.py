"""What Eventarc and Cloud Scheduler call. An event says which document to look at; nothing more of it is believed."""

import re
from collections.abc import Callable
from functools import wraps

import msgspec
from cloudevents.http import CloudEvent
from flask import Request, Response

from werkplaats import log
from werkplaats.settings import SettingError
from werkplaats.web.http.responses import plain

_TYPE = "google.cloud.firestore.document.v1."


def document_of(event: CloudEvent, pattern: str) -> dict[str, str] | None:
    """The parts of the event's document that `pattern` (such as 'mails/{mail}') names; None if it is not for us.

    An event that is not for us is logged and acknowledged: sent again, it would be no more so.
    """
    attributes = event.get_attributes()
    document = attributes.get("document")
    named = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
    match = re.fullmatch(named, document) if isinstance(document, str) else None
    if match is None or not str(attributes.get("type", "")).startswith(_TYPE):
        log.event("event.not_for_us", severity="WARNING", id=str(attributes.get("id"))[:100], expected=pattern)
        return None
    return match.groupdict()


def event_triggered(handler: Callable[[CloudEvent], None]) -> Callable[[CloudEvent], None]:
    """The boundary of an event-triggered function: what can never succeed is logged and let go, the rest retried."""

    @wraps(handler)
    def bounded(event: CloudEvent) -> None:
        try:
            handler(event)
        except msgspec.ValidationError as error:
            log.crash("event.unreadable", error, function=handler.__name__)
        except Exception as error:
            log.crash("event.failed", error, function=handler.__name__)
            raise RuntimeError(f"{handler.__name__} failed and is to be called again") from None

    return bounded


def scheduled(chore: Callable[[], int]) -> Callable[[Request], Response]:
    """The boundary of a scheduled function: called by POST, answers how much there was to do."""

    @wraps(chore)
    def bounded(request: Request) -> Response:
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
