"""The faults that can be switched on with POST /_local/faults, to see how the system copes with them."""

import random
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SendGridFaults:
    """For each fault the chance, from 0 to 1, that a mail meets it."""

    too_many: float = 0.0
    """The mail is refused with status 429."""
    broken: float = 0.0
    """The mail is refused with status 500."""
    lost_answer: float = 0.0
    """The mail is accepted, but the connection is closed without an answer."""
    bounce: float = 0.0
    """The mail is accepted, and a `bounce` event says that the recipient's server refused it."""


@dataclass(frozen=True, kw_only=True)
class Faults:
    """The faults of events, and those of SendGrid."""

    duplicate: float = 0.0
    """The chance, from 0 to 1, that an event is delivered twice."""
    delay: tuple[float, float] = (0.0, 0.0)
    """The shortest and longest time, in seconds, that an event waits before it is delivered."""
    drop_first: float = 0.0
    """The chance, from 0 to 1, that the first attempt to deliver an event fails, so that it is tried again."""
    hold: bool = False
    """While true, no event is delivered; they are delivered once it is false again."""
    sendgrid: SendGridFaults = field(default_factory=SendGridFaults)

    def draw_delay(self) -> float:
        return random.uniform(*self.delay)


def happens(chance: float) -> bool:
    return random.random() < chance


_LONGEST_DELAY_MS = 600_000
_SENDGRID = {"429": "too_many", "500": "broken", "lost_answer": "lost_answer", "bounce": "bounce"}


def parse(request: Any) -> Faults:
    """The faults that a request's JSON asks for; ValueError, with a text for its sender, if it cannot be understood."""
    request = _object(request, "de fouten", {"duplicate", "delay_ms", "drop_first", "hold", "sendgrid"})
    sendgrid = _object(request.get("sendgrid", {}), "sendgrid", set(_SENDGRID))
    hold = request.get("hold", False)
    if not isinstance(hold, bool):
        raise ValueError(f"hold: verwacht true of false, kreeg {hold!r}.")
    return Faults(
        duplicate=_chance(request, "duplicate"),
        delay=_delay(request.get("delay_ms", [0, 0])),
        drop_first=_chance(request, "drop_first"),
        hold=hold,
        sendgrid=SendGridFaults(**{field: _chance(sendgrid, key) for key, field in _SENDGRID.items()}),
    )


def _object(value: Any, what: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"Verwacht voor {what} een object met {', '.join(sorted(known))}; kreeg {value!r}.")
    if unknown := sorted(value.keys() - known):
        raise ValueError(f"Onbekend: {', '.join(unknown)}. Bekend zijn: {', '.join(sorted(known))}.")
    return value


def _chance(values: dict[str, Any], name: str) -> float:
    value = values.get(name, 0)
    if not _is_number(value) or not 0 <= value <= 1:
        raise ValueError(f"{name}: verwacht een kans van 0 tot en met 1, kreeg {value!r}.")
    return float(value)


def _delay(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)):
        raise ValueError(f"delay_ms: verwacht [laagste, hoogste] in milliseconden, kreeg {value!r}.")
    low, high = value
    if not 0 <= low <= high <= _LONGEST_DELAY_MS:
        raise ValueError(f"delay_ms: verwacht 0 ≤ laagste ≤ hoogste ≤ {_LONGEST_DELAY_MS}, kreeg {value!r}.")
    return low / 1000, high / 1000


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
