"""The survey after the workshop: who is invited and reminded, and when answers may be opened.

Answers are sealed when they are given, and opened in lots of several at once, so that nobody can tell who gave which
answer (docs/decisions/0004).
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
"""The smallest number of answers that are opened together."""

LARGEST_LOT = 100
"""The largest number of answers to open together, unless a rest of fewer than SMALLEST_LOT is added to them.

Each answer is one deletion and one creation in the same commit.
"""


ASKED_JUST_NOW = timedelta(days=2)
"""Somebody who was invited less than this long ago is not reminded yet.

That happens to people who were marked as present only when others had already been invited.
"""


class Invitation(Struct, frozen=True, kw_only=True):
    """An invitation of one person to answer one wave.

    It says whether the person answered, and on which day in Amsterdam, but nothing connects it with the answer.
    `reminded` is the number of the last reminder that was sent, or 0.
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
    """An answer that nobody can read until its lot is opened.

    `version` is the id of the SurveyVersion that it answers. `key` names the public key with which `box` was sealed.
    """

    id: str
    workshop: str
    wave: str
    version: str
    key: str
    box: bytes


class Envelope(Struct, frozen=True, kw_only=True):
    """A sealed answer without its content: enough to choose lots, and little to read even if there are many."""

    id: str
    version: str
    key: str


class OpenAnswer(Struct, frozen=True, kw_only=True):
    """An opened answer. It has no time and no order, only the id of the lot that it was opened in."""

    id: str
    workshop: str
    wave: str
    version: str
    lot: str
    answers: Answers


class SurveyVersion(Struct, frozen=True, kw_only=True):
    """The questions of a wave as they were when somebody answered them. The workshop may change afterwards."""

    id: str
    workshop: str
    wave: str
    title: str
    questions: Questions
    first_used_at: datetime


def version_of(workshop: Workshop, wave: Wave, now: datetime) -> SurveyVersion:
    """The present version of `wave`, as used for the first time at `now` (UTC)."""
    return SurveyVersion(
        id=version_id(workshop, wave),
        workshop=workshop.id,
        wave=wave.id,
        title=wave.title,
        questions=wave.questions,
        first_used_at=now,
    )


def version_id(workshop: Workshop, wave: Wave) -> str:
    """An id for the questions of `wave` as they are now. It changes whenever anything in the questions changes."""
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
    """The id of an invitation. It is always the same for one person and wave, so that nobody can be invited twice."""
    return f"{workshop}.{wave}.{registration}"


def invite(
    workshop: Workshop, wave: Wave, registrations: tuple[Registration, ...], now: datetime
) -> tuple[tuple[Invitation, Mail], ...]:
    """An invitation and its mail for each of `registrations`, or () if `wave` is not open at `now` (UTC).

    People who have unsubscribed, whose personal data has been erased, or who never confirmed the address are left out.
    """
    if phase(workshop, wave, now) is not Phase.OPEN:
        return ()
    known = [one for one in registrations if one.person is not None and not one.is_unconfirmed]
    invited = [one for one in known if not one.unsubscribed]
    return tuple((_invitation(workshop, wave, one, now), _mail(workshop, wave, one, now)) for one in invited)


def survey_reminder_due(workshop: Workshop, wave: Wave, now: datetime) -> int:
    """The number (1 or 2) of the reminder of `wave` to send at `now` (UTC), or 0 for none.

    None is sent at night, at the weekend, or once the wave has closed. If several are due, only the latest is sent.
    """
    if into_working_hours(now) != now or phase(workshop, wave, now) is not Phase.OPEN:
        return 0
    return sum(due <= now for due in workshop.wave_reminders_at(wave))


def remind(invitation: Invitation, number: int, now: datetime) -> tuple[Invitation, Mail] | None:
    """`invitation` after reminder `number`, and the mail for it.

    None if the person has answered, has had this reminder already, or was invited only just now.
    """
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
    """The sizes of the lots in which `sealed` answers should be opened now; () if none should be.

    No lot has fewer than SMALLEST_LOT (five) answers. While the wave is open, five answers are held back, so that those
    left at the end are always enough for a last lot. If a wave closes with fewer than five answers in all, they are
    never opened.
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
