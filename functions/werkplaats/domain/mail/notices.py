"""The mails that tell organisers what the journal says."""

from datetime import datetime

from werkplaats.domain.journal import TOLD_TO_PARTICIPANTS, Entry, Happened
from werkplaats.domain.mail.about import AboutEntry
from werkplaats.domain.mail.kinds import NOTICE
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.workshop import Workshop


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
    return tuple(
        queue(
            kind,
            AboutEntry(entry.id, organiser.email, number, entry.version, entry.registration),
            workshop.id,
            now,
        )
        for number, organiser in enumerate(workshop.in_charge, start=1)
    )
