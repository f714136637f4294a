"""Drafts of workshops: drafts/{workshop}."""

from msgspec import Struct

from werkplaats.domain.drafts import WorkshopDraft
from werkplaats.store import codec, paths
from werkplaats.store.wire import Must, Revision, Wire


class GuardedDraft(Struct, frozen=True):
    """A draft as it was read, and the revision that its document had."""

    draft: WorkshopDraft
    guard: Revision


class Drafts:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def get(self, workshop: str) -> GuardedDraft | None:
        path = paths.of(paths.DRAFTS, workshop)
        found = self._wire.get([path]).get(path)
        return None if found is None else GuardedDraft(codec.read(found, WorkshopDraft), found.revision)

    def save(self, draft: WorkshopDraft, guard: Revision | None) -> None:
        """Write `draft`.

        Raises ConflictError if the stored draft has changed since `guard`, or if `guard` is None and there is one.
        """
        path = paths.of(paths.DRAFTS, draft.workshop)
        self._wire.commit([codec.update(path, draft, Must.NOT_EXIST if guard is None else guard)])
