"""Which mails are sent when a workshop is called off."""

from collections.abc import Iterable
from datetime import datetime

from werkplaats.domain.mail.about import AboutSeat
from werkplaats.domain.mail.kinds import Kind
from werkplaats.domain.mail.outbox import Mail, queue
from werkplaats.domain.registration import Registration
from werkplaats.domain.workshop import Workshop

LONGEST_REASON = 2_000
"""The most characters that the reason for calling a workshop off can have."""


def is_reason(text: str) -> bool:
    """Whether `text` can be used as the reason: it is not blank and not too long."""
    return 0 < len(text.strip()) <= LONGEST_REASON


def make_farewells(workshop: Workshop, registrations: Iterable[Registration], now: datetime) -> tuple[Mail, ...]:
    """A mail to each of `registrations` that has a seat, an offer or a place on the waitlist of `workshop`.

    Calling off does not change the state of registrations. So a second call makes the same mails, with the same ids.
    Returns an empty tuple if the workshop has not been called off.
    """
    if workshop.called_off is None:
        return ()
    version = workshop.called_off.version
    return tuple(
        queue(Kind.CALLED_OFF, AboutSeat(one.id, version), workshop.id, now)
        for one in registrations
        if one.state.live and one.person is not None
    )
