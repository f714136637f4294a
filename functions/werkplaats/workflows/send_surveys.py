"""Invite people to a survey wave once it has fallen due."""

from datetime import datetime

from werkplaats import log
from werkplaats.domain.registration import State
from werkplaats.domain.survey import Phase, invitation_id, invite, phase
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.store import ConflictError, Store

AT_ONCE = 100
"""Invitations in one commit: each is two writes."""


def send_surveys(store: Store, now: datetime) -> int:
    """Invite everyone whom an open wave is for and who has not been invited; how many were."""
    return sum(
        _invite_all(store, workshop, wave, now)
        for workshop in store.workshops.all()
        for wave in workshop.waves
        if phase(workshop, wave, now) is Phase.OPEN
    )


def _invite_all(store: Store, workshop: Workshop, wave: Wave, now: datetime) -> int:
    """As long as no registration has changed since everyone was invited, there is nothing to look for."""
    ledger = store.seats.ledger(workshop.id)
    chore = f"invite.{workshop.id}.{wave.id}"
    if ledger is None or store.surveys.done_up_to(chore) == ledger.version:
        return 0
    registrations = store.seats.in_state(workshop.id, State.CONFIRMED)
    total = 0
    for start in range(0, len(registrations), AT_ONCE):
        some = registrations[start : start + AT_ONCE]
        ids = [invitation_id(workshop.id, wave.id, registration.id) for registration in some]
        there = store.surveys.invited(ids)
        new = [pair for pair in invite(workshop, wave, some, now) if pair[0].id not in there]
        try:
            if new:
                store.surveys.invite(new)
        except ConflictError:
            # Another run was faster; the next one finds what is left.
            return total
        total += len(new)
    store.surveys.mark_done(chore, ledger.version)
    log.event("survey.invited", workshop=workshop.id, wave=wave.id, invitations=total)
    return total
