"""Records the mail provider's events (processed, delivered, bounced and so on), about a thousand at a time."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from werkplaats import log
from werkplaats.domain.delivery import record_event, was_returned
from werkplaats.domain.mail.trouble import entry_of_return
from werkplaats.mailing.provider import MailEvent
from werkplaats.store import ConflictError, OutcomeUnknownError, Store
from werkplaats.store.outbox import GuardedMail, MailChange

AT_ONCE = 200
"""The most mails in one commit. Even with a journal entry for each that is below 500 writes."""

_FAILURES_BEFORE_SPLITTING = 2
"""After this many failed commits, a group of several mails is split in two."""

_FAILURES_BEFORE_GIVING_UP = 8
"""After this many failed commits, a single mail is given up."""


class _Recording(Struct, frozen=True):
    """The change of one mail, and the `events` that brought it."""

    change: MailChange
    events: list[MailEvent]


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
    groups = deque((ids[start : start + AT_ONCE], 0) for start in range(0, len(ids), AT_ONCE))
    changed, failure = 0, None
    while groups:
        group, failed = groups.popleft()
        mails = store.outbox.get_all(group)
        found = [_record(guarded, by_mail[id], now) for id, guarded in mails.items()]
        recordings = [one for one in found if one is not None]
        if not recordings:
            continue
        try:
            store.outbox.update_all([one.change for one in recordings])
        except (ConflictError, OutcomeUnknownError) as error:
            if len(group) > 1 and failed + 1 == _FAILURES_BEFORE_SPLITTING:
                half = len(group) // 2
                groups += [(group[:half], 0), (group[half:], 0)]
            elif failed + 1 < _FAILURES_BEFORE_GIVING_UP:
                groups.append((group, failed + 1))
            else:
                failure = error
        else:
            changed += sum(len(one.events) for one in recordings)
            _log(recordings)
    if failure is not None:
        raise failure
    return changed


def _record(guarded: GuardedMail, events: list[MailEvent], now: datetime) -> _Recording | None:
    """The change that `events` bring to a mail, or None.

    If the mail is returned for the first time, it has a journal entry.
    """
    mail, effective = guarded.mail, []
    for event in events:
        known = mail
        mail = record_event(known, event.event, now)
        if mail != known:
            effective.append(event)
    if not effective:
        return None
    entry = None
    if was_returned(mail) and not was_returned(guarded.mail):
        # If there are several events, the reason comes from the one with the highest rank.
        reason = next(event.reason for event in events if event.event == mail.delivered)
        entry = entry_of_return(mail, reason, now)
    return _Recording(MailChange(mail, guarded.guard, entry), effective)


def _log(recordings: list[_Recording]) -> None:
    log.events(
        {"severity": "INFO", "message": f"mail.{event.event}", "mail": mail.id, "kind": mail.kind.value}
        for one in recordings
        for mail in [one.change.mail]
        for event in one.events
    )
