"""Records the mail provider's events (processed, delivered, bounced and so on), about a thousand at a time."""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from werkplaats import log
from werkplaats.domain.delivery import is_undeliverable, record_event, was_returned
from werkplaats.domain.mail.outbox import to_keep
from werkplaats.domain.mail.trouble import entry_of_return
from werkplaats.mailing.provider import MailEvent
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.store.outbox import GuardedMail, MailChange

READ_AT_ONCE = 1000
"""The most mails that are read in one round trip: those of one call of the provider, as a rule."""

WRITTEN_AT_ONCE = 500
"""The most writes in one commit: a mail is one, and if it was returned its journal entry is another."""

_FAILURES_BEFORE_SPLITTING = 2
"""After this many failed commits, a group of several mails is split in two."""

_FAILURES_BEFORE_GIVING_UP = 8
"""After this many failed commits, a single mail is given up."""


class _Recording(Struct, frozen=True):
    """The change of one mail, and the `events` that brought it."""

    change: MailChange
    events: list[MailEvent]

    @property
    def writes(self) -> int:
        return 1 if self.change.entry is None else 2


class _Group(Struct, frozen=True):
    """Mails (ids) to read together and to write in one commit, which has failed `failures` times."""

    ids: list[str]
    failures: int = 0

    @property
    def is_given_up(self) -> bool:
        return self.failures >= _FAILURES_BEFORE_GIVING_UP

    def parts(self) -> "list[_Group]":
        """The groups to try next in place of this one, which has just failed."""
        if len(self.ids) > 1 and self.failures == _FAILURES_BEFORE_SPLITTING:
            half = len(self.ids) // 2
            return [_Group(self.ids[:half]), _Group(self.ids[half:])]
        return [] if self.is_given_up else [self]


def record_mail_events(store: Store, events: Iterable[MailEvent], now: datetime) -> int:
    """Record `events`, received at `now` (UTC), on their mails. Returns how many events changed something.

    Events of unknown mails and repeated events change nothing. Mails are read and written in large groups. If a commit
    fails because somebody else has changed one of its mails, they are read again and committed in smaller groups, in
    the end one by one.

    Raises ConflictError or OutcomeUnknownError if a mail could not be written, after all others have been. The webhook
    should then be sent again.
    """
    by_mail: dict[str, list[MailEvent]] = {}
    for event in events:
        by_mail.setdefault(event.mail_id, []).append(event)
    ids = list(by_mail)
    groups = deque(_Group(ids[start : start + READ_AT_ONCE]) for start in range(0, len(ids), READ_AT_ONCE))
    changed, failure = 0, None
    while groups:
        group = groups.popleft()
        mails = store.outbox.get_all(group.ids)
        found = [_record(guarded, by_mail[id], now) for id, guarded in mails.items()]
        for recordings in _in_commits(one for one in found if one is not None):
            try:
                store.outbox.update_all([one.change for one in recordings])
            except (ConflictError, OutcomeUnknownError) as error:
                failed = _Group([one.change.mail.id for one in recordings], group.failures + 1)
                groups += failed.parts()
                if failed.is_given_up:
                    failure = error
            else:
                changed += sum(len(one.events) for one in recordings)
                _log(recordings)
    if failure is not None:
        raise failure
    return changed


def _record(guarded: GuardedMail, events: list[MailEvent], now: datetime) -> _Recording | None:
    """The change that `events` bring to a mail, or None.

    If the mail is returned for the first time, it has a journal entry. A mail that was sent twice, because the first
    answer was lost, can be refused for the time being and then for good: that makes a second one.
    """
    mail, effective = guarded.mail, list[MailEvent]()
    for event in events:
        known = mail
        mail = record_event(known, event.event, now)
        if mail != known:
            effective.append(event)
    if not effective:
        return None
    entry = None
    again = was_returned(guarded.mail)
    for_good = again and is_undeliverable(mail) and not is_undeliverable(guarded.mail)
    if was_returned(mail) and (for_good or not again):
        # If there are several events, the reason comes from the one with the highest rank.
        reason = next(event.reason for event in events if event.event == mail.delivered)
        entry = entry_of_return(mail, reason, now, for_good=for_good)
    return _Recording(MailChange(to_keep(mail), guarded.guard, entry), effective)


def _in_commits(recordings: Iterable[_Recording]) -> Iterator[list[_Recording]]:
    """`recordings` in as few commits of at most WRITTEN_AT_ONCE writes as their order allows."""
    together: list[_Recording] = []
    writes = 0
    for one in recordings:
        if writes + one.writes > WRITTEN_AT_ONCE:
            yield together
            together, writes = [], 0
        together.append(one)
        writes += one.writes
    if together:
        yield together


def _log(recordings: list[_Recording]) -> None:
    log.events(
        {"severity": "INFO", "message": f"mail.{event.event}", "mail": mail.id, "kind": mail.kind.value}
        for one in recordings
        for mail in [one.change.mail]
        for event in one.events
    )
