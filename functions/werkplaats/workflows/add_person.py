"""Adds somebody by hand, and lets the draft of the workshop follow when there is one seat more."""

from datetime import datetime

from msgspec import ValidationError
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.drafts import WorkshopDraft
from werkplaats.domain.fields import fields_of
from werkplaats.domain.seats.commands import AddPerson, Done, Outcome, Placing
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.store.drafts import GuardedDraft
from werkplaats.workflows.seats.queue import SeatQueue

_CAPACITY = "capacity"
"""The path of the field in which the number of seats is typed."""

_ATTEMPTS = 3


def add_person(store: Store, queue: SeatQueue, workshop: str, command: AddPerson, now: datetime) -> Outcome:
    """Carry out `command` for `workshop` (its id). For an extra seat the draft then follows.

    Raises SeatsBusyError or UnknownWorkshopError.
    """
    outcome = queue.do(workshop, command)
    if command.placing is Placing.EXTRA_SEAT and isinstance(outcome, Done):
        follow_capacity(store, workshop, by=command.by, now=now)
    return outcome


def follow_capacity(store: Store, workshop: str, *, by: str, now: datetime) -> None:
    """Base the draft of `workshop` on what is published now, if only the number of seats has changed since its base.

    So whoever edits the workshop is not told that somebody else has published something. The draft gets a new version:
    an editor that was opened before shows both versions when it is saved, and cannot take the seat away unnoticed.

    If somebody has typed another number of seats in the draft, or if other things were published too, the draft stays
    as it is, and publishing it shows both. The same happens if this is never reached because the process dies.
    """
    for _ in range(_ATTEMPTS):
        kept = store.drafts.get(workshop)
        draft = _following(store, workshop, kept, by, now)
        if draft is None:
            return
        try:
            store.drafts.save(draft, kept.guard if kept else None)
        except ConflictError:
            continue
        except OutcomeUnknownError:
            return
        log.event("draft.followed", workshop=workshop, version=draft.version)
        return


def _following(store: Store, id: str, kept: GuardedDraft | None, by: str, now: datetime) -> WorkshopDraft | None:
    """The draft of workshop `id` with the number of seats that is published now, or None if it should stay as it is."""
    ledger = store.seats.ledger(id)
    try:
        published = store.workshops.get(id)
        base = store.workshops.revision(id, kept.draft.base) if kept else None
    except ValidationError:
        return None
    if ledger is None or published is None:
        return None
    fields = fields_of(published)
    if kept is None:
        # Nobody has saved a draft, but an editor may be open, which would save the number of seats that it shows.
        return WorkshopDraft(workshop=id, version=1, base=ledger.published, fields=fields, saved_by=by, saved_at=now)
    draft = kept.draft
    if base is None or draft.base == ledger.published:
        return None
    if replace(base.workshop, capacity=published.capacity) != published:
        return None
    if draft.fields.get(_CAPACITY) != fields_of(base.workshop)[_CAPACITY]:
        return None
    followed = dict(draft.fields) | {_CAPACITY: fields[_CAPACITY]}
    return replace(draft, version=draft.version + 1, base=ledger.published, fields=followed, saved_by=by, saved_at=now)
