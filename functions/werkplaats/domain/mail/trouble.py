"""The journal entries about mails that did not arrive, from which organisers are told."""

import re
from datetime import datetime

from werkplaats.domain.delivery import Delivery
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.kept import MAILS_KEPT
from werkplaats.domain.mail.outbox import Mail


def entry_if_failed(mail: Mail) -> Entry | None:
    """The entry that says that `mail` failed, and why. None if it did not fail, or if it is a notice to organisers."""
    if mail.state is not Delivery.FAILED or mail.settled_at is None:
        return None
    return _entry(mail, Happened.MAIL_FAILED, mail.reason, mail.settled_at)


def entry_of_return(mail: Mail, reason: str, at: datetime, *, for_good: bool = False) -> Entry | None:
    """The entry that says that `mail` bounced or was dropped `at` that time (UTC).

    None if it is a notice to organisers. `reason` is the text that the provider's event gives for it. With `for_good`
    it is a second entry: at first the mail was only refused for the time being, and now it can never arrive.
    """
    return _entry(mail, Happened.MAIL_BOUNCED, reason, at, _FOR_GOOD if for_good else "")


def troubled_by_id(entry: str) -> str | None:
    """The id of the mail that the entry with the id `entry` is probably about, or None. The entry itself is certain."""
    found = _ID.fullmatch(entry)
    return found[1] if found else None


_FOR_GOOD = "-for_good"
_ID = re.compile(rf"\d{{10,}}-(.+)-(?:{Happened.MAIL_FAILED}|{Happened.MAIL_BOUNCED})(?:{_FOR_GOOD})?")


def _entry(mail: Mail, happened: Happened, detail: str, at: datetime, ending: str = "") -> Entry | None:
    """The entry about `mail`. None for a mail to organisers, because a notice about that would fail as well."""
    if mail.kind.for_organisers or mail.kind.of_signing_in:
        return None
    return Entry(
        id=f"{mail.version:010d}-{mail.id}-{happened.value}{ending}",
        workshop=mail.workshop,
        kind=happened,
        at=at,
        version=mail.version,
        registration=mail.registration,
        mail=mail.id,
        detail=detail,
        expire_at=at + MAILS_KEPT,
    )
