"""Open sealed answers in lots, so that no answer can be told apart from at least four others."""

import secrets
from datetime import datetime

from werkplaats import log
from werkplaats.domain.survey.waves import SMALLEST_LOT, Phase, SealedAnswer, lot_sizes, phase
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.security.sealing import Opener
from werkplaats.store import ConflictError, Store
from werkplaats.workflows.each import each


def open_answers(store: Store, opener: Opener, now: datetime) -> int:
    """Open what may be opened at `now` (UTC) of every wave; how many answers."""
    total = 0
    with each("survey.not_opened") as one:
        for workshop in store.workshops.all():
            for wave in workshop.waves:
                with one(workshop=workshop.id, wave=wave.id):
                    total += _open_wave(store, opener, workshop, wave, phase(workshop, wave, now))
    return total


def _open_wave(store: Store, opener: Opener, workshop: Workshop, wave: Wave, at: Phase) -> int:
    closed = at is Phase.CLOSED
    if at is Phase.EARLY or not lot_sizes(store.surveys.count_sealed(workshop.id, wave.id), closed):
        return 0
    waiting = [one for one in store.surveys.sealed(workshop.id, wave.id) if opener.opens(one)]
    versions = sorted({one.version for one in waiting})
    return sum(_open_lots(store, opener, [one for one in waiting if one.version == id], closed) for id in versions)


def _open_lots(store: Store, opener: Opener, sealed: list[SealedAnswer], closed: bool) -> int:
    """Open what may be opened of answers to the same questions, drawn by lot and not in the order they came in."""
    secrets.SystemRandom().shuffle(sealed)
    total = 0
    for size in lot_sizes(len(sealed), closed):
        lot, sealed = sealed[:size], sealed[size:]
        answers = opener.open_lot(lot)
        if len(answers) < SMALLEST_LOT:
            # Some were tampered with: the others would stand too much alone, so all stay sealed.
            log.event("survey.lot_spoilt", severity="ERROR", workshop=lot[0].workshop, wave=lot[0].wave, lot=len(lot))
            continue
        try:
            store.surveys.open_lot(lot, answers)
        except ConflictError:
            # Another run opened some of these; the next one opens what is left.
            break
        total += len(answers)
        log.event("survey.opened", workshop=lot[0].workshop, wave=lot[0].wave, answers=len(answers))
    return total
