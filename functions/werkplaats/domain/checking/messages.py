"""Holds the messages of organisers against their mails."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from werkplaats.domain.checking.findings import BY_HAND, LONG_PAST, RUN, Finding, WorkshopRecords
from werkplaats.domain.mail.about import AboutMessage, AboutTest
from werkplaats.domain.messages import Progress, parse_audience


def check_messages(records: WorkshopRecords, now: datetime) -> Iterator[Finding]:
    """What does not fit in the messages at `now` (UTC)."""
    mails = Counter(
        mail.about.message for mail in records.mails.values() if isinstance(mail.about, AboutMessage | AboutTest)
    )
    for id, message in records.messages.items():
        where = f"message {id}"
        if message.id != id or parse_audience(message.to) is None:
            yield Finding(where, "message.id", "has another id in it, or is for nobody that there is", BY_HAND)
        if mails[id] > message.queued:
            says = f"has {mails[id]} mails, and says that it has {message.queued}"
            yield Finding(where, "message.queued", says, BY_HAND)
        if message.state is Progress.SENDING and (message.changed_at or message.at) < now - LONG_PAST:
            yield Finding(where, "message.late", "has long been going out", RUN.format(function="retry_mail"))
