"""The terms of an offer, and of asking for one's link again."""

from datetime import datetime, timedelta

from werkplaats.domain.registration import LinkRequest, Registration
from werkplaats.domain.times import into_office_hours
from werkplaats.domain.workshop import Workshop

LINKS_PER_HOUR = 3
LINKS_PER_DAY = 6


def deadline(workshop: Workshop, now: datetime) -> datetime:
    """Until when (UTC) an offer made at `now` stands.

    The workshop's own window, or a quarter of the time left if that is shorter, so that a seat that comes free
    late can still pass through several hands; moved out of the night; never past the start.
    """
    left = workshop.begins_at - now
    end = into_office_hours(now + min(workshop.offer_window, left / 4))
    return min(end, workshop.begins_at)


def is_over(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    """Whether the time to answer has passed at `now`."""
    ends = ends_at(workshop, registration)
    return ends is None or now >= ends


def ends_at(workshop: Workshop, registration: Registration) -> datetime | None:
    """Until when (UTC) the offer to `registration` stands: the workshop may have been moved to begin before that."""
    expires_at = registration.offer_expires_at
    return None if expires_at is None else min(expires_at, workshop.begins_at)


def link_requests_after(
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
