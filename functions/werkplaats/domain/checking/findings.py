"""What does not fit in the store, and what is known of one workshop to find it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from werkplaats.domain.attendance import Attendance
from werkplaats.domain.changes import Change
from werkplaats.domain.drafts import WorkshopDraft
from werkplaats.domain.erasures import Erasure
from werkplaats.domain.journal import Entry
from werkplaats.domain.kept import MAILS_KEPT
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.messages import GroupMessage
from werkplaats.domain.registration import Mailbox, Registration
from werkplaats.domain.revisions import RevisionHead
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.survey.waves import Invitation
from werkplaats.domain.workshop import Workshop

LATE = timedelta(minutes=45)
"""How long after it was due something may be undone: every schedule that does it has run several times by then."""

LONG_PAST = timedelta(days=2)
"""How long something may be undone that one nightly run can miss."""

COMPARED_FOR = MAILS_KEPT - timedelta(days=60)
"""Up to this age, records that the store deletes after a time (mails, journal entries) must still be there.

It is shorter than the time that they are kept, because two records that belong together may have been made weeks
apart, and because the database deletes some days late.
"""


class Finding(Struct, frozen=True, order=True):
    """Something that does not fit.

    - `where`: what it is about, such as 'registration abc'. Ids, never names or addresses.
    - `kind`: a short name for this kind of finding, the same for all of them.
    - `says`: what does not fit, as a part of a sentence.
    - `remedy`: what to do next, as a sentence.
    """

    where: str
    kind: str
    says: str
    remedy: str

    @property
    def line(self) -> str:
        return f"{self.where}: {self.says} [{self.kind}]. {self.remedy}"


class SealedHead(Struct, frozen=True, kw_only=True):
    """A sealed answer without its content and its key."""

    id: str
    wave: str
    version: str


class OpenHead(Struct, frozen=True, kw_only=True):
    """An opened answer without what was answered."""

    id: str
    wave: str
    version: str
    lot: str


class WorkshopRecords(Struct, frozen=True, kw_only=True):
    """All records of the workshop `id`, by the ids of their documents, as they were at one moment.

    - `newest`: the workshop in its newest revision. None if it cannot be read, or if there is no revision.
    - `unreadable`: the ids of documents that exist but cannot be read.
    - `unread_registrations`, `unread_revisions`: those of them that are registrations, and revisions of which not even
      the number can be read. As long as there are any, nothing that is counted over all of them is known.
    """

    id: str
    workshop: Workshop | None
    ledger: Ledger | None
    registrations: Mapping[str, Registration]
    mailboxes: Mapping[str, Mailbox]
    journal: Mapping[str, Entry]
    mails: Mapping[str, Mail]
    changes: Mapping[str, Change]
    invitations: Mapping[str, Invitation]
    sealed: Mapping[str, SealedHead]
    opened: Mapping[str, OpenHead]
    survey_versions: frozenset[str]
    attendance: Mapping[str, Attendance]
    erasures: Mapping[str, Erasure]
    revisions: Mapping[str, RevisionHead]
    newest: Workshop | None
    draft: WorkshopDraft | None
    messages: Mapping[str, GroupMessage] = {}
    unreadable: frozenset[str] = frozenset()
    unread_registrations: frozenset[str] = frozenset()
    unread_revisions: frozenset[str] = frozenset()

    def missing(self, id: str | None, among: Mapping[str, object]) -> bool:
        """Whether there is no document `id` among those of one collection; one that cannot be read is there."""
        return id is not None and id not in among and id not in self.unreadable


BY_HAND = "Look at the document in the console, and correct it by hand (docs/runbooks/check-store.md)."
REBUILD = "Make the ledger anew: make check-store REBUILD={workshop}."
RUN = "See why {function} does not run (docs/runbooks/check-store.md)."


def is_recent(at: datetime, now: datetime) -> bool:
    """Whether what was made `at` that time must still be there, because it is not deleted for being old yet."""
    return at > now - COMPARED_FOR
