"""What the journal says of a mail that did not arrive, for organisers to be told."""

from datetime import datetime

from werkplaats.domain.delivery import Delivery
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.outbox import KEPT, Mail


def entry_if_failed(mail: Mail) -> Entry | None:
    """The entry that `mail` was given up, with the reason; None if it was not."""
    if mail.state is not Delivery.FAILED or mail.settled_at is None:
        return None
    return _entry(mail, Happened.MAIL_FAILED, mail.reason, mail.settled_at)


def entry_of_return(mail: Mail, reason: str, at: datetime) -> Entry | None:
    """The entry that `mail` came back `at` that moment (UTC); `reason` in the words of the receiving server."""
    return _entry(mail, Happened.MAIL_BOUNCED, reason, at)


def _entry(mail: Mail, happened: Happened, detail: str, at: datetime) -> Entry | None:
    """None for a mail to organisers: that it failed makes no further notice, which would fail too."""
    if mail.kind.for_organisers or mail.kind.of_signing_in:
        return None
    return Entry(
        id=f"{mail.version:010d}-{mail.id}-{happened.value}",
        workshop=mail.workshop,
        kind=happened,
        at=at,
        version=mail.version,
        registration=mail.registration,
        mail=mail.id,
        detail=detail,
        expire_at=at + KEPT,
    )
