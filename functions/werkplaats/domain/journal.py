"""The journal of a workshop: a record of what happened, from which organisers are mailed.

It holds ids, never names or addresses of participants. What organisers write about somebody is in the registration.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Happened(StrEnum):
    SIGNED_UP = "signed_up"
    REJOINED = "rejoined"
    CANCELLED = "cancelled"
    SAID_ABSENT = "said_absent"
    CANCELLED_BY_ORGANISER = "cancelled_by_organiser"
    DECLINED = "declined"
    EXPIRED = "expired"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PROMOTED = "promoted"
    SEAT_GIVEN = "seat_given"
    ERASED = "erased"
    CORRECTED = "corrected"
    DETAILS_CHANGED = "details_changed"
    """A participant changed answers to questions of which organisers are told. The detail has the questions' ids."""

    ADDRESS_ASKED = "address_asked"
    SENT_AGAIN = "sent_again"
    NOTED = "noted"
    LABELLED = "labelled"
    MAIL_FAILED = "mail_failed"
    MAIL_BOUNCED = "mail_bounced"
    CAPACITY_CHANGED = "capacity_changed"
    CALLED_OFF = "called_off"
    MADE_REAL = "made_real"
    MARKED = "marked"
    """Somebody was marked at the door, or on the list. The detail is the day, and "present", "absent" or "none"."""

    LIST_COMPLETED = "list_completed"
    LIST_REOPENED = "list_reopened"
    MESSAGE_SENT = "message_sent"
    ADDED = "added"
    SEAT_OFFERED = "seat_offered"
    PRIORITY_GIVEN = "priority_given"
    ADDRESS_CONFIRMED = "address_confirmed"
    NOT_CONFIRMED = "not_confirmed"
    BUSY = "busy"
    OFFER_UNDELIVERED = "offer_undelivered"
    """An offer ended because its mail could not be delivered. The detail is why; that the mail failed, or came back, is
    an entry by itself."""

    REACHABLE = "reachable"


TOLD_TO_PARTICIPANTS = frozenset({Happened.CALLED_OFF, Happened.MESSAGE_SENT})
"""The kinds of entry that everybody who signed up is mailed about, or a group of them."""


ASKED_BY_PARTICIPANT = "asked"
"""The `detail` of an entry that somebody was erased, if they erased themselves before the time of keeping was over."""


NO_MARK = "none"
"""In the `detail` of an entry that somebody was marked: the mark was taken away."""


BY_FORM = frozenset({Happened.SIGNED_UP, Happened.ADDED})
"""How somebody comes in by a form that is filled in about them: by themselves, or by an organiser at the desk."""


def first_entry_of(form: str) -> str:
    """The id of the entry that tells of the first person whom `form`, the id of a form of BY_FORM, brought in.

    Because the id follows from the form, creating the entry fails if the form has brought in somebody before: nothing
    has to be looked up for that, and no further document to be written.
    """
    return f"form-{form}"


class Entry(Struct, frozen=True, kw_only=True):
    """One thing that happened in a workshop, `at` a time in UTC.

    `version` is the ledger's version of the commit that it belongs to. `registration` and `mail` are the ids of what it
    is about. `by` is the address of whoever did it at the desk, "" if a participant or the program did. `detail` is for
    people to read: the state that followed, why a mail failed, or a code for the reason. `notified` is true once the
    mails about it have been queued, or if this kind of entry is not mailed. The store deletes the entry some time after
    `expire_at` (UTC).

    If `folded`, organisers are told of it together with others, in one mail (`domain/seats/folding.py`). Then it is
    `notified` from the start, because nothing has to be done about it by itself.
    """

    id: str
    workshop: str
    kind: Happened
    at: datetime
    version: int
    registration: str | None = None
    mail: str | None = None
    by: str = ""
    detail: str = ""
    notified: bool = False
    folded: bool = False
    expire_at: datetime | None = None
