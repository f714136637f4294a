"""The journal of a workshop: what happened, for organisers to be told. It holds ids, never names or addresses."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


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
    CALLED_OFF = "called_off"
    MADE_REAL = "made_real"


TOLD_TO_PARTICIPANTS = frozenset({Happened.CALLED_OFF})
"""What everybody who signed up is mailed about, besides what organisers are."""


class Entry(Struct, frozen=True, kw_only=True):
    """`detail` is for people: the state that followed, or why a mail failed. `notified`: the mails about it exist."""

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
