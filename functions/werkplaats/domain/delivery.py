"""Delivery: a state machine for something that must be sent once.

This module does not know what is being sent. A record that is to be delivered extends `Parcel`. Each function takes
such a record and returns a changed copy; the caller stores the copy and does the sending.

    QUEUED ──claim──▶ SENDING ──accepted──▶ SENT
                        │ ├──busy, misconfigured──▶ RETRY ──claim──▶ SENDING …
                        │ ├──no answer, or lease expired──▶ UNCERTAIN ──claim──▶ SENDING …
                        │ └──rejected──▶ FAILED
    RETRY, UNCERTAIN, SENDING ──event──▶ SENT
    RETRY, UNCERTAIN ──no attempts left──▶ FAILED ──event, where some attempt was in doubt──▶ SENT
    QUEUED, RETRY, UNCERTAIN ──not to be sent──▶ SKIPPED
    QUEUED, RETRY, UNCERTAIN ──put off──▶ RETRY
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

LEASE = timedelta(minutes=5)
"""How long a claimed parcel belongs to its worker.

It is longer than an attempt to send can take, and longer than the timeout of the function that makes the attempt.
"""

PICK_UP_AFTER = timedelta(minutes=2)
"""How long after queueing the schedule picks up a parcel that is still unsent.

Normally the event of the new document sends it within seconds. If it has not by then, the event was probably lost.
"""

BULK_PICKED_UP_AFTER = timedelta(minutes=10)
"""The same for mails that go to many people at once: they wait for longer, so that all other mail goes before them."""

EVENTS_WITHIN = timedelta(minutes=30)
"""How long an uncertain parcel waits for an event of the provider, which would show that it was accepted."""

CONFIGURATION_PAUSE = timedelta(minutes=15)
"""How long a parcel waits if the provider does not accept our key or our sender. Somebody has to correct that first."""

MOST_ATTEMPTS = 12
"""After this many attempts a parcel is given up. With the pauses between them that takes more than a day."""

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)


class Delivery(StrEnum):
    """The states of a delivery."""

    QUEUED = "queued"
    """Stored, and no attempt has been made yet."""

    SENDING = "sending"
    """Claimed by a worker. Its lease ends at `due_at`."""

    RETRY = "retry"
    """The provider did not accept it. The next attempt is at `due_at`."""

    UNCERTAIN = "uncertain"
    """The provider may have accepted it, but its answer was lost.

    It is tried again at `due_at`, unless an event of the provider shows before then that it was accepted.
    """

    SENT = "sent"
    SKIPPED = "skipped"
    """Not sent, because it should not be sent any more. `reason` says why."""

    FAILED = "failed"
    """Given up. `reason` says why.

    If it is `doubtful`, an event of the provider can still change it to SENT.
    """

    @property
    def final(self) -> bool:
        return self in FINAL


FINAL = frozenset({Delivery.SENT, Delivery.SKIPPED, Delivery.FAILED})


class Event(StrEnum):
    """The events that the provider reports about a parcel it accepted. Other events are ignored."""

    PROCESSED = "processed"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BLOCKED = "blocked"
    """The recipient's mail server refused it this time, for instance because the mailbox is full."""

    BOUNCE = "bounce"
    """The recipient's mail server refused it for good: there is no such mailbox."""

    DROPPED = "dropped"
    """The provider did not try to deliver it, for instance because the address has bounced before."""


class Parcel(Struct, frozen=True, kw_only=True):
    """The state of the delivery of one thing.

    - `due_at` (UTC): when the schedule should look at it, because its event was lost, its lease expired, or the next
      attempt is due. None once the state is final.
    - `attempts`: how many times it was claimed, less the attempts that failed because of our configuration.
    - `message_id`: the provider's id for it.
    - `delivered`: the provider's event with the highest rank so far (see `record_event`), or "" if there was none.
    - `settled_at` (UTC): when the state became final.
    - `put_off`: true while it waits for a better time of day. Nothing is wrong with it.
    - `doubtful`: true if after some attempt it was unknown whether the provider had accepted it.
    """

    created_at: datetime
    due_at: datetime | None
    state: Delivery = Delivery.QUEUED
    attempts: int = 0
    reason: str = ""
    message_id: str = ""
    delivered: str = ""
    settled_at: datetime | None = None
    put_off: bool = False
    doubtful: bool = False


SomeParcel = TypeVar("SomeParcel", bound=Parcel)


class Accepted(Struct, frozen=True):
    """The provider accepted the parcel, and knows it by `message_id`."""

    message_id: str


class Busy(Struct, frozen=True):
    """The provider could not accept the parcel now, or could not be reached. It was certainly not sent."""

    reason: str


class Rejected(Struct, frozen=True):
    """The provider will not accept this parcel, however often it is tried."""

    reason: str


class Misconfigured(Struct, frozen=True):
    """The provider does not accept our key or our sender, so it accepts nothing from us. The parcel itself is fine."""

    reason: str


class Unknown(Struct, frozen=True):
    """The request was sent but no answer came, so the parcel may have been accepted."""

    reason: str


SendResult = Accepted | Busy | Rejected | Misconfigured | Unknown
"""How one attempt to send ended."""


def severity_of(result: SendResult) -> Literal["INFO", "ERROR"]:
    """How severe the log line of an attempt that ended in `result` is.

    ERROR raises the alert on a refused key (`infra/logging.tf`): nothing is sent until a person has mended the
    configuration. Everything else is tried again or told to organisers without anybody's help.
    """
    return "ERROR" if isinstance(result, Misconfigured) else "INFO"


def is_claimable(parcel: Parcel, now: datetime) -> bool:
    """Whether a worker may attempt to send `parcel` at `now` (UTC): it is queued, or its next attempt is due."""
    if parcel.state is Delivery.QUEUED:
        return True
    return parcel.state in (Delivery.RETRY, Delivery.UNCERTAIN) and _is_due(parcel, now)


def claim(parcel: SomeParcel, now: datetime) -> SomeParcel:
    """`parcel` claimed by a worker, which must send it and store the result before the lease ends."""
    return replace(parcel, state=Delivery.SENDING, attempts=parcel.attempts + 1, due_at=now + LEASE, put_off=False)


def settle_attempt(parcel: SomeParcel, result: SendResult, now: datetime, jitter: float) -> SomeParcel:
    """A claimed `parcel` after an attempt that ended with `result`. `jitter` (0–1) is explained at `pause_before`."""
    match result:
        case Accepted(message_id):
            return _settled(parcel, Delivery.SENT, "", now, message_id)
        case Rejected(reason):
            return _settled(parcel, Delivery.FAILED, reason, now)
        case Misconfigured(reason):
            due_at, attempts = now + CONFIGURATION_PAUSE, parcel.attempts - 1
            return replace(parcel, state=Delivery.RETRY, attempts=attempts, due_at=due_at, reason=reason)
        case Unknown(reason):
            return _in_doubt(parcel, reason, now)
        case Busy(reason):
            if has_no_attempts_left(parcel):
                return give_up(parcel, reason, now)
            due_at = now + pause_before(parcel.attempts, jitter)
            return replace(parcel, state=Delivery.RETRY, due_at=due_at, reason=reason)


def count_failure(parcel: SomeParcel, reason: str, now: datetime, jitter: float) -> SomeParcel:
    """`parcel`, which was not claimed, after an attempt that failed before a request was sent.

    It counts as an attempt.
    """
    return settle_attempt(claim(parcel, now), Busy(reason), now, jitter)


def pause_before(attempt: int, jitter: float) -> timedelta:
    """How long to wait after failed attempt number `attempt` (from 1).

    The pause is 5 minutes after the first attempt and doubles with each one, up to 4 hours.

    `jitter`, a random number in 0–1, makes the pause up to 20 % longer, so that parcels that failed together are not
    all tried again at the same moment.
    """
    pause = min(FIRST_PAUSE * float(2 ** (attempt - 1)), LONGEST_PAUSE)
    return pause * (1 + jitter / 5)


def has_no_attempts_left(parcel: Parcel) -> bool:
    return parcel.attempts >= MOST_ATTEMPTS


def give_up(parcel: SomeParcel, reason: str, now: datetime) -> SomeParcel:
    """`parcel` marked as failed. `reason` says why its last attempt failed."""
    return _settled(parcel, Delivery.FAILED, f"given up after {parcel.attempts} attempts: {reason}", now)


def skip(parcel: SomeParcel, reason: str, now: datetime) -> SomeParcel:
    """`parcel` marked as not to be sent. `reason` says why."""
    return _settled(parcel, Delivery.SKIPPED, reason, now)


def postpone(parcel: SomeParcel, until: datetime, reason: str) -> SomeParcel:
    """`parcel` postponed to `until` (UTC), a better time of day. This does not count as an attempt."""
    return replace(parcel, state=Delivery.RETRY, due_at=until, reason=reason, put_off=True)


def lease_ran_out(parcel: Parcel, now: datetime) -> bool:
    """Whether the lease on `parcel` has expired at `now` (UTC), which means that the worker that had it has died."""
    return parcel.state is Delivery.SENDING and _is_due(parcel, now)


def reclaim(parcel: SomeParcel, now: datetime) -> SomeParcel:
    """`parcel` taken back from a worker that died. It is unknown whether it was sent."""
    return _in_doubt(parcel, "worker stopped while sending", now)


_RANK = {
    "": 0,
    Event.PROCESSED: 1,
    Event.DEFERRED: 2,
    Event.DELIVERED: 3,
    Event.BLOCKED: 4,
    Event.DROPPED: 5,
    Event.BOUNCE: 6,
}


def record_event(parcel: SomeParcel, event: Event, now: datetime) -> SomeParcel:
    """`parcel` after `event`, received at `now` (UTC).

    Events can be repeated and can arrive in any order, so `delivered` changes only if `event` has a higher rank.

    Any event proves that the provider accepted the parcel. So a parcel that is not settled becomes SENT, and so does
    a FAILED or SKIPPED one that is `doubtful`. A parcel that the provider rejected, and that was never doubtful, stays
    FAILED.
    """
    if _RANK[event] > _RANK[parcel.delivered]:
        parcel = replace(parcel, delivered=event.value)
    unsettled = parcel.state in (Delivery.UNCERTAIN, Delivery.RETRY, Delivery.SENDING)
    if unsettled or (parcel.doubtful and parcel.state in (Delivery.FAILED, Delivery.SKIPPED)):
        return _settled(parcel, Delivery.SENT, "", now)
    return parcel


def was_returned(parcel: Parcel) -> bool:
    """Whether `parcel` did not arrive: it was refused, or the provider dropped it."""
    return parcel.delivered in (Event.BLOCKED, Event.BOUNCE, Event.DROPPED)


def is_undeliverable(parcel: Parcel) -> bool:
    """Whether `parcel` was never sent or did not arrive, and would not arrive either if it were sent again."""
    return parcel.state is Delivery.FAILED or parcel.delivered in (Event.BOUNCE, Event.DROPPED)


def _is_due(parcel: Parcel, now: datetime) -> bool:
    return parcel.due_at is not None and parcel.due_at <= now


def _in_doubt(parcel: SomeParcel, reason: str, now: datetime) -> SomeParcel:
    """`parcel` waiting for the provider's events.

    Even one without attempts left waits: an event may still settle it.
    """
    return replace(parcel, state=Delivery.UNCERTAIN, due_at=now + EVENTS_WITHIN, reason=reason, doubtful=True)


def _settled(parcel: SomeParcel, state: Delivery, reason: str, now: datetime, message_id: str = "") -> SomeParcel:
    """`parcel` in its final `state`."""
    return replace(
        parcel,
        state=state,
        reason=reason,
        message_id=message_id or parcel.message_id,
        due_at=None,
        settled_at=now,
    )
