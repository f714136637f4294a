"""The journal of a workshop: what happened, for organisers to be told. It holds ids, never names or addresses."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.mail import Kind as MailKind


class Happened(StrEnum):
    SIGNED_UP = "signed_up"
    REJOINED = "rejoined"
    CANCELLED = "cancelled"
    CANCELLED_BY_ORGANISER = "cancelled_by_organiser"
    DECLINED = "declined"
    EXPIRED = "expired"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PROMOTED = "promoted"
    SEAT_GIVEN = "seat_given"
    ERASED = "erased"
    MAIL_FAILED = "mail_failed"
    MAIL_BOUNCED = "mail_bounced"
    CAPACITY_CHANGED = "capacity_changed"


class Entry(Struct, frozen=True, kw_only=True):
    """`detail` is for people: the state that followed, or why a mail failed. `notified`: organisers' mails exist."""

    id: str
    workshop: str
    kind: Happened
    at: datetime
    version: int
    registration: str | None = None
    mail: str | None = None
    detail: str = ""
    notified: bool = False
    expire_at: datetime | None = None


NOTICE = {
    Happened.SIGNED_UP: MailKind.ORGANISER_SIGNED_UP,
    Happened.REJOINED: MailKind.ORGANISER_SIGNED_UP,
    Happened.CANCELLED: MailKind.ORGANISER_CANCELLED,
    Happened.CANCELLED_BY_ORGANISER: MailKind.ORGANISER_CANCELLED,
    Happened.DECLINED: MailKind.ORGANISER_CANCELLED,
    Happened.EXPIRED: MailKind.ORGANISER_CANCELLED,
    Happened.OFFERED: MailKind.ORGANISER_PROMOTED,
    Happened.ACCEPTED: MailKind.ORGANISER_PROMOTED,
    Happened.PROMOTED: MailKind.ORGANISER_PROMOTED,
    Happened.SEAT_GIVEN: MailKind.ORGANISER_PROMOTED,
    Happened.MAIL_FAILED: MailKind.ORGANISER_MAIL_FAILED,
    Happened.MAIL_BOUNCED: MailKind.ORGANISER_MAIL_FAILED,
}
"""The mail that tells organisers of an entry; a kind that is not here is kept and not mailed."""
