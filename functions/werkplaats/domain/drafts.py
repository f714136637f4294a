"""The draft of a workshop: what has been typed of its next version, right or not, until it is published."""

from datetime import datetime

from msgspec import Struct

from werkplaats.domain.fields import Fields, written
from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_written import read

MOST_TEXT = 600_000
"""Characters of all fields and their paths together: they fit a document also where many take several bytes."""

MOST_FIELDS = 5_000


class WorkshopDraft(Struct, frozen=True, kw_only=True):
    """What has been typed of `workshop` (its id). A workshop has one draft, which all its organisers share.

    `version` goes up by one with every save; 0 is a draft that nobody has saved yet. `base` is the ledger's `published`
    of the version that it was made from. `saved_by` is an address, and `saved_at` a moment (UTC).
    """

    workshop: str
    version: int
    base: int
    fields: Fields
    saved_by: str
    saved_at: datetime

    @property
    def fits(self) -> bool:
        """Whether it can be kept."""
        length = sum(len(path) + len(text) for path, text in self.fields.items())
        return len(self.fields) <= MOST_FIELDS and length <= MOST_TEXT


def check(draft: WorkshopDraft) -> Workshop | tuple[Mistake, ...]:
    """The workshop that `draft` describes, or all mistakes in it, each with the path of its field."""
    workshop = read(written(draft.fields), as_text=True)
    if isinstance(workshop, Workshop) and workshop.id != draft.workshop:
        return (Mistake("id", f"expected {draft.workshop!r}, got {workshop.id!r}", Wrong.ANOTHER_WORKSHOP),)
    return workshop
