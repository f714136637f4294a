"""The survey after the workshop: who is invited, and when answers may be opened.

Answers are sealed when they are given and opened in lots, so that nobody can tell whose they are
(docs/decisions/0004).
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.mail import Kind, Mail, queue
from werkplaats.domain.registration import Answers, Registration, State
from werkplaats.domain.workshop import Wave, Workshop

SMALLEST_LOT = 5
"""Fewer answers than this are never shown together."""

LARGEST_LOT = 100
"""What fits in one commit with room to spare (each answer is one delete and one create)."""


class Invitation(Struct, frozen=True, kw_only=True):
    """Somebody was asked. `answered` is all that is kept of whether they answered; what they said is not tied to it."""

    id: str
    workshop: str
    wave: str
    registration: str
    invited_at: datetime
    answered: bool = False


class SealedAnswer(Struct, frozen=True, kw_only=True):
    """An answer nobody can read before its lot is opened. `key` names the public key it was sealed to."""

    id: str
    workshop: str
    wave: str
    key: str
    box: bytes


class OpenAnswer(Struct, frozen=True, kw_only=True):
    """An answer once opened: no time, no order, only the lot it was opened with."""

    id: str
    workshop: str
    wave: str
    lot: str
    answers: Answers


class Phase(StrEnum):
    EARLY = "early"
    OPEN = "open"
    CLOSED = "closed"


def phase(workshop: Workshop, wave: Wave, now: datetime) -> Phase:
    if now < workshop.wave_opens_at(wave):
        return Phase.EARLY
    return Phase.OPEN if now < workshop.wave_closes_at(wave) else Phase.CLOSED


def invitation_id(workshop: str, wave: str, registration: str) -> str:
    """The same for the same person and wave, so that nobody can be invited twice."""
    return f"{workshop}.{wave}.{registration}"


def invite(
    workshop: Workshop, wave: Wave, registrations: tuple[Registration, ...], now: datetime
) -> tuple[tuple[Invitation, Mail], ...]:
    """An invitation and its mail for each of `registrations` that `wave` is for and that can still be reached."""
    if phase(workshop, wave, now) is not Phase.OPEN:
        return ()
    invited = [one for one in registrations if one.state is State.CONFIRMED and one.person is not None]
    return tuple((_invitation(workshop, wave, one, now), _mail(workshop, wave, one, now)) for one in invited)


def _invitation(workshop: Workshop, wave: Wave, registration: Registration, now: datetime) -> Invitation:
    return Invitation(
        id=invitation_id(workshop.id, wave.id, registration.id),
        workshop=workshop.id,
        wave=wave.id,
        registration=registration.id,
        invited_at=now,
    )


def _mail(workshop: Workshop, wave: Wave, registration: Registration, now: datetime) -> Mail:
    id = f"{registration.id}-{Kind.SURVEY_INVITATION.value}-{wave.id}"
    return queue(id, Kind.SURVEY_INVITATION, workshop.id, now, registration=registration.id, wave=wave.id)


def lot_sizes(sealed: int, closed: bool) -> tuple[int, ...]:
    """Into lots of which sizes `sealed` answers are to be opened now.

    While the wave is open as many are held back as the smallest lot, so that what remains at the end is never
    too few to be opened: each answer is shown, none in a lot of fewer than five. A wave that closes with fewer
    than five is not opened.
    """
    if not closed:
        sealed -= SMALLEST_LOT
    if sealed < SMALLEST_LOT:
        return ()
    lots = []
    while sealed >= LARGEST_LOT + SMALLEST_LOT:
        lots.append(LARGEST_LOT)
        sealed -= LARGEST_LOT
    return (*lots, sealed)
