"""A registration: one person's sign-up for one workshop, and where it stands."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

Answers = dict[str, str | int | bool | list[str]]
"""Answers by question id: text, an option's value, a scale's number, a ticked box, or several options' values."""


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
    """The link was mailed again `at` (UTC), asked for by the form that carried `submission` (its hash)."""

    at: datetime
    submission: str


class Registration(Struct, frozen=True, kw_only=True):
    """`person` is None once personal data has been erased.

    `mailbox` and `identity` are keyed hashes of the address and of address and name.
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


class Mailbox(Struct, frozen=True, kw_only=True):
    """The live registrations behind one address: identity → registration id. `id` is the address's keyed hash."""

    id: str
    workshop: str
    registrations: dict[str, str]
