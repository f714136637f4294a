"""In which stage somebody's registration is: what is so now follows from its state, the workshop and the clock.

A page or a mail that looked only at the state would still say "see you soon" after the workshop, and "you are on the
waitlist" when no seat can come free any more.
"""

from datetime import datetime
from enum import StrEnum

from werkplaats.domain.registration import Hold, Registration, State
from werkplaats.domain.seats import holds
from werkplaats.domain.workshop import Workshop


class Stage(StrEnum):
    CALLED_OFF = "called_off"
    """The workshop does not take place, whatever the state is."""

    COMING = "coming"
    """Has a seat, and the workshop is still to come."""

    DURING = "during"
    """Has a seat, from the first moment of the first day until the last day is over."""

    AFTER = "after"
    """Had a seat until the end."""

    WAITING = "waiting"
    """Is on the waitlist, and can still get a seat."""

    PAUSED = "paused"
    """Is on the waitlist, but passed over, because an offer did not arrive."""

    NOT_PLACED = "not_placed"
    """Was still on the waitlist when the workshop began, and so got no seat. The stored state stays as it is."""

    CHOOSING = "choosing"
    """Has an offer that stands."""

    LAPSED = "lapsed"
    """Did not answer an offer in time; also as long as no schedule has ended the offer yet."""

    CONFIRMING = "confirming"
    """A seat or a place on the waitlist is held until the address is confirmed, and there is time for it."""

    UNCONFIRMED = "unconfirmed"
    """Did not confirm the address in time; also as long as no schedule has ended the hold yet."""

    DECLINED = "declined"
    LEFT = "left"
    """Has cancelled, or was cancelled by an organiser."""


def stage_of(workshop: Workshop, registration: Registration, now: datetime) -> Stage:
    """The stage of `registration` at `now` (UTC)."""
    if workshop.called_off is not None:
        return Stage.CALLED_OFF
    if registration.is_unconfirmed:
        return Stage.UNCONFIRMED if holds.is_over(workshop, registration, now) else Stage.CONFIRMING
    match registration.state:
        case State.CONFIRMED:
            if now >= workshop.ends_at:
                return Stage.AFTER
            return Stage.DURING if workshop.has_begun(now) else Stage.COMING
        case State.WAITLISTED:
            if workshop.has_begun(now):
                return Stage.NOT_PLACED
            return Stage.WAITING if registration.paused is None else Stage.PAUSED
        case State.OFFERED:
            return Stage.LAPSED if holds.is_over(workshop, registration, now) else Stage.CHOOSING
        case State.EXPIRED:
            return Stage.UNCONFIRMED if registration.held_for is Hold.CONFIRM else Stage.LAPSED
        case State.DECLINED:
            return Stage.DECLINED
        case State.CANCELLED:
            return Stage.LEFT
