"""What SendGrid's Event Webhook tells of mails: taken, delivered, come back."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from werkplaats import log
from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.outbox import Event, came_back, heard
from werkplaats.store import ConflictError, Store
from werkplaats.workflows.mail.deliver import trouble

_ATTEMPTS = 8


class MailEvent(Struct, frozen=True):
    """One event, of those that matter here. `reason` is the receiving server's own words."""

    mail_id: str
    event: Event
    reason: str = ""


def record_mail_events(store: Store, events: Iterable[MailEvent], now: datetime) -> int:
    """Note `events` on their mails; how many changed something. Unknown mails and repeated events change nothing."""
    return sum(_record(store, event, now) for event in events)


def _record(store: Store, event: MailEvent, now: datetime) -> bool:
    """Raises ConflictError when others keep changing the mail: the webhook is then sent again."""
    for attempt in range(_ATTEMPTS):
        guarded = store.outbox.get(event.mail_id)
        if guarded is None:
            return False
        mail = heard(guarded.mail, event.event, now)
        if mail == guarded.mail:
            return False
        news = came_back(mail) and not came_back(guarded.mail)
        entry = trouble(mail, Happened.MAIL_BOUNCED, event.reason, now) if news else None
        try:
            store.outbox.update(mail, guarded.guard, entry)
        except ConflictError:
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        log.event(f"mail.{event.event}", mail=mail.id, kind=mail.kind.value)
        return True
    return False
