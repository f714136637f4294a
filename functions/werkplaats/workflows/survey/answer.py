"""Stores an answer to a wave of the survey, sealed, and at most once for each person."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.registration import Answers
from werkplaats.domain.survey.waves import Invitation, phase, version_of
from werkplaats.domain.times import AMSTERDAM
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.security.sealing import Seal
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.store.wire import Revision

_ATTEMPTS = 6
"""How many times storing an answer is tried."""


class Standing(StrEnum):
    """Whether an invitation can be answered, and if not, why."""

    EARLY = "early"
    OPEN = "open"
    CLOSED = "closed"
    ANSWERED = "answered"


class Asked(Struct, frozen=True):
    """An invitation with its workshop and wave. `guard` is the revision that it had when it was read.

    `generation` is that of the link by which it was found.
    """

    workshop: Workshop
    wave: Wave
    invitation: Invitation
    guard: Revision
    standing: Standing
    generation: int


def find(store: Store, invitation_id: str, now: datetime, generation: int = 0) -> Asked | None:
    """The invitation as it is at `now` (UTC), or None if it, its wave or its workshop does not exist.

    None too if the person's address was corrected since the link with `generation` was made: whoever has the old
    mailbox can neither answer for the person nor unsubscribe them. The registration is read for that, and nothing of it
    is kept with the answer.
    """
    guarded = store.surveys.invitation(invitation_id)
    workshop = store.workshops.get(guarded.invitation.workshop) if guarded else None
    wave = workshop.wave(guarded.invitation.wave) if workshop and guarded else None
    if guarded is None or workshop is None or wave is None:
        return None
    invitation = guarded.invitation
    registration = store.seats.registration(invitation.registration)
    if registration is None or registration.link_generation != generation:
        return None
    standing = _standing(workshop, wave, invitation, now)
    return Asked(workshop, wave, invitation, guarded.guard, standing, generation)


def _standing(workshop: Workshop, wave: Wave, invitation: Invitation, now: datetime) -> Standing:
    if invitation.answered:
        return Standing.ANSWERED
    return Standing(phase(workshop, wave, now).value)


def answer_survey(store: Store, seal: Seal, asked: Asked, answers: Answers, now: datetime) -> Standing:
    """Seal `answers` to the questions of `asked`, and store them in one commit with the mark that it was answered.

    Returns ANSWERED if they are stored, or if the invitation was answered before; otherwise why they are not stored.
    The same answer sent again is not stored again. Raises OutcomeUnknownError if it is unknown whether the answer is
    stored; sending it again is safe.
    """
    version = version_of(asked.workshop, asked.wave, now)
    for _ in range(_ATTEMPTS):
        if asked.standing is not Standing.OPEN:
            return asked.standing
        answered = replace(asked.invitation, answered=True, answered_on=now.astimezone(AMSTERDAM).date())
        try:
            store.surveys.answer(answered, asked.guard, seal.close(version, answers), version)
        except (ConflictError, OutcomeUnknownError):
            fresh = find(store, asked.invitation.id, now, asked.generation)
            if fresh is None:
                return Standing.CLOSED
            asked = fresh
        else:
            log.event("survey.answered", workshop=asked.workshop.id, wave=asked.wave.id)
            return Standing.ANSWERED
    raise OutcomeUnknownError
