"""Holds what organisers are to be told of together against the journal and the mails that tell of it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from werkplaats.domain.checking.findings import BY_HAND, LATE, REBUILD, RUN, Finding, WorkshopRecords, is_recent
from werkplaats.domain.journal import Entry
from werkplaats.domain.mail.about import AboutFold
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.notices import Notices
from werkplaats.domain.seats.folding import FOLDED_FOR
from werkplaats.domain.seats.ledger import Folding, Ledger


def check_folded(records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """What does not fit in the ledger's folding, the folded entries and their mails at `now` (UTC)."""
    if records.ledger is not None:
        yield from _folding(records.ledger, records, now)
    for id, entry in records.journal.items():
        each = records.workshop is not None and records.workshop.told_by(Notices.EACH)
        if entry.folded and not entry.notified and not each:
            says = "is folded, and is still to be told of by itself"
            yield Finding(f"entry {id} of {records.id}", "entry.folded", says, BY_HAND)
    for id, mail in records.mails.items():
        if (about := _folded_in(mail)) is not None and is_recent(mail.created_at, now):
            there = _counted(_between(records, about.first, about.version))
            if there != about.counts:
                says = (
                    f"tells of {sum(about.counts.values())} folded entries, and the journal has {sum(there.values())}"
                )
                yield Finding(f"mail {id}", "mail.folded", says, BY_HAND)


def left_to_tell(records: WorkshopRecords) -> Folding | None:
    """What the folding must be: all folded entries after those of which a mail tells. None if there are none."""
    told = [about.version for mail in records.mails.values() if (about := _folded_in(mail)) is not None]
    left = _between(records, max(told, default=-1) + 1)
    if not left:
        return None
    first = min(left, key=lambda entry: entry.version)
    return Folding(first=first.version, due_at=first.at + FOLDED_FOR, counts=_counted(left))


def _folded_in(mail: Mail) -> AboutFold | None:
    """What a mail about folded entries is about. None for other mails, and for digests, which tell of all entries."""
    return mail.about if isinstance(mail.about, AboutFold) and mail.kind is Kind.ORGANISER_FOLDED else None


def _folding(ledger: Ledger, records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    where, wanted = f"ledger {records.id}", left_to_tell(records)
    known = not records.unreadable and (wanted is None or is_recent(wanted.due_at, now))
    if known and ledger.folding != wanted:
        folded, left = (sum(one.counts.values()) if one else 0 for one in (ledger.folding, wanted))
        says = f"folds {folded} entries of the journal, and of {left} organisers are still to be told"
        yield Finding(where, "ledger.folding", says, REBUILD.format(workshop=records.id))
    if ledger.digest is not None and ledger.digest.due_at < now - LATE:
        says = "keeps a digest that should long have been sent"
        yield Finding(where, "ledger.untold", says, RUN.format(function="retry_mail"))
    if ledger.folding is not None and ledger.folding.due_at < now - LATE:
        says = "folds entries of the journal that organisers should long have been told of"
        yield Finding(where, "ledger.untold", says, RUN.format(function="retry_mail"))


def _between(records: WorkshopRecords, first: int, last: int | None = None) -> list[Entry]:
    """The folded entries from version `first` on, up to `last` if that is given."""
    return [
        entry
        for entry in records.journal.values()
        if entry.folded and first <= entry.version and (last is None or entry.version <= last)
    ]


def _counted(entries: list[Entry]) -> dict[str, int]:
    return dict(Counter(entry.kind.value for entry in entries))
