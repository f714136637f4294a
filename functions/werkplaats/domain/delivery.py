"""Delivery: how something that must go out once gets there, as a state machine.

It knows nothing of what is delivered. A record that is to be delivered extends `Parcel`; every function here takes such
a record and returns it as it stands afterwards. To store that, and to send it, is for others.

    QUEUED ──claim──▶ SENDING ──accepted──▶ SENT
                        │ ├──busy, misconfigured──▶ RETRY ──claim──▶ SENDING …
                        │ ├──no answer, or lease over──▶ UNCERTAIN ──claim──▶ SENDING …
                        │ └──refused──▶ FAILED
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
"""How long a claimed parcel belongs to its worker: longer than any send can take, and than its function's timeout."""

PICK_UP_AFTER = timedelta(minutes=2)
"""A parcel queued this long ago has lost the event that should have sent it; the schedule takes it."""

EVENTS_WITHIN = timedelta(minutes=30)
"""How long an uncertain parcel waits for the provider's events to tell whether it was taken."""

CONFIGURATION_PAUSE = timedelta(minutes=15)
"""How long a parcel waits when the provider refuses our key or our sender: a person has to act first."""

MOST_ATTEMPTS = 12
"""With the pauses between them, attempts go on for more than a day: longer than a provider is ever away."""

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)


class Delivery(StrEnum):
    """Where a parcel stands."""

    QUEUED = "queued"
    """Written by the commit that decided; not tried yet."""

    SENDING = "sending"
    """Claimed by a worker, whose lease ends at `due_at`."""

    RETRY = "retry"
    """Not taken; to be tried again at `due_at`."""

    UNCERTAIN = "uncertain"
    """It may have been taken, the answer was lost: until `due_at` the provider's events may tell."""

    SENT = "sent"
    SKIPPED = "skipped"
    """Not sent because there was a reason not to; `reason` says which."""

    FAILED = "failed"
    """Given up; `reason` says why. If it was in doubt, an event from the provider still makes it SENT."""

    @property
    def final(self) -> bool:
        return self in FINAL


FINAL = frozenset({Delivery.SENT, Delivery.SKIPPED, Delivery.FAILED})


class Event(StrEnum):
    """What the provider tells of a parcel that it took, as far as it matters here."""

    PROCESSED = "processed"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCE = "bounce"
    """The address refused it."""

    DROPPED = "dropped"
    """The provider did not try, because it knows that the address would refuse it."""


class Parcel(Struct, frozen=True, kw_only=True):
    """How far the delivery of something has got.

    `due_at` (UTC) is when the schedule is to look at it: its event was lost, its lease ran out, or it is time to try
    again; None once the state is final. `attempts` counts the times it was claimed. `message_id` is the provider's name
    for it. `delivered` is the last word of the provider's events, "" before there is one. `settled_at` (UTC) is when
    the state became final. `put_off`: nothing is the matter, it waits for a better time of day. `doubtful`: after some
    attempt nobody knew whether the provider had taken it.
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
    """The provider took it."""

    message_id: str


class Busy(Struct, frozen=True):
    """The provider could not take it now, or could not be reached. It was surely not sent."""

    reason: str


class Refused(Struct, frozen=True):
    """The provider will never take it as it is."""

    reason: str


class Misconfigured(Struct, frozen=True):
    """The provider takes nothing from us: the key or the sender. It is no fault of this parcel."""

    reason: str


class Unknown(Struct, frozen=True):
    """The request went out and no answer came: it may have been sent."""

    reason: str


SendResult = Accepted | Busy | Refused | Misconfigured | Unknown
"""What is known after an attempt to send."""


def severity_of(result: SendResult) -> Literal["INFO", "ERROR"]:
    """How severe the log line of an attempt that ended in `result` is.

    ERROR raises the alert on a refused key (`infra/logging.tf`): nothing is sent until a person has mended the
    configuration. Everything else is tried again or told to organisers without anybody's help.
    """
    return "ERROR" if isinstance(result, Misconfigured) else "INFO"


def is_claimable(parcel: Parcel, now: datetime) -> bool:
    """Whether a worker may try `parcel` at `now`: it is queued, or its time to try again has come."""
    if parcel.state is Delivery.QUEUED:
        return True
    return parcel.state in (Delivery.RETRY, Delivery.UNCERTAIN) and _is_due(parcel, now)


def claim(parcel: SomeParcel, now: datetime) -> SomeParcel:
    """`parcel` in the hands of a worker, which has until the end of its lease to send it and to say what came of it."""
    return replace(parcel, state=Delivery.SENDING, attempts=parcel.attempts + 1, due_at=now + LEASE, put_off=False)


def settle_attempt(parcel: SomeParcel, result: SendResult, now: datetime, jitter: float) -> SomeParcel:
    """A claimed `parcel` once the attempt has ended in `result`; `jitter` (0–1) as for `pause_before`."""
    match result:
        case Accepted(message_id):
            return _settled(parcel, Delivery.SENT, "", now, message_id)
        case Refused(reason):
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
    """`parcel`, not claimed, after an attempt that failed before anything could be sent."""
    return settle_attempt(claim(parcel, now), Busy(reason), now, jitter)


def pause_before(attempt: int, jitter: float) -> timedelta:
    """How long to wait after failed attempt number `attempt` (1 …): 5 minutes, doubling, at most 4 hours.

    `jitter` in 0–1 makes it up to a fifth longer, so that a burst does not come back as a burst.
    """
    pause = min(FIRST_PAUSE * float(2 ** (attempt - 1)), LONGEST_PAUSE)
    return pause * (1 + jitter / 5)


def has_no_attempts_left(parcel: Parcel) -> bool:
    return parcel.attempts >= MOST_ATTEMPTS


def give_up(parcel: SomeParcel, reason: str, now: datetime) -> SomeParcel:
    """`parcel`, whose last attempt failed for `reason`, as failed."""
    return _settled(parcel, Delivery.FAILED, f"given up after {parcel.attempts} attempts: {reason}", now)


def skip(parcel: SomeParcel, reason: str, now: datetime) -> SomeParcel:
    """`parcel`, which is not to be sent, for `reason`."""
    return _settled(parcel, Delivery.SKIPPED, reason, now)


def postpone(parcel: SomeParcel, until: datetime, reason: str) -> SomeParcel:
    """`parcel` put off `until` a better time (UTC). It uses up no attempt."""
    return replace(parcel, state=Delivery.RETRY, due_at=until, reason=reason, put_off=True)


def lease_ran_out(parcel: Parcel, now: datetime) -> bool:
    """Whether the worker that claimed `parcel` has had its time at `now`: it must have died."""
    return parcel.state is Delivery.SENDING and _is_due(parcel, now)


def reclaim(parcel: SomeParcel, now: datetime) -> SomeParcel:
    """`parcel`, taken from a worker that died: nobody knows whether it was sent."""
    return _in_doubt(parcel, "worker stopped while sending", now)


_RANK = {"": 0, Event.PROCESSED: 1, Event.DEFERRED: 2, Event.DELIVERED: 3, Event.DROPPED: 4, Event.BOUNCE: 5}


def record_event(parcel: SomeParcel, event: Event, now: datetime) -> SomeParcel:
    """`parcel` after `event`. Events come repeatedly and in any order, so only one of a higher rank changes anything.

    Any event proves that the provider took the parcel. So it settles one that was not settled yet, and corrects one
    that was given up, or skipped, after an attempt in doubt. One that the provider refused, never in doubt, stays
    failed.
    """
    if _RANK[event] > _RANK[parcel.delivered]:
        parcel = replace(parcel, delivered=event.value)
    unsettled = parcel.state in (Delivery.UNCERTAIN, Delivery.RETRY, Delivery.SENDING)
    if unsettled or (parcel.doubtful and parcel.state in (Delivery.FAILED, Delivery.SKIPPED)):
        return _settled(parcel, Delivery.SENT, "", now)
    return parcel


def was_returned(parcel: Parcel) -> bool:
    """Whether `parcel` reached nobody: the address refused it, or the provider knew that it would."""
    return parcel.delivered in (Event.BOUNCE, Event.DROPPED)


def _is_due(parcel: Parcel, now: datetime) -> bool:
    return parcel.due_at is not None and parcel.due_at <= now


def _in_doubt(parcel: SomeParcel, reason: str, now: datetime) -> SomeParcel:
    """`parcel` waiting for the provider's events, also after its last attempt: they may tell that it was taken."""
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
