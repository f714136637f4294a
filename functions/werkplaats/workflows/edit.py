"""Edits a workshop: saves a draft, shows what publishing it would do, publishes it, and goes back to a revision.

Every page contains the version of the draft that it showed (`seen`, 0 if nobody has saved one). If somebody saves or
publishes and that is no longer the present version, they get both versions and choose. So nothing is lost unnoticed.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, ValidationError
from msgspec.structs import replace

from werkplaats import log
from werkplaats.domain.drafts import WorkshopDraft, check
from werkplaats.domain.fields import Fields, fields_of, in_order
from werkplaats.domain.logos import Logo, LogoProblem, read_logo
from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.domain.workshop import Workshop
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.store.wire import Revision
from werkplaats.workflows.preview import Preview, preview
from werkplaats.workflows.publish import (
    CapacityBelowHeld,
    ChangedMeanwhile,
    PracticeDiffers,
    Published,
    publish_workshop,
)
from werkplaats.workflows.seats.queue import SeatQueue

_ATTEMPTS = 5


class Saved(Struct, frozen=True):
    """The draft has been saved."""

    draft: WorkshopDraft


class SavedMeanwhile(Struct, frozen=True):
    """Not saved: somebody else has saved `theirs` since the page was opened.

    `mine` is what should have been saved. A page that shows both sends `mine.version` as `seen` to replace `theirs`.
    """

    theirs: WorkshopDraft
    mine: WorkshopDraft


class TooMuchText(Struct, frozen=True):
    """Not saved: the text is longer than a draft can be."""

    draft: WorkshopDraft


class Mistaken(Struct, frozen=True):
    """Not published: `draft` has `mistakes`."""

    draft: WorkshopDraft
    mistakes: tuple[Mistake, ...]


class PublishedMeanwhile(Struct, frozen=True):
    """Not published: somebody else has published `published` since the draft was made.

    `version` is the ledger's `published`. To publish the draft all the same, save it with that as its `base`.
    """

    published: Workshop | None
    version: int
    draft: WorkshopDraft


class DraftPublished(Struct, frozen=True):
    """The draft is published, now or already. `draft` is the draft to continue with."""

    draft: WorkshopDraft
    published: Published


class Consequences(Struct, frozen=True, kw_only=True):
    """What publishing `draft` would do: a `preview`, or None if the draft has `mistakes`."""

    draft: WorkshopDraft
    mistakes: tuple[Mistake, ...] = ()
    preview: Preview | None = None


def draft_of(store: Store, workshop: str, now: datetime) -> WorkshopDraft | None:
    """The stored draft of `workshop` (its id). If nobody has changed anything, a draft of the published workshop.

    None if there is no such workshop.
    """
    present = _present(store, workshop, now)
    return present.draft if present else None


def save_draft(
    store: Store,
    workshop: str,
    fields: Mapping[str, str],
    *,
    seen: int,
    by: str,
    now: datetime,
    base: int | None = None,
) -> Saved | SavedMeanwhile | TooMuchText | None:
    """Save `fields`, everything that was typed for `workshop` (its id), as the draft that follows version `seen`.

    The fields may have mistakes. `base` is the published version that the draft will replace; None leaves it unchanged.
    Saving the same again succeeds and changes nothing. Returns None if there is no such workshop. Raises
    OutcomeUnknownError; then saving again is safe.
    """
    typed = in_order(fields)
    for _ in range(_ATTEMPTS):
        found = _present(store, workshop, now)
        if found is None:
            return None
        present = found.draft
        mine = replace(
            present,
            version=present.version + 1,
            base=present.base if base is None else base,
            fields=typed,
            saved_by=by,
            saved_at=now,
        )
        if not mine.fits:
            return TooMuchText(mine)
        if found.guard is not None and (present.fields, present.base, present.saved_by) == (mine.fields, mine.base, by):
            return Saved(present)
        if present.version != seen:
            return SavedMeanwhile(theirs=present, mine=replace(mine, version=present.version))
        try:
            store.drafts.save(mine, found.guard)
        except ConflictError:
            continue
        log.event("draft.saved", workshop=workshop, version=mine.version)
        return Saved(mine)
    raise OutcomeUnknownError


def consequences(store: Store, draft: WorkshopDraft, now: datetime) -> Consequences:
    """What publishing `draft` at `now` (UTC) would do. Nothing is written."""
    workshop = _checked(store, draft)
    if isinstance(workshop, tuple):
        return Consequences(draft=draft, mistakes=workshop)
    return Consequences(draft=draft, preview=preview(store, workshop, now))


def publish_draft(
    store: Store, queue: SeatQueue, workshop: str, *, seen: int, by: str, now: datetime
) -> DraftPublished | Mistaken | SavedMeanwhile | PublishedMeanwhile | CapacityBelowHeld | None:
    """Publish the draft of `workshop` (its id), if its version is still `seen`. None if there is no such workshop.

    It replaces only the published version that it was made from. Publishing it twice succeeds and changes nothing.
    Raises SeatsBusyError or StoreAwayError.
    """
    found = _present(store, workshop, now)
    if found is None:
        return None
    draft = found.draft
    if draft.version != seen:
        return SavedMeanwhile(theirs=draft, mine=draft)
    checked = _checked(store, draft)
    if isinstance(checked, tuple):
        return Mistaken(draft, checked)
    match publish_workshop(store, queue, checked, now, seen=draft.base, by=by):
        case Published() as published:
            return DraftPublished(_brought_up(store, found, checked), published)
        case ChangedMeanwhile() | PracticeDiffers():
            ledger = store.seats.ledger(workshop)
            return PublishedMeanwhile(_published(store, workshop), ledger.published if ledger else 0, draft)
        case CapacityBelowHeld() as refused:
            return refused


def draft_from_revision(
    store: Store, workshop: str, number: int, *, seen: int, by: str, now: datetime
) -> Saved | SavedMeanwhile | TooMuchText | None:
    """Save the revision `number` of `workshop` (its id) as its draft. None if there is no such revision."""
    revision, ledger = store.workshops.revision(workshop, number), store.seats.ledger(workshop)
    if revision is None or ledger is None:
        return None
    fields = fields_of(revision.workshop)
    return save_draft(store, workshop, fields, seen=seen, by=by, now=now, base=ledger.published)


def keep_logo(store: Store, content: bytes) -> Logo | LogoProblem:
    """Store the file `content` as a logo, or return why it cannot be one. Its digest goes into 'organisation.logo'."""
    logo = read_logo(content)
    if isinstance(logo, Logo):
        store.logos.put(logo)
    return logo


def _checked(store: Store, draft: WorkshopDraft) -> Workshop | tuple[Mistake, ...]:
    workshop, published = check(draft), _published(store, draft.workshop)
    if isinstance(workshop, Workshop) and published is not None:
        workshop = replace(workshop, practice=published.practice)
    if isinstance(workshop, Workshop) and (logo := workshop.organisation.logo) and store.logos.get(logo) is None:
        return (Mistake("organisation.logo", "expected a logo that has been uploaded", Wrong.NO_SUCH_LOGO),)
    return workshop


class _Present(Struct, frozen=True):
    """The draft as pages show it, and the guard of its document, which is None if nothing is stored yet."""

    draft: WorkshopDraft
    guard: Revision | None


def _present(store: Store, workshop: str, now: datetime) -> _Present | None:
    """The draft of `workshop`, or None if there is no such workshop.

    If a draft has no changes, it is replaced by a draft of the workshop that is published now. The ledger is read
    first. So if somebody publishes after that, the draft is stale, and publishing it is refused.
    """
    ledger, kept = store.seats.ledger(workshop), store.drafts.get(workshop)
    if ledger is None:
        return None
    if kept is not None and (kept.draft.base == ledger.published or _has_changes(store, kept.draft)):
        return _Present(kept.draft, kept.guard)
    published = _published(store, workshop)
    fields: Fields = fields_of(published) if published else {}
    if kept is not None:
        return _Present(replace(kept.draft, base=ledger.published, fields=fields), kept.guard)
    draft = WorkshopDraft(workshop=workshop, version=0, base=ledger.published, fields=fields, saved_by="", saved_at=now)
    return _Present(draft, None)


def _has_changes(store: Store, draft: WorkshopDraft) -> bool:
    """Whether `draft` describes anything else than the version that it was made from.

    A field that was left empty is no change if that version has there what empty stands for.
    """
    base = store.workshops.revision(draft.workshop, draft.base)
    if base is None:
        return True
    if fields_of(base.workshop) == draft.fields:
        return False
    described, there = check(draft), base.workshop
    if not isinstance(described, Workshop):
        return True
    return replace(described, practice=there.practice, called_off=there.called_off) != there


def _published(store: Store, workshop: str) -> Workshop | None:
    """The published workshop, or None if this version of the program cannot read it."""
    try:
        return store.workshops.get(workshop)
    except ValidationError:
        return None


def _brought_up(store: Store, found: _Present, published: Workshop) -> WorkshopDraft:
    """The draft after it was published: based on the workshop that is published now, with its fields.

    If somebody has saved or published something else meanwhile, the draft is not changed. It is then based on an
    earlier version, and whoever publishes it next is shown both.
    """
    ledger, now = store.seats.ledger(found.draft.workshop), _published(store, found.draft.workshop)
    if ledger is None or now is None or replace(now, called_off=None) != published:
        return found.draft
    fields = fields_of(now)  # with what a field that was left empty means
    draft = replace(found.draft, version=found.draft.version + 1, base=ledger.published, fields=fields)
    try:
        store.drafts.save(draft, found.guard)
    except (ConflictError, OutcomeUnknownError):
        return found.draft
    return draft
