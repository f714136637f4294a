"""The mails that tell organisers what the journal says: of one entry, or of all that were folded."""

from collections.abc import Callable
from datetime import datetime

from werkplaats.domain.journal import TOLD_TO_PARTICIPANTS, Entry, Happened
from werkplaats.domain.mail.about import AboutEntry, AboutFold
from werkplaats.domain.mail.kinds import NOTICE, Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.seats.ledger import Folding
from werkplaats.domain.workshop import Workshop

MOST_NAMED = 300
"""How many folded entries one mail names. Of any others it gives the number.

A line takes some 200 bytes, and some mail programs cut a mail off after 102 KB.
"""


def is_told(happened: Happened) -> bool:
    """Whether anybody gets a mail about `happened`: organisers, or everybody who signed up.

    Nobody does about most of what organisers did themselves, nor about an erasure.
    """
    return happened in NOTICE or happened in TOLD_TO_PARTICIPANTS


def make_notices(workshop: Workshop, entry: Entry, now: datetime) -> tuple[Mail, ...]:
    """One mail for each person whose role is organiser, queued at `now` (UTC).

    None at all if organisers are not told of what `entry` says.
    """
    kind = NOTICE.get(entry.kind)
    if kind is None:
        return ()

    def about(organiser: str, number: int) -> AboutEntry:
        return AboutEntry(entry.id, organiser, number, entry.version, entry.registration)

    return _to_each(workshop, kind, about, now)


def make_folded_notices(workshop: Workshop, folding: Folding, version: int, now: datetime) -> tuple[Mail, ...]:
    """The same about everything in `folding`, for the commit of the ledger's `version`."""

    def about(organiser: str, number: int) -> AboutFold:
        return AboutFold(organiser, number, folding.first, version, folding.counts)

    return _to_each(workshop, Kind.ORGANISER_FOLDED, about, now)


def _to_each(
    workshop: Workshop, kind: Kind, about: Callable[[str, int], AboutEntry | AboutFold], now: datetime
) -> tuple[Mail, ...]:
    """A mail for each organiser. `about` says what it is about, from their address and their number."""
    return tuple(
        queue(kind, about(organiser.email, number), workshop.id, now)
        for number, organiser in enumerate(workshop.in_charge, start=1)
    )
