"""Open sealed answers in lots, so that no answer can be told apart from at least four others."""

import secrets
from datetime import datetime

from werkplaats import log
from werkplaats.domain.survey.waves import SMALLEST_LOT, Phase, lot_sizes, phase
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
    waiting = [one for one in store.surveys.envelopes(workshop.id, wave.id) if opener.opens(one)]
    versions = sorted({one.version for one in waiting})
    lots = (_draw([one.id for one in waiting if one.version == version], closed) for version in versions)
    return sum(_open_lots(store, opener, drawn, workshop, wave) for drawn in lots)


def _draw(ids: list[str], closed: bool) -> list[list[str]]:
    """Which of the answers `ids`, all to the same questions, are opened together: drawn by lot among all of them, so
    that a lot tells nothing of when its answers came in."""
    secrets.SystemRandom().shuffle(ids)
    lots = []
    for size in lot_sizes(len(ids), closed):
        lots.append(ids[:size])
        ids = ids[size:]
    return lots


def _open_lots(store: Store, opener: Opener, lots: list[list[str]], workshop: Workshop, wave: Wave) -> int:
    """Open `lots`, reading the answers of one at a time; how many answers.

    An answer that cannot be read stays sealed, for a version of the program that can read it. The others of its lot are
    opened only if they are enough to stand together.
    """
    total = 0
    for ids in lots:
        try:
            lot = opener.open_lot(store.surveys.sealed(ids))
            if lot.damaged or lot.unknown:
                log.event(
                    "survey.answers_unreadable",
                    severity="ERROR",
                    workshop=workshop.id,
                    wave=wave.id,
                    damaged=lot.damaged,
                    unknown=lot.unknown,
                )
            if len(lot.answers) < SMALLEST_LOT:
                log.event("survey.lot_spoilt", severity="ERROR", workshop=workshop.id, wave=wave.id, lot=len(ids))
                continue
            store.surveys.open_lot(lot.opened, lot.answers)
        except ConflictError:
            # Another run opened some of these; the next one opens what is left.
            break
        total += len(lot.answers)
        log.event("survey.opened", workshop=workshop.id, wave=wave.id, answers=len(lot.answers))
    return total
