"""Named log events, each a line of JSON in the format that Cloud Logging reads.

They contain ids, and must not contain addresses, names or tokens.
"""

import json
import sys
import traceback
from collections.abc import Iterable, Mapping
from typing import Literal

Severity = Literal["INFO", "WARNING", "ERROR"]


def event(name: str, *, severity: Severity = "INFO", **fields: str | int | float | bool | None) -> None:
    """Log `name` (such as 'mail.sent') with `fields`. A field cannot be called `message`: that is where `name` is."""
    events([{"severity": severity, "message": name} | fields | {"message": name}])


def events(entries: Iterable[Mapping[str, object]]) -> None:
    """Log many events with a single write. Each entry must have a `severity` and a `message`."""
    sys.stdout.write("".join(f"{json.dumps(entry)}\n" for entry in entries))
    sys.stdout.flush()


def crash(name: str, error: BaseException, **fields: str) -> None:
    """Log an unexpected error: its type and where it was raised.

    Its message is not logged, because it may contain personal data that somebody typed.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    event(name, severity="ERROR", error=type(error).__name__, where=where, **fields)
