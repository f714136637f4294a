"""The mails that tell organisers what the journal says: of one entry, of all that were folded, or of a day."""

from collections.abc import Callable
from datetime import datetime

from werkplaats.domain.journal import TOLD_TO_PARTICIPANTS, Entry, Happened
from werkplaats.domain.mail.about import AboutEntry, AboutFold
from werkplaats.domain.mail.kinds import FOLDABLE, NOTICE, Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.notices import Notices
from werkplaats.domain.seats.ledger import Folding
from werkplaats.domain.workshop import Workshop

MOST_NAMED = 300
"""How many entries one mail about several names. Of any others it gives the number.

A line takes some 200 bytes, and some mail programs cut a mail off after 102 KB.
"""


def is_told(happened: Happened) -> bool:
    """Whether anybody gets a mail about `happened`: organisers, or everybody who signed up.

    Nobody does about most of what organisers did themselves, nor about an erasure.
    """
    return happened in NOTICE or happened in TOLD_TO_PARTICIPANTS


def is_left_to_tell(workshop: Workshop, happened: Happened, *, folded: bool) -> bool:
    """Whether anybody is told of an entry by itself, so that something is left to do about it once it is stored."""
    if happened in FOLDABLE:
        return any(workshop.told_by(way) for way in _ways(folded=folded))
    return is_told(happened)


def make_notices(workshop: Workshop, entry: Entry, now: datetime) -> tuple[Mail, ...]:
    """A mail for each person whose role is organiser and who wants to hear of `entry` at once, queued at `now` (UTC).

    Of what failed, and of who cannot come, that is everybody. None at all if organisers are not told of such an entry.
    """
    kind = NOTICE.get(entry.kind)
    if kind is None:
        return ()

    def about(organiser: str, number: int) -> AboutEntry:
        return AboutEntry(entry.id, organiser, number, entry.version, entry.registration)

    ways = _ways(folded=entry.folded) if entry.kind in FOLDABLE else frozenset(Notices)
    return _to_each(workshop, ways, kind, about, now)


def make_folded_notices(workshop: Workshop, folding: Folding, version: int, now: datetime) -> tuple[Mail, ...]:
    """The same about everything in `folding`, for the commit of the ledger's `version`."""
    return _together(workshop, Notices.BUNDLED, Kind.ORGANISER_FOLDED, folding, version, now)


def make_digests(workshop: Workshop, digest: Folding, version: int, now: datetime) -> tuple[Mail, ...]:
    """The digests of everything in `digest`, for the commit of the ledger's `version`."""
    return _together(workshop, Notices.DIGEST, Kind.ORGANISER_DIGEST, digest, version, now)


def _ways(*, folded: bool) -> frozenset[Notices]:
    """Who is told at once of something that can be folded."""
    return frozenset({Notices.EACH}) if folded else frozenset({Notices.EACH, Notices.BUNDLED})


def _together(
    workshop: Workshop, way: Notices, kind: Kind, told: Folding, version: int, now: datetime
) -> tuple[Mail, ...]:
    def about(organiser: str, number: int) -> AboutFold:
        return AboutFold(organiser, number, told.first, version, told.counts)

    return _to_each(workshop, frozenset({way}), kind, about, now)


def _to_each(
    workshop: Workshop,
    ways: frozenset[Notices],
    kind: Kind,
    about: Callable[[str, int], AboutEntry | AboutFold],
    now: datetime,
) -> tuple[Mail, ...]:
    """A mail for each organiser who wants to be told in one of `ways`.

    `about` says what it is about, from their address and their number among all organisers.
    """
    return tuple(
        queue(kind, about(organiser.email, number), workshop.id, now)
        for number, organiser in enumerate(workshop.in_charge, start=1)
        if organiser.notices in ways
    )
