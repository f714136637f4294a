"""A registration: one person's sign-up for one workshop, and where it stands."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from werkplaats.domain.questions import Answer

Answers = dict[str, Answer]
"""Answers by question id."""


class State(StrEnum):
    CONFIRMED = "confirmed"
    """Holds a seat."""

    WAITLISTED = "waitlisted"
    """Waits for a seat; the order is that of `sequence`."""

    OFFERED = "offered"
    """A seat is held until `offer_expires_at`, to accept or to decline."""

    CANCELLED = "cancelled"
    """Gave up the seat, the offer or the place on the waitlist."""

    DECLINED = "declined"
    """Said no to an offer."""

    EXPIRED = "expired"
    """Did not answer an offer in time."""

    @property
    def live(self) -> bool:
        """Whether the person still holds or waits for a seat."""
        return self in LIVE


LIVE = frozenset({State.CONFIRMED, State.WAITLISTED, State.OFFERED})


class Person(Struct, frozen=True, kw_only=True):
    """Who signed up. Everything in here is personal data; erasing a registration drops it whole."""

    given_name: str
    family_name: str
    email: str
    organisation: str = ""
    job_title: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class LinkRequest(Struct, frozen=True, kw_only=True):
    """The link was mailed again `at` (UTC). `submission` is the random id of the form that asked for it."""

    at: datetime
    submission: str


class Registration(Struct, frozen=True, kw_only=True):
    """`person` is None once personal data has been erased.

    Keyed hashes, "" once personal data has been erased: `identity` of address and name, `address` of the address alone,
    `mailbox` of the address as mail servers tell mailboxes apart (the id of its Mailbox).
    `form` is the random id of the form that was filled in. Somebody who goes back and sends the same form with another
    name makes a second registration with the same `form`.
    `sequence` orders the waitlist and is never reused; `times_joined` counts sign-up and re-joining.
    `state_version` is the ledger's version that brought the present state: a mail about an earlier one is stale.
    `joined_at` (UTC) is when the present sign-up began; None before it is numbered.
    `cancelled_by_organiser` says who ended it, while the state is that.
    `had_seat`: held a confirmed seat since joining last. `unsubscribed`: wants no surveys; mails about the seat go on.
    """

    id: str
    workshop: str
    person: Person | None
    answers: Answers
    mailbox: str
    identity: str
    address: str = ""
    form: str = ""
    state: State
    sequence: int
    state_version: int
    signed_up_at: datetime
    state_since: datetime
    times_joined: int = 1
    offer_expires_at: datetime | None = None
    link_requests: tuple[LinkRequest, ...] = ()
    had_seat: bool = False
    unsubscribed: bool = False
    cancelled_by_organiser: bool = False
    joined_at: datetime | None = None
    language: str = "nl"
    """The language in which the person signed up (a BCP 47 tag), in which mails are written to them."""


class Mailbox(Struct, frozen=True, kw_only=True):
    """Who signed up with one mailbox.

    `id` is a keyed hash of the address without what leads to the same mailbox, such as `+tag`. `registrations` holds
    the live ones: identity → registration id. `sign_ups` (UTC) are the moments of the new sign-ups of the last day,
    whatever became of them. Once nobody is registered behind it, it is deleted after `expire_at`.
    """

    id: str
    workshop: str
    registrations: dict[str, str]
    sign_ups: tuple[datetime, ...] = ()
    expire_at: datetime | None = None


def sent_before(registration: Registration, same_form: Iterable[Registration]) -> Registration | None:
    """The registration that was made with the same form just before `registration`; None if it was the first.

    `same_form`: all registrations made with that form. Somebody who mistyped a name, went back and sent the form again
    has such a registration, and may not know that it holds a seat.
    """

    def order(one: Registration) -> tuple[datetime, int]:
        return one.signed_up_at, one.sequence

    return max((one for one in same_form if order(one) < order(registration)), key=order, default=None)
