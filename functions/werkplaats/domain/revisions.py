"""What was published of a workshop, when and by whom: every version that there has been."""

from datetime import datetime

from msgspec import Struct

from werkplaats.domain.differences import differences
from werkplaats.domain.workshop import Workshop


class RevisionHead(Struct, frozen=True, kw_only=True):
    """What a list of revisions shows: all but the workshop itself.

    `number` is the ledger's version with which it was published `at` that moment (UTC). `by` is the address of whoever
    did so, or the name of a command. `changed` are the paths of the fields that became others, none for the first.
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
