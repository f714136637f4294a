"""Mailing somebody the link, or a mail that did not arrive, once more."""

from datetime import datetime

from msgspec.structs import replace

from werkplaats.domain.journal import Happened
from werkplaats.domain.mail.about import AboutSeat, Repeatable
from werkplaats.domain.mail.kinds import Kind, Situation, untrue
from werkplaats.domain.mail.outbox import Mail
from werkplaats.domain.registration import LinkRequest, Registration
from werkplaats.domain.seats.commands import Done, Outcome, Refusal, Refused, SendAgain
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.links import requests_to_count


def send_again(command: SendAgain, registration: Registration, draft: Draft) -> Outcome:
    """Queue the mail once more if what it says is still true.

    It counts against the same limit as asking for the link does (`domain/seats/links.py`), so that nobody's mailbox is
    flooded by somebody who clicks again and again.
    """
    today = requests_to_count(registration.link_requests, _mark_of(command), draft.now)
    if today is None:
        return Refused(Refusal.SENT_TOO_OFTEN, registration)
    about: Repeatable
    if command.about is None:
        about = AboutSeat(registration.id, draft.version)
    else:
        if command.about.registration != registration.id:
            return Refused(Refusal.UNKNOWN, registration)
        version = command.about.version
        situation = Situation(workshop=draft.workshop, registration=registration, version=version, now=draft.now)
        if untrue(command.kind, situation) is not None:
            return Refused(Refusal.NOT_TRUE, registration)
        about = replace(command.about, again=draft.version)
    requests = (*today, LinkRequest(at=draft.now, submission=_mark_of(command)))
    registration = replace(registration, link_requests=requests, details_version=draft.version)
    draft.keep(registration)
    draft.queue(command.kind, about)
    draft.note(Happened.SENT_AGAIN, registration.id, command.kind.value, command.by)
    return Done(registration)


def was_sent_again(command: SendAgain, registration: Registration) -> bool:
    """Whether this very click has mailed it before."""
    return any(request.submission == _mark_of(command) for request in registration.link_requests)


def was_mailed_again(registration: Registration, mail: Mail, since: datetime) -> bool:
    """Whether a mail of the same kind as `mail` was sent to the person again since that time (UTC).

    It is known for the last day at least.
    """
    begins = _mark(mail.kind)
    return any(one.submission.startswith(begins) and one.at >= since for one in registration.link_requests)


def _mark_of(command: SendAgain) -> str:
    """What one click is recognised by: each one that counts raises the version that the page shows."""
    return f"{_mark(command.kind)}{command.seen}"


def _mark(kind: Kind) -> str:
    return f"again-{kind.value}-"
