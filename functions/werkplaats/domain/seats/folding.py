"""Decides which entries of the journal organisers are told of one by one, and which are folded: told in one mail.

A mail for each entry is welcome as long as there are few. A rush would fill the organisers' mailboxes, and their mails
would go out before those of the people who signed up. So only the first entries of an hour are told at once. Those that
follow are folded for a quarter of an hour.

    09:00 09:01 09:02 09:03 09:04   each in a mail of its own: five in an hour
    09:05 … 09:19                   folded, with everything that follows until it is told
    09:20                           due: one mail for each organiser, queued by the next run of the schedule
    10:00                           the mail of 09:00 is an hour ago, so an entry is told at once again

While something is folded, nothing is told at once. So organisers are told of everything in the order in which it
happened. The command `TellFolded` queues the mails and ends the folding in one commit, which the ledger guards. So that
happens exactly once, and nothing has to be marked on the entries.

That is for organisers who have not chosen otherwise (`domain/notices.py`). For those who want a digest, everything is
collected in the ledger in the same way, and `TellFolded` queues it the next morning.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.kinds import FOLDABLE
from werkplaats.domain.seats.ledger import Folding, Ledger
from werkplaats.domain.times import next_morning

AT_ONCE = 5
"""How many entries of a workshop are told one by one within HOUR."""

HOUR = timedelta(hours=1)

FOLDED_FOR = timedelta(minutes=15)
"""How long the first folded entry waits for others."""


def fold_or_tell(ledger: Ledger, happened: Happened, version: int, now: datetime) -> tuple[Ledger, bool]:
    """The ledger after an entry of `version` that says what `happened` at `now` (UTC), and whether that is folded.

    The ledger stays as it is for an entry that organisers are not told of, or that is always told at once.
    """
    if happened not in FOLDABLE:
        return ledger, False
    if ledger.folding is not None:
        return replace(ledger, folding=_with(ledger.folding, happened)), True
    told_at = tuple(at for at in ledger.told_at if at > now - HOUR)
    if len(told_at) < AT_ONCE:
        return replace(ledger, told_at=(*told_at, now)), False
    return replace(ledger, folding=_with(Folding(first=version, due_at=now + FOLDED_FOR, counts={}), happened)), True


def collect(ledger: Ledger, happened: Happened, version: int, now: datetime) -> Ledger:
    """The ledger after such an entry, for those who want a digest: it is told the next morning at eight."""
    if happened not in FOLDABLE:
        return ledger
    digest = ledger.digest or Folding(first=version, due_at=next_morning(now), counts={})
    return replace(ledger, digest=_with(digest, happened))


def digest_is_due(ledger: Ledger, now: datetime) -> bool:
    """Whether the digest should be sent at `now` (UTC)."""
    return ledger.digest is not None and ledger.digest.due_at <= now


def is_due(ledger: Ledger, now: datetime) -> bool:
    """Whether what is folded should be told at `now` (UTC)."""
    return ledger.folding is not None and ledger.folding.due_at <= now


def _with(folding: Folding, happened: Happened) -> Folding:
    """`folding` with one more entry."""
    return replace(folding, counts={**folding.counts, happened.value: folding.counts.get(happened.value, 0) + 1})
