"""Somebody has lost the link to their registration and asks for it again."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import LinkRequest, Registration
from werkplaats.domain.seats.commands import Done, Outcome, RequestLink
from werkplaats.domain.seats.draft import Draft

LINKS_PER_HOUR = 3
LINKS_PER_DAY = 6


def request_link(command: RequestLink, draft: Draft) -> Outcome:
    """Mail it to every live registration with that address. Whoever asks is not told whether there is any."""
    for registration in draft.live_with(draft.mailbox(command.mailbox), command.address):
        mail_link(registration, draft, command.submission)
    return Done()


def mail_link(registration: Registration, draft: Draft, submission: str) -> None:
    """Mail the link to `registration`, unless it was mailed too often lately. `submission` is the form that asked."""
    today = _requests_to_count(registration.link_requests, submission, draft.now)
    if today is None:
        return
    request = LinkRequest(at=draft.now, submission=submission)
    registration = replace(registration, link_requests=(*today, request))
    draft.keep(registration)
    draft.mail(Kind.LINK, registration)


def _requests_to_count(
    requests: tuple[LinkRequest, ...], submission: str, now: datetime
) -> tuple[LinkRequest, ...] | None:
    """The requests of the last day if one more may be granted, else None.

    The form is open to everyone, so it must not become a way of filling somebody's mailbox.
    """
    today = tuple(request for request in requests if request.at > now - timedelta(days=1))
    this_hour = [request for request in today if request.at > now - timedelta(hours=1)]
    repeated = any(request.submission == submission for request in today)
    if repeated or len(today) >= LINKS_PER_DAY or len(this_hour) >= LINKS_PER_HOUR:
        return None
    return today
