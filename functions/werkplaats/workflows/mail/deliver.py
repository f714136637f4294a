"""Send a mail of the outbox: see whether it is still true, render it, claim it, hand it to SendGrid, record what came.

queued ──claim──▶ sending ──2xx──▶ sent
  │                 │ ├──429, 5xx──▶ retry ──later──▶ sending …
  │                 │ ├──no answer─▶ uncertain ──event──▶ sent
  │                 │ │                  ├──no event──▶ sending …
  │                 │ │                  └──no event, no attempts left──▶ failed ──late event──▶ sent
  │                 │ └──400──▶ failed
  │                 └──worker died, lease over──▶ uncertain
  ├──no longer true──▶ skipped
  └──not by night, could not be made──▶ retry
"""

import random
import time
from datetime import datetime
from typing import Any

from msgspec import Struct

from werkplaats import log
from werkplaats.domain.changes import Change, still_true
from werkplaats.domain.journal import Entry, Happened
from werkplaats.domain.mail.outbox import (
    KEPT,
    Busy,
    Delivery,
    Kind,
    Mail,
    Misconfigured,
    SendResult,
    after,
    claim,
    claimable,
    exhausted,
    give_up,
    postponed,
    settle,
)
from werkplaats.domain.mail.staleness import stale
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats.ledger import Ledger
from werkplaats.domain.seats.rules import may_rejoin
from werkplaats.domain.workshop import Organiser, Workshop
from werkplaats.mailing import calendar
from werkplaats.mailing.rendering import render
from werkplaats.mailing.sendgrid.client import SendGrid
from werkplaats.mailing.sendgrid.payload import Recipient, message
from werkplaats.security.links import Links
from werkplaats.store import ConflictError, Store, StoreError
from werkplaats.store.outbox import GuardedMail
from werkplaats.wording.names import full_name

_RECORDING_ATTEMPTS = 6
_RECORDING_PAUSE = 0.5
"""Seconds, once more with each attempt."""


class Postman(Struct, frozen=True):
    """What it takes to send mail."""

    store: Store
    sendgrid: SendGrid
    links: Links


def deliver_mail(postman: Postman, mail_id: str, now: datetime) -> Delivery | None:
    """Try `mail_id` once if it is due; its state afterwards, None if there is no such mail.

    A mail that another worker holds, or that is done, is left alone: a repeated event changes nothing.
    """
    store = postman.store
    guarded = store.outbox.get(mail_id)
    if guarded is None:
        return None
    if not claimable(guarded.mail, now):
        return guarded.mail.state
    # It is claimed only once there is something to send: what fails before that has surely sent nothing.
    claimed = GuardedMail(claim(guarded.mail, now), guarded.guard)
    try:
        message = _prepare(postman, guarded.mail, now)
    except StoreError:
        raise
    except Exception as error:
        log.crash("mail.not_made", error, mail=mail_id)
        busy = Busy(f"could not be made: {type(error).__name__}")
        return _record(store, guarded, after(claimed.mail, busy, now, _jitter()))
    if isinstance(message, Mail):
        return _record(store, guarded, message)
    try:
        claimed = store.outbox.update(claimed.mail, guarded.guard)
    except ConflictError:
        return Delivery.SENDING
    return _record_result(store, claimed, postman.sendgrid.send(message), now)


def _prepare(postman: Postman, mail: Mail, now: datetime) -> Any:
    """The message for SendGrid; or `mail` as it stands if it is not to be sent at `now`."""
    later = postponed(mail, now)
    if later is not None:
        return later
    subject = _gather(postman.store, mail)
    reason = stale(mail, subject.registration, subject.workshop, now) or subject.missing(mail)
    if reason is not None:
        return settle(mail, Delivery.SKIPPED, reason, now)
    if exhausted(mail):
        return give_up(mail, mail.reason, now)
    return _compose(postman.links, mail, subject, now)


class _Subject(Struct, frozen=True, kw_only=True):
    """What a mail is about, as it is now. `troubled` is the mail that a notice says did not arrive."""

    workshop: Workshop | None
    ledger: Ledger | None
    registration: Registration | None
    place: int | None
    entry: Entry | None
    troubled: Mail | None
    change: Change | None
    answered: bool

    def missing(self, mail: Mail) -> str | None:
        """Why there is nothing to write or nobody to write to, beyond what makes a mail stale."""
        if self.ledger is None:
            return "workshop is gone"
        if mail.kind.for_organisers and self.entry is None:
            return "journal entry is gone"
        if mail.kind.for_organisers and self.organiser(mail) is None:
            return "is no organiser any more"
        if (
            self.entry
            and self.entry.kind is Happened.MAIL_FAILED
            and self.troubled
            and self.troubled.state is Delivery.SENT
        ):
            return "the mail it tells of was sent after all"
        if mail.kind is Kind.CHANGED and self.change is None:
            return "change is gone, or something else has changed since"
        if mail.kind.of_survey and self.answered:
            return "has answered already"
        return None

    def organiser(self, mail: Mail) -> Organiser | None:
        organisers = self.workshop.organisers if self.workshop else ()
        return next((organiser for organiser in organisers if organiser.email == mail.organiser), None)


def _gather(store: Store, mail: Mail) -> _Subject:
    registration = store.seats.registration(mail.registration) if mail.registration else None
    waits = registration is not None and registration.state is State.WAITLISTED and mail.kind is Kind.WAITLISTED
    entry = store.journal.get(mail.workshop, mail.entry) if mail.entry else None
    troubled = store.outbox.get(entry.entry.mail) if entry and entry.entry.mail else None
    invitation = store.surveys.invitation_of(mail) if mail.wave else None
    workshop = store.workshops.get(mail.workshop)
    change = store.changes.get(mail.change) if mail.change else None
    return _Subject(
        workshop=workshop,
        ledger=store.seats.ledger(mail.workshop),
        registration=registration,
        place=store.seats.place(registration) if registration is not None and waits else None,
        entry=entry.entry if entry else None,
        troubled=troubled.mail if troubled else None,
        change=still_true(change, workshop) if change and workshop else None,
        answered=invitation is not None and invitation.answered,
    )


def _compose(links: Links, mail: Mail, subject: _Subject, now: datetime) -> Any:
    """The message for SendGrid."""
    workshop = subject.workshop
    assert workshop is not None, "a mail without its workshop is skipped"
    to, context = (
        _to_organiser(mail, subject) if mail.kind.for_organisers else _to_participant(links, mail, subject, now)
    )
    context |= {"workshop": workshop, "registration": subject.registration, "ledger": subject.ledger}
    return message(
        mail.id,
        sender=workshop.sender,
        to=to,
        rendered=render(mail.kind, context),
        categories=("werkplaats", mail.kind.value),
        calendar=_calendar(links, mail, workshop, subject.registration, now),
        unsubscribe=context.get("stop_link"),
    )


def _to_organiser(mail: Mail, subject: _Subject) -> tuple[Recipient, dict[str, Any]]:
    organiser = subject.organiser(mail)
    assert organiser is not None, "a notice to nobody is skipped"
    context = {"organiser": organiser, "entry": subject.entry, "mail": subject.troubled}
    return Recipient(organiser.email, organiser.name), context


def _to_participant(links: Links, mail: Mail, subject: _Subject, now: datetime) -> tuple[Recipient, dict[str, Any]]:
    workshop, registration, ledger = subject.workshop, subject.registration, subject.ledger
    assert workshop is not None, "a mail without its workshop is skipped"
    assert ledger is not None, "a mail without its ledger is skipped"
    assert registration is not None, "a mail to nobody is skipped"
    assert registration.person is not None, "a mail to nobody is skipped"
    context: dict[str, Any] = {
        "link": links.registration(registration.id),
        "place": subject.place,
        "waiting": ledger.waitlisted,
        "can_rejoin": may_rejoin(workshop, registration, now),
        "change": subject.change,
    }
    wave = workshop.wave(mail.wave) if mail.wave else None
    if wave is not None:
        context |= {
            "wave": wave,
            "link": links.survey(workshop, wave, registration.id),
            "closes_at": workshop.wave_closes_at(wave),
            "stop_link": links.unsubscribe(workshop, wave, registration.id),
        }
    return Recipient(registration.person.email, full_name(registration.person)), context


def _calendar(
    links: Links, mail: Mail, workshop: Workshop, registration: Registration | None, now: datetime
) -> bytes | None:
    """The .ics that goes with a mail about a seat; its SEQUENCE is the ledger's version, which only goes up."""
    if registration is None or not registration.had_seat:
        return None
    cancelled = mail.kind is Kind.CANCELLED
    with_seat = mail.kind in (Kind.CONFIRMED, Kind.REMINDER, Kind.CHANGED) and registration.state is State.CONFIRMED
    if not (cancelled or with_seat):
        return None
    return calendar.invitation(
        workshop,
        registration.id,
        public_url=links.public_url,
        now=now,
        sequence=mail.version,
        cancelled=cancelled,
    )


def _record_result(store: Store, claimed: GuardedMail, result: SendResult, now: datetime) -> Delivery:
    severity: log.Severity = "ERROR" if isinstance(result, Misconfigured) else "INFO"
    return _record(store, claimed, after(claimed.mail, result, now, _jitter()), severity)


def _jitter() -> float:
    return random.random()  # noqa: S311 — spreads load, hides nothing


def _record(store: Store, known: GuardedMail, outcome: Mail, severity: log.Severity = "INFO") -> Delivery:
    """Write what became of `known`, a mail as it is stored, and go on trying: what is not written down is done again.

    If SendGrid's event or another worker was faster, the mail is left as they settled it.
    """
    for attempt in range(_RECORDING_ATTEMPTS):
        try:
            if attempt > 0:
                time.sleep(_RECORDING_PAUSE * (attempt - 1))
                fresh = store.outbox.get(outcome.id)
                if fresh is not None and fresh.mail == outcome:
                    break  # a commit whose answer was lost
                if fresh is None or (fresh.mail.state, fresh.mail.attempts) != (known.mail.state, known.mail.attempts):
                    return fresh.mail.state if fresh else outcome.state
                known = fresh
            store.outbox.update(outcome, known.guard, failure_entry(outcome))
            break
        except StoreError:
            if attempt == _RECORDING_ATTEMPTS - 1:
                raise
    log_delivery(outcome, severity)
    return outcome.state


def log_delivery(mail: Mail, severity: log.Severity = "INFO") -> None:
    """Say what became of `mail`."""
    log.event(
        f"mail.{mail.state}",
        severity=severity,
        mail=mail.id,
        kind=mail.kind.value,
        attempts=mail.attempts,
        reason=mail.reason,
    )


def failure_entry(mail: Mail) -> Entry | None:
    """What organisers are told of a mail that was given up; a failed notice to organisers makes no notice."""
    if mail.state is not Delivery.FAILED or mail.settled_at is None:
        return None
    return trouble(mail, Happened.MAIL_FAILED, mail.reason, mail.settled_at)


def trouble(mail: Mail, happened: Happened, detail: str, at: datetime) -> Entry | None:
    if mail.kind.for_organisers:
        return None
    return Entry(
        id=f"{mail.version:010d}-{mail.id}-{happened.value}",
        workshop=mail.workshop,
        kind=happened,
        at=at,
        version=mail.version,
        registration=mail.registration,
        mail=mail.id,
        detail=detail,
        expire_at=at + KEPT,
    )
