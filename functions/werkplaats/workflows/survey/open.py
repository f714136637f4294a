"""Opens sealed answers in lots of five or more, so that nobody can tell who of these people gave which answer."""

import secrets
from datetime import datetime

from werkplaats import log
from werkplaats.domain.survey.waves import SMALLEST_LOT, Envelope, Phase, lot_sizes, phase
from werkplaats.domain.workshop import Wave, Workshop
from werkplaats.security.sealing import Opener
from werkplaats.store import ConflictError, Store
from werkplaats.workflows.failures import isolate_failures


def open_answers(store: Store, opener: Opener, now: datetime) -> int:
    """Open the answers of every wave that may be opened at `now` (UTC). Returns how many were opened.

    It begins with what is sealed, and reads only the workshops that this is about.

    Raises SomeFailedError if that failed for some waves.
    """
    sealed = store.surveys.all_envelopes()
    workshops = {one.id: one for one in store.workshops.get_all(sorted({workshop for workshop, _ in sealed}))}
    total = 0
    with isolate_failures("survey.not_opened") as isolated:
        for (id, wave_id), envelopes in sorted(sealed.items()):
            workshop = workshops.get(id)
            wave = workshop.wave(wave_id) if workshop else None
            if workshop is None or wave is None:
                continue
            with isolated(workshop=id, wave=wave_id):
                total += _open_wave(store, opener, workshop, wave, envelopes, phase(workshop, wave, now))
    return total


def _open_wave(
    store: Store, opener: Opener, workshop: Workshop, wave: Wave, envelopes: list[Envelope], at: Phase
) -> int:
    if at is Phase.EARLY:
        return 0
    waiting = [one for one in envelopes if opener.opens(one)]
    versions = sorted({one.version for one in waiting})
    lots = (_draw([one.id for one in waiting if one.version == version], at is Phase.CLOSED) for version in versions)
    return sum(_open_lots(store, opener, drawn, workshop, wave) for drawn in lots)


def _draw(ids: list[str], closed: bool) -> list[list[str]]:
    """The lots in which the answers `ids`, all to the same version of the questions, should be opened.

    Lots are drawn at random, so that they do not show which answers were given at about the same time.
    """
    secrets.SystemRandom().shuffle(ids)
    lots = []
    for size in lot_sizes(len(ids), closed):
        lots.append(ids[:size])
        ids = ids[size:]
    return lots


def _open_lots(store: Store, opener: Opener, lots: list[list[str]], workshop: Workshop, wave: Wave) -> int:
    """Open `lots`, one at a time. Returns how many answers were opened.

    An answer that cannot be read stays sealed, so that a later version of the program may still read it. The others of
    its lot are opened only if they are at least SMALLEST_LOT.
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
            # Another run has opened some of these. The next run opens those that are left.
            break
        total += len(lot.answers)
        log.event("survey.opened", workshop=workshop.id, wave=wave.id, answers=len(lot.answers))
    return total
