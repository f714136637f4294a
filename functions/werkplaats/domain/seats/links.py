"""Mailing the link to a registration again, for people who lost it."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.registration import LinkRequest, Registration
from werkplaats.domain.seats.commands import Done, Outcome, RequestLink
from werkplaats.domain.seats.draft import Draft
from werkplaats.domain.seats.undelivered import let_wait_again

LINKS_PER_HOUR = 3
LINKS_PER_DAY = 6


def request_link(command: RequestLink, draft: Draft) -> Outcome:
    """Mail the link to every live registration with the address. The outcome does not tell whether there is one.

    Whoever asks for it reads that address, so a person whom an offer did not reach is no longer passed over.
    """
    for registration in draft.live_with(draft.mailbox(command.mailbox), command.address):
        if mail_link(registration, draft, command.submission) and registration.paused is not None:
            let_wait_again(draft.registrations[registration.id], draft)
    return Done()


def mail_link(registration: Registration, draft: Draft, submission: str) -> bool:
    """Mail the link to `registration`, unless that has been done too often lately. Returns whether it was mailed.

    `submission` is the id of the form that asked for it. Each form mails the link at most once.
    """
    today = requests_to_count(registration.link_requests, submission, draft.now)
    if today is None:
        return False
    request = LinkRequest(at=draft.now, submission=submission)
    registration = replace(registration, link_requests=(*today, request))
    draft.keep(registration)
    draft.mail(Kind.LINK, registration)
    return True


def requests_to_count(
    requests: tuple[LinkRequest, ...], submission: str, now: datetime
) -> tuple[LinkRequest, ...] | None:
    """The requests of the last 24 hours if one more is allowed, else None.

    Everybody can use this form with anybody's address. Without limits it could be used to flood a mailbox.
    """
    today = tuple(request for request in requests if request.at > now - timedelta(days=1))
    this_hour = [request for request in today if request.at > now - timedelta(hours=1)]
    repeated = any(request.submission == submission for request in today)
    if repeated or len(today) >= LINKS_PER_DAY or len(this_hour) >= LINKS_PER_HOUR:
        return None
    return today
