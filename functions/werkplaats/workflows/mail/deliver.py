"""Sends a mail of the outbox: gather the facts, decide, compose, claim, send, record the result.

A mail is claimed only after it has been composed. So if something fails earlier, it is certain that nothing was sent.
`domain/delivery.py` explains the states of a mail.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct, field

from werkplaats import log
from werkplaats.domain.delivery import (
    Delivery,
    claim,
    count_failure,
    give_up,
    is_claimable,
    postpone,
    settle_attempt,
    severity_of,
    skip,
)
from werkplaats.domain.mail.decision import GiveUp, Later, Letter, Send, Skip, decide
from werkplaats.domain.mail.kinds import BULK, URGENT
from werkplaats.domain.mail.outbox import Mail, to_keep, with_text
from werkplaats.domain.mail.trouble import entry_if_failed
from werkplaats.mailing.composing import compose
from werkplaats.mailing.message import Message
from werkplaats.mailing.provider import MailProvider
from werkplaats.security.links import Links, without_links
from werkplaats.store import ConflictError, Store, StoreError
from werkplaats.store.outbox import GuardedMail
from werkplaats.workflows.mail.gather import MailReading
from werkplaats.workflows.surroundings import Surroundings

QUEUE_IS_FELT = timedelta(seconds=5)
"""A mail that is tried this long after it was queued has waited behind others."""

_LOOKS_EVERY = 1.0
"""While there is a queue, a process looks for urgent mails once in so many seconds, and not before each mail."""

_RECORDING_ATTEMPTS = 6
_RECORDING_PAUSE = 0.5
"""The pause before the third attempt to record a result, in seconds. Each later pause is longer by as much."""


class _Looks:
    """Remembers when urgent mails were looked for last. Threads share it; two that look at once do no harm."""

    def __init__(self) -> None:
        self._next = -math.inf

    def is_time(self, elapsed: float) -> bool:
        """Whether it is time to look again, by the clock's `elapsed`. If so, the next time is a while after that."""
        if elapsed < self._next:
            return False
        self._next = elapsed + _LOOKS_EVERY
        return True


class Postman(Struct, frozen=True):
    """Everything that is needed to send mail. `compose` writes a mail out, as it is at a time in UTC.

    Make one for each process.
    """

    store: Store
    provider: MailProvider
    links: Links
    surroundings: Surroundings
    compose: Callable[[Letter, Links, datetime], Message] = compose
    looks: _Looks = field(default_factory=_Looks)


def deliver_in_turn(postman: Postman, mail_id: str, now: datetime, hint: Mail | None = None) -> Delivery | None:
    """Try `mail_id` as `deliver_mail` does; before it those mails that are urgent, if there is a queue to wait in.

    Before a mail of which many are queued at once also go those that tell somebody of their own seat.

    Whether there is a queue is seen from the mail itself: it was queued a while ago. As long as mails go out at once,
    none of them has to look for others.
    """
    reading = MailReading(postman.store, mail_id, hint)
    queued = hint if hint is not None else _mail(reading)
    if queued is None:
        return None
    in_queue = queued.kind not in URGENT and now - queued.created_at >= QUEUE_IS_FELT
    if in_queue and postman.looks.is_time(postman.surroundings.clock.elapsed()):
        _deliver_first(postman, now, bulk=queued.kind in BULK)
    return _try(postman, reading, now)


def deliver_mail(postman: Postman, mail_id: str, now: datetime, hint: Mail | None = None) -> Delivery | None:
    """Attempt to send the mail once, if an attempt is due at `now` (UTC).

    `hint` is the mail as it was a while ago, if that is known. What it names is then read together with the mail.

    Returns its state afterwards, or None if there is no such mail. A mail that another worker has claimed, or that is
    settled, is left as it is. So a repeated event changes nothing.
    """
    return _try(postman, MailReading(postman.store, mail_id, hint), now)


def _deliver_first(postman: Postman, now: datetime, *, bulk: bool) -> None:
    """Try the mails that wait and go first: the urgent ones, or all that go before `bulk` mail.

    One that makes trouble keeps back nothing else: it has an event of its own.
    """
    outbox = postman.store.outbox
    for mail in outbox.before_bulk() if bulk else outbox.urgent():
        try:
            deliver_mail(postman, mail.id, now, hint=mail)
        except StoreError as error:
            log.crash("mail.urgent_failed", error, mail=mail.id)


def _mail(reading: MailReading) -> Mail | None:
    found = reading.mail()
    return found.mail if found else None


def _try(postman: Postman, reading: MailReading, now: datetime) -> Delivery | None:
    found = reading.mail()
    if found is None:
        return None
    if not is_claimable(found.mail, now):
        return found.mail.state
    try:
        prepared = _prepare(postman, reading, found.mail, now)
    except StoreError:
        raise
    except Exception as error:
        log.crash("mail.not_made", error, mail=found.mail.id)
        reason, jitter = f"could not be made: {type(error).__name__}", postman.surroundings.chance.fraction()
        return _record(postman, found, count_failure(found.mail, reason, now, jitter))
    if isinstance(prepared, Mail):
        return _record(postman, found, prepared)
    try:
        told = with_text(claim(found.mail, now), without_links(prepared.subject), without_links(prepared.text))
        claimed = postman.store.outbox.update(told, found.guard)
    except ConflictError:
        return Delivery.SENDING
    return _send(postman, claimed, prepared, now)


def _prepare(postman: Postman, reading: MailReading, mail: Mail, now: datetime) -> Message | Mail:
    """The message to send, or `mail` in its new state if it should not be sent at `now` (UTC)."""
    match decide(mail, reading.facts(mail), now):
        case Send(letter):
            return postman.compose(letter, postman.links, now)
        case Later(when, reason):
            return postpone(mail, when, reason)
        case Skip(reason):
            return skip(mail, reason, now)
        case GiveUp(reason):
            return give_up(mail, reason, now)


def _send(postman: Postman, claimed: GuardedMail, message: Message, now: datetime) -> Delivery:
    result = postman.provider.send(message)
    outcome = settle_attempt(claimed.mail, result, now, postman.surroundings.chance.fraction())
    return _record(postman, claimed, outcome, severity_of(result))


def _record(postman: Postman, known: GuardedMail, outcome: Mail, severity: log.Severity = "INFO") -> Delivery:
    """Store `outcome` in place of `known`, the mail as it is stored. Returns the state that is stored in the end.

    A result that is not stored would be followed by another attempt to send, so storing it is tried several times. If
    an event of the provider or another worker has changed the mail in the meantime, that is left as it is.
    """
    outbox, outcome = postman.store.outbox, to_keep(outcome)
    for attempt in range(_RECORDING_ATTEMPTS):
        try:
            if attempt > 0:
                postman.surroundings.waiting.sleep(_RECORDING_PAUSE * (attempt - 1))
                fresh = outbox.get(outcome.id)
                if fresh is not None and fresh.mail == outcome:
                    break  # a commit whose answer was lost
                if fresh is None or (fresh.mail.state, fresh.mail.attempts) != (known.mail.state, known.mail.attempts):
                    return fresh.mail.state if fresh else outcome.state
                known = fresh
            outbox.update(outcome, known.guard, entry_if_failed(outcome))
            break
        except StoreError:
            if attempt == _RECORDING_ATTEMPTS - 1:
                raise
    log_delivery(outcome, severity)
    return outcome.state


def log_delivery(mail: Mail, severity: log.Severity = "INFO") -> None:
    """Log the state of `mail`."""
    log.event(
        f"mail.{mail.state}",
        severity=severity,
        mail=mail.id,
        kind=mail.kind.value,
        attempts=mail.attempts,
        reason=mail.reason,
    )
