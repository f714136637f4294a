"""The survey after the workshop: who is invited, and when answers may be opened.

Answers are sealed when they are given and opened in lots, so that nobody can tell whose they are
(docs/decisions/0004).
"""

import hashlib
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.mail.about import AboutWave
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.questions import Questions
from werkplaats.domain.registration import Answers, Registration
from werkplaats.domain.times import into_working_hours
from werkplaats.domain.workshop import Wave, Workshop

SMALLEST_LOT = 5
"""Fewer answers than this are never shown together."""

LARGEST_LOT = 100
"""What fits in one commit with room to spare (each answer is one delete and one create)."""


ASKED_JUST_NOW = timedelta(days=2)
"""Who was invited later than this (their attendance was marked late, say) is not reminded yet."""


class Invitation(Struct, frozen=True, kw_only=True):
    """Somebody was asked. Whether and on which day they answered is kept; what they said is not tied to it.

    `reminded` counts the reminders that were sent.
    """

    id: str
    workshop: str
    wave: str
    registration: str
    invited_at: datetime
    answered: bool = False
    answered_on: date | None = None
    reminded: int = 0


class SealedAnswer(Struct, frozen=True, kw_only=True):
    """An answer nobody can read before its lot is opened.

    `version` names the questions it answers, `key` the public key it was sealed to.
    """

    id: str
    workshop: str
    wave: str
    version: str
    key: str
    box: bytes


class Envelope(Struct, frozen=True, kw_only=True):
    """What stands on the outside of a sealed answer: enough to draw lots by, and small however many there are."""

    id: str
    version: str
    key: str


class OpenAnswer(Struct, frozen=True, kw_only=True):
    """An answer once opened: no time, no order, only the lot it was opened with."""

    id: str
    workshop: str
    wave: str
    version: str
    lot: str
    answers: Answers


class SurveyVersion(Struct, frozen=True, kw_only=True):
    """The questions of a wave as they were when somebody answered them: a file may change afterwards."""

    id: str
    workshop: str
    wave: str
    title: str
    questions: Questions
    first_used_at: datetime


def version_of(workshop: Workshop, wave: Wave, now: datetime) -> SurveyVersion:
    """The version that `wave` is now, first used at `now` (UTC)."""
    return SurveyVersion(
        id=version_id(workshop, wave),
        workshop=workshop.id,
        wave=wave.id,
        title=wave.title,
        questions=wave.questions,
        first_used_at=now,
    )


def version_id(workshop: Workshop, wave: Wave) -> str:
    """Names the questions of `wave` as they are: another whenever a word of them is another."""
    content = msgspec.json.encode(wave.questions)
    return hashlib.sha256(f"{workshop.id}.{wave.id}.".encode() + content).hexdigest()[:20]


class Phase(StrEnum):
    EARLY = "early"
    OPEN = "open"
    CLOSED = "closed"


def phase(workshop: Workshop, wave: Wave, now: datetime) -> Phase:
    """Nobody is asked about a workshop that was called off: its waves are closed."""
    if workshop.called_off is not None:
        return Phase.CLOSED
    if now < workshop.wave_opens_at(wave):
        return Phase.EARLY
    return Phase.OPEN if now < workshop.wave_closes_at(wave) else Phase.CLOSED


def invitation_id(workshop: str, wave: str, registration: str) -> str:
    """The same for the same person and wave, so that nobody can be invited twice."""
    return f"{workshop}.{wave}.{registration}"


def invite(
    workshop: Workshop, wave: Wave, registrations: tuple[Registration, ...], now: datetime
) -> tuple[tuple[Invitation, Mail], ...]:
    """An invitation and its mail for each of `registrations` who can be reached and has not asked to be left alone."""
    if phase(workshop, wave, now) is not Phase.OPEN:
        return ()
    invited = [one for one in registrations if one.person is not None and not one.unsubscribed]
    return tuple((_invitation(workshop, wave, one, now), _mail(workshop, wave, one, now)) for one in invited)


def reminder_due(workshop: Workshop, wave: Wave, now: datetime) -> int:
    """Which reminder of `wave` (1, 2) is to be sent at `now`, or 0: by day, not at the weekend, before the close.

    One that fell due while the next had done so too is left out: nobody gets two at once.
    """
    if into_working_hours(now) != now or phase(workshop, wave, now) is not Phase.OPEN:
        return 0
    return sum(due <= now for due in workshop.wave_reminders_at(wave))


def remind(invitation: Invitation, number: int, now: datetime) -> tuple[Invitation, Mail] | None:
    """Reminder `number` with its mail; None for who has answered, has had it, or was asked just now."""
    if invitation.answered or invitation.reminded >= number or now - invitation.invited_at < ASKED_JUST_NOW:
        return None
    about = AboutWave(invitation.registration, invitation.wave, number)
    return replace(invitation, reminded=number), queue(Kind.SURVEY_REMINDER, about, invitation.workshop, now)


def _invitation(workshop: Workshop, wave: Wave, registration: Registration, now: datetime) -> Invitation:
    return Invitation(
        id=invitation_id(workshop.id, wave.id, registration.id),
        workshop=workshop.id,
        wave=wave.id,
        registration=registration.id,
        invited_at=now,
    )


def _mail(workshop: Workshop, wave: Wave, registration: Registration, now: datetime) -> Mail:
    return queue(Kind.SURVEY_INVITATION, AboutWave(registration.id, wave.id), workshop.id, now)


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
