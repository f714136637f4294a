"""The draft of a workshop: the fields of its next version as they were typed, with or without mistakes."""

from datetime import datetime

from msgspec import Struct

from werkplaats.domain.fields import Fields, written
from werkplaats.domain.mistakes import Mistake, Wrong
from werkplaats.domain.workshop import Workshop
from werkplaats.domain.workshop_written import read

MOST_TEXT = 600_000
"""The most characters that all fields and their paths may have together.

They fit into one document even if many of them take several bytes.
"""

MOST_FIELDS = 5_000


class WorkshopDraft(Struct, frozen=True, kw_only=True):
    """The draft of `workshop` (its id). A workshop has one draft, which all its organisers share.

    - `version`: goes up by one with every save. 0 means that nobody has saved it yet.
    - `base`: the ledger's `published` of the version that the draft was made from.
    - `saved_by`, `saved_at`: the address of whoever saved it last, and when (UTC).
    """

    workshop: str
    version: int
    base: int
    fields: Fields
    saved_by: str
    saved_at: datetime

    @property
    def fits(self) -> bool:
        """Whether it is small enough to be stored."""
        length = sum(len(path) + len(text) for path, text in self.fields.items())
        return len(self.fields) <= MOST_FIELDS and length <= MOST_TEXT


def check(draft: WorkshopDraft) -> Workshop | tuple[Mistake, ...]:
    """The workshop that `draft` describes, or all mistakes in it, each with the path of its field."""
    workshop = read(written(draft.fields), as_text=True)
    if isinstance(workshop, Workshop) and workshop.id != draft.workshop:
        return (Mistake("id", f"expected {draft.workshop!r}, got {workshop.id!r}", Wrong.ANOTHER_WORKSHOP),)
    return workshop
