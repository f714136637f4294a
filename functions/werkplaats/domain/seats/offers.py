"""The terms of an offer: how long it stands."""

from datetime import datetime

from werkplaats.domain.registration import Registration
from werkplaats.domain.times import into_office_hours
from werkplaats.domain.workshop import Workshop


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
