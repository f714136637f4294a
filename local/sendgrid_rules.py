"""The errors for which SendGrid refuses the body of a mail/send request.

They follow from the schema that SendGrid publishes, and from documented rules that a schema cannot express.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

_HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html"
_SCHEMA = json.loads((Path(__file__).parent / "sendgrid_mail_send.schema.json").read_text())
_VALIDATOR = Draft202012Validator(_SCHEMA)

_MOST_RECIPIENTS = 1000
_MOST_CUSTOM_ARGS = 10_000
"""The most bytes that the arguments of one personalization and those of the whole request may take together."""


def refusals(body: Any) -> list[dict[str, str | None]]:
    """The errors that SendGrid would list for `body` (parsed JSON); empty if it would accept it."""
    found = [error(_message(fault), ".".join(map(str, fault.absolute_path))) for fault in _VALIDATOR.iter_errors(body)]
    return found or list(_beyond_the_schema(body))


def error(message: str, field: str | None = None) -> dict[str, str | None]:
    return {"message": message, "field": field or None, "help": f"{_HELP}#message.{field}" if field else None}


def _message(fault: ValidationError) -> str:
    text = fault.message if len(fault.message) < 300 else f"{fault.message[:300]}…"
    return f"Bad Request: {text}"


def _beyond_the_schema(body: dict[str, Any]) -> Iterator[dict[str, str | None]]:
    types = [part["type"].lower() for part in body["content"]]
    if types != sorted(types, key=lambda name: {"text/plain": 0, "text/html": 1}.get(name, 2)):
        yield error(
            "If present, text/plain must be first, followed by text/html, followed by any other content.",
            "content",
        )
    if any(types.count(name) > 1 for name in ("text/plain", "text/html")):
        yield error("If present, text/plain and text/html may only be provided once.", "content")
    if "reply_to" in body and "reply_to_list" in body:
        yield error("Only one of reply_to and reply_to_list may be provided.", "reply_to")
    recipients = 0
    for number, personalization in enumerate(body["personalizations"]):
        addresses = [to["email"].lower() for kind in ("to", "cc", "bcc") for to in personalization.get(kind, ())]
        recipients += len(addresses)
        if len(set(addresses)) < len(addresses):
            yield error(
                "Each email address in the personalization block should be unique between to, cc, and bcc.",
                f"personalizations.{number}",
            )
        arguments = {**body.get("custom_args", {}), **personalization.get("custom_args", {})}
        if len(json.dumps(arguments, ensure_ascii=False).encode()) > _MOST_CUSTOM_ARGS:
            yield error(f"The custom_args may not exceed {_MOST_CUSTOM_ARGS} bytes.", f"personalizations.{number}")
    if recipients > _MOST_RECIPIENTS:
        yield error(f"There is a limit of {_MOST_RECIPIENTS} total recipients per request.", "personalizations")
