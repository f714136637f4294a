"""The outbox: kinds of mail, the states of delivery, and when to try again."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from werkplaats.domain.times import into_working_hours


class Kind(StrEnum):
    """Each kind has a folder of that name in templates/mail/."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    OFFER_EXPIRED = "offer_expired"
    CANCELLED = "cancelled"
    LINK = "link"
    REMINDER = "reminder"
    CHANGED = "changed"
    SURVEY_INVITATION = "survey_invitation"
    SURVEY_REMINDER = "survey_reminder"
    ORGANISER_SIGNED_UP = "organiser_signed_up"
    ORGANISER_CANCELLED = "organiser_cancelled"
    ORGANISER_PROMOTED = "organiser_promoted"
    ORGANISER_MAIL_FAILED = "organiser_mail_failed"

    @property
    def of_survey(self) -> bool:
        return self in (Kind.SURVEY_INVITATION, Kind.SURVEY_REMINDER)

    @property
    def for_organisers(self) -> bool:
        return self.value.startswith("organiser_")


class Delivery(StrEnum):
    QUEUED = "queued"
    """Written by the commit that decided; not tried yet."""

    SENDING = "sending"
    """Claimed by a worker, whose lease ends at `due_at`."""

    RETRY = "retry"
    """Not taken; to be tried again at `due_at`."""

    UNCERTAIN = "uncertain"
    """It may have been taken, the answer was lost: until `due_at` SendGrid's events may tell."""

    SENT = "sent"
    SKIPPED = "skipped"
    """Not sent because it was no longer true; `reason` says why."""

    FAILED = "failed"
    """Given up; `reason` says why. One that was in doubt becomes SENT if SendGrid is heard of it after all."""

    @property
    def final(self) -> bool:
        return self in FINAL


FINAL = frozenset({Delivery.SENT, Delivery.SKIPPED, Delivery.FAILED})


class Mail(Struct, frozen=True, kw_only=True):
    """One mail in the outbox. It holds no address and no text of a participant: those are read when it is sent.

    `due_at` (UTC) is when the schedule is to look at it: its event was lost, its lease ran out, or it is time to
    try again; None once the state is final. `version` is the ledger's version of the commit that wrote it.
    `organiser` is the address a notice to organisers goes to, and `entry` the journal entry it tells of. `wave`
    belongs to a mail about a survey, `change` to one that says what has changed. `delivered` is the last word of
    SendGrid's events, "" before there is one.
    `put_off`: nothing is the matter, it waits for a better time of day. `doubtful`: of some attempt nobody knows
    whether SendGrid took the mail.
    Firestore deletes it some time after `expire_at`.
    """

    id: str
    kind: Kind
    workshop: str
    registration: str | None
    created_at: datetime
    due_at: datetime | None
    expire_at: datetime | None = None
    version: int = 0
    organiser: str | None = None
    entry: str | None = None
    wave: str | None = None
    change: str | None = None
    state: Delivery = Delivery.QUEUED
    attempts: int = 0
    reason: str = ""
    message_id: str = ""
    delivered: str = ""
    settled_at: datetime | None = None
    put_off: bool = False
    doubtful: bool = False


def queue(
    id: str,
    kind: Kind,
    workshop: str,
    now: datetime,
    *,
    registration: str | None = None,
    version: int = 0,
    organiser: str | None = None,
    entry: str | None = None,
    wave: str | None = None,
    change: str | None = None,
) -> Mail:
    """A new mail, to be written by the commit that decides on it."""
    return Mail(
        id=id,
        kind=kind,
        workshop=workshop,
        registration=registration,
        created_at=now,
        due_at=now + PICK_UP_AFTER,
        expire_at=now + KEPT,
        version=version,
        organiser=organiser,
        entry=entry,
        wave=wave,
        change=change,
    )


KEPT = timedelta(days=730)
"""How long mails and journal entries are kept: longer than registrations are, after which they tell nobody anything."""

LEASE = timedelta(minutes=5)
"""How long a claimed mail is its worker's: longer than any send, and than its function's timeout."""

PICK_UP_AFTER = timedelta(minutes=2)
"""A queued mail this old has lost its event; the schedule takes it."""

EVENTS_WITHIN = timedelta(minutes=30)
"""How long an uncertain mail waits for SendGrid's events to tell whether it was taken."""

CONFIGURATION_PAUSE = timedelta(minutes=15)
"""How long a mail waits when SendGrid refuses the key or the sender: a person has to act first."""

MOST_ATTEMPTS = 12
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=4)


class Accepted(Struct, frozen=True):
    """SendGrid took the mail (2xx)."""

    message_id: str


class Busy(Struct, frozen=True):
    """SendGrid could not take it now: 429, 5xx, or no connection. Surely not sent."""

    reason: str


class Refused(Struct, frozen=True):
    """SendGrid will never take this mail: 400, 413 and other 4xx."""

    reason: str


class Misconfigured(Struct, frozen=True):
    """SendGrid does not take mail from us: 401, 403. No fault of this mail."""

    reason: str


class Unknown(Struct, frozen=True):
    """The request went out and no answer came: it may have been sent."""

    reason: str


SendResult = Accepted | Busy | Refused | Misconfigured | Unknown


def pause_before(attempt: int, jitter: float) -> timedelta:
    """How long to wait after failed attempt number `attempt` (1 …): 5 minutes, doubling, at most 4 hours.

    `jitter` in 0–1 spreads that by up to a fifth more, so that a burst does not come back as a burst.
    """
    pause = min(_FIRST_PAUSE * float(2 ** (attempt - 1)), _LONGEST_PAUSE)
    return pause * (1 + jitter / 5)


def claimable(mail: Mail, now: datetime) -> bool:
    """Whether a worker may try `mail` at `now`: it is queued, or its time to try again has come."""
    if mail.state is Delivery.QUEUED:
        return True
    return mail.state in (Delivery.RETRY, Delivery.UNCERTAIN) and _due(mail, now)


def postponed(mail: Mail, now: datetime) -> Mail | None:
    """`mail` put off, if `now` is no time to remind somebody of a survey: at night or at the weekend."""
    if exhausted(mail) or mail.kind is not Kind.SURVEY_REMINDER or (next_time := into_working_hours(now)) == now:
        return None
    return replace(mail, state=Delivery.RETRY, due_at=next_time, reason="waits for a working day", put_off=True)


def claim(mail: Mail, now: datetime) -> Mail:
    return replace(mail, state=Delivery.SENDING, attempts=mail.attempts + 1, due_at=now + LEASE, put_off=False)


def exhausted(mail: Mail) -> bool:
    """Whether `mail` has had all its attempts: it is not tried again."""
    return mail.attempts >= MOST_ATTEMPTS


def give_up(mail: Mail, reason: str, now: datetime) -> Mail:
    """`mail`, whose last attempt failed for `reason`, as failed."""
    return settle(mail, Delivery.FAILED, f"given up after {mail.attempts} attempts: {reason}", now)


def lease_ran_out(mail: Mail, now: datetime) -> bool:
    return mail.state is Delivery.SENDING and _due(mail, now)


def _due(mail: Mail, now: datetime) -> bool:
    return mail.due_at is not None and mail.due_at <= now


def reclaim(mail: Mail, now: datetime) -> Mail:
    """A worker died holding `mail`: nobody knows whether it was sent."""
    return _doubtful(mail, "worker stopped while sending", now)


def after(mail: Mail, result: SendResult, now: datetime, jitter: float) -> Mail:
    """`mail` as it stands once an attempt to send it ended in `result`."""
    match result:
        case Accepted(message_id):
            return settle(mail, Delivery.SENT, "", now, message_id=message_id)
        case Refused(reason):
            return settle(mail, Delivery.FAILED, reason, now)
        case Misconfigured(reason):
            return replace(
                mail,
                state=Delivery.RETRY,
                attempts=mail.attempts - 1,
                due_at=now + CONFIGURATION_PAUSE,
                reason=reason,
            )
        case Unknown(reason):
            return _doubtful(mail, reason, now)
        case Busy(reason):
            if exhausted(mail):
                return give_up(mail, reason, now)
            due_at = now + pause_before(mail.attempts, jitter)
            return replace(mail, state=Delivery.RETRY, due_at=due_at, reason=reason)


def _doubtful(mail: Mail, reason: str, now: datetime) -> Mail:
    """`mail` waiting for SendGrid's events, also after its last attempt: they may tell that it was taken."""
    return replace(mail, state=Delivery.UNCERTAIN, due_at=now + EVENTS_WITHIN, reason=reason, doubtful=True)


def settle(mail: Mail, state: Delivery, reason: str, now: datetime, message_id: str = "") -> Mail:
    """`mail` in its final `state`."""
    return replace(
        mail,
        state=state,
        reason=reason,
        message_id=message_id or mail.message_id,
        due_at=None,
        settled_at=now,
    )


class Event(StrEnum):
    """What SendGrid's Event Webhook tells of a mail, as far as it matters here."""

    PROCESSED = "processed"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCE = "bounce"
    DROPPED = "dropped"


_RANK = {"": 0, Event.PROCESSED: 1, Event.DEFERRED: 2, Event.DELIVERED: 3, Event.DROPPED: 4, Event.BOUNCE: 5}


def heard(mail: Mail, event: Event, now: datetime) -> Mail:
    """`mail` after `event`. Events come repeatedly and in any order, so only a further one changes anything.

    Any event proves that SendGrid took the mail, which settles one that was not settled yet. It also corrects one that
    was given up, or skipped, after an attempt in doubt. One that SendGrid has refused, never in doubt, stays failed.
    """
    if _RANK[event] > _RANK[mail.delivered]:
        mail = replace(mail, delivered=event.value)
    open = mail.state in (Delivery.UNCERTAIN, Delivery.RETRY, Delivery.SENDING)
    if open or (mail.doubtful and mail.state in (Delivery.FAILED, Delivery.SKIPPED)):
        mail = settle(mail, Delivery.SENT, "", now)
    return mail


def came_back(mail: Mail) -> bool:
    """Whether `mail` reached nobody: the address refused it, or SendGrid knows that it would."""
    return mail.delivered in (Event.BOUNCE, Event.DROPPED)
