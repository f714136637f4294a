"""How long a seat, or a place on the waitlist, is kept for somebody, and why (Hold)."""

from datetime import datetime, timedelta

from werkplaats.domain.registration import Hold, Registration, State
from werkplaats.domain.times import into_office_hours
from werkplaats.domain.workshop import Workshop

TO_CONFIRM = timedelta(hours=24)
"""How long somebody has to confirm an address."""


def deadline(workshop: Workshop, reason: Hold, now: datetime) -> datetime:
    """Until when (UTC) a hold stands that begins at `now` (UTC).

    An offer stands for the workshop's offer window and an address can be confirmed for TO_CONFIRM, or for a quarter of
    the time until the start if that is shorter: then a seat that comes free late can still be given to several people
    in turn. A deadline at night is moved to the next morning, but never past the start.
    """
    longest = workshop.offer_window if reason is Hold.OFFER else TO_CONFIRM
    left = workshop.begins_at - now
    end = into_office_hours(now + min(longest, left / 4))
    return min(end, workshop.begins_at)


def hold_of(registration: Registration) -> Hold | None:
    """Why something is held for `registration`; None if nothing is. The hold may be over by now, and not ended yet."""
    if registration.state is State.OFFERED:
        return Hold.OFFER
    return Hold.CONFIRM if registration.is_unconfirmed else None


def ends_at(workshop: Workshop, registration: Registration) -> datetime | None:
    """Until when (UTC) the hold of `registration` stands or stood; None if there is none.

    That is not after the workshop begins, even if its first day was moved to an earlier one after the hold began.
    """
    until = registration.held_until
    return None if until is None else min(until, workshop.begins_at)


def is_over(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    """Whether the hold of `registration` is over at `now` (UTC), or there is none."""
    ends = ends_at(workshop, registration)
    return ends is None or now >= ends


def has_lapsed(workshop: Workshop, registration: Registration, now: datetime) -> bool:
    """Whether something is still held for `registration` although the hold is over at `now` (UTC)."""
    return hold_of(registration) is not None and is_over(workshop, registration, now)
