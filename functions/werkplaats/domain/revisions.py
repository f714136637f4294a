"""Revisions: every version of a workshop that was ever published, with when and by whom."""

from datetime import datetime

from msgspec import Struct

from werkplaats.domain.differences import differences
from werkplaats.domain.workshop import Workshop


class RevisionHead(Struct, frozen=True, kw_only=True):
    """A revision without the workshop itself, for lists.

    - `number`: the ledger's version of the commit that published it.
    - `at` (UTC) and `by`: when it was published, and the address of whoever did so, or the name of a command.
    - `changed`: the paths of the fields that were changed. Empty for the first revision.
    """

    number: int
    at: datetime
    by: str
    changed: tuple[str, ...] = ()


class Revision(RevisionHead, frozen=True, kw_only=True):
    """The whole `workshop` as it was published."""

    workshop: Workshop


def revision(before: Workshop | None, after: Workshop, *, number: int, by: str, at: datetime) -> Revision:
    """The revision that publishing `after` in place of `before` makes; None where nothing was there to compare with."""
    changed = tuple(one.path for one in differences(before, after)) if before else ()
    return Revision(number=number, at=at, by=by, changed=changed, workshop=after)
