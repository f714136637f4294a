"""Whether a mail that waits to be sent is still true."""

from datetime import datetime

from werkplaats.domain.mail.outbox import Kind, Mail
from werkplaats.domain.registration import Registration, State
from werkplaats.domain.seats import offers
from werkplaats.domain.workshop import Workshop

_STATE_TOLD = {
    Kind.CONFIRMED: {State.CONFIRMED},
    Kind.WAITLISTED: {State.WAITLISTED},
    Kind.OFFERED: {State.OFFERED},
    Kind.REMINDER: {State.CONFIRMED},
    Kind.OFFER_EXPIRED: {State.EXPIRED},
    Kind.CANCELLED: {State.CANCELLED, State.DECLINED},
}

_ABOUT_A_STATE = _STATE_TOLD.keys() - {Kind.REMINDER}


def stale(mail: Mail, registration: Registration | None, workshop: Workshop | None, now: datetime) -> str | None:
    """Why `mail` is no longer true and must not be sent, or None if it still is.

    A mail about a state is true only while that very state lasts: cancelling and joining again brings
    another state of the same name and another mail.
    """
    if workshop is None:
        return "workshop is gone"
    if mail.kind.for_organisers:
        return None
    if registration is None or registration.person is None:
        return "registration was erased"
    told = _STATE_TOLD.get(mail.kind)
    if told is not None and registration.state not in told:
        return f"registration is {registration.state.value} by now"
    if mail.kind in _ABOUT_A_STATE and registration.state_version != mail.version:
        return f"registration has become {registration.state.value} again since"
    if mail.kind is Kind.CHANGED and not registration.state.live:
        return f"registration is {registration.state.value} by now"
    if mail.kind is Kind.REMINDER and workshop.has_begun(now):
        return "workshop has begun"
    if mail.kind is Kind.OFFERED and offers.is_over(workshop, registration, now):
        return "offer is over"
    if mail.kind.of_survey:
        if registration.unsubscribed:
            return "unsubscribed"
        wave = workshop.wave(mail.wave or "")
        if wave is None or now >= workshop.wave_closes_at(wave):
            return "wave is closed"
    return None
