"""How long the offer of a seat stands."""

from datetime import datetime

from werkplaats.domain.registration import Registration
from werkplaats.domain.times import into_office_hours
from werkplaats.domain.workshop import Workshop


def deadline(workshop: Workshop, now: datetime) -> datetime:
    """Until when (UTC) an offer made at `now` (UTC) stands.

    It stands for the workshop's offer window, or for a quarter of the time until the start if that is shorter: then a
    seat that comes free late can still be offered to several people in turn. A deadline at night is moved to the next
    morning, but never past the start.
    """
    left = workshop.begins_at - now
    end = into_office_hours(now + min(workshop.offer_window, left / 4))
    return min(end, workshop.begins_at)


def is_over(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    """Whether the offer to `registration` has expired at `now` (UTC), or there is none."""
    ends = ends_at(workshop, registration)
    return ends is None or now >= ends


def ends_at(workshop: Workshop, registration: Registration) -> datetime | None:
    """Until when (UTC) the offer to `registration` stands; None if there is none.

    That is not after the workshop begins, even if its first day was moved to an earlier one after the offer was made.
    """
    expires_at = registration.offer_expires_at
    return None if expires_at is None else min(expires_at, workshop.begins_at)
