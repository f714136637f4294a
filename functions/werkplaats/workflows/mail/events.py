"""What the mail provider tells of mails, a thousand events at once: taken, delivered, come back."""

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
"""Mails in one commit: with a journal entry for each, still within the 500 writes that Firestore is at ease with."""

_TRIES_TOGETHER = 2
"""Commits of several mails that may fail before they are committed in two halves."""

_TRIES_ALONE = 8
"""Commits of one mail that may fail before it is given up."""


class _News(Struct, frozen=True):
    """What the events of one mail change, and which of them do."""

    change: MailChange
    events: list[MailEvent]


def record_mail_events(store: Store, events: Iterable[MailEvent], now: datetime) -> int:
    """Note `events` on their mails; how many changed something. Unknown mails and repeated events change nothing.

    The mails are read and written many at once. Where a commit fails because somebody else changed one of its mails,
    all are read again and committed in smaller groups, in the end one by one. Raises ConflictError or
    OutcomeUnknownError if some mail could not be written, after all others were: the webhook is then to be sent again.
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
        found = [_news(guarded, by_mail[id], now) for id, guarded in mails.items()]
        news = [one for one in found if one is not None]
        if not news:
            continue
        try:
            store.outbox.update_all([one.change for one in news])
        except (ConflictError, OutcomeUnknownError) as error:
            if len(group) > 1 and failed + 1 == _TRIES_TOGETHER:
                half = len(group) // 2
                groups += [(group[:half], 0), (group[half:], 0)]
            elif failed + 1 < _TRIES_ALONE:
                groups.append((group, failed + 1))
            else:
                failure = error
        else:
            changed += sum(len(one.events) for one in news)
            _log(news)
    if failure is not None:
        raise failure
    return changed


def _news(guarded: GuardedMail, events: list[MailEvent], now: datetime) -> _News | None:
    """What `events` change of a mail; None if nothing. Organisers are told of one that came back, once."""
    mail, telling = guarded.mail, []
    for event in events:
        known = mail
        mail = record_event(known, event.event, now)
        if mail != known:
            telling.append(event)
    if not telling:
        return None
    entry = None
    if was_returned(mail) and not was_returned(guarded.mail):
        # Of several events it is the one that counted in the end which says why.
        reason = next(event.reason for event in events if event.event == mail.delivered)
        entry = entry_of_return(mail, reason, now)
    return _News(MailChange(mail, guarded.guard, entry), telling)


def _log(news: list[_News]) -> None:
    log.events(
        {"severity": "INFO", "message": f"mail.{event.event}", "mail": mail.id, "kind": mail.kind.value}
        for one in news
        for mail in [one.change.mail]
        for event in one.events
    )
